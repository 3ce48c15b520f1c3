"""Merge a panel's marks for one indicator into one: unanimous, the median, a tie broken by the chair, or the chair.

The rule is an assumption of Pilar (no official one was found); docs/methodology.md and the pages state it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median, median_high, median_low

from pilar.evaluation.rules.stages import Settlement
from pilar.platform.language import N_

CHAIR_FROM = Decimal(2)
"""Marks so many points of the scale apart are the chair's; the levels of a rubric are one point apart."""
CENT = Decimal("0.01")

SETTLEMENT_NAMES = {
    Settlement.UNANIMOUS: N_("All alike"),
    Settlement.MEDIAN: N_("Median"),
    Settlement.TIE: N_("Tie: the chair's mark"),
    Settlement.CHAIR: N_("Settled by the chair"),
}
DECIDED = N_("Decided by the secretariat")
"""What a mark is called that was changed on an objection or by a correction, by nobody of the panel."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The settlement of an indicator, and its value; without a value it waits for the chair."""

    how: Settlement
    value: Decimal | None


def agree(marks: Sequence[Decimal], levels: Collection[Decimal] | None, *, chair: Decimal | None = None) -> Agreement:
    """Return what the marks of a panel agree on; one mark of each seat, in any order.

    ``levels`` are the marks that the indicator has; None for the mean of a survey, whose marks are numbers of at most
    two decimals. ``chair`` is the mark of the panel's chair, one of ``marks``: of a tie it takes the side. Raises
    ``ValueError`` without marks.
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
        if chair is not None:
            lower, upper = median_low(marks), median_high(marks)
            return Agreement(Settlement.TIE, lower if chair <= lower else upper)
    return Agreement(Settlement.CHAIR, None)
