"""One measure: its chart, its values, what was corrected, what it means; and one period of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.areas.reference import local
from pilar.design import charts
from pilar.design.conditional import everybody
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import number
from pilar.measures import queries
from pilar.measures.queries import MeasureRow, Series
from pilar.measures.rules.authority import Action, may
from pilar.measures.rules.periods import parse_period
from pilar.measures.rules.series import STEP_NAMES, Step
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, page
from pilar.platform.errors import Faults
from pilar.platform.language import translate


@everybody
@page("measures/measure.html", public=True)
def measure(request: HttpRequest, code: str, measure: str, *, by: Standing, now: datetime) -> Shown:
    """A measure with its newest figures."""
    row = queries.measure(code, measure, scope=by, now=now)
    series = queries.series(row, version=number(request, "definition"))
    asked = Asked.of(request)
    return {
        **permissions(by, row),
        "row": row,
        "series": series,
        "chart": _chart(series),
        "chart_title": f"{series.version.title} ({series.version.unit})",
        "step_name": translate(STEP_NAMES[series.step]),
        "stepped": series.step is not Step(row.kind),
        "values": _values(row).of(queries.values(row, scope=by, **asked.part), asked, about=row.code),
        "corrections": _values(row).of(queries.corrections(row, scope=by)),
        "missing": queries.missing(row, now=now),
    }


@everybody
@page("measures/period.html", public=True)
def period(request: HttpRequest, code: str, measure: str, period: str, *, by: Standing, now: datetime) -> Shown:
    """All that was reported for one period."""
    row = queries.measure(code, measure, scope=by, now=now)
    try:
        wanted = parse_period(period, row.kind)
    except Faults:
        raise NotFound from None
    values = queries.history(row, wanted, scope=by)
    if not values:
        raise NotFound
    return {
        **permissions(by, row),
        "row": row,
        "period": wanted,
        "values": _values(row).of(values),
        "mapped": queries.mapped_from(row, wanted, scope=by),
    }


def permissions(by: Standing, row: MeasureRow) -> dict[str, Any]:
    """Return what the buttons of a measure are drawn from."""
    return {
        "may_manage": may(by, Action.MANAGE_MEASURES, row.case),
        "may_report": by.account is not None and may(by, Action.REPORT, row.case),
        "may_correct": by.account is not None and may(by, Action.CORRECT, row.case),
    }


def _values(row: MeasureRow) -> Table:
    return Table(
        _("Values"),
        Column("text", _("Period")),
        Column("value", _("Value"), number=True),
        Column("reported_at", _("Reported"), lambda reported: local(reported.reported_at, row.region_code)),
        Column("by", _("Reported by"), on_page=False),
        Column("reason", _("Reason of the correction"), on_page=False),
    )


def _chart(series: Series) -> charts.Chart | None:
    there = [value for value in series.values if value is not None]
    if not there:
        return None
    return charts.timeline(
        {point.start: value for point, value in zip(series.points, series.values, strict=True)},
        columns=(_("Period"), series.version.unit),
        labels={point.start: point.text() for point in series.points},
    )
