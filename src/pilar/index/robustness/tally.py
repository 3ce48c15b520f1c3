"""Counting ranks: each draw is sorted once, in whole numbers that hold score and unit, and its places are counted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pilar.index.robustness.cut import Floats, Integers

KEPT = 10_000
ROWS = 128  # draws at a time, so that the working copy stays in the processor's cache


@dataclass
class Tally:
    """Counts over draws of ``units`` units.

    ``places``: how often unit i had rank r + 1, shape (units, units); a tie shares the better rank. ``shared``: the
    same with each tie of k units counted 1/k at each of the k ranks that it takes up. ``ranks``: those of the first
    draws, shape (kept, units), 0 without a rank.
    """

    units: int
    kept: int
    places: Integers = field(init=False)
    shared: Floats = field(init=False)
    ranks: Integers = field(init=False)
    done: int = 0

    def __post_init__(self) -> None:
        self._alike = np.zeros((self.units, self.units), dtype=np.int64)
        self._tied = np.zeros((self.units, self.units), dtype=np.int64)
        self._spread = np.zeros((self.units, self.units))
        self.ranks = np.zeros((self.kept, self.units), dtype=np.uint16 if self.units < 2**16 else np.int64)

    def add(self, cells: Integers, units: Integers, draws: Integers) -> None:
        """Count draws: ``cells`` of shape (draws, columns), small is good, overwritten; ``units``: of each column.

        ``draws``: their numbers in the whole run.
        """
        columns = len(units)
        places = np.arange(columns)
        bits = (columns * columns - 1).bit_length()
        tied, keys = [], []
        for start in range(0, len(cells), ROWS):
            part = cells[start : start + ROWS]
            part <<= bits
            part |= places * columns
            part.sort(axis=1)
            again = _tied_rows(part, bits)
            if len(again):
                tied.append(start + again)
                keys.append(part[again])
            part &= 2**bits - 1
            part += places
        if tied:
            rows, key = np.concatenate(tied), np.concatenate(keys)
            self._add_tied(key >> bits, (key & (2**bits - 1)) // columns, units, draws[rows])
            cells, draws = (np.delete(table, rows, axis=0) for table in (cells, draws))
        few = draws < self.kept
        if few.any():
            self.ranks[draws[few, None], units[(cells[few] - places) // columns]] = places + 1
        counts = np.bincount(cells.ravel(), minlength=columns**2).reshape(columns, columns)
        if columns == self.units:
            self._alike[units] += counts
        else:
            self._alike[units, :columns] += counts

    def finish(self) -> None:
        """Bring the counts together."""
        self.places = self._alike + self._tied
        self.shared = self._alike + self._spread

    def _add_tied(self, scores: Integers, columns: Integers, units: Integers, draws: Integers) -> None:
        """Sorted draws with ties: ``start`` and ``size`` of the run of equal scores that a place belongs to."""
        places = np.arange(len(units))
        new = np.ones(scores.shape, dtype=np.bool_)
        new[:, 1:] = scores[:, 1:] != scores[:, :-1]
        last = np.ones(scores.shape, dtype=np.bool_)
        last[:, :-1] = new[:, 1:]
        start = np.maximum.accumulate(np.where(new, places, 0), axis=1)
        end = np.minimum.accumulate(np.where(last, places, len(units))[:, ::-1], axis=1)[:, ::-1]
        size = end - start + 1
        who = units[columns]
        few = draws < self.kept
        self.ranks[draws[few, None], who[few]] = start[few] + 1
        n = self.units
        self._tied += np.bincount((who * n + start).ravel(), minlength=n * n).reshape(n, n)
        for step in range(int(size.max())):
            part = size > step
            index = (who * n + start + step)[part]
            self._spread += np.bincount(index, 1.0 / size[part], minlength=n * n).reshape(n, n)


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
