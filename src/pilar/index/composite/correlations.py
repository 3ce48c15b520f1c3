"""Correlations of indicators and nodes, within and across levels, over the rows that both have.

Sources: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step on multivariate analysis; for ties,
Kendall's tau-b (Kendall, The treatment of ties in ranking problems, Biometrika 33, 1945).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pilar.index.composite.building import Built
from pilar.index.composite.data import Flags, Floats
from pilar.index.composite.spec import Element

Singles: TypeAlias = NDArray[np.float32]

NARROW = 1e-4  # of a column's variance: below it, sums over shared rows may lose digits
PAIRS = 20_000  # pairs of rows that are compared at once


class Method(StrEnum):
    PEARSON = "pearson"
    SPEARMAN = "spearman"
    KENDALL = "kendall"


class Relation(StrEnum):
    """How the second node stands to the first. ``AUNT``: a sibling of its parent."""

    SIBLING = "sibling"
    PARENT = "parent"
    AUNT = "aunt"
    INDEX = "index"


class Flag(StrEnum):
    """Why a correlation deserves a look. ``MISPLACED``: higher with a sibling of the parent than with the parent."""

    NEGATIVE = "negative"
    WEAK = "weak"
    COLLINEAR = "collinear"
    MISPLACED = "misplaced"


@dataclass(frozen=True)
class Limits:
    """Below ``negative`` siblings pull against each other, above ``collinear`` they say the same twice, and below
    ``weak`` a node has little to do with its parent or the index. Conventions, not laws: change them at will.
    """

    negative: float = -0.4
    weak: float = 0.3
    collinear: float = 0.9


@dataclass(frozen=True)
class Correlation:
    """Of two nodes, over ``rows`` rows; ``coefficient`` is ``None`` where it is not defined."""

    first: str
    second: str
    relation: Relation
    coefficient: float | None
    rows: int
    flag: Flag | None = None


def correlate(first: Floats, second: Floats, method: Method | str = Method.PEARSON) -> Floats:
    """Correlations of columns, shape (p, q), from tables of shapes (n, p) and (n, q).

    Each over the rows where both columns have a value; NaN where there are fewer than two, or no spread.
    """
    kind = Method(method)
    if kind is Method.KENDALL:
        return _kendall(first, second)
    if kind is Method.SPEARMAN:
        return _spearman(first, second)
    return _pearson(first, second)


def common_rows(first: Floats, second: Floats) -> Floats:
    """How many rows two columns share, shape (p, q)."""
    return np.asarray((~np.isnan(first)).T.astype(np.float64) @ (~np.isnan(second)).astype(np.float64))


def correlation_table(built: Built, codes: Sequence[str], others: Sequence[str], method: Method | str) -> Floats:
    """Correlations of the scores of two sets of nodes, of any level. ``KeyError`` for an unknown code."""
    return correlate(_scores(built, codes), _scores(built, others), method)


def correlations(
    built: Built, method: Method | str = Method.PEARSON, limits: Limits | None = None
) -> tuple[Correlation, ...]:
    """Each node with its siblings, its parent, its parent's siblings and the index, by the order of the tree.

    Scores count as normalised, so a negative one means that two nodes pull in opposite directions.
    """
    codes = [node.code for node in built.spec.nodes]
    scores = _scores(built, codes)
    table, rows = correlate(scores, scores, method), common_rows(scores, scores)
    place = {code: number for number, code in enumerate(codes)}
    bounds = limits or Limits()
    found = []
    for first, second, relation in _pairs(built):
        value = table[place[first], place[second]]
        known = None if np.isnan(value) else float(value)
        parent = built.spec.parents[first].code
        flag = None if known is None else _flag(known, table[place[first], place[parent]], relation, bounds)
        found.append(Correlation(first, second, relation, known, int(rows[place[first], place[second]]), flag))
    return tuple(found)


def _pairs(built: Built) -> Iterator[tuple[str, str, Relation]]:
    spec = built.spec
    for node in spec.nodes[1:]:
        parent = spec.parents[node.code]
        after = parent.children.index(node) + 1
        yield from ((node.code, other.code, Relation.SIBLING) for other in parent.children[after:])
        yield node.code, parent.code, Relation.PARENT
        if parent is not spec.root:
            yield from ((node.code, aunt.code, Relation.AUNT) for aunt in _siblings(spec.parents[parent.code], parent))
            yield node.code, spec.root.code, Relation.INDEX


def _siblings(parent: Element, child: Element) -> list[Element]:
    return [other for other in parent.children if other is not child]


def _flag(value: float, with_parent: float, relation: Relation, limits: Limits) -> Flag | None:
    if relation is Relation.AUNT:
        return Flag.MISPLACED if value > with_parent else None
    if value < limits.negative:
        return Flag.NEGATIVE
    if relation is Relation.SIBLING:
        return Flag.COLLINEAR if value > limits.collinear else None
    return Flag.WEAK if value < limits.weak else None


def _scores(built: Built, codes: Sequence[str]) -> Floats:
    return np.stack([built.scores[code] for code in codes], axis=1)


def _pearson(first: Floats, second: Floats) -> Floats:
    """From sums over shared rows; columns are centred and scaled first, so that the sums lose no digits.

    Where two columns share rows in which one of them hardly varies (an outlier stands where the other is blank), digits
    are lost all the same: those pairs are taken by themselves.
    """
    (x, has_x), (y, has_y) = _standardised(first), _standardised(second)
    n = has_x.T @ has_y
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_x, mean_y = x.T @ has_y / n, has_x.T @ y / n
        together = x.T @ y / n - mean_x * mean_y
        spread_x = (x * x).T @ has_y / n - mean_x**2
        spread_y = has_x.T @ (y * y) / n - mean_y**2
        found = np.clip(together / np.sqrt(spread_x * spread_y), -1, 1)
    for row, column in np.argwhere((n > 0) & ((spread_x < NARROW) | (spread_y < NARROW))):
        found[row, column] = _pair(first[:, row], second[:, column])
    return np.asarray(np.where(n > 0, found, np.nan))


def _pair(first: Floats, second: Floats) -> float:
    """Pearson's of two columns, NaN where one does not vary over the rows that they share."""
    shared = ~(np.isnan(first) | np.isnan(second))
    x, y = first[shared], second[shared]
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan
    return float(_column_by_column(x[:, None], y[:, None], np.ones((len(x), 1), dtype=np.bool_))[0])


def _standardised(table: Floats) -> tuple[Floats, Floats]:
    """Columns with mean 0 and deviation 1, blanks as 0; and 1 where there is a value."""
    known = ~np.isnan(table)
    count = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, table, 0.0)
    apart = np.where(known, filled - filled.sum(axis=0) / count, 0.0)
    spread = np.sqrt((apart**2).sum(axis=0) / count)
    return apart / np.where(spread > 0, spread, 1.0), known.astype(np.float64)


def _spearman(first: Floats, second: Floats) -> Floats:
    """Pearson's of mean ranks; ranks are taken anew for each pair among the rows it shares."""
    if not (np.isnan(first).any() or np.isnan(second).any()):
        return _pearson(_ranked(first), _ranked(second))
    found = np.empty((first.shape[1], second.shape[1]))
    for column in range(second.shape[1]):
        other = second[:, column, None]
        shared = ~(np.isnan(first) | np.isnan(other))
        x = _ranked(np.where(shared, first, np.nan))
        y = _ranked(np.where(shared, other, np.nan))
        found[:, column] = _column_by_column(x, y, shared)
    return found


def _column_by_column(x: Floats, y: Floats, shared: Flags) -> Floats:
    """Pearson's of each column with its counterpart, over the shared rows; shape (p,)."""
    count = np.maximum(shared.sum(axis=0), 1)
    x = np.where(shared, x - np.where(shared, x, 0.0).sum(axis=0) / count, 0.0)
    y = np.where(shared, y - np.where(shared, y, 0.0).sum(axis=0) / count, 0.0)
    spread = np.sqrt((x * x).sum(axis=0) * (y * y).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(spread > 0, (x * y).sum(axis=0) / spread, np.nan))


def _ranked(table: Floats) -> Floats:
    """Mean ranks of each column, blanks after all others."""
    order = np.argsort(table, axis=0)
    ordered = np.take_along_axis(table, order, axis=0)
    place = np.arange(len(table), dtype=np.float64)[:, None]
    fresh = np.ones(table.shape, dtype=np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    start = np.maximum.accumulate(np.where(fresh, place, 0.0), axis=0)
    ends = np.ones(table.shape, dtype=np.bool_)
    ends[:-1] = fresh[1:]
    end = np.minimum.accumulate(np.where(ends, place, np.inf)[::-1], axis=0)[::-1]
    found = np.empty(table.shape)
    np.put_along_axis(found, order, (start + end) / 2 + 1, axis=0)
    return found


def _kendall(first: Floats, second: Floats) -> Floats:
    """Tau-b: concordant less discordant pairs over the root of the pairs that are not tied in each column."""
    agree, one, other = np.zeros((3, first.shape[1], second.shape[1]))
    left, right = np.triu_indices(len(first), 1)
    for start in range(0, len(left), PAIRS):
        pairs = slice(start, start + PAIRS)
        x, has_x = _signs(first, left[pairs], right[pairs])
        y, has_y = (x, has_x) if second is first else _signs(second, left[pairs], right[pairs])
        agree += x.T @ y
        one += (x * x).T @ has_y
        other += has_x.T @ (y * y)
    untied = np.sqrt(one * other)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(untied > 0, agree / untied, np.nan))


def _signs(table: Floats, left: NDArray[np.intp], right: NDArray[np.intp]) -> tuple[Singles, Singles]:
    """Sign of the difference of each pair of rows, shape (pairs, columns), blanks as 0; and 1 where both are known.

    In single precision, which holds the whole numbers that a block can sum up to.
    """
    apart = np.sign(table[left] - table[right]).astype(np.float32)
    known = ~np.isnan(apart)
    return np.where(known, apart, np.float32(0)), known.astype(np.float32)
