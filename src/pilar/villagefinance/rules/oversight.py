"""Oversight by the regency: late steps of a village, stages that it can ask for, when its cash runs out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pilar.platform.calendar import WorkingDays
from pilar.platform.language import Bilingual
from pilar.villagefinance.rules.clocks import Clock, InMonth, Timeliness, due, timeliness
from pilar.villagefinance.rules.stages import Readiness, StageState
from pilar.villagefinance.rules.taxes import TaxKind

ZERO = Decimal(0)
ENACT, DRAFT, VERIFY, MONTH, SEMESTER, YEAR, ADVANCE = (
    "enact", "draft_dpa", "verify_dpa", "treasurer_report", "semester_report", "account_for_year",
    "account_for_advance",
)  # fmt: skip
CONSOLIDATE_SEMESTER, CONSOLIDATE_YEAR = "consolidate_semester", "consolidate_year"
"""Clocks of the steps of villages and of the regency. The report of a month is computed from closed books, so it counts
as made when they are closed; those of the first semester and of the year, when they are recorded as sent and agreed. A
DPA is verified so many days after the last day for drafting it."""


@dataclass(frozen=True, slots=True)
class YearFacts:
    """Events in a year of a village: the day of its budget's regulation, the days on which its DPA was first checked,
    each month was closed, the report of the first semester was sent and the account of the year agreed; the deadlines
    of advances that are not accounted for, and of taxes that are not remitted."""

    enacted: date | None = None
    checked: date | None = None
    closed: Mapping[int, date] = field(default_factory=dict)
    reported: date | None = None
    agreed: date | None = None
    advances: tuple[date, ...] = ()
    taxes: tuple[tuple[TaxKind, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a village's year with its clock, due day and timeliness; ``month``: the month of the books it belongs
    to."""

    clock: Clock
    day: date
    done: date | None
    stands: Timeliness
    month: int | None = None


def steps(
    clocks: Mapping[str, Clock], facts: YearFacts, *, year: int, today: date, calendar: WorkingDays
) -> tuple[Step, ...]:
    """Return the steps of a year that have begun by today, in order."""

    def step(rule: str, event: date, done: date | None, month: int | None = None) -> Step:
        deadline = due(clocks[rule], event, calendar)
        return Step(clocks[rule], deadline.day, done, timeliness(deadline, done=done, today=today), month)

    def begun() -> Iterator[Step]:
        first = date(year, 1, 1)
        yield step(ENACT, first, facts.enacted)
        if facts.enacted:
            yield step(VERIFY, due(clocks[DRAFT], facts.enacted, calendar).day, facts.checked)
        for month in range(1, 13):
            if (year, month) < (today.year, today.month):
                yield step(MONTH, date(year, month, 1), facts.closed.get(month), month)
        if today >= date(year, 7, 1):
            yield step(SEMESTER, first, facts.reported)
        if today > date(year, 12, 31):
            yield step(YEAR, first, facts.agreed)
        for paid in sorted(facts.advances):
            yield step(ADVANCE, paid, None)
        for kind, last in sorted(facts.taxes, key=lambda obligation: obligation[1]):
            clock = Clock(kind.origin, remitted(kind), InMonth(kind.day, kind.months), silence=False)
            stands = Timeliness.LATE if today > last else Timeliness.OPEN
            yield Step(clock, last, None, stands)

    return tuple(begun())


def remitted(kind: TaxKind) -> Bilingual:
    """Return the title of the step of remitting a tax."""
    return Bilingual(f"Penyetoran {kind.title.id}", f"{kind.title.en} remitted")


@dataclass(frozen=True, slots=True)
class Late:
    """Late steps of one kind in a village: their number, and the first of them with its due day."""

    code: str
    name: str
    first: Step
    count: int

    @property
    def title(self) -> str:
        return str(self.first.clock.title)


def late(code: str, name: str, all_steps: Iterable[Step]) -> tuple[Late, ...]:
    """Return the late steps among these, one row for each kind."""
    kinds: dict[str, list[Step]] = {}
    for step in all_steps:
        if step.stands is Timeliness.LATE:
            kinds.setdefault(step.clock.origin.rule, []).append(step)
    return tuple(Late(code, name, rows[0], len(rows)) for rows in kinds.values())


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The day since which a report of a village is on record, and its letter or regulation; None if it is missing."""

    code: str
    name: str
    paper: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class NextStage:
    """The stage of a fund that a village can ask for next."""

    code: str
    name: str
    fund: str
    ready: Readiness
    assumed: bool

    @property
    def lacking(self) -> str:
        return "; ".join(fault.text() for fault in self.ready.lacking)


def next_of(readinesses: Iterable[Readiness]) -> Readiness | None:
    """Return the first stage that was not received."""
    return next((readiness for readiness in readinesses if readiness.state is not StageState.RECEIVED), None)


@dataclass(frozen=True, slots=True)
class CashMonth:
    """The forecast of a fund for a month, in rupiah; ``month`` 0 has the money held today."""

    fund: str
    month: int
    into: Decimal
    out: Decimal
    after: Decimal


def forecast(held: Mapping[str, Decimal], planned: Iterable[tuple[str, int, Decimal, Decimal]]) -> (
    tuple[CashMonth, ...]
):  # fmt: skip
    """Compute the forecast month by month from each fund's money and its plan (fund, month, in, out)."""
    rows = sorted(planned)
    made = []
    for fund in sorted({*held, *(row[0] for row in rows)}):
        balance = held.get(fund, ZERO)
        made.append(CashMonth(fund, 0, ZERO, ZERO, balance))
        for _fund, month, into, out in (row for row in rows if row[0] == fund):
            balance += into - out
            made.append(CashMonth(fund, month, into, out, balance))
    return tuple(made)
