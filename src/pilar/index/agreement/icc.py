"""Intraclass correlations of absolute agreement, ICC(A,1) and ICC(A,k), two-way random.

Source: K. O. McGraw and S. P. Wong, Forming inferences about some intraclass correlation coefficients, Psychological
Methods 1 (1996). P. E. Shrout and J. L. Fleiss, Intraclass correlations: uses in assessing rater reliability,
Psychological Bulletin 86 (1979) call them ICC(2,1) and ICC(2,k); their table stands in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from pilar.index.agreement.components import components
from pilar.index.agreement.intervals import (
    USUAL,
    Floats,
    Interval,
    Method,
    NoCoefficient,
    NoInterval,
    Sampling,
    cluster_numbers,
    percentile_interval,
    resamples,
    too_few,
)
from pilar.index.needing import scipy_needed

TINY = 1e-12


@dataclass(frozen=True)
class Coefficient:
    """An intraclass correlation: 1 is perfect agreement; at or below 0 items differ no more than marks of one item."""

    value: float
    interval: Interval | NoInterval


@dataclass(frozen=True)
class IntraclassCorrelation:
    """``single``: of one assessor's mark, ICC(A,1). ``average``: of the mean of ``marks_per_item`` marks, ICC(A,k).

    ``between_items``, ``between_assessors``, ``rest``: variance components in squared points of the scale; an estimate
    may be below 0. ``complete``: every assessor marked every item.
    """

    single: Coefficient
    average: Coefficient
    between_items: float
    between_assessors: float
    rest: float
    marks_per_item: float
    items: int
    assessors: int
    complete: bool


def intraclass_correlation(
    ratings: Floats,
    *,
    clusters: np.ndarray | None = None,
    sampling: Sampling = USUAL,
) -> IntraclassCorrelation | NoCoefficient:
    """ICC(A,1) and ICC(A,k) of ``ratings``, shape (items, assessors), NaN where an assessor did not mark an item.

    Items with a single mark are left out. Where every assessor marked every item the intervals are the exact ones by
    the F distribution; where marks are missing, or items come in ``clusters`` (the region of each), whole clusters are
    resampled.
    """
    pairable = np.isfinite(ratings).sum(axis=1) >= 2
    groups = cluster_numbers(clusters, len(pairable))[pairable]
    ratings = ratings[pairable]
    ratings = ratings[:, np.isfinite(ratings).any(axis=0)]
    if len(ratings) < 2:
        return NoCoefficient.ONE_ITEM if len(ratings) else NoCoefficient.ONE_ASSESSOR
    if np.nanmax(ratings) == np.nanmin(ratings):
        return NoCoefficient.NO_VARIATION
    groups = np.unique(groups, return_inverse=True)[1].reshape(-1)
    size = int(groups.max()) + 1
    parts = components(ratings, groups, np.ones((1, size)))
    single, average = float(parts.single[0]), float(parts.average[0])
    if not (np.isfinite(single) and np.isfinite(average)):
        return NoCoefficient.TOO_LITTLE
    complete = bool(np.isfinite(ratings).all())
    if float(parts.rest[0]) == 0 and abs(float(parts.assessors[0])) < TINY:
        intervals: tuple[Interval | NoInterval, Interval | NoInterval] = (NoInterval.PERFECT, NoInterval.PERFECT)
    elif complete and size == len(ratings):
        intervals = _by_f(ratings, single, sampling.confidence)
    elif not sampling.draws:
        intervals = NoInterval.NOT_ASKED, NoInterval.NOT_ASKED
    elif (reason := too_few(size)) is not None:
        intervals = reason, reason
    else:
        drawn = components(ratings, groups, resamples(size, sampling))
        single_interval, average_interval = (
            percentile_interval(values, sampling.confidence) for values in (drawn.single, drawn.average)
        )
        intervals = single_interval, average_interval
    return IntraclassCorrelation(
        single=Coefficient(single, intervals[0]),
        average=Coefficient(average, intervals[1]),
        between_items=float(parts.items[0]),
        between_assessors=float(parts.assessors[0]),
        rest=float(parts.rest[0]),
        marks_per_item=float(parts.marks_per_item[0]),
        items=len(ratings),
        assessors=ratings.shape[1],
        complete=complete,
    )


def _by_f(ratings: Floats, single: float, confidence: float) -> tuple[Interval | NoInterval, Interval | NoInterval]:
    """The intervals of McGraw and Wong, table 7, from the mean squares of rows, columns and error.

    Those of ICC(A,k) follow from those of ICC(A,1) by Spearman and Brown's formula, which gives the same.
    """
    n, k = ratings.shape
    rows, columns = ratings.mean(axis=1), ratings.mean(axis=0)
    mean_rows = k * float(rows.var(ddof=1))
    mean_columns = n * float(columns.var(ddof=1))
    rest = ratings - rows[:, None] - columns + ratings.mean()
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    a = k * single / (n * (1 - single))
    b = 1 + k * single * (n - 1) / (n * (1 - single))
    above = (a * mean_columns + b * error) ** 2
    below = (a * mean_columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    if above < TINY or below < TINY:
        return NoInterval.TOO_REGULAR, NoInterval.TOO_REGULAR
    quantile = (1 + confidence) / 2
    with scipy_needed():
        from scipy.special import fdtri  # type: ignore[import-untyped]  # with what asks: SciPy is large

    lower_f = float(fdtri(n - 1, above / below, quantile))
    upper_f = float(fdtri(above / below, n - 1, quantile))
    spread = k * mean_columns + (k * n - k - n) * error
    lower = n * (mean_rows - lower_f * error) / (lower_f * spread + n * mean_rows)
    upper = n * (upper_f * mean_rows - error) / (spread + n * upper_f * mean_rows)
    return _interval(lower, upper, confidence), _interval(_averaged(lower, k), _averaged(upper, k), confidence)


def _averaged(single: float, k: int) -> float:
    divisor = 1 + (k - 1) * single
    return k * single / divisor if divisor > TINY else -inf


def _interval(lower: float, upper: float, confidence: float) -> Interval | NoInterval:
    finite = isfinite(lower) and isfinite(upper)
    return Interval(lower, upper, confidence, Method.F) if finite else NoInterval.TOO_REGULAR
