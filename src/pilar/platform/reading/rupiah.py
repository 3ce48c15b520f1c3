"""Amounts of rupiah."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading.numbers import Notation, parse, read_number, typed_text
from pilar.platform.reading.words import is_none
from pilar.platform.tables import Cell, Percent, shown

POWERS = {
    "ribu": 3, "rb": 3, "juta": 6, "jt": 6, "miliar": 9, "milyar": 9, "m": 9, "triliun": 12, "trilyun": 12, "t": 12,
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
}  # fmt: skip
"""Words behind an amount, as powers of ten."""

_SIGN = re.compile(r"(?:rp|idr)\.?\s*", re.IGNORECASE)
_NO_SEN = re.compile(r"[.,]?\s*[-–—]{1,2}\s*$")
_WORD = re.compile(rf"(.*?)\s*({'|'.join(sorted(POWERS, key=len, reverse=True))})\.?\s*(?:rupiah)?", re.IGNORECASE)
_RUPIAH = re.compile(r"\s*rupiah\s*$", re.IGNORECASE)
_ODD_SEN = re.compile(r"[^.]*\..*,\d{3}|[^,]*,.*\.\d{3}")

EXACT = Context(prec=1_000)
"""Enough digits for whatever a cell can hold: an amount is never rounded."""


def read_rupiah(cell: Cell, notation: Notation | None = None) -> Decimal | Fault | None:
    """An amount: ``Rp. 1.250.000.000,-``, ``Rp1.250.000.000``, ``1,5 miliar``; None for nothing or a dash.

    Groups of three behind points or spaces can only be thousands, since nobody writes sen. ``1,500`` is refused unless
    ``notation`` says that commas part thousands.
    """
    if isinstance(cell, Percent):
        sentence = N_("%(given)s is a percentage: write the amount in rupiah, such as Rp1.250.000.000")
        return Fault("percent-sign", sentence, {"given": shown(cell)})
    if not isinstance(cell, str):
        number = read_number(cell)
        return number if not isinstance(number, Percent) else None
    text = _SIGN.sub("", cell.strip(), count=1) if _SIGN.match(cell.strip()) else cell.strip()
    if is_none(text):
        return None if text or is_none(cell) else _no_amount(cell)
    text = _RUPIAH.sub("", _NO_SEN.sub("", text))
    power = 0
    worded = _WORD.fullmatch(text)
    if worded:
        text, power = worded[1], POWERS[worded[2].casefold()]
    number = _amount(text, cell, notation)
    return number if isinstance(number, Fault) else _whole(EXACT.scaleb(number, power))


def read_amounts(cell: Cell, notation: Notation | None = None) -> list[Decimal | Fault]:
    """The amounts in a cell: several stand behind strokes, ``500.000.000/250.000.000``; a dash is none."""
    given = cell.split("/") if isinstance(cell, str) and not is_none(cell) else [cell]
    return [rupiah for cell in given if (rupiah := read_rupiah(cell, notation)) is not None]


def rupiah_text(value: Decimal) -> str:
    """An amount as it is typed, in any language: ``750.000.000``."""
    return f"{value:,.0f}".replace(",", ".") if value == value.to_integral_value() else typed_text(value)


def _amount(text: str, cell: str, notation: Notation | None) -> Decimal | Fault:
    written = parse(text)
    # Sen of three digits are a slip: one of the signs was meant for the other.
    if written is None or (written.grouped and _ODD_SEN.fullmatch(text)):
        return _no_amount(cell)
    if not written.either:
        return Decimal(written.digits)
    whole = re.sub("[.,]", "", written.digits)
    if "." in written.digits or notation is Notation.POINT:
        return Decimal(whole)
    return Fault("two-ways", N_("“%(given)s” can be read in two ways: write %(whole)s"), _fields(cell, whole))


def _fields(cell: str, whole: str) -> dict[str, str]:
    return {"given": shown(cell), "whole": whole}


def _whole(value: Decimal) -> Decimal:
    return Decimal(int(value)) if value == value.to_integral_value() else value


def _no_amount(given: str) -> Fault:
    sentence = N_("“%(given)s” is no amount of rupiah. Write it such as Rp1.250.000.000 or 1,5 miliar")
    return Fault("no-amount", sentence, {"given": shown(given)})
