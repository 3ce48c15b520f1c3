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
from pilar.index.composite.places import even_columns, flat_columns, varies
from pilar.index.composite.spec import Element

Singles: TypeAlias = NDArray[np.float32]

NARROW = 1e-4  # of a column's variance: below it, sums over shared rows may lose digits
PAIRS = 20_000  # pairs of rows that are compared at once
BLOCK = 24  # columns whose ranks among each other are taken at once


class Method(StrEnum):
    PEARSON = "pearson"
    SPEARMAN = "spearman"
    KENDALL = "kendall"


class Relation(StrEnum):
    """The relation of the second node to the first. ``AUNT``: a sibling of its parent."""

    SIBLING = "sibling"
    PARENT = "parent"
    AUNT = "aunt"
    INDEX = "index"


class Flag(StrEnum):
    """The reason for which a correlation deserves a look. ``MISPLACED``: higher with a sibling of the parent than with
    the parent."""

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
    """The correlation of two nodes, over ``rows`` rows; ``coefficient`` is ``None`` where it is not defined."""

    first: str
    second: str
    relation: Relation
    coefficient: float | None
    rows: int
    flag: Flag | None = None


def correlate(first: Floats, second: Floats, method: Method | str = Method.PEARSON) -> Floats:
    """Correlations of columns, shape (p, q), from tables of shapes (n, p) and (n, q).

    Each over the rows where both columns have a value; NaN where there are fewer than two, or no spread: values that
    ranks would call tied do not differ.
    """
    kind = Method(method)
    same = second is first
    # Ranks and signs ask which values are equal; sums need all their digits.
    ready = flat_columns if kind is Method.PEARSON else even_columns
    first = ready(first)
    second = first if same else ready(second)
    if kind is Method.KENDALL:
        return _kendall(first, second)
    if kind is Method.SPEARMAN:
        return _spearman(first, second)
    return _pearson(first, second)


def common_rows(first: Floats, second: Floats) -> Floats:
    """Count how many rows two columns share, shape (p, q)."""
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
    pairs = []
    for first, second, relation in _pairs(built):
        value = table[place[first], place[second]]
        known = None if np.isnan(value) else float(value)
        parent = built.spec.parents[first].code
        flag = None if known is None else _flag(known, table[place[first], place[parent]], relation, bounds)
        pairs.append(Correlation(first, second, relation, known, int(rows[place[first], place[second]]), flag))
    return tuple(pairs)


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
        ratio = np.clip(together / np.sqrt(spread_x * spread_y), -1, 1)
    for row, column in np.argwhere((n > 0) & ((spread_x < NARROW) | (spread_y < NARROW))):
        ratio[row, column] = _pair(first[:, row], second[:, column])
    return np.asarray(np.where(n > 0, ratio, np.nan))


def _pair(first: Floats, second: Floats) -> float:
    """Pearson's of two columns, NaN where one does not vary over the rows that they share."""
    shared = ~(np.isnan(first) | np.isnan(second))
    x, y = first[shared], second[shared]
    if not (varies(x) and varies(y)):
        return np.nan
    x, y = x - x.sum() / len(x), y - y.sum() / len(y)
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    return float((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()))


def _standardised(table: Floats) -> tuple[Floats, Floats]:
    """Columns with mean 0 and deviation 1, blanks as 0; and 1 where there is a value."""
    known = ~np.isnan(table)
    count = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, table, 0.0)
    apart = np.where(known, filled - filled.sum(axis=0) / count, 0.0)
    # By the largest deviation first, so that squares neither vanish nor overflow.
    largest = np.abs(apart).max(axis=0, initial=0.0)
    apart = apart / np.where(largest > 0, largest, 1.0)
    spread = np.sqrt((apart**2).sum(axis=0) / count)
    return apart / np.where(spread > 0, spread, 1.0), known.astype(np.float64)


def _spearman(first: Floats, second: Floats) -> Floats:
    """Pearson's of mean ranks; ranks are taken again for each pair among the rows it shares.

    Columns are sorted once. Among the rows that another column shares, a value's rank is the number of shared rows
    below it, and half of those that tie with it: running counts along the order tell both, a block of pairs at a time.
    """
    if not (np.isnan(first).any() or np.isnan(second).any()):
        return _pearson(_ranked(first), _ranked(second))
    ratios = np.empty((first.shape[1], second.shape[1]))
    left, right = _ordered(first), _ordered(second)
    for rows in _blocks(first.shape[1]):
        for columns in _blocks(second.shape[1]):
            if second is first and columns.start < rows.start:
                ratios[rows, columns] = ratios[columns, rows].T
                continue
            x = _shared_ranks(left, rows, right, columns)
            y = x if second is first and rows == columns else _shared_ranks(right, columns, left, rows)
            y = np.ascontiguousarray(y.transpose(2, 1, 0))
            spread = np.einsum("pnq,pnq->pq", x, x) * np.einsum("pnq,pnq->pq", y, y)
            with np.errstate(invalid="ignore", divide="ignore"):
                ratios[rows, columns] = np.where(spread > 0, np.einsum("pnq,pnq->pq", x, y) / np.sqrt(spread), np.nan)
    return ratios


@dataclass(frozen=True, eq=False)
class _Ordered:
    """A table's columns in order, blanks last. ``known``: shape (n, k). ``order``: rows of each column, the lowest
    value first; ``start``, ``end``: places in that order where the ties of each row begin and stop. Shape (k, n).
    """

    known: Flags
    order: NDArray[np.intp]
    start: NDArray[np.intp]
    end: NDArray[np.intp]


def _ordered(table: Floats) -> _Ordered:
    columns = np.ascontiguousarray(table.T)
    order = np.argsort(columns, axis=1)
    values = np.take_along_axis(columns, order, axis=1)
    place = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    fresh = np.ones(values.shape, dtype=np.bool_)
    fresh[:, 1:] = values[:, 1:] != values[:, :-1]
    last = np.ones(values.shape, dtype=np.bool_)
    last[:, :-1] = fresh[:, 1:]
    start = np.maximum.accumulate(np.where(fresh, place, 0), axis=1)
    end = np.minimum.accumulate(np.where(last, place + 1, values.shape[1])[:, ::-1], axis=1)[:, ::-1]
    by_row = np.argsort(order, axis=1)
    return _Ordered(
        ~np.isnan(table),
        order,
        np.take_along_axis(start, by_row, axis=1),
        np.take_along_axis(end, by_row, axis=1),
    )


def _shared_ranks(ranked: _Ordered, rows: slice, other: _Ordered, columns: slice) -> Floats:
    """Mean ranks of some columns among the rows that each of others shares, less their mean; 0 where not shared.

    Shape (columns, n, others).
    """
    known = np.ascontiguousarray(other.known[:, columns])
    picked = range(*rows.indices(len(ranked.order)))
    shared_ranks = np.empty((len(picked), *known.shape))
    for position, column in enumerate(picked):
        shared = known & ranked.known[:, column, None]
        below = np.zeros((len(shared) + 1, shared.shape[1]))
        np.cumsum(shared[ranked.order[column]], axis=0, out=below[1:])
        # Mean of the ranks from 1 to m is (m + 1)/2.
        ranks = (below[ranked.start[column]] + below[ranked.end[column]] - below[-1]) / 2
        np.multiply(ranks, shared, out=shared_ranks[position])
    return shared_ranks


def _blocks(size: int) -> list[slice]:
    return [slice(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK)]


def _ranked(table: Floats) -> Floats:
    """Mean ranks of each column of a table without blanks."""
    order = np.argsort(table, axis=0)
    ordered = np.take_along_axis(table, order, axis=0)
    place = np.arange(len(table), dtype=np.float64)[:, None]
    fresh = np.ones(table.shape, dtype=np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    start = np.maximum.accumulate(np.where(fresh, place, 0.0), axis=0)
    ends = np.ones(table.shape, dtype=np.bool_)
    ends[:-1] = fresh[1:]
    end = np.minimum.accumulate(np.where(ends, place, np.inf)[::-1], axis=0)[::-1]
    ranks = np.empty(table.shape)
    np.put_along_axis(ranks, order, (start + end) / 2 + 1, axis=0)
    return ranks


def _kendall(first: Floats, second: Floats) -> Floats:
    """Tau-b: concordant less discordant pairs over the root of the pairs that are not tied in each column."""
    agree, own, other = np.zeros((3, first.shape[1], second.shape[1]))
    left, right = np.triu_indices(len(first), 1)
    for start in range(0, len(left), PAIRS):
        pairs = slice(start, start + PAIRS)
        x, has_x = _signs(first, left[pairs], right[pairs])
        y, has_y = (x, has_x) if second is first else _signs(second, left[pairs], right[pairs])
        agree += x.T @ y
        own += (x * x).T @ has_y
        other += has_x.T @ (y * y)
    untied = np.sqrt(own * other)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(untied > 0, agree / untied, np.nan))


def _signs(table: Floats, left: NDArray[np.intp], right: NDArray[np.intp]) -> tuple[Singles, Singles]:
    """Sign of the difference of each pair of rows, shape (pairs, columns), blanks as 0; and 1 where both are known.

    In single precision, which holds the whole numbers that a block can sum up to.
    """
    apart = np.sign(table[left] - table[right]).astype(np.float32)
    known = ~np.isnan(apart)
    return np.where(known, apart, np.float32(0)), known.astype(np.float32)
