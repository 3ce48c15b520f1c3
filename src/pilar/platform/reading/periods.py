"""Days, months, quarters and years of the calendar, and moments by a region's clock.

An ambiguous ``3/4/2026`` is the third of April: in Indonesia the day stands first. Years have four digits.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables import Cell, shown

SpanKind = Literal["day", "month", "quarter", "year"]
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Years outside are taken for a slip of the pen (assumption)."""

SPAN_EXAMPLES: dict[SpanKind, str] = {
    "day": N_("20 October 2026, 20/10/2026 or 2026-10-20"),
    "month": N_("October 2026 or 2026-10"),
    "quarter": N_("quarter III 2026, TW III 2026 or 2026-Q3"),
    "year": "2026",
}
"""How a period of each kind may be written, for hints and refusals."""

_LANGUAGES = ("id", "en")
# Spellings that people use in addition to those of the locale data.
_FURTHER = {"pebruari": 2, "agustus": 8, "agst": 8, "agt": 8, "ags": 8, "sept": 9, "nopember": 11, "nop": 11}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_QUARTER_WORD = r"(?:triwulan|tri wulan|trw|tw|kuartal|quarter|q)"
_QUARTERS = (
    re.compile(
        rf"{_QUARTER_WORD}\W*(?:ke\W*)?(?P<number>iv|i{{1,3}}|[1-4])\W*(?:\b(?:of|tahun|thn|th)\b)?\W*(?P<year>\d{{4}})",
        re.ASCII,
    ),
    re.compile(rf"(?P<year>\d{{4}})\W*{_QUARTER_WORD}\W*(?:ke\W*)?(?P<number>iv|i{{1,3}}|[1-4])", re.ASCII),
)
_YEAR = re.compile(r"(?:tahun|thn|th)?\W*(\d{4})", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_NAMED_MONTH = re.compile(r"(?:bulan\s+)?([^\W\d_]+)\.?[\s\-/,]*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00)?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_NAMED_DAY = re.compile(r"(?:[^\W\d_]+,\s*)?(\d{1,2})[\s\-/]+([^\W\d_]+)\.?[\s\-/,]+(\d{4})")
_NAMED_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2}),\s*(\d{4})")
_CLOCK = re.compile(
    r"(?P<day>.+?)[,\s]*(?:T|\s)(?:(?:pukul|jam|pkl\.?|at)\s*)?(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:](?P<second>\d{2}))?"
    r"(?:\s*(?P<zone>WIB|WITA|WIT))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A period of the calendar by its kind and first day."""

    kind: SpanKind
    start: dt.date


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by some clock; ``zone`` is WIB, WITA or WIT, empty where none is written."""

    local: dt.datetime
    zone: str = ""


def read_span(cell: Cell) -> Span | Fault | None:
    """The period in a cell, of whatever kind; None for a blank. The days that spreadsheets make are days."""
    if isinstance(cell, dt.date):
        return _span("day", cell.year, cell.month, cell.day) or _no_span(cell.isoformat())
    if isinstance(cell, Decimal) and cell == cell.to_integral_value():
        cell = f"{cell:.0f}"
    if not isinstance(cell, str):
        return _no_span(str(cell))
    text = " ".join(cell.split())
    return (_found(text.casefold()) or _no_span(text)) if text else None


def read_day(cell: Cell) -> dt.date | Fault | None:
    """The day in a cell: ``20 Oktober 2026``, ``20/10/2026``, ``2026-10-20``, or one of a spreadsheet."""
    span = read_span(cell)
    if isinstance(span, Span) and span.kind == "day":
        return span.start
    if span is None:
        return None
    sentence = N_("“%(given)s” is no day. Write it such as 20 October 2026, 20/10/2026 or 2026-10-20")
    return Fault("no-day", sentence, {"given": shown(cell)})


def read_moment(text: str) -> Moment | Fault | None:
    """A day with its time: ``24 November 2026 pukul 16.00 WIB``, ``24/11/2026 16:00``, ``2026-11-24T16:00``."""
    if not text.strip():
        return None
    match = _CLOCK.fullmatch(" ".join(text.split()))
    day = read_day(match["day"]) if match else None
    if match and isinstance(day, dt.date):
        try:
            time = dt.time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
        except ValueError:
            pass
        else:
            return Moment(dt.datetime.combine(day, time), (match["zone"] or "").upper())
    sentence = N_("“%(given)s” is no day with a time. Write it such as 24 November 2026 16:00 or 24/11/2026 16:00")
    return Fault("no-moment", sentence, {"given": shown(text)})


@cache
def months() -> dict[str, int]:
    """Number of a month by its name in small letters: long and short, Indonesian and English."""
    from babel.dates import get_month_names  # slow to load, and a file of figures has no months

    numbers = dict(_FURTHER)
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            names = get_month_names(width, locale=language)
            numbers |= {str(name).casefold().rstrip("."): int(number) for number, name in names.items()}
    return numbers


def _found(text: str) -> Span | None:
    """The period that a text in small letters writes."""
    for pattern in _QUARTERS:
        if match := pattern.fullmatch(text):
            return _span("quarter", int(match["year"]), 3 * _ROMAN[match["number"]] - 2)
    if match := _YEAR.fullmatch(text):
        return _span("year", int(match[1]))
    for pattern, year, month, day in (
        (_YEAR_FIRST, 1, 2, 3), (_DAY_FIRST, 3, 2, 1), (_NAMED_DAY, 3, 2, 1), (_NAMED_MONTH_FIRST, 3, 1, 2),
    ):  # fmt: skip
        if match := pattern.fullmatch(text):
            return _span("day", int(match[year]), _month(match[month]), int(match[day]))
    for pattern, year, month in ((_YEAR_MONTH, 1, 2), (_MONTH_YEAR, 2, 1), (_NAMED_MONTH, 2, 1)):
        if match := pattern.fullmatch(text):
            return _span("month", int(match[year]), _month(match[month]))
    return None


def _month(text: str) -> int:
    """The number of a month, 0 for none."""
    return int(text) if text.isdigit() else months().get(text, 0)


def _span(kind: SpanKind, year: int, month: int = 1, day: int = 1) -> Span | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return Span(kind, dt.date(year, month, day))
    except ValueError:
        return None


def _no_span(given: str) -> Fault:
    sentence = N_(
        "“%(given)s” is no period. Write a day such as 20 October 2026, a month such as October 2026, "
        "a quarter such as quarter III 2026, or a year such as 2026"
    )
    return Fault("unreadable-period", sentence, {"given": shown(given)})
