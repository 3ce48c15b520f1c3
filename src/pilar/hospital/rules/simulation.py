"""Cost of an appointment rule: many simulated sessions of one doctor, with the same draws for each rule tried.

Waiting costs one per minute, the doctor's idle time and overtime are weighted by the hospital: Kaandorp & Koole,
"Optimal outpatient appointment scheduling", Health Care Management Science 2007, whose local search the tests hold
:func:`choose` against.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.random import Generator

from pilar.hospital.rules.schedule import GridRule, offsets
from pilar.hospital.rules.turns import NEVER, Grid, starts

SEED, SESSIONS = 1952, 4_000
HOUR = 60
MIN_APART, MAX_APART = 0.6, 1.3
"""The shortest and longest interval tried, in mean consultations; every whole minute between is tried."""


class Lasting(Protocol):
    """A distribution of the durations of consultations, in minutes."""

    @property
    def mean(self) -> float: ...

    def draw(self, draw: Generator, shape: tuple[int, int]) -> Grid:
        """Draw the minutes for a number of sessions and places."""
        ...


@dataclass(frozen=True, slots=True)
class Consultations:
    """Made-up consultations: means of new and returning patients, ``spread`` of all (standard deviation to mean), and a
    few that last ``times`` as long."""

    mean: float
    spread: float
    new: float
    returning: float
    long_share: float
    long_times: float
    long_spread: float

    @property
    def returns(self) -> float:
        """The share of patients who return."""
        return (self.new - self.mean) / (self.new - self.returning)

    def relative(self, draw: Generator, shape: tuple[int, ...]) -> Grid:
        """Minutes relative to the mean of the patient's kind."""
        kinds = self.returns * self.returning**2 + (1 - self.returns) * self.new**2
        squares = self.mean**2 * (1 + self.spread**2) / kinds
        usual = 1 - self.long_share
        mean = (1 - self.long_share * self.long_times) / usual
        long = self.long_share * self.long_times**2 * (1 + self.long_spread**2)
        spread = ((squares - long) / usual / mean**2 - 1) ** 0.5
        is_long = draw.random(shape) < self.long_share
        return np.where(
            is_long, self.long_times * _about_one(draw, self.long_spread, shape), mean * _about_one(draw, spread, shape)
        )

    def draw(self, draw: Generator, shape: tuple[int, int]) -> Grid:
        means = np.where(draw.random(shape) < self.returns, self.returning, self.new)
        return means * self.relative(draw, shape)


@dataclass(frozen=True, slots=True)
class Observed:
    """Consultations of a hospital's own records, drawn again and again."""

    minutes: tuple[float, ...]

    @property
    def mean(self) -> float:
        return sum(self.minutes) / len(self.minutes)

    def draw(self, draw: Generator, shape: tuple[int, int]) -> Grid:
        return draw.choice(np.array(self.minutes), shape)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The habits of patients: mean minutes ``early`` before their time and ``spread``, and the share who do not
    come."""

    lasting: Lasting
    no_show: float
    early: float
    spread: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Means in minutes: the wait from the later of arrival and given time, the longest wait of nine in ten patients,
    idle time and overtime of the doctor in a session. ``within_hour``: the percentage called within 60 minutes of
    arrival."""

    wait: float
    ninth: float
    within_hour: float
    idle: float
    overtime: float
    places: int

    def cost(self, weight: float) -> float:
        """The cost: the mean wait, plus the weighted idle time and overtime per place."""
        return self.wait + weight * (self.idle + self.overtime) / self.places


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule with the minutes between two places, and its effect."""

    rule: GridRule
    minutes: int
    outcome: Outcome


class Sessions:
    """Drawn sessions with a number of places: who comes, how early, and how long each is seen."""

    def __init__(self, crowd: Crowd, places: int, *, sessions: int = SESSIONS, seed: int = SEED) -> None:
        draw, shape = np.random.default_rng(seed), (sessions, places)
        self._minutes = crowd.lasting.draw(draw, shape)
        self._off = draw.normal(-crowd.early, crowd.spread, shape)
        self._comes = draw.random(shape) >= crowd.no_show

    def run(self, times: Sequence[float], *, length: float, late: float = 0) -> Outcome:
        """``times``: of each place, in minutes after the opening; ``length`` of the session; ``late``: the doctor."""
        given = np.asarray(times, dtype=float)
        arrived = given + self._off
        ready = np.where(self._comes, arrived, NEVER)
        called = starts(ready, self._minutes, np.full(len(ready), float(late)))
        ends = np.where(self._comes, called + self._minutes, late).max(axis=1)
        seen = np.where(self._comes, self._minutes, 0).sum(axis=1)
        waits = np.maximum(0, called - np.maximum(arrived, given))[self._comes]
        return Outcome(
            float(waits.mean()),
            float(np.quantile(waits, 0.9)),
            float((called - arrived <= HOUR)[self._comes].mean() * 100),
            float((ends - late - seen).mean()),
            float(np.maximum(0, ends - length).mean()),
            given.size,
        )


def tried(sessions: Sessions, mean: float, places: int, *, length: float) -> Iterator[Proposal]:
    """Every rule with every interval of whole minutes."""
    apart = range(max(1, round(mean * MIN_APART)), round(mean * MAX_APART) + 1)
    for rule in GridRule:
        for minutes in apart if rule is not GridRule.OPENING else [round(mean)]:
            times = offsets(rule, places, minutes, length=length)
            yield Proposal(rule, minutes, sessions.run(times, length=length))


def choose(crowd: Crowd, places: int, *, length: float, weight: float, sessions: int = SESSIONS) -> Proposal:
    """Find the rule with the least cost, given the hospital's weight of idle time and overtime relative to waiting."""
    drawn = Sessions(crowd, places, sessions=sessions)
    return min(
        tried(drawn, crowd.lasting.mean, places, length=length), key=lambda proposal: proposal.outcome.cost(weight)
    )


def overbooked(
    crowd: Crowd, seats: int, rule: GridRule, *, minutes: int, length: float, most: int, overtime: float,
    within_hour: float,
) -> tuple[Proposal, ...]:  # fmt: skip
    """Simulate one place more than seats, two more, … up to ``most``, spread over the whole session, as long as the
    mean overtime and the share called within an hour stay within these limits; the first is the present session,
    whatever its figures."""
    proposals: list[Proposal] = []
    for places in range(seats, seats + most + 1):
        apart = min(minutes, max(1, int(length / places)))
        outcome = Sessions(crowd, places).run(offsets(rule, places, apart, length=length), length=length)
        if proposals and (outcome.overtime > overtime or outcome.within_hour < within_hour):
            break
        proposals.append(Proposal(rule, apart, outcome))
    return tuple(proposals)


def expecting(crowd: Crowd, risks: Sequence[float]) -> Crowd:
    """The patients of a session, drawn from the expectations about those who booked it."""
    return replace(crowd, no_show=sum(risks) / len(risks)) if risks else crowd


def _about_one(draw: Generator, spread: float, shape: tuple[int, ...]) -> Grid:
    """Log-normal with mean one."""
    width = np.log1p(spread**2) ** 0.5
    return np.exp(width * draw.standard_normal(shape) - width**2 / 2)
