"""The coordinator's pages: who answers what, and is it ready to submit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.areas import queries as areas
from pilar.areas import reference
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.pages.answers import frame
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.assessment_lists import dimensions
from pilar.evaluation.queries.responsibility import Responsibility, responsibility
from pilar.evaluation.rules.authority import Action, obstacle
from pilar.evaluation.rules.readiness import SEVERITIES, Severity
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.errors import Faults
from pilar.platform.language import translate


@page("evaluation/answers/allocation.html", sends=True)
def allocation(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show which office answers what; many indicators, or whole branches, are given at once."""
    form = form_for(key, scope=by, now=now)
    error = ""
    if request.method == "POST":
        try:
            changed = operations.allocate(
                by=by,
                assessment=key,
                nodes=request.POST.getlist("node"),
                office=_office(request),
                now=now,
            )
        except Faults as refused:
            error = " ".join(translate(fault.sentence, **fault.fields) for fault in refused.faults)
        else:
            said = ngettext("%(count)s indicator is given again", "%(count)s indicators are given again", changed)
            return done(request, said % {"count": changed}, "evaluation:allocation", key)
    offices = [office for office in areas.offices(form.header.region_code, scope=by) if not office.closed]
    context = {
        **frame(form),
        "offices": offices,
        "error": error,
        "chosen": set(request.POST.getlist("node")) if error else set(),
        "why_not": form.why_not(Action.ALLOCATE),
    }
    return context, 422 if error else 200


@answer
def submission(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Errors, warnings and hints, what submitting does, and the button that hands the assessment in."""
    form = form_for(key, scope=by, now=now)
    statement = responsibility(form, now=now)

    def page(request: HttpRequest, shown: Mapping[str, Any], status: int) -> HttpResponse:
        return _submission(request, form, statement, shown, status)

    def act() -> Done:
        nonlocal form, statement
        try:
            operations.submit(by=by, assessment=key, now=now)
        finally:
            # What is looked at again is what stands there now.
            form = form_for(key, scope=by, now=now)
            statement = responsibility(form, now=now)
        return _submitted(key)

    if request.method != "POST" and (statement.leaves or not form.may(Action.SUBMIT)):
        return page(request, {}, 200)
    return confirm(request, lambda: _check(form, statement), act, page=page)


def _check(form: Form, statement: Responsibility) -> Check | Done:
    key, by = form.header.key, form.by
    if form.header.submitted_at:
        return _submitted(key)
    refused = obstacle(by, Action.SUBMIT, form.case) or statement.leaves
    if refused is not None:
        raise refused
    errors, warnings = form.readiness.errors, form.readiness.of(Severity.WARNING)
    waiting = len(form.to_confirm)
    bare = sum(warning.fault.code == "no-evidence" for warning in warnings)
    blocked = ngettext("%(count)s thing has to be mended", "%(count)s things have to be mended", len(errors))
    filled = ngettext(
        "%(count)s answer that the secretariat filled in waits to be confirmed",
        "%(count)s answers that the secretariat filled in wait to be confirmed",
        waiting,
    )
    weak = ngettext("%(count)s remark weakens the assessment", "%(count)s remarks weaken the assessment", len(warnings))
    total = form.total
    closes = reference.local_end(form.header.closes_at, form.header.region_code)
    of_all = _("%(count)s of %(total)s")
    return Check(
        title=_("Check before you submit the self-assessment"),
        act=_("Submit the self-assessment"),
        about=form.header.region,
        will=(
            _("Nobody in the region changes answers or evidence from then on."),
            _("Only the secretariat can return it, and only before %(closes)s.") % {"closes": closes},
            _("The evidence counts in the versions of now: later ones are no part of it."),
            _("The secretariat reads it at once, the panel when the desk check begins."),
        ),
        counts=(
            (_("Indicators answered"), of_all % {"count": total.answered, "total": total.total}),
            (
                _("Indicators without evidence"),
                of_all % {"count": total.total - len(form.evidence), "total": total.total},
            ),
            (_("Marks without evidence"), str(bare)),
        ),
        blocked=(
            *((Remark(blocked % {"count": len(errors)}, f"#{Severity.ERROR}"),) if errors else ()),
            *((Remark(filled % {"count": waiting}, reverse("evaluation:assessment", args=[key])),) if waiting else ()),
            *(Remark(fault.text(), reverse("evaluation:statement", args=[key])) for fault in statement.faults),
        ),
        unready=(Remark(weak % {"count": len(warnings)}, f"#{Severity.WARNING}"),) if warnings else (),
        trail=((form.header.region, reverse("evaluation:assessment", args=[key])),),
        state=str((*sorted((node, answer.version) for node, answer in form.answers.items()), statement.signed_code)),
    )


def _submission(
    request: HttpRequest, form: Form, statement: Responsibility, shown: Mapping[str, Any], status: int
) -> HttpResponse:
    titles = {row.code: row.title for row in form.tree}
    groups = [
        (
            severity,
            translate(SEVERITIES[severity]),
            [(titles[remark.node], remark) for remark in form.remarks(severity)],
        )
        for severity in Severity
    ]
    context = {
        **frame(form),
        "groups": groups,
        "dimensions": dimensions(form),
        "why_not": form.why_not(Action.SUBMIT) or (statement.leaves.text() if statement.leaves else ""),
        "statement": statement,
        "shown": shown,
    }
    return render(request, "evaluation/answers/submission.html", context, status=status)


def _submitted(key: int) -> Done:
    return Done(_("The self-assessment is submitted"), reverse("evaluation:assessment", args=[key]))


def _office(request: HttpRequest) -> int | None:
    """The office chosen; -1, which no office has, for what is no key."""
    given = request.POST.get("office", "")
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1
