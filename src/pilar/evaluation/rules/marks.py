"""From a cell to an answer: how people write marks."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from pilar import index
from pilar.platform.errors import Fault
from pilar.platform.language import mark
from pilar.platform.tables import Cell, shown

BLANK = frozenset({"", "-", "–", "—"})

_NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,12})?", re.ASCII)
_RATIO = re.compile(r"(\d{1,12}(?:[.,]\d{1,12})?)\s*/\s*(\d{1,12}(?:[.,]\d{1,12})?)", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[., ]\d{3})*[.,]\d+", re.ASCII)
_DATE = re.compile(r"\d{1,4}[-/. ](?:\d{1,2}|[a-z]{3,9})(?:[-/. ]\d{2,4})?", re.ASCII | re.IGNORECASE)


def read_mark(cell: Cell) -> Decimal | index.Ratio | Fault | None:
    """The answer in ``cell``, None where it is blank or a dash, or the fault, still without its place.

    Numbers may have a decimal point or a decimal comma, but no separator of thousands. ``9/10`` is nine realised of
    ten planned.
    """
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return _date(str(cell))
    text = str(cell).strip()
    if text in BLANK:
        return None
    if _NUMBER.fullmatch(text):
        return _decimal(text)
    ratio = _RATIO.fullmatch(text)
    return index.Ratio(_decimal(ratio[1]), _decimal(ratio[2])) if ratio else _refused(text)


def read_number(text: str) -> Decimal | Fault | None:
    """The number in a field of a form, None where it is blank or a dash, or the fault, still without its place."""
    found = read_mark(text)
    if found is None or isinstance(found, Decimal):
        return found
    if isinstance(found, Fault) and found.code in {"percent-sign", "foreign-digits", "thousands"}:
        return found
    sentence = mark("“%(given)s” is not a number. Write one such as 1.5, or leave the field empty.")
    return Fault("not-a-number", sentence, {"given": shown(text.strip())})


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _date(given: str) -> Fault:
    sentence = mark(
        "“%(given)s” is a date. Spreadsheets turn 9/10 into a date: set the column to “text” first, "
        "or write the share as a number."
    )
    return Fault("date", sentence, {"given": shown(given)})


def _refused(text: str) -> Fault:
    """Why the text is no mark, and how to write it."""
    if _DATE.fullmatch(text):
        return _date(text)
    if "%" in text:
        code, sentence = "percent-sign", mark("“%(given)s” has a percent sign: write the number alone.")
    elif any(character.isdigit() and not character.isascii() for character in text):
        code, sentence = "foreign-digits", mark("“%(given)s” is not written with the digits 0 to 9.")
    elif _THOUSANDS.fullmatch(text):
        code, sentence = "thousands", mark("“%(given)s” separates thousands: write only the decimal point or comma.")
    else:
        sentence = mark("“%(given)s” is not a number. Leave the cell blank, or write -, where there is no mark.")
        code = "not-a-number"
    return Fault(code, sentence, {"given": shown(text)})
