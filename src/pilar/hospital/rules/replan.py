"""New times when the doctor comes later or not at all: with the least total delay, and nobody earlier without consent.
Pure.

Without a plan, the patients come when they were told to and are seen one after the other from the doctor's arrival
(:func:`starts`). Those moments, free times between and after them, and free places of other sessions can be given. They
are assigned with the least sum of delays, each counted from the booked time (SciPy's ``linear_sum_assignment``, exact);
among assignments with the same sum, the order of patients is kept where possible. The benefit is less waiting in the
hospital: patients who are told a later time come later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

NOTICE = timedelta(minutes=60)
"""The least time between the notice and the new time."""
MAX_WAIT = timedelta(minutes=60)
"""The minimum service standard for an outpatient's wait (Kepmenkes 129/2008)."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A booking of the session. ``planned``: its time; ``sooner``: how much earlier its patient agreed to come;
    ``here``: since when they have been in the hospital."""

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
    """``waited``: total waiting in the hospital; ``delay``: total delay after the booked times; ``within``: how many
    wait at most an hour; ``unseen``: patients without a place."""

    waited: timedelta
    delay: timedelta
    within: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A new plan, in the order of booked times: the place of each booking; patients in ``unplaced`` have to choose
    themselves. ``nothing`` and ``then``: the effects of doing nothing and of the plan."""

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
    """Return when patients who come at ``planned``, in that order, are seen by a doctor who comes at ``resume`` and
    takes ``each`` per patient."""
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
    """New times for patients whose doctor comes at ``resume`` (None: not at all) and stays ``until``; ``elsewhere``:
    free places of other sessions, each for one patient."""
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
    """Return when a patient with a given place comes and is seen; patients who are here go home until then."""
    if place is None:
        return person.planned, None
    return person.here if person.here and place.session is None else place.at, place.at


def _places(begun: Sequence[datetime], resume: datetime, until: datetime, each: timedelta) -> list[datetime]:
    """Return when the doctor can begin with a patient: the moments ``begun`` without a plan, and those that fit between
    and after."""
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
    """The assignment with the least delay; of two equal places the one in the same session. Patients without a place
    are left out."""
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
    """Reassign the same places so that earlier patients stay earlier where possible, without a greater sum."""
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
