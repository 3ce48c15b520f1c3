"""What the regency looks at: what is late in a village, which stages it can ask for, when its cash runs out."""

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
"""The clocks that are looked at, of villages and of the regency. What is reported of a month comes out of books that
are closed, so it counts as made when they are; of the first semester and of the year, when it is on record that it was
sent and agreed. A DPA is verified so many days after the last one on which it is drafted in time."""


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What has happened in a year of a village: the day of its budget's regulation, the day on which its DPA was first
    checked, each month was closed, the report of the first semester was sent and the account of the year agreed; the
    days of advances that are not accounted for, and last days of taxes that are not remitted."""

    enacted: date | None = None
    checked: date | None = None
    closed: Mapping[int, date] = field(default_factory=dict)
    reported: date | None = None
    agreed: date | None = None
    advances: tuple[date, ...] = ()
    taxes: tuple[tuple[TaxKind, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a village's year with its clock, its due day, and how it stands; ``month``: of a month's books."""

    clock: Clock
    day: date
    done: date | None
    stands: Timeliness
    month: int | None = None


def steps(
    clocks: Mapping[str, Clock], facts: YearFacts, *, year: int, today: date, calendar: WorkingDays
) -> tuple[Step, ...]:
    """The steps of a year that have begun by today, in their order."""

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
    """That a tax goes to the state, as the title of a step."""
    return Bilingual(f"Penyetoran {kind.title.id}", f"{kind.title.en} remitted")


@dataclass(frozen=True, slots=True)
class Late:
    """Steps of one kind that are late in a village: how many, and the first of them with its due day."""

    code: str
    name: str
    first: Step
    count: int

    @property
    def title(self) -> str:
        return str(self.first.clock.title)


def late(code: str, name: str, all_steps: Iterable[Step]) -> tuple[Late, ...]:
    """Tell what of these steps is late, each kind once."""
    kinds: dict[str, list[Step]] = {}
    for step in all_steps:
        if step.stands is Timeliness.LATE:
            kinds.setdefault(step.clock.origin.rule, []).append(step)
    return tuple(Late(code, name, rows[0], len(rows)) for rows in kinds.values())


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Since which day a report of a village is on record, and by which letter or regulation; None if it is missing."""

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
    """The first stage that was not received."""
    return next((readiness for readiness in readinesses if readiness.state is not StageState.RECEIVED), None)


@dataclass(frozen=True, slots=True)
class CashMonth:
    """What a fund is expected to hold in a month, in rupiah; ``month`` 0 has what it holds today."""

    fund: str
    month: int
    into: Decimal
    out: Decimal
    after: Decimal


def forecast(held: Mapping[str, Decimal], planned: Iterable[tuple[str, int, Decimal, Decimal]]) -> (
    tuple[CashMonth, ...]
):  # fmt: skip
    """From what each fund holds and what is still planned of each (fund, month, in, out), month by month."""
    rows = sorted(planned)
    made = []
    for fund in sorted({*held, *(row[0] for row in rows)}):
        balance = held.get(fund, ZERO)
        made.append(CashMonth(fund, 0, ZERO, ZERO, balance))
        for _fund, month, into, out in (row for row in rows if row[0] == fund):
            balance += into - out
            made.append(CashMonth(fund, month, into, out, balance))
    return tuple(made)
