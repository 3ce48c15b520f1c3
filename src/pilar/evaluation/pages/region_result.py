"""A region's result for its team, objections and their decision, and corrections after publication."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.final_acts import Done, confirm
from pilar.design.forms import posted
from pilar.evaluation import operations
from pilar.evaluation.forms.results import CorrectionForm, DecisionForm, ObjectionForm
from pilar.evaluation.pages import result_checks as checks
from pilar.evaluation.pages.ranks import ranks_of
from pilar.evaluation.queries import region_result as reads
from pilar.evaluation.queries.panel_marks import marks_to_correct
from pilar.evaluation.rules.authority import Action, Case, holds
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.signin import standing_of


@login_required
@require_safe
def own_results(request: HttpRequest) -> HttpResponse:
    """The phases of the reader's own regions."""
    rows = reads.own_results(by=standing_of(request))
    return render(request, "evaluation/cycle/results/own.html", {"rows": rows})


@login_required
@require_safe
def result(request: HttpRequest, key: int) -> HttpResponse:
    """One result: the final, own marks beside the agreed ones, objections."""
    by = standing_of(request)
    found = reads.region_result(key, by=by, now=timezone.now(), intervals=True)
    contested = {row.node: row for row in found.objections}
    context = {
        "found": found,
        "header": found.header,
        "ranks": None if found.line is None else ranks_of(found.line, found.intervals),
        "rows": [(row, contested.get(row.code)) for row in found.rows],
        "may_correct": holds(by, Action.CORRECT_RESULTS, Case()) and found.header.phase_state is PhaseState.PUBLISHED,
    }
    return render(request, "evaluation/cycle/results/result.html", context)


@login_required
def accept(request: HttpRequest, key: int) -> HttpResponse:
    """Accept the result for the region."""
    by = standing_of(request)

    def act() -> Done:
        operations.accept_result(by=by, assessment=key, now=timezone.now())
        return checks.accepted(key)

    return confirm(request, lambda: checks.accept(key, by), act)


@login_required
def make_objection(request: HttpRequest, key: int, node: str) -> HttpResponse:
    """Object to the agreed mark of one indicator."""
    by = standing_of(request)
    header, row = reads.indicator_to_object(key, node, by=by)
    form = ObjectionForm(posted(request))
    typed = request.POST.get("text", "").strip() if request.method == "POST" else None

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {"header": header, "row": row, **shown}
        return render(request, "evaluation/cycle/results/make_objection.html", context, status=status)

    def act() -> Done:
        operations.make_objection(by=by, assessment=key, node=node, text=form.cleaned_data["text"], now=timezone.now())
        return checks.objected(key)

    return confirm(request, lambda: checks.make_objection(key, node, by, typed), act, form=form, page=page)


@login_required
@require_safe
def objections(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """All objections of a phase."""
    found = reads.objections(code, number, by=standing_of(request))
    return render(request, "evaluation/cycle/results/objections.html", {"found": found, "header": found.header})


@login_required
def objection(request: HttpRequest, key: int) -> HttpResponse:
    """One objection and its decision."""
    by = standing_of(request)
    form = DecisionForm(posted(request))

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        header, row, why_not = reads.objection(key, by=by)
        context = {"header": header, "row": row, "why_not": why_not, **shown}
        return render(request, "evaluation/cycle/results/objection.html", context, status=status)

    def act() -> Done:
        operations.decide_objection(by=by, objection=key, now=timezone.now(), **form.cleaned_data)
        return checks.decided(key, by)

    if request.method != "POST" and reads.objection(key, by=by)[2]:
        return page(request, {}, 200)
    return confirm(request, lambda: checks.decide(key, by), act, form=form, page=page)


@login_required
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Correct an agreed mark after publication."""
    by = standing_of(request)
    found = marks_to_correct(key, scope=by)
    form = CorrectionForm(posted(request), rows=found.rows)
    header = found.header

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return render(request, "evaluation/cycle/results/correct.html", {"header": header, **shown}, status=status)

    def act() -> Done:
        made = operations.correct_results(
            by=by,
            campaign=header.campaign,
            phase=header.phase,
            region=header.region_code,
            marks={form.cleaned_data["node"]: form.cleaned_data["value"]},
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
        where = [header.campaign, header.phase]
        result = reverse("evaluation:snapshot", args=[*where, made.version])
        said = _("The corrected results are computed: approve and publish them")
        return Done(said, reverse("evaluation:phase-results", args=where), _("See its results"), result)

    return confirm(request, lambda: checks.correct(key, by), act, form=form, page=page)
