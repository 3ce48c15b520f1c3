"""Compare two surveys: find the matching one of another year, and decide whether a difference is more than chance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from pilar.surveys.rules.scores import Interval, Mean, interval_of_items, quantile


@dataclass(frozen=True, slots=True)
class Difference:
    """The change of a figure, with an interval of 95 %; no interval if one of the two has none."""

    value: Fraction
    lower: float | None = None
    upper: float | None = None

    @property
    def beyond_chance(self) -> bool:
        """True if the interval does not contain zero."""
        return self.lower is not None and self.upper is not None and not self.lower <= 0 <= self.upper


def of_means(now: Mean, before: Mean) -> Difference | None:
    """Return the difference of two means of different people, by Welch; None if one is missing.

    The variances of the means add; degrees of freedom by Satterthwaite, with Kish's effective numbers of answers
    (Welch, *Biometrika* 34, 1947).
    """
    if now.mean is None or before.mean is None:
        return None
    value = now.mean - before.mean
    if now.variance is None or before.variance is None:
        return Difference(value)
    both = now.variance + before.variance
    parts = [mean.variance**2 / float(mean.effective - 1) for mean in (now, before) if mean.variance]
    reach = quantile(both**2 / sum(parts)) * sqrt(both) if parts else 0.0
    return Difference(value, float(value) - reach, float(value) + reach)


def of_intervals(
    now: Fraction | None, now_ends: Interval | None, before: Fraction | None, before_ends: Interval | None
) -> Difference | None:
    """Return the difference of two figures by their intervals; None if one is missing.

    The parts below the one and above the other add in squares (Zou and Donner, *Statistics in Medicine* 27, 2008), as
    for the means of programmes.
    """
    if now is None or before is None:
        return None
    value = now - before
    if now_ends is None or before_ends is None:
        return Difference(value)
    (low, high), (low_before, high_before) = now_ends, before_ends
    below = sqrt((float(now) - low) ** 2 + (high_before - float(before)) ** 2)
    above = sqrt((high - float(now)) ** 2 + (float(before) - low_before) ** 2)
    return Difference(value, float(value) - below, float(value) + above)


def index_interval(items: Sequence[Mean], factor: int) -> Interval | None:
    """Return the interval of the satisfaction index: that of the mean of its elements, converted."""
    ends = interval_of_items(items)
    return None if ends is None else (ends[0] * factor, ends[1] * factor)


def counterpart(title: str, titles: Sequence[str]) -> int | None:
    """Return the place of the survey of another year (oldest closing first) that matches this title.

    It has the same title apart from years and numbers; otherwise it is the last.
    """
    if not titles:
        return None
    alike = [place for place, other in enumerate(titles) if _name(other) == _name(title)]
    return alike[-1] if alike else len(titles) - 1


def _name(title: str) -> str:
    return " ".join(re.sub(r"\d+", " ", title).casefold().split())
