"""Weights among siblings: as given, all the same, or from the first principal component."""

from __future__ import annotations

import numpy as np

from pilar.index.composite.data import Floats
from pilar.index.composite.places import varies
from pilar.index.composite.spec import Element, Spec, Weighting

EQUAL = 1e-9  # variances of components that differ by less are the same but for rounding


def weights_of(node: Element, scores: Floats) -> Floats | None:
    """Weights of a node's children, shape (k,), summing to 1. ``scores``: the children's, shape (n, k).

    PCA: the squared loadings of the first principal component of the correlation matrix, each being the part of that
    component's variance that a child accounts for; they sum to 1 by themselves. ``None`` where it is not defined: with
    fewer than three complete rows, a child that is the same everywhere, or two components that are equally large, so
    that none is the first. Source: OECD and JRC (2008), step on weighting, of which this is the case of one component.
    """
    if node.weighting is Weighting.GIVEN:
        given = np.array([float(child.weight or 0) for child in node.children])
        return np.asarray(given / given.sum())
    if node.weighting is Weighting.EQUAL or len(node.children) == 1:
        return np.full(len(node.children), 1 / len(node.children))
    matrix = correlation_matrix(scores)
    loadings = None if matrix is None else first_component(matrix)
    return None if loadings is None else loadings**2


def correlation_matrix(scores: Floats) -> Floats | None:
    """Pearson's correlations over complete rows, shape (k, k); ``None`` where one is not defined.

    A column that ranks would call tied from end to end has none: what is left of it is rounding.
    """
    complete = scores[~np.isnan(scores).any(axis=1)]
    if len(complete) < 3 or not varies(complete).all():
        return None
    # By the largest deviation, so that squares of very small or very large scores neither vanish nor overflow.
    apart = complete - complete.mean(axis=0)
    return np.asarray(np.corrcoef(apart / np.abs(apart).max(axis=0), rowvar=False))


def first_component(matrix: Floats) -> Floats | None:
    """Loadings of the first principal component, of length 1, with a sum that is not negative; shape (k,).

    ``None`` if the second is as large: any mixture of the two would do, and rounding would choose one.
    """
    variances, vectors = np.linalg.eigh(matrix)
    if variances[-1] - variances[-2] < EQUAL:
        return None
    loadings = vectors[:, -1]
    return np.asarray(loadings if loadings.sum() >= 0 else -loadings)


def effective_weights(spec: Spec, weights: dict[str, Floats]) -> dict[str, float]:
    """Each node's weight in the index: the product of the weights from the root down to it; 1 for the root.

    ``weights``: those of the children of every node that has some. With other than weighted means this is the nominal
    weight, not the effect of one point.
    """
    effective = {spec.root.code: 1.0}
    for node in spec.nodes:
        for child, weight in zip(node.children, weights.get(node.code, ()), strict=True):
            effective[child.code] = effective[node.code] * float(weight)
    return effective
