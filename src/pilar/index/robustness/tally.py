"""Counting ranks: each draw is sorted once, in whole numbers that hold score and unit, and its places are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from pilar.index.robustness.cut import Floats, Integers

KEPT = 10_000
ROWS = 200  # draws at a time, so that what is worked on stays in the processor's cache
MOST = 2**31 - 1


class Ties(NamedTuple):
    """Draws with ties, sorted: score and column at each place, and the numbers of the draws."""

    scores: Integers
    columns: Integers
    draws: Integers


@dataclass
class Tally:
    """Counts over ``draws`` draws of ``units`` units.

    ``places``: how often unit i had rank r + 1, shape (units, units); a tie shares the better rank. ``shared``: the
    same with each tie of k units counted 1/k at each of the k ranks that it takes up. ``ranks``: those of the first
    draws, shape (kept, units), 0 without a rank.

    Whole numbers may be counted in several tallies, which :meth:`take` brings together; ties go into one, in the order
    of the draws, since fractions are added up there.
    """

    units: int
    draws: int
    ranks: Integers
    places: Integers = field(init=False)
    shared: Floats = field(init=False)

    @classmethod
    def begun(cls, units: int, draws: int) -> Tally:
        """A tally with a table of ranks of its own."""
        return cls(units, draws, np.zeros((min(draws, KEPT), units), dtype=np.uint16 if units < 2**16 else np.int64))

    def __post_init__(self) -> None:
        self._tables: dict[bytes, tuple[Integers, Integers]] = {}
        self._tied = np.zeros((self.units, self.units), dtype=np.int64)
        self._spread = np.zeros((self.units, self.units))

    def beside(self) -> Tally:
        """An empty tally that writes into the same table of ranks."""
        return Tally(self.units, self.draws, self.ranks)

    def take(self, other: Tally) -> None:
        """Add what another tally counted in draws without ties."""
        for key, (units, counts) in other._tables.items():
            if key in self._tables:
                self._tables[key][1][:] += counts
            else:
                self._tables[key] = (units, counts)

    def add(self, cells: Integers, units: Integers, draws: Integers) -> Ties | None:
        """Count draws without ties; give the others. At most ``ROWS`` draws at once.

        ``cells``: shape (draws, columns), small is good, overwritten; ``units``: of each column, ``draws``: their
        numbers in the whole run.
        """
        columns = len(units)
        places = np.arange(columns)
        half = _bits(columns)
        cells <<= 2 * half
        cells |= places << half
        cells.sort(axis=1)
        again = _tied_rows(cells, 2 * half)
        ties = None
        if len(again):
            keys = cells[again]
            ties = Ties(keys >> 2 * half, (keys & (2 ** (2 * half) - 1)) >> half, draws[again])
            cells, draws = (np.delete(table, again, axis=0) for table in (cells, draws))
        cells &= 2 ** (2 * half) - 1
        few = np.flatnonzero(draws < len(self.ranks))
        if len(few):
            self._keep(cells[few] >> half, units, draws[few])
        cells |= places
        counts = self._table(units)
        np.add.at(counts, cells.ravel(), counts.dtype.type(1))
        return ties

    def _keep(self, columns: Integers, units: Integers, draws: Integers) -> None:
        """Write the ranks of draws down; ``columns``: those at each place."""
        ranks = np.zeros((len(draws), self.units), dtype=self.ranks.dtype)
        places = np.arange(1, len(units) + 1, dtype=ranks.dtype)
        np.put_along_axis(ranks, units[columns], places[None], axis=1)
        self.ranks[draws] = ranks

    def _table(self, units: Integers) -> Integers:
        """Counts by column and place; options that rank the same units share them."""
        key = units.tobytes()
        if key not in self._tables:
            kind = np.int32 if self.draws <= MOST else np.int64
            self._tables[key] = (units, np.zeros(len(units) << _bits(len(units)), dtype=kind))
        return self._tables[key][1]

    def finish(self) -> None:
        """Bring the counts together."""
        alike = np.zeros((self.units, self.units), dtype=np.int64)
        for units, counts in self._tables.values():
            alike[units, : len(units)] += counts.reshape(len(units), -1)[:, : len(units)]
        self.places = alike + self._tied
        self.shared = alike + self._spread

    def add_tied(self, ties: Ties, units: Integers) -> None:
        """Count draws with ties: ``start`` and ``size`` of the run of equal scores that a place belongs to."""
        scores, columns, draws = ties
        places = np.arange(len(units))
        new = np.ones(scores.shape, dtype=np.bool_)
        new[:, 1:] = scores[:, 1:] != scores[:, :-1]
        last = np.ones(scores.shape, dtype=np.bool_)
        last[:, :-1] = new[:, 1:]
        start = np.maximum.accumulate(np.where(new, places, 0), axis=1)
        end = np.minimum.accumulate(np.where(last, places, len(units))[:, ::-1], axis=1)[:, ::-1]
        size = end - start + 1
        who = units[columns]
        few = draws < len(self.ranks)
        self.ranks[draws[few, None], who[few]] = start[few] + 1
        n = self.units
        self._tied += np.bincount((who * n + start).ravel(), minlength=n * n).reshape(n, n)
        for step in range(int(size.max())):
            part = size > step
            index = (who * n + start + step)[part]
            self._spread += np.bincount(index, 1.0 / size[part], minlength=n * n).reshape(n, n)


def _bits(columns: int) -> int:
    """Count the bits of the number of a column or place; a key holds both below the score."""
    return (columns - 1).bit_length()


def _tied_rows(cells: Integers, bits: int) -> Integers:
    """Rows of sorted cells in which two scores, above the lowest ``bits``, are equal."""
    apart = cells[:, 1:] ^ cells[:, :-1]
    if apart.size == 0 or apart.min() >> bits:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero((apart >> bits == 0).any(axis=1))


def ranks_of(cells: Integers) -> Integers:
    """Ranks of each draw, shape (draws, units), ties sharing the better one; ``cells``: small is good, overwritten."""
    units = cells.shape[1]
    bits = max(1, (units - 1).bit_length())
    cells <<= bits
    cells |= np.arange(units)
    cells.sort(axis=1)
    new = np.ones(cells.shape, dtype=np.bool_)
    new[:, 1:] = (cells[:, 1:] ^ cells[:, :-1]) >> bits != 0
    start = np.maximum.accumulate(np.where(new, np.arange(units), 0), axis=1)
    ranks = np.empty_like(cells)
    np.put_along_axis(ranks, cells & (2**bits - 1), start + 1, axis=1)
    return ranks
