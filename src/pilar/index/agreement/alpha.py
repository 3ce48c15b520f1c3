"""Krippendorff's alpha for ordinal marks.

alpha = 1 - D_o/D_e, observed over expected disagreement between pairs of marks of one item. Two marks c and k differ by
(Σ n_g from c to k, less half of n_c and of n_k)², where n_g counts the marks of value g: the difference of their
mid-ranks, so that ordinal alpha is interval alpha on mid-ranks. Source: K. Krippendorff, Computing Krippendorff's
Alpha-Reliability (2011), University of Pennsylvania, whose worked table stands in the tests. The interval resamples
whole items, as A. Zapf, S. Castell, L. Morawietz and A. Karch, Measuring inter-rater reliability for nominal data, BMC
Medical Research Methodology 16 (2016) recommend; here all items of a region together, and not single pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from pilar.index.agreement.intervals import (
    USUAL,
    Floats,
    Interval,
    Ints,
    NoCoefficient,
    NoInterval,
    Sampling,
    cluster_numbers,
    percentile_interval,
    resamples,
    too_few,
)
from pilar.index.needing import scipy_needed

if TYPE_CHECKING:
    from scipy import sparse  # type: ignore[import-untyped]

BLOCK = 4_000_000  # numbers at a time in the resamples


@dataclass(frozen=True)
class Alpha:
    """``value``: 1 is perfect agreement, 0 what chance gives. ``items``, ``marks``: those with two marks or more."""

    value: float
    interval: Interval | NoInterval
    items: int
    marks: int


def ordinal_alpha(
    ratings: Floats,
    *,
    clusters: np.ndarray | None = None,
    sampling: Sampling = USUAL,
) -> Alpha | NoCoefficient:
    """Ordinal alpha of ``ratings``, shape (items, assessors), NaN where an assessor did not mark an item.

    ``clusters``, shape (items,): the region of each item; resampled as a whole.
    """
    pairable = np.isfinite(ratings).sum(axis=1) >= 2
    ratings, groups = ratings[pairable], cluster_numbers(clusters, len(pairable))[pairable]
    if not len(ratings):
        return NoCoefficient.ONE_ASSESSOR
    if len(ratings) == 1:
        return NoCoefficient.ONE_ITEM
    table = _Table.of(ratings, np.unique(groups, return_inverse=True)[1].reshape(-1))
    value = float(table.alphas(np.ones((1, table.clusters)))[0])
    if np.isnan(value):
        return NoCoefficient.NO_VARIATION
    return Alpha(value, _interval(table, value, sampling), len(ratings), int(table.sizes.sum()))


def _interval(table: _Table, value: float, sampling: Sampling) -> Interval | NoInterval:
    if not sampling.draws:
        return NoInterval.NOT_ASKED
    if table.clusters == 1:
        return NoInterval.ONE_REGION
    if value == 1.0:
        return NoInterval.PERFECT
    if (reason := too_few(table.clusters)) is not None:
        return reason
    return percentile_interval(table.alphas(resamples(table.clusters, sampling)), sampling.confidence)


@dataclass(frozen=True, eq=False)
class _Table:
    """Marks and pairs of marks, added up by cluster.

    ``counts``: (clusters, values), how often each value was given. ``pairs``: (clusters, pairs), for each two values
    ``first`` and ``second`` that met within an item, the sum of 1/(marks of the item - 1) over such meetings.
    """

    counts: sparse.csr_array
    pairs: sparse.csr_array
    first: Ints
    second: Ints
    sizes: Ints
    clusters: int

    @classmethod
    def of(cls, ratings: Floats, groups: Ints) -> _Table:
        marked = np.isfinite(ratings)
        values, codes = np.unique(ratings[marked], return_inverse=True)
        sizes, clusters = marked.sum(axis=1), int(groups.max()) + 1
        with scipy_needed():
            from scipy import sparse  # with what asks: SciPy is large

        counts = sparse.csr_array(
            (np.ones(len(codes)), (groups[np.nonzero(marked)[0]], codes.reshape(-1))), shape=(clusters, len(values))
        )
        packed = np.full((len(ratings), int(sizes.max())), -1)
        packed[np.arange(packed.shape[1]) < sizes[:, None]] = codes.reshape(-1)
        columns, rows, parts = [], [], []
        for left, right in combinations(range(packed.shape[1]), 2):
            low, high = np.sort(packed[:, [left, right]], axis=1).T
            meet = np.flatnonzero((low >= 0) & (low < high))
            columns.append(low[meet] * len(values) + high[meet])
            rows.append(groups[meet])
            parts.append(1 / (sizes[meet] - 1))
        keys, places = np.unique(np.concatenate(columns), return_inverse=True)
        with scipy_needed():
            from scipy import sparse

        pairs = sparse.csr_array(
            (np.concatenate(parts), (np.concatenate(rows), places.reshape(-1))), shape=(clusters, len(keys))
        )
        return cls(counts, pairs, keys // len(values), keys % len(values), sizes, clusters)

    def alphas(self, weights: Floats) -> Floats:
        """Alpha of each resample; ``weights``: (resamples, clusters). NaN where all marks are the same."""
        step = max(1, BLOCK // max(len(self.first), self.counts.shape[1]))
        blocks = [self._alphas(weights[start : start + step]) for start in range(0, len(weights), step)]
        return np.concatenate(blocks)

    def _alphas(self, weights: Floats) -> Floats:
        totals, met = weights @ self.counts, weights @ self.pairs
        ranks = np.cumsum(totals, axis=1) - totals / 2
        marks = totals.sum(axis=1)
        middle = (totals * ranks).sum(axis=1) / marks
        expected = (totals * (ranks - middle[:, None]) ** 2).sum(axis=1)
        observed = (met * (ranks[:, self.first] - ranks[:, self.second]) ** 2).sum(axis=1)
        same = (totals > 0).sum(axis=1) < 2
        return np.asarray(np.where(same, np.nan, 1 - (marks - 1) / marks * observed / np.where(same, 1.0, expected)))
