"""The coordinator's pages: who answers what, and is it ready to submit."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.areas import queries as areas
from pilar.evaluation import operations
from pilar.evaluation.pages.answers import frame
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.assessment_lists import dimensions
from pilar.evaluation.rules.authority import Action, WrongState
from pilar.evaluation.rules.readiness import SEVERITIES, Severity
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.platform.language import translate


@login_required
def allocation(request: HttpRequest, key: int) -> HttpResponse:
    """Which office answers what; many indicators, or whole branches, are given at once."""
    by = standing_of(request)
    form = form_for(key, scope=by, now=timezone.now())
    error = ""
    if request.method == "POST":
        try:
            changed = operations.allocate(
                by=by,
                assessment=key,
                nodes=request.POST.getlist("node"),
                office=_office(request),
                now=timezone.now(),
            )
        except Faults as refused:
            error = " ".join(translate(fault.sentence, **fault.fields) for fault in refused.faults)
        else:
            said = ngettext("%(count)s indicator is given anew", "%(count)s indicators are given anew", changed)
            messages.success(request, said % {"count": changed})
            return redirect("evaluation:allocation", key)
    offices = [one for one in areas.offices(form.header.region_code, scope=by) if not one.closed]
    context = {
        **frame(form),
        "offices": offices,
        "error": error,
        "chosen": set(request.POST.getlist("node")) if error else set(),
        "why_not": form.why_not(Action.ALLOCATE),
    }
    return render(request, "evaluation/answers/allocation.html", context, status=422 if error else 200)


@login_required
def submission(request: HttpRequest, key: int) -> HttpResponse:
    """Errors, warnings and hints, and the button that hands the assessment in."""
    by = standing_of(request)
    if request.method == "POST":
        try:
            operations.submit(by=by, assessment=key, now=timezone.now())
        except Faults:
            messages.error(request, _("The self-assessment cannot be submitted yet: see what has to be mended"))
        except WrongState:
            # A second click, or a colleague was faster: what was wanted holds, and is no error.
            if not form_for(key, scope=by, now=timezone.now()).header.submitted_at:
                raise
            return _submitted(request, key)
        else:
            return _submitted(request, key)
    form = form_for(key, scope=by, now=timezone.now())
    titles = {row.code: row.title for row in form.tree}
    groups = [
        (severity, translate(SEVERITIES[severity]), [(titles[one.node], one) for one in form.readiness.of(severity)])
        for severity in Severity
    ]
    context = {
        **frame(form),
        "groups": groups,
        "dimensions": dimensions(form),
        "why_not": form.why_not(Action.SUBMIT),
    }
    refused = request.method == "POST"
    return render(request, "evaluation/answers/submission.html", context, status=422 if refused else 200)


def _submitted(request: HttpRequest, key: int) -> HttpResponse:
    messages.success(request, _("The self-assessment is submitted"))
    return redirect("evaluation:assessment", key)


def _office(request: HttpRequest) -> int | None:
    """The office chosen; -1, which no office has, for what is no key."""
    given = request.POST.get("office", "")
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1
