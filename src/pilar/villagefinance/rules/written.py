"""Read days and amounts as the programs of banks and of Siskeudes write them; the whole file determines their order.

Input by people is read by ``platform.reading``; a program may also leave out the year, write it with two digits, add a
time, put the month first, or say by a letter whether money came or went.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading import Notation, is_none, read_day, read_rupiah
from pilar.platform.tables import Cell, shown

CENT = Decimal("0.01")
LARGEST = Decimal("1e16")
"""What numeric(18,2) holds."""
_NOISE = Decimal("1e-6")
# A spreadsheet stores a day or a moment where it can, and text where the exporting program gave no type.
_TIME = re.compile(r"[T ]+\d{1,2}[:.]\d{2}([:.]\d{2})?(\.\d+)?\s*([AP]M|WIB|WITA|WIT)?$", re.IGNORECASE | re.ASCII)
_NUMBERED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?", re.ASCII)
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{1,2}[-/. ]?[^\W\d_]{3,9}[-/. ]?)(\d{2})")
_AMOUNT = re.compile(
    r"(?P<sign>[-+(])?\s*(?:Rp\.?|IDR)?\s*(?P<minus>-)?(?P<digits>\d[\d.,\s]*?)\s*(?P<after>[-)])?", re.IGNORECASE
)
_LETTERS = re.compile(r"^(CR|DB|DR|D|K|C)\b\.?\s*|\s*\b(CR|DB|DR|D|K|C)\.?$", re.IGNORECASE)
IN, OUT = 1, -1
MARKS = {"cr": IN, "c": IN, "k": IN, "kredit": IN, "credit": IN, "db": OUT, "dr": OUT, "d": OUT, "debet": OUT,
         "debit": OUT}  # fmt: skip
"""The sign that a mark gives an amount, for the owner of the account."""


class DayOrder(StrEnum):
    """The position of the day in ``03/04/2026``."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


def day_order(cells: Iterable[Cell]) -> DayOrder | None:
    """Return the order of the days of a file: as one of them proves, else the day first; None where they contradict
    each other."""
    first = second = False
    for cell in cells:
        match = _NUMBERED.fullmatch(_bare(cell)) if isinstance(cell, str) else None
        if match:
            first |= int(match[1]) > 12
            second |= int(match[2]) > 12
    if first and second:
        return None
    return DayOrder.MONTH_FIRST if second else DayOrder.DAY_FIRST


def read_written_day(cell: Cell, order: DayOrder, year: int | None = None) -> dt.date | Fault | None:
    """Read a day; ``year`` is that of a file whose days have none."""
    if isinstance(cell, Decimal) and cell == cell.to_integral_value():
        cell = f"{cell:.0f}"
    if not isinstance(cell, str) or is_none(cell):
        return cell.date() if isinstance(cell, dt.datetime) else read_day(cell) if not is_none(cell) else None
    text = _bare(cell)
    numbered, run = _NUMBERED.fullmatch(text), _RUN.fullmatch(text)
    if numbered:
        day, month = (numbered[1], numbered[2])[:: 1 if order is DayOrder.DAY_FIRST else -1]
        if numbered[3] is None and year is None:
            return Fault("no-year", N_("“%(given)s” has no year. Say of which year the file is"), _given(cell))
        return _day(cell, _year(numbered[3], year), int(month), int(day))
    if run:
        return _day(cell, int(run[1]), int(run[2]), int(run[3]))
    short = _SHORT_YEAR.fullmatch(text)
    return read_day(f"{short[1]}20{short[2]}" if short else text)


def read_written_amount(cell: Cell, notation: Notation | None = None) -> tuple[Decimal, int] | Fault | None:
    """Read an amount to the sen with the sign of its mark: ``IN``, ``OUT`` or 0 for none.

    A minus before or after it and brackets count as a mark: the amount is never negative.
    """
    if is_none(cell):
        return None
    text, side = _unmarked(cell) if isinstance(cell, str) else ("", 0)
    match = _AMOUNT.fullmatch(text)
    value = read_rupiah(match["digits"].strip() if match else cell, notation)
    if match and isinstance(value, Decimal) and (match["sign"] in ("-", "(") or match["minus"] or match["after"]):
        value = -value
    if not isinstance(value, Decimal):
        return value
    value = to_sen(value)
    if isinstance(value, Fault):
        return value
    if value < 0:
        return -value, OUT if side == 0 else -side
    return value, side


def to_sen(value: Decimal) -> Decimal | Fault:
    """Return an amount with two decimals: rounding noise of a spreadsheet is removed, anything else refused."""
    if abs(value) >= LARGEST:
        return Fault("too-large-amount", N_("“%(given)s” is more than any account holds"), _given(value))
    rounded = value.quantize(CENT)
    if abs(rounded - value) > _NOISE:
        return Fault("below-a-sen", N_("“%(given)s” has parts of a sen"), _given(value))
    return rounded


def plain_amount(cell: Cell) -> str:
    """Return the digits of a cell without their surroundings, by which the number format of a column is recognised."""
    match = _AMOUNT.fullmatch(_unmarked(cell)[0]) if isinstance(cell, str) else None
    return match["digits"].strip() if match else ""


def _unmarked(text: str) -> tuple[str, int]:
    text = text.strip()
    match = _LETTERS.search(text)
    if match is None:
        return text, 0
    return (text[: match.start()] + text[match.end() :]).strip(), MARKS[(match[1] or match[2]).casefold()]


def _bare(cell: str) -> str:
    """Return a day without the apostrophe that keeps it a text, and without its time."""
    return _TIME.sub("", cell.strip().lstrip("'").strip())


def _year(written: str | None, year: int | None) -> int:
    if written is None:
        return year or 0
    return int(written) + (2000 if len(written) == 2 else 0)


def _day(given: str, year: int, month: int, day: int) -> dt.date | Fault:
    try:
        return dt.date(year, month, day)
    except ValueError:
        sentence = N_("“%(given)s” is no day of the calendar")
        return Fault("no-day", sentence, _given(given))


def _given(value: object) -> dict[str, str]:
    return {"given": shown(value)}
