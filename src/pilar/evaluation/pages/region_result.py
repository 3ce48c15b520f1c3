"""A region's result for its team, and corrections after publication."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.design.final_acts import Done, confirm
from pilar.design.forms import posted
from pilar.evaluation import operations
from pilar.evaluation.forms.results import CorrectionForm
from pilar.evaluation.pages import result_checks as checks
from pilar.evaluation.pages.rank_figures import ranks_of
from pilar.evaluation.queries import region_result as reads
from pilar.evaluation.queries.panel_marks import marks_to_correct
from pilar.evaluation.rules.authority import Action, Case, holds, provinces_read
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page


@page("evaluation/cycle/results/own.html")
def own_results(request: HttpRequest, *, by: Standing) -> Shown:
    """The phases of the reader's own regions; of a province what is published."""
    rows = reads.own_results(by=by)
    of_province = bool(provinces_read(by)) and not any(held.region for held in by.memberships)
    return {"rows": rows, "of_province": of_province}


@page("evaluation/cycle/results/result.html")
def result(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """One result: the final, own marks next to the agreed ones, objections."""
    region_result = reads.region_result(key, by=by, now=now, intervals=True)
    contested = {row.node: row for row in region_result.objections}
    return {
        "found": region_result,
        "header": region_result.header,
        "ranks": None if region_result.line is None else ranks_of(region_result.line, region_result.intervals),
        "rows": [(row, contested.get(row.code)) for row in region_result.rows],
        "may_answer": holds(by, Action.ANSWER_DECISION, Case(region=region_result.header.region_code)),
        "may_correct": holds(by, Action.CORRECT_RESULTS, Case())
        and region_result.header.phase_state is PhaseState.PUBLISHED,
    }


@answer
def accept(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Accept the result for the region."""

    def act() -> Done:
        operations.accept_result(by=by, assessment=key, now=now)
        return checks.accepted(key)

    return confirm(request, lambda: checks.accept(key, by), act)


@answer
def correct(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Correct an agreed mark after publication."""
    comparison = marks_to_correct(key, scope=by)
    form = CorrectionForm(posted(request), rows=comparison.rows)
    header = comparison.header

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
            now=now,
        )
        where = [header.campaign, header.phase]
        result = reverse("evaluation:snapshot", args=[*where, made.version])
        said = _("The corrected results are computed: approve and publish them")
        return Done(said, reverse("evaluation:phase-results", args=where), _("See its results"), result)

    return confirm(request, lambda: checks.correct(key, by), act, form=form, page=page)
