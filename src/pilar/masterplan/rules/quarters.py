"""Quarters (triwulan) of the calendar: road maps and reports count in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from pilar.masterplan.rules.framework import ProgressRules
from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate
from pilar.platform.reading import Span, read_span
from pilar.platform.tables import Cell, shown

_WRITTEN = re.compile(r"(\d{4})-?[QqTt][Ww]?([1-4])", re.ASCII)
_WITHOUT_WORD = re.compile(r"\s*(?:IV|I{1,3})\W+\d{4}\s*", re.ASCII | re.IGNORECASE)
_ROMAN = ("I", "II", "III", "IV")
NAME = N_("quarter %(number)s of %(year)s")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter, 1 to 4, of a year; written ``2026-Q1``. ``ValueError`` (a bug) for another number."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"no quarter {self.number}")

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def name(self) -> str:
        """The name for a reader: ``triwulan I 2026``."""
        return translate(NAME, number=self.roman, year=str(self.year))

    @property
    def roman(self) -> str:
        """The Roman numeral, ``I`` to ``IV``."""
        return _ROMAN[self.number - 1]

    @property
    def place(self) -> int:
        """Quarters since year 0, so that differences count quarters."""
        return self.year * 4 + self.number - 1

    @property
    def start(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return self.shifted(1).start - timedelta(days=1)

    def shifted(self, quarters: int) -> Quarter:
        place = self.place + quarters
        return Quarter(place // 4, place % 4 + 1)


def quarter_of(day: date) -> Quarter:
    """Return the quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


@lru_cache(maxsize=1024)
def read_quarter(text: str) -> Quarter | None:
    """Read ``2026-Q1`` as it is stored and sent, also ``2026Q1`` and ``2026-TW1``; None for anything else."""
    match = _WRITTEN.fullmatch(text.strip())
    return Quarter(int(match[1]), int(match[2])) if match else None


def quarter_in(cell: Cell) -> Quarter | Fault | None:
    """Read a quarter written by a person: ``TW III 2026``, ``III/2026``, or a month or day that lies in it; None for a
    blank."""
    bare = isinstance(cell, str) and _WITHOUT_WORD.fullmatch(cell)
    span = read_span(f"TW {cell}" if bare else cell)
    if span is None:
        return None
    if isinstance(span, Span) and span.kind != "year":
        return quarter_of(span.start)
    sentence = N_("“%(given)s” is no quarter: write it like quarter III 2026 or 2026-Q3")
    return Fault("no-quarter", sentence, {"given": shown(cell)})


def quarters(first: Quarter, last: Quarter) -> Iterator[Quarter]:
    """Yield the quarters from the first to the last, both included."""
    for place in range(first.place, last.place + 1):
        yield Quarter(place // 4, place % 4 + 1)


@lru_cache(maxsize=1024)
def run_of_quarters(first: Quarter, last: Quarter) -> tuple[Quarter, ...]:
    """Return :func:`quarters`, cached: the programmes of a plan ask for the same few runs."""
    return tuple(quarters(first, last))


def last_due(today: date, rules: ProgressRules) -> Quarter:
    """Return the last quarter whose reports are all due: the day of :func:`due_on` has passed."""
    running = quarter_of(today)
    return next(quarter for quarter in map(running.shifted, range(-1, -400, -1)) if due_on(quarter, rules) < today)


def due_on(quarter: Quarter, rules: ProgressRules) -> date:
    """Return the last day for giving the report of a quarter in time."""
    return quarter.end + timedelta(days=rules.report_due_days)
