"""Pages of process analysis: slow desks, rework, paths, stops just before a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design import charts
from pilar.design.tables import Column, Table
from pilar.people.rules import Standing
from pilar.people.views import Shown, page
from pilar.permits.forms.flow import FlowForm
from pilar.permits.queries import services as queries
from pilar.permits.queries.forecasts import at_risk
from pilar.permits.queries.mining import mined
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.mining import Line

SHOWN = 12
"""The number of paths that are drawn; there may be thousands."""
_DAYS = (
    Column("median", gettext_lazy("Median, working days"), "days.median", number=True),
    Column("ninth", gettext_lazy("Nine in ten within"), "days.ninth", number=True),
    Column("before", gettext_lazy("Median before"), lambda row: row.before and row.before.median, number=True),
    Column("later", gettext_lazy("Median after"), lambda row: row.later and row.later.median, number=True),
)


def _named(name: str, title: str, *columns: Column) -> Table:
    cases = Column("cases", gettext_lazy("Cases"), "days.cases", number=True)
    return Table(title, Column("name", name, lambda row: row.names[0]), cases, *_DAYS, *columns)


DESKS = _named(
    gettext_lazy("Desk"), gettext_lazy("Time at the desks"), Column("again", gettext_lazy("Done again"), number=True)
)
GAPS = _named(gettext_lazy("From desk to desk"), gettext_lazy("Waits between desks"))
WAYS = _named(gettext_lazy("Stages in their order"), gettext_lazy("Ways of cases"))
STOPS = Table(
    gettext_lazy("Stops just before a limit"),
    Column("by", gettext_lazy("Stopped by")),
    Column("service", gettext_lazy("Service")),
    Column("stops", gettext_lazy("Stops"), number=True),
    Column("near", gettext_lazy("With at most one day or hour left"), number=True),
    Column("expected", gettext_lazy("To be expected"), lambda row: Decimal(f"{row.expected:.1f}"), number=True),
)
RISKS = Table(
    gettext_lazy("Cases that will miss their limit"),
    Column("number", gettext_lazy("Application")),
    Column("service", gettext_lazy("Service")),
    Column("due", gettext_lazy("Due on")),
    Column("likely", gettext_lazy("Likely finished on")),
)


@page("permits/flow.html")
def flow(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Show where cases of a region wait, come back or are stopped, from the event log."""
    today = today_in(region, now)
    services = {service.key: service.service for service in queries.services(region, today)}
    names = {key: str(service.name) for key, service in services.items()}
    form = FlowForm(request.GET, services=names, today=today)
    risks = [
        replace(risk, service=names.get(risk.service, risk.service)) for risk in at_risk(region, scope=by, now=now)
    ]
    shown = {"region": areas.region(region), "form": form, "risks": RISKS.of(risks),
             "reads": AUTHORITY.holds(by, Action.READ, Case(region))}  # fmt: skip
    if not form.is_valid():
        return shown
    given = form.cleaned_data
    log = mined(
        region, scope=by, since=given["dari"], until=given["sampai"], split=given["banding"],
        service=given["layanan"], now=now,
    )  # fmt: skip
    stages = {stage.key: str(stage.name) for service in services.values() for stage in service.stages}

    def named(lines: Iterable[Line]) -> list[Line]:
        return [replace(line, names=(" → ".join(stages.get(key, key) for key in line.names),)) for line in lines]

    desks, without = named(log.desks), () if given["banding"] else ("before", "later")
    return {
        **shown, "found": log, "chart": charts.comparison(
            {desk.names[0]: (Decimal(desk.days.median), Decimal(desk.days.ninth)) for desk in desks},
            columns=(_("Desk"), _("Median, working days"), _("Nine in ten within")),
        ),
        "desks": DESKS.of(desks, without=without), "gaps": GAPS.of(named(filter(_waits, log.gaps)), without=without),
        "ways": WAYS.of(named(log.ways[:SHOWN]), without=without),
        "stops": STOPS.of([replace(stop, service=names.get(stop.service, stop.service)) for stop in log.stops]),
    }  # fmt: skip


def _waits(line: Line) -> bool:
    return line.days.ninth > 0
