"""One measure: its chart, its values, what was corrected, what it means; and one period of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design import charts
from pilar.measures import queries
from pilar.measures.queries import MeasureRow, Series
from pilar.measures.rules.authority import Action, may
from pilar.measures.rules.periods import parse_period
from pilar.measures.rules.series import STEP_NAMES, Step
from pilar.people.rules import NotFound, Standing
from pilar.people.signin import standing_of
from pilar.platform.errors import Faults
from pilar.platform.language import translate


@require_safe
def measure(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    """A measure with its newest figures."""
    by, now = standing_of(request), timezone.now()
    row = queries.measure(code, measure, scope=by, now=now)
    found = queries.series(row, version=_number(request, "definition"))
    context = {
        **permissions(by, row),
        "row": row,
        "series": found,
        "chart": _chart(found),
        "chart_title": f"{found.version.title} ({found.version.unit})",
        "step_name": translate(STEP_NAMES[found.step]),
        "stepped": found.step is not Step(row.kind),
        "values": queries.values(row, scope=by, page=_number(request, "page") or 1),
        "corrections": queries.corrections(row, scope=by),
        "missing": queries.missing(row, now=now),
    }
    return render(request, "measures/measure.html", context)


@require_safe
def period(request: HttpRequest, code: str, measure: str, period: str) -> HttpResponse:
    """All that was reported for one period."""
    by = standing_of(request)
    row = queries.measure(code, measure, scope=by, now=timezone.now())
    try:
        wanted = parse_period(period, row.kind)
    except Faults:
        raise NotFound from None
    found = queries.history(row, wanted, scope=by)
    if not found:
        raise NotFound
    context = {**permissions(by, row), "row": row, "period": wanted, "values": found}
    return render(request, "measures/period.html", context)


def permissions(by: Standing, row: MeasureRow) -> dict[str, Any]:
    """What the buttons of a measure are drawn from."""
    return {
        "may_manage": may(by, Action.MANAGE_MEASURES, row.case),
        "may_report": by.account is not None and may(by, Action.REPORT, row.case),
        "may_correct": by.account is not None and may(by, Action.CORRECT, row.case),
    }


def _chart(found: Series) -> charts.Chart | None:
    there = [one for one in found.values if one is not None]
    if not there:
        return None
    return charts.timeline(
        {one.start: value for one, value in zip(found.points, found.values, strict=True)},
        columns=(_("Period"), found.version.unit),
        labels={one.start: one.text() for one in found.points},
    )


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
