"""Periods (periode) that a figure can belong to: a day, a month, a quarter, a year of the calendar.

They are written as in ISO 8601 (``2026-03-05``, ``2026-03``, ``2026``), a quarter as in SDMX (``2026-Q1``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pilar.areas.rules import MONTHS
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, translate
from pilar.platform.reading import SPAN_EXAMPLES, read_span
from pilar.platform.reading.periods import FIRST_YEAR, LAST_YEAR
from pilar.platform.tables import Cell, shown


class PeriodKind(StrEnum):
    """The length of a period, the shortest first; the codes are also the fields of PostgreSQL's ``date_trunc``."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


KIND_NAMES = {
    PeriodKind.DAY: N_("daily"),
    PeriodKind.MONTH: N_("monthly"),
    PeriodKind.QUARTER: N_("quarterly"),
    PeriodKind.YEAR: N_("yearly"),
}

WRITTEN_AS = {
    PeriodKind.DAY: "2026-03-05",
    PeriodKind.MONTH: "2026-03",
    PeriodKind.QUARTER: "2026-Q1",
    PeriodKind.YEAR: "2026",
}

_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
_ORDER = tuple(PeriodKind)
_PATTERNS = {
    PeriodKind.DAY: re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII),
    PeriodKind.MONTH: re.compile(r"(\d{4})-(\d{2})", re.ASCII),
    PeriodKind.QUARTER: re.compile(r"(\d{4})-[Qq]([1-4])", re.ASCII),
    PeriodKind.YEAR: re.compile(r"(\d{4})", re.ASCII),
}
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, order=False)
class Period:
    """A period by its kind and first day; ``ValueError`` (a bug) if no period of the kind begins on that day."""

    kind: PeriodKind
    start: date

    def __post_init__(self) -> None:
        if first_day(self.kind, self.start) != self.start:
            raise ValueError(f"no {self.kind} begins on {self.start}")

    @property
    def end(self) -> date:
        """The last day."""
        return self.next().start - timedelta(days=1)

    def next(self) -> Period:
        """The period that follows at once."""
        return self.shifted(1)

    def previous(self) -> Period:
        """The period before."""
        return self.shifted(-1)

    def shifted(self, steps: int) -> Period:
        """The period so many steps later, or earlier when ``steps`` is negative."""
        if self.kind is PeriodKind.DAY:
            return Period(self.kind, self.start + timedelta(days=steps))
        months = self.start.year * 12 + self.start.month - 1 + steps * _MONTHS[self.kind]
        return Period(self.kind, date(months // 12, months % 12 + 1, 1))

    def __str__(self) -> str:
        """As it is written in files and by the API."""
        year = f"{self.start.year:04}"
        match self.kind:
            case PeriodKind.DAY:
                return self.start.isoformat()
            case PeriodKind.MONTH:
                return f"{year}-{self.start.month:02}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{_quarter(self.start)}"
            case PeriodKind.YEAR:
                return year

    def text(self) -> str:
        """For readers, in their language: ``5 Maret 2026``, ``Maret 2026``, ``triwulan I 2026``, ``2026``."""
        month, year = translate(MONTHS[self.start.month - 1]), self.start.year
        match self.kind:
            case PeriodKind.DAY:
                return f"{self.start.day} {month} {year}"
            case PeriodKind.MONTH:
                return f"{month} {year}"
            case PeriodKind.QUARTER:
                return translate("quarter %(number)s %(year)s", number=_ROMAN[_quarter(self.start) - 1], year=year)
            case PeriodKind.YEAR:
                return str(year)


def first_day(kind: PeriodKind, day: date) -> date:
    """The first day of the period of this kind that ``day`` lies in."""
    match kind:
        case PeriodKind.DAY:
            return day
        case PeriodKind.MONTH:
            return day.replace(day=1)
        case PeriodKind.QUARTER:
            return date(day.year, 3 * _quarter(day) - 2, 1)
        case PeriodKind.YEAR:
            return date(day.year, 1, 1)


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of this kind that ``day`` lies in."""
    return Period(kind, first_day(kind, day))


def parse_period(text: str, kind: PeriodKind | None = None) -> Period:
    """The period that ``text`` writes, of ``kind`` if one is given; raises Faults at ``period``."""
    given = text.strip()
    for form, pattern in _PATTERNS.items():
        match = pattern.fullmatch(given)
        if match is None:
            continue
        start = _start(form, [int(part) for part in match.groups()])
        if start is None:
            break
        if kind is not None and form is not kind:
            raise Faults([_of_another_kind(given, kind)])
        return Period(form, start)
    raise Faults([_unreadable(given, kind)])


def read_period(given: Cell, kind: PeriodKind) -> Period | Fault:
    """The period in a cell or a field, as people write it; a fault at ``period``.

    A spreadsheet turns ``Maret 2026`` into a day and ``2026`` into a number; both are understood.
    """
    span = read_span(given)
    if span is None:
        return _unreadable("", kind)
    if isinstance(span, Fault):
        fields = {"given": shown(given), "example": translate(SPAN_EXAMPLES[kind.value])}
        return Fault("unreadable-period", N_("“%(given)s” is no period; write it like %(example)s"), fields, "period")
    made_of_day = isinstance(given, date) and first_day(kind, span.start) == span.start
    if span.kind == kind or made_of_day:
        return Period(kind, span.start)
    return _of_another_kind(str(given), kind)


def periods(first: Period, last: Period) -> Iterator[Period]:
    """All periods from ``first`` to ``last``, both included; ``ValueError`` if they differ in kind."""
    if first.kind is not last.kind:
        raise ValueError("periods of one kind are counted")
    now = first
    while now.start <= last.start:
        yield now
        now = now.next()


def count(first: Period, last: Period) -> int:
    """Count how many periods there are from ``first`` to ``last``, both included; 0 if ``last`` comes before."""
    if first.kind is not last.kind:
        raise ValueError("periods of one kind are counted")
    if first.kind is PeriodKind.DAY:
        return max((last.start - first.start).days + 1, 0)
    months = (last.start.year - first.start.year) * 12 + last.start.month - first.start.month
    return max(months // _MONTHS[first.kind] + 1, 0)


def parts(period: Period, kind: PeriodKind) -> tuple[Period, ...]:
    """The periods of a kind at most as long that make up ``period``, in order; ``ValueError`` for a longer kind."""
    if _ORDER.index(kind) > _ORDER.index(period.kind):
        raise ValueError(f"a {period.kind} is not made of periods of the kind {kind}")
    return tuple(periods(period_of(kind, period.start), period_of(kind, period.end)))


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _start(kind: PeriodKind, parts: list[int]) -> date | None:
    if not FIRST_YEAR <= parts[0] <= LAST_YEAR:
        return None
    month, day = 1, 1
    match kind:
        case PeriodKind.DAY:
            month, day = parts[1:]
        case PeriodKind.MONTH:
            month = parts[1]
        case PeriodKind.QUARTER:
            month = 3 * parts[1] - 2
    try:
        return date(parts[0], month, day)
    except ValueError:
        return None


def _unreadable(given: str, kind: PeriodKind | None) -> Fault:
    if not given:
        return Fault("no-period", N_("The period is missing"), {}, "period")
    if kind is not None:
        fields = {"given": shown(given), "example": WRITTEN_AS[kind]}
        return Fault("unreadable-period", N_("“%(given)s” is no period; write it like %(example)s"), fields, "period")
    fields = {"given": shown(given), "examples": ", ".join(WRITTEN_AS.values())}
    sentence = N_("“%(given)s” is no period; write it in one of these ways: %(examples)s")
    return Fault("unreadable-period", sentence, fields, "period")


def _of_another_kind(given: str, kind: PeriodKind) -> Fault:
    sentences = {
        PeriodKind.DAY: N_("This figure is reported by day; write the day like %(example)s, not “%(given)s”"),
        PeriodKind.MONTH: N_("This figure is reported by month; write the month like %(example)s, not “%(given)s”"),
        PeriodKind.QUARTER: N_(
            "This figure is reported by quarter; write the quarter like %(example)s, not “%(given)s”"
        ),
        PeriodKind.YEAR: N_("This figure is reported by year; write the year like %(example)s, not “%(given)s”"),
    }
    fields = {"given": shown(given), "example": translate(SPAN_EXAMPLES[kind.value])}
    return Fault("period-of-another-kind", sentences[kind], fields, "period")
