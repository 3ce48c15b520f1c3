"""The reports of a year that go on record: what of them is, and what stands in the way of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pilar.areas.queries import working_days
from pilar.areas.reference import today_in
from pilar.people.rules import Standing
from pilar.platform.language import translate
from pilar.villagefinance import reference
from pilar.villagefinance.models import Entry, Period, ReportStep
from pilar.villagefinance.rules import reports as rules
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.clocks import due
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.reports import ACT_NAMES, CLOCKS, ReportAct, ReportFacts


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report of a year, until when it is due, and on record: by whom, when, by which letter or regulation."""

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
    """The reports of a year; raises :class:`NotFound`. Four queries."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(village), known=False)
    today = today_in(village[:5], now)
    known = facts(village, year, today, paper="-")
    clocks = reference.clock_rules(region=village[:5], day=min(today, date(year, 12, 31)))
    calendar, rows = working_days(village[:5]), {one.act: one for one in _steps(village, year)}
    made = []
    for act in ReportAct:
        until, row = due(clocks[CLOCKS[act]], date(year, 1, 1), calendar).day, rows.get(act)
        said = () if row else tuple(one.text() for one in rules.faults(act, known))
        more = (row.by, row.at, row.paper, row.day) if row else ()
        made.append(ReportRow(act, until, row is not None, said, *more))
    return tuple(made)


def facts(village: str, year: int, today: date, *, paper: str = "", day: date | None = None) -> ReportFacts:
    """What is looked at before something goes on record. Three queries."""
    of = {"region": village[:5], "village": village, "year": year}
    latest = Period.objects.filter(**of).order_by("month", "-no").distinct("month")
    ended = Entry.objects.filter(**of, kind=Kind.CLOSING)
    back = Entry.objects.filter(**of, kind=Kind.REVERSAL, reverses__in=ended.values("place"))
    return ReportFacts(
        {one.month for one in latest if one.act != "reopened"}, ended.count() > back.count(),
        {ReportAct(one.act) for one in _steps(village, year)}, today, paper, day,
    )  # fmt: skip


def _steps(village: str, year: int) -> Any:
    return ReportStep.objects.filter(region=village[:5], village=village, year=year)
