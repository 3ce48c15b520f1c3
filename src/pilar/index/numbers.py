"""Scores as exact rationals: no score as a value of its own, and the one rounding at publication."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pilar.index.faults import N_, Reason

TEXT_DECIMALS = 12


class Rounding(StrEnum):
    """The rounding of a value exactly half-way between two published ones."""

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"


class NoScore(Reason):
    """The reason for which a node has no score. Always false, never a number."""

    BLANK = N_("Nothing was answered here.")
    INCOMPLETE = N_("A part that is required has no score.")
    TOO_LITTLE = N_("Less of the weight was observed than the instrument asks for.")

    def __bool__(self) -> bool:
        return False


def round_published(value: Fraction | Decimal, decimals: int, rounding: Rounding | str = Rounding.HALF_UP) -> Decimal:
    """``value`` rounded once, with exactly ``decimals`` decimals.

    The half-way case is decided on the exact value: half-up goes away from zero, half-even to the even digit.
    """
    half_up = Rounding(rounding) is Rounding.HALF_UP
    numerator, denominator = value.as_integer_ratio()
    down, rest = divmod(abs(numerator) * 10**decimals, denominator)
    twice = 2 * rest
    digits = down + (twice > denominator or (twice == denominator and (half_up or down % 2 == 1)))
    return Decimal((int(numerator < 0 and digits > 0), tuple(map(int, str(digits))), -decimals))


def decimal_text(value: Fraction | Decimal) -> str:
    """``value`` in decimal notation, ``3.354``: exact if twelve decimals suffice, otherwise rounded to twelve."""
    text = format(round_published(value, TEXT_DECIMALS), "f")
    if Fraction(text) == value:
        text = text.rstrip("0").rstrip(".")
    return text
