"""Variance between items, between assessors and the rest, from marks of which some are missing.

Henderson's method 3 (C. R. Henderson, Estimation of variance and covariance components, Biometrics 9 (1953)) for
x = item + assessor + rest, all random with variances v. With N marks of U items by R assessors, in c groups that
share no item,

    SSE                  = (N - U - R + c)·v_rest
    R(assessors | items) = (N - U)·v_assessor + (R - c)·v_rest
    R(items | assessors) = (N - R)·v_item + (U - c)·v_rest

in expectation. With every mark present these are the mean squares of the two-way analysis of variance. Assessors of
panels that share no region are compared within their panel only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pilar.index.agreement.intervals import Floats, Ints
from pilar.index.needing import scipy_needed

TINY = 1e-9
FEW = 8


@dataclass(frozen=True)
class Components:
    """Variances, each of shape (resamples,), NaN where too little was marked; ``marks_per_item``: harmonic mean."""

    items: Floats
    assessors: Floats
    rest: Floats
    marks_per_item: Floats

    @property
    def single(self) -> Floats:
        """ICC(A,1): agreement of one assessor's mark."""
        return _ratio(self.items, self.items + self.assessors + self.rest)

    @property
    def average(self) -> Floats:
        """ICC(A,k): agreement of the mean of a panel."""
        return _ratio(self.items, self.items + (self.assessors + self.rest) / self.marks_per_item)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > TINY)


def components(ratings: Floats, groups: Ints, weights: Floats) -> Components:
    """Variance components of ``ratings`` (items, assessors), each item with two marks or more, in resamples.

    ``groups``: the cluster of each item; ``weights``: how often each cluster comes, shape (resamples, clusters).
    """
    rows, columns = np.nonzero(np.isfinite(ratings))
    values = ratings[rows, columns]
    values -= values.mean()
    sums = _Sums.zero(len(weights))
    for own in _panels(rows, columns, ratings.shape):
        sums = sums + _panel(_Marks.of(rows[own], columns[own], values[own], groups), weights)
    inverse = np.bincount(groups, 1 / np.bincount(rows, minlength=len(ratings)), weights.shape[1])
    return sums.solved(weights @ inverse)


def _panels(rows: Ints, columns: Ints, shape: tuple[int, ...]) -> Iterator[Ints]:
    """The marks of each group of items and assessors that shares no item with another."""
    items, assessors = shape
    size = items + assessors
    with scipy_needed():
        from scipy import sparse  # type: ignore[import-untyped]  # with what asks: SciPy is large

    met = sparse.csr_array((np.ones(len(rows)), (rows, items + columns)), shape=(size, size))
    labels = sparse.csgraph.connected_components(met, directed=False)[1][rows]
    for label in np.unique(labels):
        yield np.flatnonzero(labels == label)


@dataclass(frozen=True, eq=False)
class _Marks:
    """Marks of one panel: item, assessor and value of each, shape (marks,), all numbered from 0 without gaps.

    ``sizes``: marks of each item; ``labels``: number of its cluster among ``clusters``. Few of all pairs of item and
    assessor are marks, so that lists of them are shorter than a table.
    """

    items: Ints
    assessors: Ints
    values: Floats
    sizes: Floats
    labels: Ints
    clusters: Ints

    @classmethod
    def of(cls, rows: Ints, columns: Ints, values: Floats, groups: Ints) -> _Marks:
        present, items = np.unique(rows, return_inverse=True)
        clusters, labels = np.unique(groups[present], return_inverse=True)
        assessors = np.unique(columns, return_inverse=True)[1].reshape(-1)
        items, sizes = items.reshape(-1), np.bincount(items.reshape(-1)).astype(np.float64)
        return cls(items, assessors, values, sizes, labels.reshape(-1), clusters)

    @property
    def panel(self) -> int:
        """Count how many assessors there are."""
        return int(self.assessors.max()) + 1

    @property
    def complete(self) -> bool:
        """Return whether every assessor marked every item."""
        return len(self.items) == len(self.sizes) * self.panel

    def by_cluster(self, part: Floats) -> Floats:
        """Sums of what is of each mark, shape (clusters, assessors)."""
        keys = self.labels[self.items] * self.panel + self.assessors
        sums = np.bincount(keys, part, len(self.clusters) * self.panel)
        return np.asarray(sums.reshape(-1, self.panel), dtype=np.float64)


@dataclass(frozen=True)
class _Sums:
    """Per resample: marks, items, assessors, rank of the assessors' equations, and sums of squares."""

    marks: Floats
    items: Floats
    assessors: Floats
    rank: Floats
    within_items: Floats
    within_assessors: Floats
    explained: Floats

    @classmethod
    def zero(cls, resamples: int) -> _Sums:
        return cls(*np.zeros((7, resamples)))

    def __add__(self, other: _Sums) -> _Sums:
        return _Sums(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def solved(self, inverse_sizes: Floats) -> Components:
        groups = self.assessors - self.rank
        error = np.maximum(self.within_items - self.explained, 0.0)
        error[error < TINY * np.maximum(self.within_items, TINY)] = 0.0
        freedom = self.marks - self.items - self.assessors + groups
        rest = _ratio(error, freedom)
        of_assessors = _ratio(self.within_items - error - self.rank * rest, self.marks - self.items)
        of_items = _ratio(self.within_assessors - error - (self.items - groups) * rest, self.marks - self.assessors)
        return Components(of_items, of_assessors, rest, self.items / inverse_sizes)


def _panel(marks: _Marks, weights: Floats) -> _Sums:
    """The sums of one panel. Each item gives its part; items of a cluster are added first, then resampled."""
    own = weights[:, marks.clusters]
    means = np.bincount(marks.items, marks.values) / marks.sizes
    deviations = marks.values - means[marks.items]
    number = own @ marks.by_cluster(np.ones(len(marks.items)))
    total, squares = own @ marks.by_cluster(marks.values), own @ marks.by_cluster(marks.values**2)
    seen = np.divide(total**2, number, out=np.zeros_like(total), where=number > 0)
    items, right = own @ np.bincount(marks.labels), own @ marks.by_cluster(deviations)
    if marks.complete:  # the equations are items·(1 - 1/assessors) on and -items/assessors off the diagonal
        present_items = np.where(items > 0, items, 1.0)
        rank, explained = np.where(items > 0, marks.panel - 1.0, 0.0), (right**2).sum(axis=1) / present_items
    else:
        rank, explained = _solved(_equations(marks, own, number), right)
    return _Sums(
        marks=number.sum(axis=1),
        items=items,
        assessors=(number > 0).sum(axis=1).astype(np.float64),
        rank=rank,
        within_items=own @ np.bincount(marks.labels[marks.items], deviations**2),
        within_assessors=(squares - seen).sum(axis=1),
        explained=explained,
    )


def _equations(marks: _Marks, weights: Floats, number: Floats) -> Floats:
    """The assessors' equations of each resample, shape (resamples, assessors, assessors).

    Marks of each assessor on the diagonal, less what the items take away: for each two marks of an item
    1/(marks of the item). ``weights``: (resamples, clusters of the panel); ``number``: (resamples, assessors).
    Clusters are added up before they are resampled only where there are many resamples.
    """
    diagonal, size = number[:, :, None] * np.eye(marks.panel), marks.panel
    order = np.argsort(marks.items, kind="stable")
    most = int(marks.sizes.max())
    packed = np.full((len(marks.sizes), most), -1)
    packed[np.arange(most) < marks.sizes[:, None]] = marks.assessors[order]
    left, other = (
        part.reshape(len(packed), -1) for part in np.broadcast_arrays(packed[:, :, None], packed[:, None, :])
    )
    met = (left >= 0) & (other >= 0)
    keys, item = (left * size + other)[met], np.nonzero(met)[0]
    share = 1 / marks.sizes[item]
    if len(weights) <= FEW:
        labels = marks.labels[item]
        taken: Floats = np.stack([np.bincount(keys, share * times[labels], size * size) for times in weights])
    else:
        by_cluster = np.bincount(marks.labels[item] * size * size + keys, share, weights.shape[1] * size * size)
        taken = weights @ by_cluster.reshape(weights.shape[1], -1)
    return np.asarray(diagonal - taken.reshape(-1, size, size))


def _solved(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Rank of each resample's equations A and b'·A⁺·b, what the assessors explain in addition to the items.

    A has a zero for each assessor that is not there, and one more for each group of assessors without a common item.
    Where there is one group, A + J/n on those who are there is positive definite and gives the same, much sooner than
    eigenvalues do.
    """
    there = np.diagonal(left, axis1=1, axis2=2) > TINY
    size = np.maximum(there.sum(axis=1), 1)
    solid = left + (there[:, :, None] & there[:, None, :]) / size[:, None, None]
    solid += ~there[:, :, None] * np.eye(left.shape[1])
    try:
        pivots = np.diagonal(np.linalg.cholesky(solid), axis1=1, axis2=2) ** 2
    except np.linalg.LinAlgError:
        return _by_eigenvalues(left, right)
    full = pivots.min(axis=1) > TINY * pivots.max(axis=1)
    rank, explained = np.empty((2, len(left)))
    rank[full] = there.sum(axis=1)[full] - 1
    solution = np.linalg.solve(solid[full], right[full][:, :, None])[:, :, 0]
    explained[full] = (right[full] * solution).sum(axis=1)
    rank[~full], explained[~full] = _by_eigenvalues(left[~full], right[~full])
    return rank, explained


def _by_eigenvalues(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    roots, vectors = np.linalg.eigh(left)
    solid = roots > TINY * np.maximum(roots[:, -1:], 1.0)
    turned = np.einsum("bji,bj->bi", vectors, right)
    explained = np.divide(turned**2, roots, out=np.zeros_like(turned), where=solid).sum(axis=1)
    return solid.sum(axis=1).astype(np.float64), explained
