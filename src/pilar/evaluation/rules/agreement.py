"""How the marks of a panel for one indicator become one: all alike, the median, or the chair.

The rule is an assumption of Pilar (no official one was found); docs/methodology.md and the pages state it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from pilar.evaluation.rules.stages import Settlement
from pilar.platform.language import mark

CHAIR_FROM = Decimal(2)
"""Marks so many points of the scale apart are the chair's; the levels of a rubric are one point apart."""
CENT = Decimal("0.01")

SETTLEMENT_NAMES = {
    Settlement.UNANIMOUS: mark("All alike"),
    Settlement.MEDIAN: mark("Median"),
    Settlement.CHAIR: mark("Settled by the chair"),
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an indicator is agreed on, and the value; without one it waits for the chair."""

    how: Settlement
    value: Decimal | None


def agree(marks: Sequence[Decimal], levels: Collection[Decimal] | None) -> Agreement:
    """What the marks of a panel agree on; one mark of each seat, in any order.

    ``levels`` are the marks that the indicator has; None for the mean of a survey, whose marks are numbers of at most
    two decimals. Raises ``ValueError`` without marks.
    """
    lowest, highest = min(marks), max(marks)
    if lowest == highest:
        return Agreement(Settlement.UNANIMOUS, lowest)
    if highest - lowest < CHAIR_FROM:
        middle = median(marks)
        if levels is None:
            return Agreement(Settlement.MEDIAN, middle.quantize(CENT, ROUND_HALF_UP))
        if middle in levels:
            return Agreement(Settlement.MEDIAN, middle)
    return Agreement(Settlement.CHAIR, None)
