"""When a patient of a session is called: an interval that holds for so many of a hundred, and its measured coverage.

The consultations of those ahead are drawn from the hospital's own records many times: by the mean of the doctor and of
the visit (new or returning), as far as there are records of them, and by how consultations of the clinic's kind vary
about it. Each draw is played as the day is (``turns``): who may not come, who comes later, a doctor who is late.

Whether the intervals held is measured each week. Where they held for fewer or for more than they may, they are made
wider or narrower by as much as that week needed (conformal prediction: by the errors themselves, whatever their law).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np

from pilar.hospital.rules.simulation import SEED, Consultations
from pilar.hospital.rules.turns import NEVER, Grid, starts

SHARE, LEAST, MOST = 80, 77, 83
"""Of 100 waits: for how many the interval is to hold, and between what that may lie in a week."""
DRAWS, FEW = 1_000, 30
"""Of fewer than ``FEW``: records of the clinic's kind are not yet drawn from, the week does not correct the width; as
many records of a doctor count as much as the kind's mean."""
_OUTSIDE = (100 - SHARE) / 200


@dataclass(frozen=True, slots=True)
class Seen:
    """A consultation of before: the kind of its clinic, its doctor, whether the patient returned, its minutes."""

    kind: str
    doctor: int
    returning: bool
    minutes: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the queue: there in so many minutes (0: now), with a chance that they come."""

    returning: bool
    there: float = 0
    chance: float = 1


@dataclass(frozen=True, slots=True)
class InService:
    """Who is with the doctor now, and since how many minutes."""

    returning: bool
    since: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """In how many minutes somebody is called: between ``low`` and ``high`` for :data:`SHARE` of 100."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A forecast, and after how many minutes the patient was called."""

    forecast: Forecast
    called: float

    @property
    def held(self) -> bool:
        return self.forecast.low <= self.called <= self.forecast.high

    @property
    def error(self) -> float:
        """The distance from what was likely, to the side of the interval on which it lies."""
        off = self.called - self.forecast.likely
        side = self.forecast.high - self.forecast.likely if off > 0 else self.forecast.likely - self.forecast.low
        return abs(off) / side if side else float(off != 0)


class Forecaster:
    """What the records of a hospital say, and what is assumed where they are few."""

    def __init__(self, records: Iterable[Seen], assumed: Consultations, *, width: float = 1) -> None:
        self._width, self._assumed = width, assumed
        minutes: dict[tuple[str | int, bool], list[float]] = defaultdict(list)
        kept = list(records)
        for one in kept:
            minutes[one.kind, one.returning].append(one.minutes)
            minutes[one.doctor, one.returning].append(one.minutes)
        self._minutes: Mapping[tuple[str | int, bool], list[float]] = minutes
        self._mean = cache(self._found_mean)
        relative: dict[str, list[float]] = defaultdict(list)
        for one in kept:
            relative[one.kind].append(one.minutes / self._mean(one.kind, one.doctor, one.returning))
        synthetic = assumed.relative(np.random.default_rng(SEED), (DRAWS,))
        self._synthetic, self._relative = (
            synthetic,
            {kind: np.array(found) for kind, found in relative.items() if len(found) >= FEW},
        )

    def forecast(
        self, queue: Sequence[Person], *, kind: str, doctor: int, begins: float = 0, serving: InService | None = None
    ) -> tuple[Forecast, ...]:
        """For each of the queue, in its order. ``begins``: in how many minutes the doctor does, if not ``serving``."""
        draw, shape = np.random.default_rng(SEED), (DRAWS, len(queue))
        relative = self._relative.get(kind, self._synthetic)
        means = np.array([self._mean(kind, doctor, one.returning) for one in queue])
        minutes: Grid = means * draw.choice(relative, shape)
        there = np.array([one.there for one in queue])
        comes = draw.random(shape) < np.array([one.chance for one in queue])
        free = np.full(DRAWS, float(begins))
        if serving:
            whole = relative * self._mean(kind, doctor, serving.returning)
            longer = whole[whole > serving.since]
            free = draw.choice(longer, DRAWS) - serving.since if longer.size else np.zeros(DRAWS)
        called = np.sort(starts(np.where(comes, there, NEVER), minutes, free), axis=0)
        # Who does not come in a draw is NaN there, and so last: each is told when they are called if they come.
        count = np.maximum(1, comes.sum(axis=0))
        places = [np.rint(level * (count - 1)).astype(int) for level in (_OUTSIDE, 0.5, 1 - _OUTSIDE)]
        found = np.nan_to_num([called[place, range(len(queue))] for place in places], nan=0.0)
        return tuple(
            self._interval(*(max(float(one), person.there, 0) for one in three))
            for three, person in zip(found.T, queue, strict=True)
        )

    def _interval(self, low: float, likely: float, high: float) -> Forecast:
        return Forecast(max(0, likely - self._width * (likely - low)), likely, likely + self._width * (high - likely))

    def _found_mean(self, kind: str, doctor: int, returning: bool) -> float:
        """Of the doctor, as far as there are records, for the rest of the clinic's kind; else what is assumed."""
        usual = self._assumed.returning if returning else self._assumed.new
        for key in ((kind, returning), (doctor, returning)):
            found = self._minutes.get(key, [])
            usual = (sum(found) + FEW * usual) / (len(found) + FEW)
        return usual


def coverage(judged: Sequence[Judged]) -> float | None:
    """For how many of 100 forecasts the interval held; None of none."""
    return sum(one.held for one in judged) * 100 / len(judged) if judged else None


def corrected(width: float, judged: Sequence[Judged]) -> float:
    """The width of the next week, after a week whose intervals were made with this one."""
    share = coverage(judged)
    if share is None or len(judged) < FEW or LEAST <= share <= MOST:
        return width
    errors = sorted(one.error for one in judged)
    return width * errors[min(len(errors), ceil((len(errors) + 1) * SHARE / 100)) - 1]
