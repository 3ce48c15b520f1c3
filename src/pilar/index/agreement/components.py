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

    def resampled(part: Floats) -> Floats:
        shape = (len(present), *part.shape[1:])
        summed = np.zeros(shape)
        np.add.at(summed, labels.reshape(-1), part)
        return np.asarray(np.tensordot(weights[:, present], summed, axes=1))

    number = resampled(mask)
    total, squares = resampled(values), resampled(values**2)
    seen = np.divide(total**2, number, out=np.zeros_like(total), where=number > 0)
    items, right = resampled(np.ones(len(ratings))), resampled(deviations)
    if marked.all():  # the equations are items·(1 - 1/assessors) on and -items/assessors off the diagonal
        present_items = np.where(items > 0, items, 1.0)
        rank, explained = (items > 0) * (mask.shape[1] - 1.0), (right**2).sum(axis=1) / present_items
    else:
        parts = np.einsum("ij,jk->ijk", mask, np.eye(mask.shape[1])) - np.einsum("ij,ik->ijk", mask, mask / sizes)
        rank, explained = _solved(resampled(parts), right)
    return _Sums(
        marks=number.sum(axis=1),
        items=items,
        assessors=(number > 0).sum(axis=1).astype(np.float64),
        rank=rank,
        within_items=resampled((deviations**2).sum(axis=1)),
        within_assessors=(squares - seen).sum(axis=1),
        explained=explained,
    )


def _solved(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Rank of each resample's equations A and b'·A⁺·b, what the assessors explain beside the items."""
    roots, vectors = np.linalg.eigh(left)
    solid = roots > TINY * np.maximum(roots[:, -1:], 1.0)
    turned = np.einsum("bji,bj->bi", vectors, right)
    explained = np.divide(turned**2, roots, out=np.zeros_like(turned), where=solid).sum(axis=1)
    return solid.sum(axis=1).astype(np.float64), explained
