"""Forecast when a patient is called: an interval of a stated level, and its measured coverage.

The consultations of the patients ahead are drawn many times from the hospital's own records: with the mean of the
doctor and of the visit (new or returning), as far as there are records of them, and the variation of consultations of
the clinic's kind. Each draw simulates the day (``turns``): patients who do not come or come later, a doctor who is
late.

Whether the intervals held is measured each week. If they held for fewer or more waits than promised, they are widened
or narrowed by as much as that week needed (conformal prediction: by the errors themselves, whatever their
distribution).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from types import MappingProxyType

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from pilar.hospital.rules.simulation import SEED, Consultations, Crowd
from pilar.hospital.rules.turns import NEVER, Grid, starts

SHARE, LEAST, MOST = 80, 77, 83
"""The percentage of waits for which the interval has to hold, and the range allowed in a week."""
DRAWS, FEW, MANY = 1_000, 30, 200
"""With fewer than ``FEW`` records of the clinic's kind, nothing is drawn from them; that many of a doctor weigh as much
as the kind's mean. From ``MANY`` forecasts on, a week corrects the width fully."""
NARROWEST = 0.2
"""assumption: the factor by which an interval is narrowed at most in a week."""
WAY = 2
"""assumption: minutes that a call and the way to the door may take; no interval is narrower."""
_OUTSIDE = (100 - SHARE) / 200


@dataclass(frozen=True, slots=True)
class Seen:
    """An earlier consultation: the kind of its clinic, its doctor, whether the patient returned, its minutes, and by
    how many minutes the patient came after the time given (less than 0: before)."""

    kind: str
    doctor: int
    returning: bool
    minutes: float
    off: float


@dataclass(frozen=True, slots=True)
class Person:
    """A patient in the queue, who is present (``due`` None) or expected in ``due`` minutes, with the probability that
    they come."""

    returning: bool
    due: float | None = None
    chance: float = 1


@dataclass(frozen=True, slots=True)
class InService:
    """The patient who is with the doctor now, and for how many minutes."""

    returning: bool
    since: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The minutes until a patient is called: between ``low`` and ``high`` in :data:`SHARE` of 100 cases."""

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
        """The distance from the likely value, relative to that side of the interval."""
        off = self.called - self.forecast.likely
        side = self.forecast.high - self.forecast.likely if off > 0 else self.forecast.likely - self.forecast.low
        return abs(off) / side if side else float(off != 0)


class Forecaster:
    """Forecasts from the records of a hospital, and from assumptions if these are few."""

    def __init__(
        self, records: Iterable[Seen], crowd: Crowd, assumed: Consultations, *, late: Sequence[float] = (),
        width: float = 1, missed: Mapping[int, tuple[int, int]] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """``late``: the minutes after the opening at which earlier sessions began; ``missed``: by clinic, how many did
        not come, and out of how many."""
        self._width, self._assumed, self._missed, self._absent = width, assumed, missed, crowd.no_show
        self._late = np.sort(late if len(late) >= FEW else [0.0])
        draw, kept = np.random.default_rng(SEED), list(records)
        minutes: dict[tuple[str | int, bool], list[float]] = defaultdict(list)
        for visit in kept:
            minutes[visit.kind, visit.returning].append(visit.minutes)
            minutes[visit.doctor, visit.returning].append(visit.minutes)
        self._minutes: Mapping[tuple[str | int, bool], list[float]] = minutes
        self._mean = cache(self._found_mean)
        relative: dict[str, list[float]] = defaultdict(list)
        for visit in kept:
            relative[visit.kind].append(visit.minutes / self._mean(visit.kind, visit.doctor, visit.returning))
        self._synthetic = assumed.relative(draw, (DRAWS,))
        self._relative = {kind: np.array(ratios) for kind, ratios in relative.items() if len(ratios) >= FEW}
        known = [visit.off for visit in kept]
        self._off = np.sort(known if len(known) >= FEW else draw.normal(-crowd.early, crowd.spread, DRAWS))

    def chance(self, clinic: int) -> float:
        """The probability that a booked patient of a clinic comes, from its own records as far as there are any."""
        missed, whole = self._missed.get(clinic, (0, 0))
        return 1 - (missed + FEW * self._absent) / (whole + FEW)

    def forecast(
        self, queue: Sequence[Person], *, kind: str, doctor: int, begins: float | None = None,
        serving: InService | None = None,
    ) -> tuple[Forecast, ...]:  # fmt: skip
        """Forecasts for the patients of the queue, in order. ``begins``: minutes until the doctor should begin,
        negative if that has passed; None if they have begun."""
        draw, shape = np.random.default_rng(SEED), (DRAWS, len(queue))
        relative = self._relative.get(kind, self._synthetic)
        means = np.array([self._mean(kind, doctor, person.returning) for person in queue])
        minutes: Grid = means * draw.choice(relative, shape)
        ready = np.array([self._ready(draw, person) for person in queue]).reshape(shape[::-1]).T
        free = np.zeros(DRAWS)
        if begins is not None:
            later = self._late[self._late >= -begins]
            free = begins + draw.choice(later, DRAWS) if later.size else free
        elif serving:
            whole = relative * self._mean(kind, doctor, serving.returning)
            longer = whole[whole > serving.since]
            free = draw.choice(longer, DRAWS) - serving.since if longer.size else np.zeros(DRAWS)
        # Each forecast assumes that the patient comes in time themselves, however late others are. One who
        # does not come in a draw is NaN there, and so last.
        due = np.array([max(0.0, person.due or 0) for person in queue])
        late = np.where(np.isfinite(ready), np.maximum(0, ready - due), 0)
        called = np.sort(np.maximum(starts(ready, minutes, free) - late, free[:, None]), axis=0)
        count = np.maximum(1, np.isfinite(ready).sum(axis=0))
        places = [np.rint(level * (count - 1)).astype(int) for level in (_OUTSIDE, 0.5, 1 - _OUTSIDE)]
        forecasts = np.nan_to_num([called[place, range(len(queue))] for place in places], nan=0.0)
        return tuple(
            self._interval(*(max(float(minute), person.due or 0, 0) for minute in three))
            for three, person in zip(forecasts.T, queue, strict=True)
        )

    def _ready(self, draw: Generator, person: Person) -> NDArray[np.float64]:
        """Return when a patient is there, in each draw. An expected patient has not come yet, so the probability that
        they come at all has fallen."""
        if person.due is None:
            return np.zeros(DRAWS)
        later = self._off[np.searchsorted(self._off, -person.due, side="right") :]
        coming = person.chance * len(later) / len(self._off)
        if not coming:
            return np.full(DRAWS, NEVER)
        comes = draw.random(DRAWS) < coming / (coming + 1 - person.chance)
        return np.where(comes, person.due + draw.choice(later, DRAWS), NEVER)

    def _interval(self, low: float, likely: float, high: float) -> Forecast:
        under, over = (self._width * max(side, WAY) for side in (likely - low, high - likely))
        return Forecast(max(0, likely - under), likely, likely + over)

    def _found_mean(self, kind: str, doctor: int, returning: bool) -> float:
        """Return the mean of the doctor, as far as there are records, combined with that of the clinic's kind;
        otherwise the assumption."""
        usual = self._assumed.returning if returning else self._assumed.new
        for key in ((kind, returning), (doctor, returning)):
            minutes = self._minutes.get(key, [])
            usual = (sum(minutes) + FEW * usual) / (len(minutes) + FEW)
        return usual


@dataclass(frozen=True, slots=True)
class Played:
    """A patient of a past session, in minutes from its opening: when they were ``due``, came, were seen and left; None
    if they did not come."""

    returning: bool
    due: float
    arrived: float | None = None
    started: float | None = None
    ended: float | None = None


def replayed(
    forecaster: Forecaster, session: Sequence[Played], *, kind: str, doctor: int, chance: float
) -> Iterator[tuple[int, int, Forecast]]:
    """Yield the forecast of each seen patient on arrival: their position in the session (in order of turn), how many
    were before them, and the forecast. ``chance``: the probability that somebody comes."""
    for place, person in enumerate(session):
        if person.arrived is None or person.started is None:
            continue
        now = person.arrived
        left = [n for n, other in enumerate(session) if n == place or other.started is None or other.started > now]
        due = [session[n].due - now if _later(session[n].arrived, now) else None for n in left]
        queue = [Person(session[n].returning, when, chance) for n, when in zip(left, due, strict=True)]
        begun = any(other is not person and not _later(other.started, now) for other in session)
        serving = next((
            InService(other.returning, now - other.started) for other in session
            if other is not person and other.started is not None and other.ended is not None
            and other.started <= now < other.ended
        ), None)  # fmt: skip
        forecasts = forecaster.forecast(
            queue, kind=kind, doctor=doctor, begins=None if begun else -now, serving=serving
        )
        turn = left.index(place)
        yield place, due[:turn].count(None) + bool(serving), forecasts[turn]


def _later(at: float | None, now: float) -> bool:
    return at is None or at > now


def coverage(judged: Sequence[Judged]) -> float | None:
    """The percentage of forecasts whose interval held; None without any."""
    return sum(forecast.held for forecast in judged) * 100 / len(judged) if judged else None


def corrected(width: float, judged: Sequence[Judged]) -> float:
    """The width of the next week, after a week whose intervals were made with this one: by the full correction if many
    were judged, by a part of it if few, since those say less."""
    share = coverage(judged)
    if share is None or LEAST <= share <= MOST:
        return width
    errors = sorted(forecast.error for forecast in judged)
    needed = errors[min(len(errors), ceil((len(errors) + 1) * SHARE / 100)) - 1]
    return float(width * max(needed, NARROWEST) ** min(1, len(judged) / MANY))
