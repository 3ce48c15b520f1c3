"""Assessors' disagreement: the marks of each panel drawn again with replacement (bootstrap).

The score of an indicator is the mean of the panel's marks, in the table as in each draw. That is not the rule by which
a chair settles what is far apart; a table of agreed marks has no disagreement left in it.
Source of the bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 1993. With m assessors the variance of
the resampled mean is that of the usual estimate times (m - 1)/m, so small panels show a little less than they disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pilar.index.robustness.cut import Cut, Floats, Integers
from pilar.index.robustness.linear import LinearFinals
from pilar.index.robustness.nodewise import NodewiseFinals
from pilar.index.robustness.spreads import CHUNK


class Resample(StrEnum):
    """What is drawn again.

    ``ASSESSORS``: the people of a unit's panel, with all their marks, so that a severe assessor stays severe. An
    indicator that none of those drawn has marked keeps the mean of its marks. ``MARKS``: each indicator by itself.
    """

    ASSESSORS = "assessors"
    MARKS = "marks"


@dataclass(frozen=True)
class Panel:
    """Marks of shape (units, columns, assessors), NaN where none; slots of different units are different people."""

    marks: Floats
    by: Resample


def agreed(marks: Floats) -> Floats:
    """Means of the marks, shape (units, columns), NaN where there is no mark."""
    there = ~np.isnan(marks)
    count = there.sum(axis=2)
    total = np.where(there, marks, 0.0).sum(axis=2)
    return np.asarray(np.where(count, total / np.maximum(count, 1), np.nan))


class PanelFinals:
    """Finals with the panels of all units drawn anew; ``units``: those that have a final."""

    def __init__(self, cut: Cut, panel: Panel, units: Integers) -> None:
        self._panel = panel
        self._of = units
        marks = panel.marks[units]
        self._there = np.asarray(~np.isnan(marks))
        self._agreed = agreed(marks)
        self._marks = np.where(self._there, marks, 0.0)
        self._slots = np.asarray(~np.isnan(panel.marks).all(axis=1))
        self._nodewise = NodewiseFinals(cut, self._agreed)
        self._single = self._of_single_assessors(cut)

    def _of_single_assessors(self, cut: Cut) -> list[LinearFinals] | None:
        """Weighted means of complete panels are linear: the final is the mean of the finals by each assessor alone."""
        seats = self._slots[self._of]
        marked = np.asarray(self._there.any(axis=2))
        complete = (self._there == (marked[:, :, None] & seats[:, None, :])).all()
        if self._panel.by is Resample.MARKS or not cut.linear or not complete:
            return None
        alone = np.where(self._there, self._marks, self._agreed[:, :, None])
        return [LinearFinals(cut, np.ascontiguousarray(alone[:, :, seat])) for seat in range(seats.shape[1])]

    def below_minimum(self, weights: Floats, out: Floats, stream: np.random.Generator, rows: Integers) -> Floats:
        """As that of the other finals; ``stream``: the chunk's, whose draws ``rows`` are these."""
        if self._panel.by is Resample.MARKS:
            return self._nodewise.below_minimum(weights, out, lambda column: self._marked(stream, rows, column))
        times = self._times(stream, rows)
        if self._single is None:
            return self._nodewise.below_minimum(weights, out, lambda column: self._mean(times, column))
        part = np.empty_like(out)
        out[:] = 0
        for finals, share in zip(self._single, times / times.sum(axis=0), strict=True):
            out += np.multiply(finals.below_minimum(weights, part), share, out=part)
        return out

    def _times(self, stream: np.random.Generator, rows: Integers) -> Floats:
        """How often each assessor is drawn, shape (assessors, draws, units)."""
        units, seats = self._slots.shape
        size = self._slots.sum(axis=1)
        seated = np.argsort(~self._slots, axis=1, kind="stable")
        times = np.zeros((seats, len(rows), len(self._of)))
        for turn in range(seats):
            drawn = np.floor(stream.random((CHUNK, units))[np.ix_(rows, self._of)] * size[self._of]).astype(np.int64)
            seat = seated[self._of, drawn]
            for place in range(seats):
                times[place] += (seat == place) & (turn < size[self._of])
        return times

    def _mean(self, times: Floats, column: int) -> Floats:
        marks, there = self._marks[:, column], self._there[:, column]
        total = sum(times[seat] * marks[:, seat] for seat in range(len(times)))
        count = np.asarray(sum(times[seat] * there[:, seat] for seat in range(len(times))))
        means = np.asarray(total) / np.where(count, count, 1.0)
        return np.where(count, means, np.nan_to_num(self._agreed[:, column]))

    def _marked(self, stream: np.random.Generator, rows: Integers, column: int) -> Floats:
        there = self._there[:, column]
        size = there.sum(axis=1)
        order = np.argsort(~there, axis=1, kind="stable")
        packed = np.take_along_axis(self._marks[:, column], order, axis=1)
        total = np.zeros((len(rows), len(self._of)))
        for turn in range(there.shape[1]):
            drawn = stream.random((CHUNK, len(self._slots)))[np.ix_(rows, self._of)]
            place = np.floor(drawn * size).astype(np.int64)
            total += packed[np.arange(len(self._of)), place] * (turn < size)
        return np.asarray(total / np.maximum(size, 1))
