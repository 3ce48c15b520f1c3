"""Figures of shorter periods combined to a longer one, exactly.

What is combined is an exact rational (adr/0002): a mean of three days need not end in decimal notation. It is rounded
once, when it is shown, by :func:`published`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pilar.index import round_published
from pilar.measures.rules.periods import Period, PeriodKind, parts
from pilar.platform.language import N_


class Aggregation(StrEnum):
    """Ways of combining figures of a measure into that of a longer period."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"
    NONE = "none"


AGGREGATION_NAMES = {
    Aggregation.SUM: N_("total"),
    Aggregation.MEAN: N_("mean"),
    Aggregation.LAST: N_("last value"),
    Aggregation.NONE: N_("not combined"),
}


@dataclass(frozen=True, slots=True)
class Combined:
    """The figure of a longer period, and how many of its ``expected`` parts are ``present``.

    ``value`` is None where there is none: nothing present, a total with a gap, or a measure that is not combined.
    """

    period: Period
    value: Fraction | None
    present: int
    expected: int

    @property
    def complete(self) -> bool:
        return self.present == self.expected


def combine(values: Mapping[Period, Decimal], longer: Period, *, kind: PeriodKind, how: Aggregation) -> Combined:
    """The figure of ``longer`` from values of periods of ``kind``; periods outside ``longer`` do not count.

    * ``sum``: a total, only if every part is there: a total with gaps would say too little
    * ``mean``: the arithmetic mean of the parts that are there
    * ``last``: the newest part that is there (a stock, such as a number of villages connected)
    * ``none``: nothing

    ``ValueError`` if ``kind`` is longer than the kind of ``longer``.
    """
    expected = parts(longer, kind)
    there = [Fraction(values[part]) for part in expected if part in values]
    return Combined(longer, _reduced(there, len(expected), how), len(there), len(expected))


def _reduced(there: list[Fraction], expected: int, how: Aggregation) -> Fraction | None:
    if not there:
        return None
    match how:
        case Aggregation.SUM:
            return sum(there, Fraction(0)) if len(there) == expected else None
        case Aggregation.MEAN:
            return sum(there, Fraction(0)) / len(there)
        case Aggregation.LAST:
            return there[-1]
        case Aggregation.NONE:
            return None


def published(value: Fraction | Decimal | None, decimals: int) -> Decimal | None:
    """The figure as it is shown: rounded once, half-way cases away from zero."""
    return None if value is None else round_published(value, decimals)
