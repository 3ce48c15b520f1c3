"""Cells of a published budget: a code, perhaps with its name, or an amount."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading import Notation, is_none, read_rupiah
from pilar.platform.tables import Cell, shown

NOTHING = "nihil"
TOO_MUCH = Decimal(10) ** 16
"""A ledger keeps 18 digits, two of them sen."""

_CODE = re.compile(r"(\d{1,3}(?:\s?\.\s?\d{1,3}){0,8}\s?\.?)(?:\s+(?=[^\W\d])(.*))?", re.ASCII | re.DOTALL)
_AMOUNT = re.compile(r"(?:rp|idr)?[\s.(\-−]*(?:rp|idr)?[\s.(\-−]*\d[\d.,\s]*[)\-–\s]*", re.IGNORECASE | re.ASCII)
_AS_TEXT = " \t\n'’`=\""
"""Characters that people put around a code so that a spreadsheet leaves it as it is."""
_CURRENCY = re.compile(r"^(?:rp|idr)\.?\s*", re.IGNORECASE)
_BELOW_ZERO = re.compile(r"\((.+)\)|[-−]\s*([^-−\s].*)", re.DOTALL)


def split_code(cell: Cell) -> tuple[str, str]:
    """Return the code in a cell as it is written, and the name after it; both may be empty."""
    if isinstance(cell, Decimal):
        cell = f"{cell:f}"
    if not isinstance(cell, str):
        return "", ""
    text = "" if is_none(cell) else cell.strip(_AS_TEXT)
    match = _CODE.fullmatch(text)
    return ("".join(match[1].split()).rstrip("."), match[2] or "") if match else ("", text)


def pieces_of(cell: Cell) -> list[str]:
    """Return the parts of the code in a cell; empty where there is no code."""
    code = split_code(cell)[0]
    return code.split(".") if code else []


def is_amount(cell: Cell) -> bool:
    """Return whether a cell looks like an amount, or says that there is none."""
    if isinstance(cell, str):
        return bool(cell) and (
            is_none(cell) or cell.casefold() == NOTHING or _AMOUNT.fullmatch(cell.strip()) is not None
        )
    return isinstance(cell, Decimal)


def read_amount(cell: Cell, notation: Notation | None) -> Decimal | Fault | None:
    """Read an amount: ``Rp1.250.000,00``, ``(1.250.000)`` as negative, 0 for a dash; None for a blank."""
    amount = _amount(cell, notation)
    if isinstance(amount, Decimal) and abs(amount) >= TOO_MUCH:
        return Fault("too-much", N_("%(given)s is more than a village can have"), {"given": shown(cell)})
    return amount


def _amount(cell: Cell, notation: Notation | None) -> Decimal | Fault | None:
    if not isinstance(cell, str):
        return read_rupiah(cell, notation)
    text = _CURRENCY.sub("", cell.strip())
    if not text:
        return None
    if is_none(text) or text.casefold() == NOTHING:
        return Decimal(0)
    below = _BELOW_ZERO.fullmatch(text)
    rupiah = read_rupiah((below[1] or below[2]) if below else text, notation)
    if rupiah is None:
        return Decimal(0)
    return -rupiah if below and isinstance(rupiah, Decimal) else rupiah


def changed_to_date(cell: Cell) -> Fault | None:
    """Return the fault of a code that a spreadsheet turned into a day or a time: 5.1.1 became 5 January."""
    if not isinstance(cell, dt.date | dt.time | dt.timedelta):
        return None
    sentence = N_(
        "The spreadsheet made the date “%(given)s” of a code. Set the column to “text” and write the code again"
    )
    return Fault("code-became-date", sentence, {"given": shown(cell)})
