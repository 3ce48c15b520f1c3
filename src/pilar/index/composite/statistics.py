"""Statistics of single indicators, and whether the children of a node belong together.

Sources: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step on multivariate analysis; Cronbach,
Coefficient alpha and the internal structure of tests, Psychometrika 16 (1951), https://doi.org/10.1007/BF02310555.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pilar.index.composite.building import Built
from pilar.index.composite.data import Floats
from pilar.index.composite.moments import kurtosis, skewness
from pilar.index.composite.places import DIGITS
from pilar.index.composite.weighting import correlation_matrix


@dataclass(frozen=True)
class IndicatorStatistics:
    """Figures of an indicator's values after the denominator, over all rows; NaN where a figure is not defined.

    ``deviation``: of the sample (n - 1). ``lower``, ``upper``: quartiles. ``commonest``: share of the values that are
    equal to the most frequent one. ``moved``: values that the outlier treatment changed.
    """

    code: str
    known: int
    blank: int
    distinct: int
    commonest: float
    minimum: float
    lower: float
    median: float
    upper: float
    maximum: float
    mean: float
    deviation: float
    skewness: float
    kurtosis: float
    moved: int


def indicator_statistics(built: Built) -> tuple[IndicatorStatistics, ...]:
    """Figures of every indicator, in the order of the tree."""
    rows = []
    for column, leaf in enumerate(built.spec.leaves):
        raw, filled = built.divided[:, column], built.imputed[:, column]
        moved = int((built.scaled.treated[:, column] != filled)[~np.isnan(filled)].sum())
        rows.append(_figures(leaf.code, raw[~np.isnan(raw)], len(raw), moved))
    return tuple(rows)


def _figures(code: str, values: Floats, rows: int, moved: int) -> IndicatorStatistics:
    """``values``: without blanks; there is at least one, or the index could not be built."""
    minimum, lower, median, upper, maximum = (float(end) for end in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    counts = np.unique(values, return_counts=True)[1]
    return IndicatorStatistics(
        code=code,
        known=len(values),
        blank=rows - len(values),
        distinct=len(counts),
        commonest=float(counts.max() / len(values)),
        minimum=minimum,
        lower=lower,
        median=median,
        upper=upper,
        maximum=maximum,
        mean=float(values.mean()),
        deviation=float(values.std(ddof=1)) if len(values) > 1 else math.nan,
        skewness=skewness(values),
        kurtosis=kurtosis(values),
        moved=moved,
    )


@dataclass(frozen=True, eq=False)
class Consistency:
    """The consistency of the children of a node, over the rows that are complete.

    ``alpha``: Cronbach's, of the children's scores; ``None`` with one child, fewer than two rows or no spread.
    ``components``: principal components of their correlations; ``None`` where those are not defined.
    """

    code: str
    children: tuple[str, ...]
    rows: int
    alpha: float | None
    components: Components | None


@dataclass(frozen=True, eq=False)
class Components:
    """Principal components, the largest first. ``variances``: eigenvalues, shape (k,), which sum to k.

    ``loadings``: correlation of each child with each component, shape (k, k), children by components.
    """

    variances: Floats
    loadings: Floats

    @property
    def explained(self) -> Floats:
        """Share of the variance that each component accounts for, shape (k,)."""
        return np.asarray(self.variances / self.variances.sum())

    @property
    def above_one(self) -> int:
        """Components that account for more than one child does (Kaiser's criterion)."""
        return int((self.variances > 1 + 1e-9).sum())


def consistencies(built: Built) -> tuple[Consistency, ...]:
    """Alpha and principal components of the children of every node, each node before those below it."""
    rows = []
    for node in built.spec.nodes:
        if node.is_leaf:
            continue
        scores = np.stack([built.scores[child.code] for child in node.children], axis=1)
        complete = scores[~np.isnan(scores).any(axis=1)]
        codes = tuple(child.code for child in node.children)
        rows.append(Consistency(node.code, codes, len(complete), cronbach_alpha(complete), components(complete)))
    return tuple(rows)


def cronbach_alpha(scores: Floats) -> float | None:
    """k/(k-1)·(1 - Σ s²(child)/s²(sum)) of a complete table of shape (n, k)."""
    rows, size = scores.shape
    if rows < 2 or size < 2:
        return None
    # By the largest, so that squares neither vanish nor overflow; sums that only rounding tells apart have no spread.
    scaled = scores / (np.abs(scores).max() or 1.0)
    sums = scaled.sum(axis=1)
    if np.ptp(sums) <= 10.0**-DIGITS:
        return None
    return float(size / (size - 1) * (1 - float(scaled.var(axis=0, ddof=1).sum()) / float(sums.var(ddof=1))))


def components(scores: Floats) -> Components | None:
    """Principal components of the correlations of a complete table of shape (n, k)."""
    matrix = correlation_matrix(scores) if scores.shape[1] > 1 else None
    if matrix is None:
        return None
    variances, vectors = np.linalg.eigh(matrix)
    variances, vectors = np.maximum(variances[::-1], 0.0), vectors[:, ::-1]
    signs = np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return Components(variances, vectors * signs * np.sqrt(variances))
