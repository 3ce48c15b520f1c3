"""The doctor comes later, or not at all: new times with the least delay in all, nobody earlier who did not agree. Pure.

Doing nothing, the patients come when they were told to and are seen one after the other from the moment at which the
doctor comes (:func:`starts`). Those moments, what is free between and after them, and free places of other sessions are
what may be given. Who gets which is an assignment with the least sum of delays, each counted from the booked time
(SciPy's ``linear_sum_assignment``, exact); among those of the same sum, nobody is put before somebody who was before
them without need. What it wins is the waiting in the hospital: whoever is told a later time comes later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

NOTICE = timedelta(minutes=60)
"""Nobody is asked to come sooner than this after they are told."""
MAX_WAIT = timedelta(minutes=60)
"""Minimum service standard of an outpatient's wait (Kepmenkes 129/2008)."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A booking of the session. ``planned``: for which time; ``sooner``: how much earlier its patient agreed to come;
    ``here``: since when they are in the hospital."""

    key: int
    planned: datetime
    sooner: timedelta = timedelta()
    here: datetime | None = None

    def earliest(self, now: datetime) -> datetime:
        """The first moment that may be given."""
        there = now if self.here else now + NOTICE
        return min(self.planned, max(self.planned - self.sooner, there))


@dataclass(frozen=True, slots=True)
class Free:
    """A place: ``session`` is None for the doctor's own session."""

    at: datetime
    session: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The place that a booking gets instead."""

    person: Affected
    place: Free

    @property
    def delay(self) -> timedelta:
        return max(self.place.at - self.person.planned, timedelta())


@dataclass(frozen=True, slots=True)
class Effect:
    """``waited``: in the hospital, in all; ``delay``: after the booked times, in all; ``within``: how many wait no
    longer than an hour; ``unseen``: for whom there is no place."""

    waited: timedelta
    delay: timedelta
    within: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A new plan, by the booked times: who gets what; ``unplaced`` have to choose themselves. ``nothing`` and ``then``:
    the effect of doing nothing and of the plan."""

    given: tuple[Given, ...]
    unplaced: tuple[Affected, ...]
    nothing: Effect
    then: Effect

    @property
    def people(self) -> tuple[Affected, ...]:
        return (*(given.person for given in self.given), *self.unplaced)

    @property
    def moved(self) -> tuple[Given, ...]:
        """Those whose time changes."""
        return tuple(
            given for given in self.given if given.place.session is not None or given.place.at != given.person.planned
        )


def starts(planned: Iterable[datetime], resume: datetime, each: timedelta) -> tuple[datetime, ...]:
    """Tell when those who come at ``planned``, in that order, are seen by a doctor who comes at ``resume`` and takes so
    long for ``each``."""
    moments: list[datetime] = []
    free = resume
    for moment in planned:
        moments.append(max(free, moment))
        free = moments[-1] + each
    return tuple(moments)


def replan(
    affected: Iterable[Affected],
    *,
    resume: datetime | None,
    until: datetime,
    each: timedelta,
    elsewhere: Iterable[Free] = (),
    now: datetime,
) -> Plan:
    """New times of those whose doctor comes at ``resume`` (None: not at all) and stays ``until``; ``elsewhere``: free
    places of other sessions, each for one patient."""
    people = sorted(affected, key=lambda affected: (affected.planned, affected.key))
    begun = () if resume is None else starts((person.planned for person in people), resume, each)
    own = [] if resume is None else _places(begun, resume, until, each)
    given = _assigned(people, [*(Free(at) for at in own), *elsewhere], now)
    placed = {moved.person.key: moved.place for moved in given}
    alone = {person.key: at for person, at in zip(people, begun, strict=False) if at < until}
    return Plan(
        tuple(given),
        tuple(person for person in people if person.key not in placed),
        _effect([(person, person.here or person.planned, alone.get(person.key)) for person in people]),
        _effect([(person, *_comes(person, placed.get(person.key))) for person in people]),
    )


def _comes(person: Affected, place: Free | None) -> tuple[datetime, datetime | None]:
    """Tell when somebody comes who was told their place, and when they are seen; who is here goes home until then."""
    if place is None:
        return person.planned, None
    return person.here if person.here and place.session is None else place.at, place.at


def _places(begun: Sequence[datetime], resume: datetime, until: datetime, each: timedelta) -> list[datetime]:
    """Tell when the doctor can begin with somebody: ``begun`` of doing nothing, and what fits between and after."""
    moments: list[datetime] = []
    free = resume
    for start in (*(moment for moment in begun if moment < until), until):
        while free + each <= start:
            moments.append(free)
            free += each
        if start < until:
            moments.append(start)
            free = start + each
    return moments


def _assigned(people: Sequence[Affected], places: Sequence[Free], now: datetime) -> list[Given]:
    """The assignment of least delay; of two equal places the one of the own session. Whoever gets none is left out."""
    if not (people and places):
        return []
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    planned = np.array([person.planned.timestamp() for person in people])[:, None]
    earliest = np.array([person.earliest(now).timestamp() for person in people])[:, None]
    at = np.array([place.at.timestamp() for place in places])[None, :]
    cost = np.maximum(at - planned, 0) * 1000 + np.array([place.session is not None for place in places])
    nowhere = cost.max() * len(people) + 1
    cost = np.where(at < earliest, nowhere * 2, cost)
    cost = np.hstack([cost, np.full((len(people), len(people)), nowhere)])
    rows, columns = linear_sum_assignment(cost)
    pairs = [(people[row], places[column]) for row, column in zip(rows, columns, strict=True) if column < len(places)]
    return _in_order([Given(person, place) for person, place in pairs], now)


def _in_order(given: list[Given], now: datetime) -> list[Given]:
    """The same places, where who was planned earlier is earlier if they may be: never a greater sum."""
    changed = True
    while changed:
        changed = False
        for first in range(len(given)):
            for second in range(first + 1, len(given)):
                early, late = given[first], given[second]
                if early.place.at > late.place.at >= early.person.earliest(now):
                    given[first], given[second] = Given(early.person, late.place), Given(late.person, early.place)
                    changed = True
    return given


def _effect(seen: Iterable[tuple[Affected, datetime, datetime | None]]) -> Effect:
    """Sum up the effect of coming at the first moment and being seen at the second, or never."""
    waits: list[timedelta] = []
    delay, unseen = timedelta(), 0
    for person, come, at in seen:
        if at is None:
            unseen += 1
        else:
            waits.append(max(at - come, timedelta()))
            delay += max(at - person.planned, timedelta())
    return Effect(sum(waits, timedelta()), delay, sum(wait <= MAX_WAIT for wait in waits), unseen)
