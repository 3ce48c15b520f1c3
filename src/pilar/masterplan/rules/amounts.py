"""Numbers of targets and amounts of rupiah as people write them in Indonesia: read exactly, or refused."""

from __future__ import annotations

import re
from decimal import Decimal

from pilar.measures.rules.definitions import written
from pilar.measures.rules.figures import read_number
from pilar.platform.errors import Fault
from pilar.platform.language import mark
from pilar.platform.tables import Cell, shown

_TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_ONE_COMMA = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_GROUPS = re.compile(r"([+-]?\d{1,3}(?:([., ])\d{3})(?:\2\d{3})*)((?!\2)[.,]0{1,2})?", re.ASCII)
_RUPIAH = re.compile(r"Rp\.?\s*", re.IGNORECASE)
_SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


def read_figure(given: Cell) -> Decimal | Fault:
    """A number with a decimal comma; a point is taken too where it cannot be a separator of thousands.

    ``1.234`` is a thousand and more to an Indonesian reader and one and a bit to a program, so it is refused.
    """
    if isinstance(given, str) and _TWO_WAYS.fullmatch(given.strip()):
        sentence = mark("“%(given)s” can be read in two ways: write %(whole)s or %(part)s")
        text = given.strip()
        fields = {"given": text, "whole": text.replace(".", ""), "part": text.replace(".", ",")}
        return Fault("two-ways", sentence, fields, "value")
    return read_number(given)


def read_rupiah(given: Cell) -> Decimal | Fault:
    """An amount of rupiah: digits, or groups of three, which in an amount without sen can only be thousands.

    ``750.000.000``, ``Rp 750 000 000`` and ``1.500.000,00`` are read; ``1,500`` is refused, since a comma stands before
    the part of a number.
    """
    if not isinstance(given, str):
        return read_number(given)
    text = _RUPIAH.sub("", given.strip().translate(_SPACES), count=1)
    if _ONE_COMMA.fullmatch(text):
        sentence = mark("“%(given)s” can be read in two ways: write %(whole)s")
        return Fault("two-ways", sentence, {"given": shown(given), "whole": text.replace(",", "")}, "value")
    found = _GROUPS.fullmatch(text)
    if found:
        return Decimal(found[1].replace(found[2], ""))
    return read_number(text)


def figure_text(value: Decimal) -> str:
    """A number as it is typed: with a decimal comma, no digits that say nothing, no separators of thousands."""
    return written(value).replace(".", ",")


def rupiah_text(value: Decimal) -> str:
    """An amount as it is typed, in any language: ``750.000.000``."""
    return f"{value:,.0f}".replace(",", ".") if value == value.to_integral_value() else figure_text(value)
