"""Scores of a survey: exact weighted means with intervals, and the public satisfaction index.

Sums come from the database; a mean is an exact rational (adr/0002) and is rounded once, when it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import sqrt

from pilar.index import round_published
from pilar.surveys.rules.questionnaire import Band, Satisfaction

MIN_SHOWN = 5
"""The fewest answers behind a figure; fewer could identify people. A hidden figure is not used in any mean or total
above it either, so that no difference between shown figures reveals it."""
CONFIDENCE = 0.95
DECIMALS = 2
"""Decimals of a converted score, before its grade is looked up."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums behind a mean: answers, their weights (per cent), and weighted sums of the values.

    ``count`` answers, ``weight`` = Σw, ``total`` = Σwx, ``squares`` = Σwx², ``weight_squares`` = Σw².
    """

    count: int = 0
    weight: int = 0
    total: int = 0
    squares: int = 0
    weight_squares: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.count + other.count,
            self.weight + other.weight,
            self.total + other.total,
            self.squares + other.squares,
            self.weight_squares + other.weight_squares,
        )


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its interval of 95 %: ``mean`` is None without an answer that counts; the interval is None also with
    only one.

    ``effective`` is Kish's equivalent number of equally weighted answers, ``variance`` the variance of the mean.
    """

    count: int
    effective: Fraction
    mean: Fraction | None
    lower: float | None = None
    upper: float | None = None
    variance: float | None = None

    @property
    def told(self) -> int | None:
        """The number of answers behind it, None without a mean."""
        return None if self.mean is None else self.count


def mean_of(sums: Sums, *, lowest: int, highest: int) -> Mean:
    """Compute the weighted mean and its interval by Student's t, limited to the scale.

    Variance of the mean: s²/n with s² = Σw(x - m)²/Σw · n/(n - 1) and Kish's n = (Σw)²/Σw².
    """
    if not sums.weight:
        return Mean(sums.count, Fraction(0), None)
    mean = Fraction(sums.total, sums.weight)
    effective = Fraction(sums.weight**2, sums.weight_squares)
    if effective <= 1:
        return Mean(sums.count, effective, mean)
    # The sums are whole numbers, so the spread is exact up to its last division.
    spread = (sums.squares * sums.weight - sums.total**2) / sums.weight**2
    degrees = float(effective - 1)
    variance = spread / degrees
    reach = quantile(degrees) * sqrt(variance)
    lower, upper = max(float(mean) - reach, float(lowest)), min(float(mean) + reach, float(highest))
    return Mean(sums.count, effective, mean, lower, upper, variance)


def shown(sums: Sums) -> Sums:
    """Return the sums, or empty ones if they have fewer than :data:`MIN_SHOWN` answers."""
    return sums if sums.count >= MIN_SHOWN else Sums()


Interval = tuple[float, float]


def rounded(value: Fraction | float | None) -> Decimal | None:
    """Round a mean for display."""
    return None if value is None else round_published(Fraction(value), DECIMALS)


def interval_of_items(items: Sequence[Mean]) -> Interval | None:
    """Return the interval of an unweighted mean of items of the same people: the mean of their intervals.

    It is never too narrow: the standard error of a mean is at most the mean of the standard errors, and is that if
    the items go up and down together (Cauchy-Schwarz).
    """
    ends = [(item.lower, item.upper) for item in items if item.lower is not None and item.upper is not None]
    if not ends:
        return None
    return sum(low for low, _high in ends) / len(ends), sum(high for _low, high in ends) / len(ends)


def interval_of_programmes(programmes: Sequence[tuple[Fraction, Interval]]) -> Interval | None:
    """Return the interval of an unweighted mean of programmes with different respondents: the parts below their means
    add in squares, and so do the parts above. For one programme it is its own interval."""
    if not programmes:
        return None
    count = len(programmes)
    mean = float(sum((mean for mean, _ends in programmes), Fraction(0)) / count)
    below = sqrt(sum((float(mean) - low) ** 2 for mean, (low, _high) in programmes)) / count
    above = sqrt(sum((high - float(mean)) ** 2 for mean, (_low, high) in programmes)) / count
    return mean - below, mean + above


def mean_of_means(means: Iterable[Mean]) -> Fraction | None:
    """Return the unweighted mean of the values that are not None: a pillar's programmes, or a programme's items."""
    there = [mean.mean for mean in means if mean.mean is not None]
    return sum(there, Fraction(0)) / len(there) if there else None


@dataclass(frozen=True, slots=True)
class Index:
    """A public satisfaction index (IKM): the nine element means, the converted score of two decimals, its band.

    ``printed`` is the score with the commonly printed weight instead of exactly 1/9.
    """

    elements: tuple[Fraction, ...]
    score: Decimal
    band: Band | None
    printed: Decimal
    printed_weight: Decimal


def index_of(elements: Sequence[Fraction], rule: Satisfaction) -> Index:
    """Compute the index of the element means (NRR): 25 · Σ NRR/9, rounded half up to two decimals, then its band.

    PermenPAN-RB 14/2017. Raises ``ValueError`` unless there are nine.
    """
    if len(elements) != 9:
        raise ValueError("the index has nine elements")
    total = sum(elements, Fraction(0))
    score = round_published(total / 9 * rule.factor, DECIMALS)
    printed = round_published(total * Fraction(rule.printed_weight) * rule.factor, DECIMALS)
    band = next((band for band in rule.bands if score >= band.least), None)
    return Index(tuple(elements), score, band, printed, rule.printed_weight)


@lru_cache(maxsize=4096)
def quantile(degrees: float) -> float:
    """Return the quantile of Student's t, for an interval of 95 % on both sides."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + CONFIDENCE) / 2))


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
