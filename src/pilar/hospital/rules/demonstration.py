"""Behaviour of the demonstration's synthetic patients. Pure; the same booking always behaves the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

import numpy as np

from pilar.hospital.rules.booking import Channel, Payer, Visit
from pilar.hospital.rules.pharmacy import PharmacyState, Recipe
from pilar.hospital.rules.simulation import Consultations, Crowd

SHARES = {Channel.APP: 45, Channel.JKN: 30, Channel.DESK: 15, Channel.KIOSK: 10}
"""assumption: the percentage of bookings by channel."""
_MINUTE = timedelta(minutes=1)
PRESCRIBED, COMPOUNDED = 0.7, 0.2
"""assumption: the share of visits with medicine, and the share of these that is compounded."""
_MADE = {Recipe.READY_MADE: 8 * _MINUTE, Recipe.COMPOUND: 25 * _MINUTE}
"""assumption: how long it takes to prepare medicine."""
_BEGUN, _FETCHED = 2 * _MINUTE, 4 * _MINUTE
"""assumption: how long medicine waits to be begun, and to be collected."""


@dataclass(frozen=True, slots=True)
class Course:
    """One patient's course: when they arrive (None if they do not come), and how long they are seen."""

    arrives: datetime | None
    minutes: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as it took place."""

    arrived: datetime
    started: datetime
    ended: datetime


def course(code: str, at: datetime, crowd: Crowd, lasting: Consultations) -> Course:
    """Return what a patient does whose place is at a given time."""
    draw = random.Random(f"{code} comes")  # noqa: S311 - made-up data
    comes, before = draw.random() >= crowd.no_show, draw.gauss(crowd.early, crowd.spread)
    mean = lasting.returning if drawn_of(code)[2] is Visit.CONTROL else lasting.new
    minutes = mean * draw.choice(_lengths(lasting))
    return Course(at - before * _MINUTE if comes else None, min(max(minutes, 3.0), 60.0))


def late_start(session: str, most: float) -> timedelta:
    """Return how late the doctor of a session comes, seeded by the session's own text: mostly by a third of the
    ``most`` minutes."""
    return random.Random(f"{session} late").triangular(0, most, most / 3) * _MINUTE  # noqa: S311 - made-up data


def seen(courses: Sequence[Course], begins: datetime) -> list[Seen | None]:
    """Simulate a session from the moment at which its doctor begins: of the patients present, the one with the first
    place is next. ``courses`` are in the order of places; None for patients who do not come."""
    courses_seen: list[Seen | None] = [None] * len(courses)
    left = {place: course.arrives for place, course in enumerate(courses) if course.arrives is not None}
    free = begins
    while left:
        here = [place for place, arrives in left.items() if arrives <= free]
        place = min(here) if here else min(left, key=lambda place: left[place])
        arrived = left.pop(place)
        started = max(free, arrived)
        free = started + courses[place].minutes * _MINUTE
        courses_seen[place] = Seen(arrived, started, free)
    return courses_seen


def recipe_of(code: str) -> Recipe | None:
    """Draw the prescription at the end of a visit; None for none."""
    draw = random.Random(f"{code} medicine")  # noqa: S311 - made-up data
    if draw.random() >= PRESCRIBED:
        return None
    return Recipe.COMPOUND if draw.random() < COMPOUNDED else Recipe.READY_MADE


def due_at_pharmacy(state: PharmacyState, recipe: Recipe, since: datetime, now: datetime) -> PharmacyState | None:
    """Return the next step of a medicine that has been in a state since a moment; None: nothing yet."""
    lasts, then = {
        PharmacyState.WAITING: (_BEGUN, PharmacyState.MAKING),
        PharmacyState.MAKING: (_MADE[recipe], PharmacyState.READY),
        PharmacyState.READY: (_FETCHED, PharmacyState.HANDED),
    }[state]
    return then if since + lasts <= now else None


@cache
def _lengths(lasting: Consultations) -> list[float]:
    """Some thousand consultations relative to the mean of the patient's kind, from which each one is drawn."""
    lengths: list[float] = lasting.relative(np.random.default_rng(2026), (4_096,)).tolist()
    return lengths


@lru_cache(maxsize=64)
def drawn_of(code: str) -> tuple[Channel, Payer, Visit]:
    """Draw the channel, payer and reason of a booking."""
    draw = random.Random(f"{code} booked")  # noqa: S311 - made-up data
    (channel,) = draw.choices(list(SHARES), weights=list(SHARES.values()))
    payer = Payer.BPJS if channel is Channel.JKN or draw.random() < 0.6 else Payer.GENERAL
    return channel, payer, draw.choices([Visit.REFERRAL, Visit.CONTROL], weights=[55, 45])[0]
