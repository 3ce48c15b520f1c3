"""Finals of many draws where all means are weighted means: one matrix product, and what blanks change in it.

A final is Σ e·x over the columns x, e being the product of the weights on the way up. Where a node is re-weighted,
its children's weights are divided by the sum of those present. That sum depends on which children are blank and on the
draw, not on the unit, so units with the same blanks on the way up share a row of e. Columns without a blank on
their way go into one dense product, the others into a sparse one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pilar.index.instrument import MissingRule
from pilar.index.needing import scipy_needed
from pilar.index.robustness.cut import Booleans, Cut, Floats, Integers

if TYPE_CHECKING:
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

ROWS_AT_ONCE = 16_000


@dataclass(frozen=True)
class _Gather:
    """New rows as products of rows: what comes from above, a weight, and the reciprocal of a sum of weights present."""

    above: Integers
    weight: Integers
    reciprocal: Integers

    def of(self, above: Floats, weights: Floats, reciprocals: Floats) -> Floats:
        rows: Floats = above[self.above]
        rows *= weights[self.weight]
        if self.reciprocal.any():
            rows *= reciprocals[self.reciprocal]
        return rows


@dataclass(frozen=True)
class _Program:
    """A program that computes the finals of some units from the weights.

    ``sums``: which reciprocals, and the rows of weights whose sum each is of, shape (reciprocals, rows): one pair for
    each number of rows. The first reciprocal is 1. ``roots``: the reciprocals by which the root is re-weighted.
    ``levels``: below it, effective weights of the computed nodes. ``plain`` and ``dense``: effective weights of the
    columns without blanks on their way, and minimum less value in cells, shape (columns, units). ``other`` and
    ``sparse``: the same of the rest.
    """

    sums: tuple[tuple[Integers, Integers], ...]
    roots: Integers
    levels: tuple[_Gather, ...]
    plain: _Gather
    dense: Floats
    other: _Gather
    sparse: csr_array | None

    def finals(self, weights: Floats, out: Floats) -> None:
        draws = weights.shape[1]
        reciprocals = np.ones((sum(len(numbers) for numbers, _ in self.sums) + 1, draws))
        for numbers, present in self.sums:
            total = weights[present[:, 0]]
            for column in present.T[1:]:
                total += weights[column]
            reciprocals[numbers] = np.divide(1.0, total, out=total)
        rows = reciprocals[self.roots]
        for level in self.levels:
            rows = np.concatenate([rows, level.of(rows, weights, reciprocals)])
        np.matmul(self.plain.of(rows, weights, reciprocals).T, self.dense, out=out)
        if self.sparse is not None:
            out += (self.sparse @ self.other.of(rows, weights, reciprocals)).T


class LinearFinals:
    """Finals of fixed values. ``values``: shape (units, columns), NaN blank; every unit must have a final."""

    def __init__(self, cut: Cut, values: Floats) -> None:
        self.cut = cut
        self.units = len(values)
        self._parts = list(self._programs(values, np.arange(len(values))))

    def below_minimum(self, weights: Floats, out: Floats) -> Floats:
        """Minimum less final, in cells of the grid, into ``out``, shape (draws, units).

        ``weights``: shape (weights, draws).
        """
        if len(self._parts) == 1:
            self._parts[0][1].finals(weights, out)
        else:
            for units, program in self._parts:
                part = np.empty((weights.shape[1], len(units)))
                program.finals(weights, part)
                out[:, units] = part
        return out

    def _programs(self, values: Floats, units: Integers) -> Iterator[tuple[Integers, _Program]]:
        built = _Builder(self.cut, values[units]).build(ROWS_AT_ONCE if len(units) > 1 else None)
        if built is not None:
            yield units, built
        else:
            for half in np.array_split(units, 2):
                yield from self._programs(values, half)


class _Builder:
    def __init__(self, cut: Cut, values: Floats) -> None:
        self.cut = cut
        self.values = values
        self.present = cut.present(values)
        self.sums: dict[tuple[int, bytes], int] = {}
        self.lists: list[Integers] = []
        self.row_of: dict[int, Integers] = {}
        self.plain: dict[int, int] = {}
        self.weight_of: dict[int, int] = {
            child: parent.start + place for parent in cut.parents for place, child in enumerate(parent.children)
        }

    def build(self, limit: int | None) -> _Program | None:
        """The program, or ``None`` if it needs more than ``limit`` rows at once."""
        cut, columns = self.cut, len(self.cut.columns)
        if not cut.parents:
            none = _gather([])
            return _Root((), none.above, (), none, (cut.minimum - self.values.T) * cut.cells, none, None)
        levels, rows = [], 0
        by_depth: dict[int, list[int]] = {}
        for place, parent in enumerate(cut.parents, columns):
            by_depth.setdefault(parent.depth, []).append(place)
        above_of = {child: place for place, p in enumerate(cut.parents, columns) for child in p.children}
        for depth in sorted(by_depth):
            new: list[tuple[int, int, int]] = []
            for place in by_depth[depth]:
                rows = self._rows(place, above_of.get(place), rows, new)
            levels.append(_gather(new))
        return self._leaves(tuple(levels), above_of, limit)

    def _rows(self, place: int, above: int | None, rows: int, new: list[tuple[int, int, int]]) -> int:
        """Rows of one computed node, one for each way in which blanks touch it or what is above it; first the plain."""
        units = self.present.shape[1]
        higher = np.zeros(units, dtype=np.int64) if above is None else self.row_of[above]
        reached = self.present[place] & (higher >= 0)
        reciprocal = self._reciprocals(place)
        weight = self.weight_of.get(place, -1)
        plain = 0 if above is None else self.plain[above]
        self.plain[place] = rows
        if reached.all() and (higher == plain).all() and not reciprocal.any():
            self.row_of[place] = np.full(units, rows)
            new.append((plain, weight, 0))
            return rows + 1
        pairs = np.stack([higher, reciprocal])
        distinct, inverse = np.unique(pairs[:, reached], axis=1, return_inverse=True)
        entries = [(plain, 0), *(pair for pair in map(tuple, distinct.T.tolist()) if pair != (plain, 0))]
        number = {pair: rows + at for at, pair in enumerate(entries)}
        self.row_of[place] = np.full(units, -1)
        lookup = np.array([number[pair] for pair in map(tuple, distinct.T.tolist())], dtype=np.int64)
        self.row_of[place][reached] = lookup[inverse.ravel()]
        new += [(high, weight, by) for high, by in entries]
        return rows + len(entries)

    def _reciprocals(self, place: int) -> Integers:
        """Return which sum of present weights a node is divided by, for each unit; 0 where it is not re-weighted."""
        parent = self.cut.parents[place - len(self.cut.columns)]
        there: Booleans = self.present[list(parent.children)]
        sums = np.zeros(there.shape[1], dtype=np.int64)
        if parent.missing is MissingRule.ZERO:
            return sums
        for unit in np.flatnonzero(self.present[place] & ~there.all(axis=0)):
            key = (place, there[:, unit].tobytes())
            if key not in self.sums:
                self.sums[key] = len(self.lists) + 1
                self.lists.append(parent.start + np.flatnonzero(there[:, unit]))
            sums[unit] = self.sums[key]
        return sums

    def _by_length(self) -> Iterator[tuple[Integers, Integers]]:
        """The sums, those of as many rows together."""
        lengths = np.array([len(rows) for rows in self.lists], dtype=np.int64)
        for length in np.unique(lengths):
            numbers = np.flatnonzero(lengths == length)
            yield numbers + 1, np.stack([self.lists[number] for number in numbers])

    def _leaves(self, levels: tuple[_Gather, ...], above_of: dict[int, int], limit: int | None) -> _Program | None:
        dense = np.zeros((len(above_of), self.present.shape[1]))
        plain: list[tuple[int, int, int]] = []
        other: list[tuple[int, int, int]] = []
        entries: list[tuple[Integers, Integers, Floats]] = []
        for column, above in sorted(above_of.items()):
            if not 0 <= column < len(self.cut.columns):
                continue
            row, there = self.row_of[above], self.present[column]
            short = (self.cut.minimum - self.values[:, column]) * self.cut.cells
            of_plain = there & (row == self.plain[above])
            dense[len(plain)] = np.where(of_plain, short, 0.0)
            plain.append((self.plain[above], self.weight_of[column], 0))
            touched = np.flatnonzero(there & (row >= 0) & ~of_plain)
            if not len(touched):
                continue
            distinct, inverse = np.unique(row[touched], return_inverse=True)
            entries.append((touched, len(other) + inverse, short[touched]))
            other += [(int(high), self.weight_of[column], 0) for high in distinct]
        if limit is not None and len(other) > limit:
            return None
        sparse = None
        if other:
            units, rows, shortes = (np.concatenate(parts) for parts in zip(*entries, strict=True))
            with scipy_needed():
                from scipy.sparse import csr_array  # with what asks: SciPy is large

            sparse = csr_array((shortes, (units, rows)), shape=(dense.shape[1], len(other)))
        roots, *below = levels
        return _Program(
            tuple(self._by_length()),
            roots.reciprocal,
            tuple(below),
            _gather(plain),
            dense[: len(plain)],
            _gather(other),
            sparse,
        )


class _Root(_Program):
    """The root itself is the only column: no weight enters."""

    def finals(self, weights: Floats, out: Floats) -> None:
        out[:] = self.dense


def _gather(rows: list[tuple[int, int, int]]) -> _Gather:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
    return _Gather(*(np.ascontiguousarray(column) for column in table.T))
