"""Assessors' disagreement: the marks of each panel drawn again with replacement (bootstrap).

The score of an indicator in a draw is the agreed score plus (mean of the marks drawn less mean of the panel's marks),
kept on the scale. So the panel's spread lies around what it agreed on, by whatever rule; without a table of agreed
scores the mean of the marks is the agreed one.
Source of the bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap, 1993. With m assessors the variance of
the resampled mean is that of the usual estimate times (m - 1)/m, so small panels show a little less than they disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pilar.index.robustness.cut import TOLERANCE, Cut, Floats, Integers
from pilar.index.robustness.linear import LinearFinals
from pilar.index.robustness.nodewise import NodewiseFinals
from pilar.index.robustness.spreads import CHUNK


class Resample(StrEnum):
    """The things that are drawn again.

    ``ASSESSORS``: the people of a unit's panel, with all their marks, so that a severe assessor stays severe. An
    indicator that none of those drawn has marked keeps its agreed score. ``MARKS``: each indicator by itself.
    """

    ASSESSORS = "assessors"
    MARKS = "marks"


def mean_marks(marks: Floats) -> Floats:
    """Means of marks of shape (units, columns, assessors), shape (units, columns), NaN where there is none."""
    there = ~np.isnan(marks)
    count = there.sum(axis=2)
    total = np.where(there, marks, 0.0).sum(axis=2)
    return np.asarray(np.where(count, total / np.maximum(count, 1), np.nan))


@dataclass(frozen=True)
class Panel:
    """``marks``: shape (units, columns, assessors), NaN where none; slots of different units are different people.

    ``agreed``: shape (units, columns), NaN blank, whatever the marks; a score without marks stays as it is.
    """

    marks: Floats
    agreed: Floats
    by: Resample

    @property
    def alone(self) -> Floats:
        """The score by each assessor alone, on the scale or beyond; the agreed one where they gave no mark."""
        deviation = np.nan_to_num(self.marks - mean_marks(self.marks)[:, :, None])
        return np.asarray(self.agreed[:, :, None] + deviation)

    def lowest(self, minimum: float) -> Floats:
        """The lowest score that can be drawn, shape (units, columns)."""
        return np.asarray(np.maximum(self.alone.min(axis=2), minimum))


class PanelFinals:
    """Finals with the panels of all units resampled; ``units``: those that have a final."""

    def __init__(self, cut: Cut, panel: Panel, units: Integers) -> None:
        self._cut, self._by, self._of = cut, panel.by, units
        self._there = np.asarray(~np.isnan(panel.marks[units]))
        self._agreed = panel.agreed[units]
        self._alone = panel.alone[units]
        self._deviation = np.nan_to_num(self._alone - self._agreed[:, :, None])
        self._slots = np.asarray(~np.isnan(panel.marks).all(axis=1))
        self._nodewise = NodewiseFinals(cut, self._agreed)
        self._single = self._of_single_assessors()

    def _of_single_assessors(self) -> list[LinearFinals] | None:
        """Weighted means of complete panels are linear: the final is the mean of the finals by each assessor alone.

        Only if no score can leave the scale, where it would have to be cut off.
        """
        seats = self._slots[self._of]
        marked = np.asarray(self._there.any(axis=2))
        complete = (self._there == (marked[:, :, None] & seats[:, None, :])).all()
        within = not self._leaves(self._alone)
        if self._by is Resample.MARKS or not self._cut.linear or not complete or not within:
            return None
        return [LinearFinals(self._cut, np.ascontiguousarray(self._alone[:, :, at])) for at in range(seats.shape[1])]

    def _leaves(self, scores: Floats) -> bool:
        return bool((scores < self._cut.minimum - TOLERANCE).any() or (scores > self._cut.maximum + TOLERANCE).any())

    def below_minimum(self, weights: Floats, out: Floats, stream: np.random.Generator, rows: Integers) -> Floats:
        """As that of the other finals; ``stream``: the chunk's, whose draws ``rows`` are these."""
        if self._by is Resample.MARKS:
            return self._nodewise.below_minimum(weights, out, lambda column: self._marked(stream, rows, column))
        times = self._times(stream, rows)
        if self._single is None:
            return self._nodewise.below_minimum(weights, out, lambda column: self._assessed(times, column))
        part = np.empty_like(out)
        out[:] = 0
        for finals, share in zip(self._single, times / times.sum(axis=0), strict=True):
            out += np.multiply(finals.below_minimum(weights, part), share, out=part)
        return out

    def _times(self, stream: np.random.Generator, rows: Integers) -> Floats:
        """Return how often each assessor is drawn, shape (assessors, draws, units); the first once where nobody
        sits."""
        units, seats = self._slots.shape
        size = np.maximum(self._slots.sum(axis=1), 1)
        seated = np.argsort(~self._slots, axis=1, kind="stable")
        times = np.zeros((seats, len(rows), len(self._of)))
        for turn in range(seats):
            drawn = np.floor(stream.random((CHUNK, units))[np.ix_(rows, self._of)] * size[self._of]).astype(np.int64)
            seat = seated[self._of, drawn]
            for place in range(seats):
                times[place] += (seat == place) & (turn < size[self._of])
        return times

    def _assessed(self, times: Floats, column: int) -> Floats:
        """Scores of one column, shape (draws, units); no mark drawn is no deviation."""
        deviation, there = self._deviation[:, column], self._there[:, column]
        seats = self._slots[self._of]
        total, part = times[0] * deviation[:, 0], np.empty_like(times[0])
        for seat in range(1, len(times)):
            total += np.multiply(times[seat], deviation[:, seat], out=part)
        total *= 1 / np.maximum(seats.sum(axis=1), 1)
        some = np.flatnonzero((seats & ~there).any(axis=1) & there.any(axis=1))
        if len(some):
            count = (times[:, :, some] * there[some].T[:, None, :]).sum(axis=0)
            total[:, some] *= seats[some].sum(axis=1) / np.maximum(count, 1)
        return self._around_agreed(total, column)

    def _marked(self, stream: np.random.Generator, rows: Integers, column: int) -> Floats:
        there = self._there[:, column]
        size = there.sum(axis=1)
        order = np.argsort(~there, axis=1, kind="stable")
        packed = np.take_along_axis(self._deviation[:, column], order, axis=1)
        total = np.zeros((len(rows), len(self._of)))
        for turn in range(there.shape[1]):
            drawn = stream.random((CHUNK, len(self._slots)))[np.ix_(rows, self._of)]
            place = np.floor(drawn * size).astype(np.int64)
            total += packed[np.arange(len(self._of)), place] * (turn < size)
        total /= np.maximum(size, 1)
        return self._around_agreed(total, column)

    def _around_agreed(self, deviation: Floats, column: int) -> Floats:
        deviation += np.nan_to_num(self._agreed[:, column], nan=self._cut.maximum)
        if self._leaves(self._alone[:, column]):
            np.clip(deviation, self._cut.minimum, self._cut.maximum, out=deviation)
        return deviation
