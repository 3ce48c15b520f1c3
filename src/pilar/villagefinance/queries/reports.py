"""The reports of a year that go on record: which are, and what stands in the way of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pilar.areas.queries import working_days
from pilar.people.rules import Standing
from pilar.platform.language import translate
from pilar.villagefinance import reference
from pilar.villagefinance.models import Period
from pilar.villagefinance.queries.corrections import held_paper, reports_as_they_hold
from pilar.villagefinance.queries.years import year_of_books
from pilar.villagefinance.rules import reports as rules
from pilar.villagefinance.rules.clocks import due
from pilar.villagefinance.rules.reports import ACT_NAMES, CLOCKS, ReportAct, ReportFacts


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report of a year with its due day and, once on record, the person, the moment, and the letter or regulation."""

    act: ReportAct
    due: date
    done: bool
    faults: tuple[str, ...]
    by: str = ""
    at: datetime | None = None
    paper: str = ""
    day: date | None = None

    @property
    def name(self) -> str:
        return translate(ACT_NAMES[self.act])


def reports(village: str, year: int, *, scope: Standing, now: datetime) -> tuple[ReportRow, ...]:
    """The reports of a year; raises :class:`NotFound`. Seven queries."""
    known = facts(village, year, scope=scope, now=now, paper="-")
    clocks = reference.clock_rules(region=village[:5], day=min(known.today, date(year, 12, 31)))
    calendar, rows = working_days(village[:5]), {step.act: step for step in _steps(village, year)}
    made = []
    for act in ReportAct:
        until, row = due(clocks[CLOCKS[act]], date(year, 1, 1), calendar).day, rows.get(act)
        said = () if row else tuple(fault.text() for fault in rules.faults(act, known))
        more = (row.by, row.at, *held_paper(row)) if row else ()
        made.append(ReportRow(act, until, row is not None, said, *more))
    return tuple(made)


def facts(
    village: str, year: int, *, scope: Standing, now: datetime, paper: str = "", day: date | None = None
) -> ReportFacts:
    """Read the facts that are checked before a report goes on record; raises :class:`NotFound`. Five queries."""
    row = year_of_books(village, year, scope=scope, now=now)
    latest = Period.objects.filter(region=village[:5], village=village, year=year).order_by("month", "-no")
    closed = {period.month for period in latest.distinct("month") if period.act != "reopened"}
    done = {ReportAct(step.act) for step in _steps(village, year)}
    return ReportFacts(closed, row.closing is not None, done, row.today, paper, day)


def _steps(village: str, year: int) -> Any:
    return reports_as_they_hold().filter(region=village[:5], village=village, year=year)
