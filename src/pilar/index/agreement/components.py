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
from scipy import sparse  # type: ignore[import-untyped]

from pilar.index.agreement.intervals import Floats, Ints

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
    ratings = ratings - np.nanmean(ratings)
    sums = _Sums.zero(len(weights))
    for rows, columns in _panels(np.isfinite(ratings)):
        sums = sums + _panel(ratings[np.ix_(rows, columns)], groups[rows], weights)
    sizes = np.isfinite(ratings).sum(axis=1)
    inverse = np.bincount(groups, 1 / sizes, weights.shape[1])
    return sums.solved(weights @ inverse)


def _panels(marked: np.ndarray) -> Iterator[tuple[Ints, Ints]]:
    """Items and assessors of each group that shares no item with another."""
    items = len(marked)
    both = sparse.bmat([[None, marked], [marked.T, None]])
    count, labels = sparse.csgraph.connected_components(both, directed=False)
    for label in range(count):
        rows, columns = np.flatnonzero(labels[:items] == label), np.flatnonzero(labels[items:] == label)
        if len(rows) and len(columns):
            yield rows, columns


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


def _panel(ratings: Floats, groups: Ints, weights: Floats) -> _Sums:
    """The sums of one panel. Each item gives its part; items of a cluster are added first, then resampled."""
    present, labels = np.unique(groups, return_inverse=True)
    marked = np.isfinite(ratings)
    mask, values = marked.astype(np.float64), np.where(marked, ratings, 0.0)
    sizes = mask.sum(axis=1, keepdims=True)
    deviations = np.where(marked, ratings - values.sum(axis=1, keepdims=True) / sizes, 0.0)

    own = weights[:, present]
    labels = labels.reshape(-1)
    together = sparse.csr_array(
        (np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(len(present), len(labels))
    )

    def resampled(part: Floats) -> Floats:
        return np.asarray(own @ (together @ part))

    number = resampled(mask)
    total, squares = resampled(values), resampled(values**2)
    seen = np.divide(total**2, number, out=np.zeros_like(total), where=number > 0)
    items, right = resampled(np.ones(len(ratings))), resampled(deviations)
    if marked.all():  # the equations are items·(1 - 1/assessors) on and -items/assessors off the diagonal
        present_items = np.where(items > 0, items, 1.0)
        rank, explained = (items > 0) * (mask.shape[1] - 1.0), (right**2).sum(axis=1) / present_items
    else:
        rank, explained = _solved(_equations(mask, mask / sizes, labels, own, number), right)
    return _Sums(
        marks=number.sum(axis=1),
        items=items,
        assessors=(number > 0).sum(axis=1).astype(np.float64),
        rank=rank,
        within_items=resampled((deviations**2).sum(axis=1)),
        within_assessors=(squares - seen).sum(axis=1),
        explained=explained,
    )


def _equations(mask: Floats, shares: Floats, labels: Ints, weights: Floats, number: Floats) -> Floats:
    """The assessors' equations of each resample, shape (resamples, assessors, assessors).

    Marks of each assessor on the diagonal, less what the items take away: Σ mask·mask'/marks of the item. ``shares``:
    mask/marks; ``weights``: (resamples, clusters). Clusters are added up first only where there are many resamples.
    """
    diagonal = number[:, :, None] * np.eye(mask.shape[1])
    if len(weights) <= FEW:
        return np.asarray(diagonal - np.stack([(mask * times[labels][:, None]).T @ shares for times in weights]))
    order = np.argsort(labels, kind="stable")
    clusters = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    met = np.stack([mask[rows].T @ shares[rows] for rows in clusters])
    return np.asarray(diagonal - np.tensordot(weights, met, axes=1))


def _solved(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Rank of each resample's equations A and b'·A⁺·b, what the assessors explain beside the items.

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
    one = pivots.min(axis=1) > TINY * pivots.max(axis=1)
    rank, explained = np.empty((2, len(left)))
    rank[one] = there.sum(axis=1)[one] - 1
    solution = np.linalg.solve(solid[one], right[one][:, :, None])[:, :, 0]
    explained[one] = (right[one] * solution).sum(axis=1)
    rank[~one], explained[~one] = _by_eigenvalues(left[~one], right[~one])
    return rank, explained


def _by_eigenvalues(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    roots, vectors = np.linalg.eigh(left)
    solid = roots > TINY * np.maximum(roots[:, -1:], 1.0)
    turned = np.einsum("bji,bj->bi", vectors, right)
    explained = np.divide(turned**2, roots, out=np.zeros_like(turned), where=solid).sum(axis=1)
    return solid.sum(axis=1).astype(np.float64), explained
