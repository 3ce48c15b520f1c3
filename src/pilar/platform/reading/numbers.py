"""Numbers: digits with a decimal sign, with or without separators of thousands.

``1.200`` is a thousand and two hundred to an Indonesian and one and a fifth to a program. A text that can only mean one
thing (``2,5``, ``0.5``, ``1.234.567``, ``12,50``) is read by itself; for the others the whole column says how numbers
are written in it, in a form the reader's language does, and where nothing does the number is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_, reader_language
from pilar.platform.reading.words import is_none
from pilar.platform.tables import Cell, Percent, shown

MAX_NUMBER = 60

_SPACES = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " "))
_MINUS = "\N{MINUS SIGN}"
_NUMBER = re.compile(r"([+-]?)(\d+(?:[., ]\d+)*)(?:[eE]([+-]?\d{1,2}))?", re.ASCII)
# Most numbers of a file are such, and a file may have millions.
_SURE = re.compile(r"[+-]?(?:\d{1,20}|(?:0|\d{4,20})[.,]\d{1,20}|\d{1,3}[.,](?:\d{1,2}|\d{4,20}))", re.ASCII)
_PERHAPS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}[.,]\d{3}(?![\d.,])", re.ASCII)
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:([., ])\d{3})(?:\1\d{3})*", re.ASCII)
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_PERCENT_UNITS = re.compile(r"(?:%|persen|prosen|persentase|percent|per cent)(?:\W.*)?", re.IGNORECASE | re.DOTALL)


class Notation(StrEnum):
    """Notations of numbers; the notation only matters for a text that can mean two things."""

    COMMA = "comma"
    """With a decimal comma: 1.234,5."""
    POINT = "point"
    """With a decimal point: 1,234.5."""
    PLAIN = "plain"
    """By a program: no separators of thousands, so that the one sign that there may be is the decimal one."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text that is a number: ``digits`` with the decimal point of Python; ``notation`` is None where the sign in it
    can be either (``either``), or where there is none."""

    digits: str
    notation: Notation | None
    either: str = ""
    grouped: bool = False


def typed_notation() -> Notation:
    """Return how the reader writes numbers in a form: as the pages print them in the reader's language."""
    return Notation.POINT if reader_language() == "en" else Notation.COMMA


def typed_text(value: Decimal) -> str:
    """A number as the reader types it: the digits that it needs, the decimal sign of the language, no thousands."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if typed_notation() is Notation.POINT else text.replace(".", ",")


def read_number(
    cell: Cell | float | int, notation: Notation | None = None, *, highest: Decimal | None = None
) -> Decimal | Percent | Fault | None:
    """The number in a cell, a field or a JSON value; None for a blank and, but for programs, for a dash.

    ``notation`` None: a text that can mean two things is refused. ``highest``: no number here is above it, so that
    ``3.125`` cannot be thousands where marks end at 4. A percentage stays one, for :func:`read_figure` to judge.
    """
    if not isinstance(cell, str):
        return cell if isinstance(cell, Percent) else _of_type(cell)
    text = cell.strip()
    if _SURE.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if notation is not None and highest is None and _EITHER.fullmatch(text):
        return _either(text, notation)
    if not text or (notation is not Notation.PLAIN and is_none(text)):
        return None
    if text.endswith("%") and notation is not Notation.PLAIN:
        number = read_number(text[:-1], notation, highest=highest)
        return Percent(number) if isinstance(number, Decimal) else _no_number(text)
    return _number(text, notation, highest)


def read_figure(
    cell: Cell | float | int, unit: str, notation: Notation | None = None, *, highest: Decimal | None = None
) -> Decimal | Fault | None:
    """The number in a cell that counts in ``unit``: a percentage where the unit is per cent, and only there."""
    number = read_number(cell, notation, highest=highest)
    return in_unit(number, unit) if isinstance(number, Percent) else number


def in_unit(percent: Percent, unit: str) -> Decimal | Fault:
    """A percentage as a number of ``unit``, or why it is none."""
    if is_percent(unit):
        return percent.value
    fields = {"given": _percent_text(percent), "unit": shown(unit)}
    if not unit.strip():
        sentence = N_("%(given)s is a percentage, which does not belong here: write the number without the sign %%")
        return Fault("percent-sign", sentence, fields)
    sentence = N_(
        "%(given)s is a percentage, but the unit is “%(unit)s”. Write the number in this unit without the sign %%, "
        "or give the unit %%"
    )
    return Fault("percent-sign", sentence, fields)


def read_percentage(cell: Cell, notation: Notation | None = None) -> Decimal | Fault | None:
    """Per cent: ``60%``, ``60 %`` and ``60`` are sixty of a hundred."""
    return read_figure(cell, "%", notation)


def is_percent(unit: str) -> bool:
    """Return whether a unit is per cent: ``%``, ``persen``, ``% penduduk``."""
    return _PERCENT_UNITS.fullmatch(unit.strip()) is not None


def column_notation(cells: Iterable[Cell], *, highest: Decimal | None = None) -> Notation | Fault | None:
    """Return how the numbers of a column are written, from all its cells; None where no cell needs to know it.

    The fault says which cell can be read in two ways; the caller knows the name of the column.
    """
    said: dict[Notation, str] = {}
    open_cell = ""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if not any(map(_PERHAPS.search, texts)):
        return None
    for cell in texts:
        if _SURE.fullmatch(cell):
            if "," in cell or "." in cell:
                said.setdefault(Notation.COMMA if "," in cell else Notation.POINT, cell)
            continue
        if highest is None and _EITHER.fullmatch(cell):
            open_cell = open_cell or cell
            continue
        for text in _texts(cell):
            written = parse(text, highest=highest)
            if written is None:
                continue
            if written.notation is not None:
                said.setdefault(written.notation, text)
            open_cell = open_cell or written.either
    if not open_cell:
        return None
    if len(said) == 1:
        return next(iter(said))
    fields = {"given": shown(open_cell), "whole": _bare(open_cell), "part": _as_part(open_cell)}
    if said:
        fields |= {"comma": shown(said[Notation.COMMA]), "point": shown(said[Notation.POINT])}
        sentence = N_(
            "“%(given)s” can be read in two ways: the column has both a decimal comma (“%(comma)s”) and a decimal "
            "point (“%(point)s”). Write all its numbers in one way: %(whole)s for a whole number, %(part)s for a part"
        )
        return Fault("two-ways", sentence, fields)
    sentence = N_(
        "“%(given)s” can be a thousand or a part of one, and nothing in the column says which. "
        "Write %(whole)s for a whole number, %(part)s for a part"
    )
    return Fault("two-ways", sentence, fields)


def parse(text: str, *, highest: Decimal | None = None) -> Written | None:
    """Return what a text says of itself as a number; None for one that is none. Its decimal sign may stay open."""
    text = text.strip().translate(_SPACES).replace(_MINUS, "-")
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > MAX_NUMBER:
        return None
    sign, digits, exponent = match[1], match[2], match[3]
    power = f"E{exponent}" if exponent else ""
    if digits.isdigit():
        return Written(sign + digits + power, None)
    if not power and _EITHER.fullmatch(digits):
        separator = "." if "." in digits else ","
        if highest is None or Decimal(_bare(digits)) <= highest:
            return Written(sign + digits, None, either=text)
        return Written(sign + digits.replace(",", "."), _of_decimal(separator))
    return _clear(sign, digits, power)


def _clear(sign: str, digits: str, power: str) -> Written | None:
    """A text whose signs can only mean one thing."""
    if not power and (groups := _GROUPS.fullmatch(digits)):
        notation = {".": Notation.COMMA, ",": Notation.POINT}.get(groups[1])
        return Written(sign + digits.replace(groups[1], ""), notation, grouped=True)
    at = max(digits.rfind("."), digits.rfind(","))
    whole, part = digits[:at], digits[at + 1 :]
    if at < 0 or " " in part:
        return None
    grouped = not whole.isdigit()
    if grouped:
        groups = _GROUPS.fullmatch(whole)
        if power or groups is None or groups[1] == digits[at]:
            return None
        whole = whole.replace(groups[1], "")
    return Written(f"{sign}{whole}.{part}{power}", _of_decimal(digits[at]), grouped=grouped)


def _of_type(cell: bool | int | float | Decimal | dt.date | dt.time | dt.timedelta) -> Decimal | Fault:
    """The number that a spreadsheet or JSON holds as one."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
        return number if number.is_finite() else _no_number(str(cell))
    return _date(cell) if isinstance(cell, dt.date | dt.time | dt.timedelta) else _no_number(str(cell))


def _number(text: str, notation: Notation | None, highest: Decimal | None) -> Decimal | Fault:
    written = parse(text, highest=highest)
    if written is None:
        return _no_number(text)
    if notation is Notation.PLAIN and written.grouped:
        sentence = N_("Write “%(given)s” without separators of thousands: only digits and one decimal comma or point")
        return Fault("grouped-number", sentence, {"given": shown(text)})
    if notation is Notation.PLAIN or not written.either:
        return Decimal(written.digits.replace(",", "."))
    if notation is None:
        sentence = N_("“%(given)s” can be read in two ways: write %(whole)s for a whole number, %(part)s for a part")
        fields = {"given": shown(text), "whole": _bare(written.digits), "part": _as_part(written.digits)}
        return Fault("two-ways", sentence, fields)
    return _either(written.digits, notation)


def _either(digits: str, notation: Notation) -> Decimal:
    """The number of digits that can mean two things; a program always writes a part."""
    of_thousands = {Notation.COMMA: ".", Notation.POINT: ","}.get(notation)
    return Decimal(_bare(digits) if of_thousands and of_thousands in digits else digits.replace(",", "."))


def _of_decimal(sign: str) -> Notation:
    return Notation.COMMA if sign == "," else Notation.POINT


def _bare(digits: str) -> str:
    return re.sub(r"[., ]", "", digits)


def _as_part(digits: str) -> str:
    """The digits as a part, as the reader writes one that cannot be taken for thousands: ``1,2000``."""
    return re.sub(r"[.,]", "." if typed_notation() is Notation.POINT else ",", digits) + "0"


def _texts(cell: str) -> Iterable[str]:
    """The numbers in a cell: the two of ``9/10``, and one without its percent sign or currency."""
    bare = re.sub(r"^\s*(?:rp\.?|idr)\s*|\s*%\s*$|,[-–—]+\s*$", "", cell, flags=re.IGNORECASE)
    return bare.split("/") if bare.count("/") == 1 else (bare,)


def _percent_text(value: Percent) -> str:
    return f"{typed_text(value.value)} %"


def _no_number(given: str) -> Fault:
    if any(character.isdigit() and not character.isascii() for character in given):
        return Fault("foreign-digits", N_("“%(given)s” is not written with the digits 0 to 9"), _given(given))
    return Fault("no-number", N_("“%(given)s” is no number. Write it such as 1250 or 2.5"), _given(given))


def _date(given: dt.date | dt.time | dt.timedelta) -> Fault:
    said = given.isoformat() if isinstance(given, dt.date) else str(given)
    sentence = N_("“%(given)s” is a date or a time, not a number. Set the cell to “number” and write it again")
    return Fault("date", sentence, _given(said))


def _given(text: str) -> dict[str, str]:
    return {"given": shown(text)}
