"""Numbers as people and programs send them: read exactly, or refused; nothing is rounded or guessed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from pilar.measures.rules.definitions import MOST_DIGITS, Definition, bounds_text, decimals_of, written
from pilar.platform.errors import Fault
from pilar.platform.language import mark
from pilar.platform.tables import Cell, shown

LONGEST_NUMBER = 60

_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_EXPONENT = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*(?:[.,]\d+)?", re.ASCII)
_MINUS = "\N{MINUS SIGN}"


def read_number(given: Cell | float | int) -> Decimal | Fault:
    """The number in a cell or a JSON value, or the fault at ``value``.

    Text has digits with one decimal comma or point. Digits in groups of three are refused unless they can only mean
    one thing, which they never do: 1.234 is a thousand and more to one reader and one and a bit to another.
    """
    if isinstance(given, bool) or not isinstance(given, (str, int, float, Decimal)):
        what = given.isoformat() if isinstance(given, date) else str(given)
        return _no_number(what)
    if isinstance(given, (int, float, Decimal)):
        number = given if isinstance(given, Decimal) else Decimal(repr(given) if isinstance(given, float) else given)
        return number if number.is_finite() else _no_number(str(given))
    text = given.strip().replace(_MINUS, "-")
    if not text:
        return Fault("no-value", mark("The value is missing"), {}, "value")
    if len(text) <= LONGEST_NUMBER and (_PLAIN.fullmatch(text) or _EXPONENT.fullmatch(text)):
        return Decimal(text.replace(",", "."))
    if _GROUPED.fullmatch(text):
        sentence = mark("Write “%(given)s” without separators of thousands: only digits and one decimal comma or point")
        return Fault("grouped-number", sentence, {"given": shown(text)}, "value")
    return _no_number(text)


def faults_of_value(value: Decimal, definition: Definition) -> list[Fault]:
    """Why a number is no value of a measure so defined."""
    low, high = definition.lowest, definition.highest
    large = abs(value) >= 10**MOST_DIGITS
    fine = decimals_of(value) > definition.decimals
    implausible = (low is not None and value < low) or (high is not None and value > high)
    if not (large or fine or implausible):
        return []
    given = shown(written(value))
    if large:
        return [Fault("value-too-large", mark("The number %(given)s is too large"), {"given": given}, "value")]
    found = []
    if fine:
        sentence = (
            mark("This measure is kept with at most %(most)s decimals; %(given)s has more")
            if definition.decimals
            else mark("This measure is kept in whole numbers; %(given)s has decimals (separators of thousands?)")
        )
        fields = {"most": definition.decimals, "given": given}
        found.append(Fault("too-many-decimals", sentence, fields, "value"))
    if implausible:
        sentence = mark("%(given)s is not plausible: the definition says %(bounds)s")
        fields = {"given": given, "bounds": bounds_text(definition)}
        found.append(Fault("implausible", sentence, fields, "value"))
    return found


def _no_number(given: str) -> Fault:
    return Fault("no-number", mark("“%(given)s” is no number"), {"given": shown(given)}, "value")
