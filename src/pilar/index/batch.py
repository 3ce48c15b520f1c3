"""Many units at once in NumPy: floating point, for draws and simulations. Published scores come from ``scoring``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pilar.index.instrument import Aggregation, Instrument, MissingRule, Node

Floats: TypeAlias = NDArray[np.float64]
TOLERANCE = 1e-9
BLOCK = 256  # rows at a time, so that the working copy stays in the processor's cache


@dataclass(frozen=True)
class BatchResult:
    """Scores of n units: ``final`` of shape (n,), and each node's score; NaN where there is no score.

    ``columns``: where a node stands in which of the ``tables`` of shape (n, nodes).
    """

    final: Floats
    tables: tuple[Floats, ...]
    columns: Mapping[str, tuple[int, int]]

    def score(self, code: str) -> Floats:
        """The node's scores, shape (n,); ``KeyError`` if nothing at or below it was a column."""
        table, column = self.columns[code]
        return self.tables[table][:, column]


@dataclass(frozen=True)
class _Level:
    """The parents of one depth. ``shares``: (children, parents), columns first given, then computed below.

    ``given``: where the children that are columns stand in the input (``None`` when they are the whole input).
    ``sums``: sum of each parent's shares, below 1 if a child is no column. ``needed``: the least share that must be
    present, less a tolerance. ``fills``: the parents whose blanks count as the minimum.
    """

    given: list[int] | None
    parents: tuple[str, ...]
    shares: Floats
    sums: Floats
    needed: Floats
    fills: list[int]


@dataclass(frozen=True)
class _Matrices:
    levels: tuple[_Level, ...]
    columns: Mapping[str, tuple[int, int]]


def score_matrix(instrument: Instrument, columns: Sequence[str], values: Floats) -> BatchResult:
    """Scores of n units. ``columns``: node codes, no two in one branch; ``values``: shape (n, len(columns)), NaN blank.

    Values are scores on the scale, already checked. ``ValueError`` for another shape, for no columns, for two in one
    branch and for a tree with other than weighted means; ``KeyError`` for an unknown code.
    """
    if values.ndim != 2 or values.shape[1] != len(columns) or not columns:
        raise ValueError(f"values have the shape {values.shape}, but there are {len(columns)} columns")
    matrices = _matrices(instrument, tuple(columns))
    minimum = float(instrument.scale.minimum)
    tables, below = [values], np.empty((len(values), 0))
    for level in matrices.levels:
        children = values if level.given is None else np.hstack([values[:, level.given], below])
        below = _means(level, children, minimum)
        tables.append(below)
    return BatchResult(tables[-1][:, 0], tuple(tables), matrices.columns)


def _means(level: _Level, children: Floats, minimum: float) -> Floats:
    """Scores of the parents, shape (n, parents).

    With e = Σ share·(value - minimum) and p = Σ share over the children present, a re-weighted mean is minimum + e/p,
    and one whose blanks count as the minimum is minimum + e: two matrix products and one division.
    """
    if level.sums.min() > 1 - TOLERANCE and not np.isnan(children).any():
        return np.asarray(children @ level.shares)
    excess, present = np.empty((2, len(children), len(level.parents)))
    for start in range(0, len(children), BLOCK):
        rows = slice(start, start + BLOCK)
        work = np.fmax(children[rows], minimum)
        np.matmul(work, level.shares, out=excess[rows])
        np.equal(children[rows], children[rows], out=work)
        np.matmul(work, level.shares, out=present[rows])
    excess -= minimum * level.sums
    lacking = present < level.needed
    present[:, level.fills] = 1.0
    present[lacking] = np.nan
    excess /= present
    excess += minimum
    return excess


@lru_cache(maxsize=64)
def _matrices(instrument: Instrument, columns: tuple[str, ...]) -> _Matrices:
    """The tree as matrices, from the deepest parents up to the root."""
    places = {instrument.node(code).code: place for place, code in enumerate(columns)}
    above = {parent for code in columns for parent in instrument.ancestors(code)}
    if above & places.keys() or len(places) < len(columns):
        raise ValueError("two columns stand in one branch")
    depths: dict[int, list[Node]] = {}
    for code in (node.code for node in instrument.nodes if node.code in above):
        depths.setdefault(len(list(instrument.ancestors(code))), []).append(instrument.node(code))
    if any(node.aggregation is not Aggregation.WEIGHTED for nodes in depths.values() for node in nodes):
        raise ValueError("only weighted means can be scored as matrices")
    at_level = {code: (0, place) for code, place in places.items()}
    levels: list[_Level] = []
    for depth in sorted(depths, reverse=True):
        levels.append(_level(depths[depth], places, levels[-1].parents if levels else ()))
        at_level |= {code: (len(levels), column) for column, code in enumerate(levels[-1].parents)}
    return _Matrices(tuple(levels), at_level)


def _level(parents: list[Node], places: dict[str, int], computed: tuple[str, ...]) -> _Level:
    given = [code for code in places if any(child.code == code for parent in parents for child in parent.children)]
    rows = {code: row for row, code in enumerate((*given, *computed))}
    shares = np.zeros((len(rows), len(parents)))
    for column, parent in enumerate(parents):
        for child, share in zip(parent.children, parent.shares, strict=True):
            if child.code in rows:
                shares[rows[child.code], column] = float(share)
    needed = [1.0 if parent.missing is MissingRule.REQUIRE else float(parent.minimum_share or 0) for parent in parents]
    return _Level(
        given=None if len(given) == len(places) and not computed else [places[code] for code in given],
        parents=tuple(parent.code for parent in parents),
        shares=shares,
        sums=shares.sum(axis=0),
        needed=np.maximum(np.array(needed) - TOLERANCE, TOLERANCE),
        fills=[column for column, parent in enumerate(parents) if parent.missing is MissingRule.ZERO],
    )
