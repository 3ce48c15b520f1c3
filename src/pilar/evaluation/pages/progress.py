"""The progress board of a phase, and handing a self-assessment back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.evaluation import operations
from pilar.evaluation.forms.campaigns import ReasonForm
from pilar.evaluation.forms.results import shown_on
from pilar.evaluation.queries.progress import ATTENTION, ProgressFilter, returnable
from pilar.evaluation.queries.progress import progress as one_page
from pilar.evaluation.rules.stages import AssessmentState, assessment_name
from pilar.people.signin import standing_of
from pilar.platform.language import translate


@login_required
@require_safe
def progress(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """How far every region and its panel are."""
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "state", "group", "attention", "sort")}
    filters = ProgressFilter(
        text=asked["q"],
        state=asked["state"].replace("\0", ""),
        group=asked["group"].replace("\0", ""),
        attention=asked["attention"],
        sort=asked["sort"] or "code",
    )
    board = one_page(
        code,
        number,
        scope=standing_of(request),
        now=timezone.now(),
        filters=filters,
        number=request.GET.get("page"),
    )
    names = {state: assessment_name(state, board.phase.state) for state in AssessmentState}
    context = {
        "board": board,
        "row": board.campaign,
        "asked": asked,
        "sort": filters.sort,
        "states": [("", _("All states")), *names.items()],
        "groups": [("", _("All groups")), *((code, str(title)) for code, title in board.groups)],
        "attention": [("", _("All regions")), *((key, translate(name)) for key, name in ATTENTION.items())],
        "counts": [(names[state], count) for state, count in board.states],
    }
    return render(request, "evaluation/campaigns/progress.html", context)


@login_required
def return_assessment(request: HttpRequest, key: int) -> HttpResponse:
    """Hand a submitted self-assessment back to its region."""
    by = standing_of(request)
    found = returnable(key, scope=by)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.return_assessment(by=by, assessment=key, reason=form.cleaned_data["reason"], now=timezone.now())
            messages.success(request, _("The self-assessment is back with its region"))
            return redirect("evaluation:progress", found.campaign, found.phase)
    return render(request, "evaluation/campaigns/return.html", {"found": found, "form": form})
