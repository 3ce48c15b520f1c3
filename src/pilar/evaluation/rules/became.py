"""Tell if a figure moved after a recommendation: two values with their days, and which direction is better."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pilar.platform.language import N_


class Movement(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNCHANGED = "unchanged"
    NOT_BEFORE = "not-before"
    NOT_SINCE = "not-since"
    UNLIKE = "unlike"


MOVEMENT_NAMES = {
    Movement.BETTER: (N_("Moved: better"), "positive"),
    Movement.WORSE: (N_("Moved: worse"), "negative"),
    Movement.UNCHANGED: (N_("Did not move"), "caution"),
    Movement.NOT_BEFORE: (N_("Not known before"), "neutral"),
    Movement.NOT_SINCE: (N_("Nothing known since"), "neutral"),
    Movement.UNLIKE: (N_("Not comparable: counted in another way since"), "neutral"),
}
"""The name of each, and the tone in which it is shown."""
YEARS = 3
"""The evaluations of so many years, the newest with recommendations among them."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value, the last day that it is about, and that day's period in words."""

    value: Decimal
    until: date
    period: str


def movement(before: Known | None, after: Known | None, *, rising: bool, alike: bool = True) -> Movement:
    """Return how a figure moved; ``rising``: higher is better; ``alike``: both were counted in the same way."""
    if after is None:
        return Movement.NOT_SINCE
    if before is None:
        return Movement.NOT_BEFORE
    if not alike:
        return Movement.UNLIKE
    if before.value == after.value:
        return Movement.UNCHANGED
    return Movement.BETTER if (after.value > before.value) is rising else Movement.WORSE


def wanted_years(years: set[int]) -> set[int]:
    """The years of evaluations that are shown."""
    return {year for year in years if year > max(years) - YEARS}
