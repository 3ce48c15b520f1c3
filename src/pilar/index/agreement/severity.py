"""Severity of an assessor: how far the marks lie from those of the others who marked the same items.

The marks of one region hang together, so the interval is by the t distribution with the cluster-robust variance
G/(G - 1) · Σ (Σ within region (d - mean d))² / n² over G regions and G - 1 degrees of freedom; with one item a
region it is the ordinary interval of a mean. Source: A. C. Cameron and D. L. Miller, A practitioner's guide to
cluster-robust inference, Journal of Human Resources 50 (2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from pilar.index.agreement.intervals import Floats, Interval, Ints, Method, NoInterval, Sampling, cluster_numbers
from pilar.index.faults import N_, Said
from pilar.index.needing import scipy_needed

NOTABLE = 0.25
"""Differences smaller than this many points are not flagged, however certain. An assumption of ours."""

ALIKE_FROM = 10
"""So many items that are alike (one difference, perfect agreement), or regions of one mean difference, are needed to
say what that means, since they have no interval. Our assumption."""

TINY = 1e-12


class Leaning(Said):
    """The meaning of an assessor's severity, in plain words."""

    SEVERE = N_("Marks lower than the others of the panel, by more than chance explains.")
    LENIENT = N_("Marks higher than the others of the panel, by more than chance explains.")
    NONE = N_("Marks about as the others of the panel do.")
    OPEN = N_("There are too few marks to tell whether this assessor is severe or lenient.")


@dataclass(frozen=True)
class Severity:
    """``difference``: mean of own mark less the mean of the others' marks of the item; below 0 is severe.

    ``items``: how many were marked by the assessor and by another; ``regions``: of how many regions.
    """

    difference: float
    interval: Interval | NoInterval
    items: int
    regions: int
    leaning: Leaning


def severities(
    ratings: Floats,
    *,
    clusters: np.ndarray | None = None,
    confidence: float = Sampling.confidence,
    notable: float = NOTABLE,
) -> list[Severity | None]:
    """The severity of each assessor of ``ratings``, (items, assessors); ``None`` for one who never marked with others.

    An assessor is flagged when the interval excludes 0 even at the confidence 1 - (1 - ``confidence``)/assessors
    (Bonferroni: of many assessors some differ by chance) and the difference is at least ``notable`` points.
    """
    groups = cluster_numbers(clusters, len(ratings))
    known = np.isfinite(ratings)
    others = known.sum(axis=1, keepdims=True) - 1
    sums = np.nansum(ratings, axis=1, keepdims=True)
    differences = np.full(ratings.shape, np.nan)
    both = known & (others > 0)
    np.divide(sums - ratings, others, out=differences, where=both)
    differences = ratings - differences
    judged = int(both.any(axis=0).sum())
    return [
        _severity(differences[both[:, place], place], groups[both[:, place]], (confidence, judged), notable)
        for place in range(ratings.shape[1])
    ]


def _severity(differences: Floats, groups: Ints, level: tuple[float, int], notable: float) -> Severity | None:
    if not len(differences):
        return None
    difference = float(differences.mean())
    confidence, judged = level
    regions = np.unique(groups)
    interval, strict = _intervals(differences, groups, (confidence, 1 - (1 - confidence) / judged))
    return Severity(
        difference,
        interval,
        len(differences),
        len(regions),
        _leaning(difference, strict, notable, (len(differences), len(regions))),
    )


def _intervals(differences: Floats, groups: Ints, levels: Sequence[float]) -> list[Interval | NoInterval]:
    """The interval of the mean at each confidence."""
    mean = differences.mean()
    numbers = np.unique(groups, return_inverse=True)[1].reshape(-1)
    count = int(numbers.max()) + 1
    if count == 1:
        return [NoInterval.ONE_REGION for _ in levels]
    sums = np.bincount(numbers, differences - mean)
    deviation = sqrt(count / (count - 1) * float((sums**2).sum())) / len(differences)
    if np.ptp(differences) < TINY:
        return [NoInterval.CONSTANT for _ in levels]
    if deviation < TINY:  # the regions' means are the same, though the differences are not
        return [NoInterval.TOO_REGULAR for _ in levels]
    with scipy_needed():
        from scipy.special import stdtrit  # type: ignore[import-untyped]  # with what asks: SciPy is large

    widths = [float(stdtrit(count - 1, (1 + level) / 2)) * deviation for level in levels]
    return [
        Interval(float(mean - width), float(mean + width), level, Method.T)
        for width, level in zip(widths, levels, strict=True)
    ]


def _leaning(difference: float, strict: Interval | NoInterval, notable: float, sizes: tuple[int, int]) -> Leaning:
    """``sizes``: how many items and regions."""
    alike = {NoInterval.ONE_REGION: 0, NoInterval.CONSTANT: sizes[0], NoInterval.TOO_REGULAR: sizes[1]}
    if not isinstance(strict, Interval) and alike[strict] < ALIKE_FROM:
        return Leaning.OPEN
    certain = not isinstance(strict, Interval) or not strict.lower <= 0 <= strict.upper
    if not certain or abs(difference) < notable:
        return Leaning.NONE
    return Leaning.SEVERE if difference < 0 else Leaning.LENIENT
