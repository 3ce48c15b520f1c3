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
"""assumption: of a hundred bookings, by what they are made."""
_MINUTE = timedelta(minutes=1)
PRESCRIBED, COMPOUNDED = 0.7, 0.2
"""assumption: how many visits end with medicine, and of how many of these the pharmacy compounds it."""
_MADE = {Recipe.READY_MADE: 8 * _MINUTE, Recipe.COMPOUND: 25 * _MINUTE}
"""assumption: so long a medicine is made."""
_BEGUN, _FETCHED = 2 * _MINUTE, 4 * _MINUTE
"""assumption: so long it waits to be begun, and to be fetched."""


@dataclass(frozen=True, slots=True)
class Course:
    """One patient's course: when they arrive, None for who does not come, and how long they are seen."""

    arrives: datetime | None
    minutes: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as it went."""

    arrived: datetime
    started: datetime
    ended: datetime


def course(code: str, at: datetime, crowd: Crowd, lasting: Consultations) -> Course:
    """Say what the patient of a booking does whose place is at a time."""
    draw = random.Random(f"{code} comes")  # noqa: S311 - made-up data
    comes, before = draw.random() >= crowd.no_show, draw.gauss(crowd.early, crowd.spread)
    mean = lasting.returning if drawn_of(code)[2] is Visit.CONTROL else lasting.new
    minutes = mean * draw.choice(_lengths(lasting))
    return Course(at - before * _MINUTE if comes else None, min(max(minutes, 3.0), 60.0))


def late_start(session: str, most: float) -> timedelta:
    """Say how late the doctor of a session comes, by a text that is its own: mostly by a third of the ``most``
    minutes."""
    return random.Random(f"{session} late").triangular(0, most, most / 3) * _MINUTE  # noqa: S311 - made-up data


def seen(courses: Sequence[Course], begins: datetime) -> list[Seen | None]:
    """Play a session from the moment on at which its doctor begins: of those who are there the first place is next.
    ``courses`` in the order of places; None for who does not come."""
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
    """Draw what is prescribed at the end of a visit, None for nothing."""
    draw = random.Random(f"{code} medicine")  # noqa: S311 - made-up data
    if draw.random() >= PRESCRIBED:
        return None
    return Recipe.COMPOUND if draw.random() < COMPOUNDED else Recipe.READY_MADE


def due_at_pharmacy(state: PharmacyState, recipe: Recipe, since: datetime, now: datetime) -> PharmacyState | None:
    """Say what comes next with a medicine that is in a state since a moment; None: nothing yet."""
    lasts, then = {
        PharmacyState.WAITING: (_BEGUN, PharmacyState.MAKING),
        PharmacyState.MAKING: (_MADE[recipe], PharmacyState.READY),
        PharmacyState.READY: (_FETCHED, PharmacyState.HANDED),
    }[state]
    return then if since + lasts <= now else None


@cache
def _lengths(lasting: Consultations) -> list[float]:
    """Some thousand consultations to the mean of the patient's kind: each of which is drawn is one of these."""
    lengths: list[float] = lasting.relative(np.random.default_rng(2026), (4_096,)).tolist()
    return lengths


@lru_cache(maxsize=64)
def drawn_of(code: str) -> tuple[Channel, Payer, Visit]:
    """Draw by what a booking is made, who pays, why one comes."""
    draw = random.Random(f"{code} booked")  # noqa: S311 - made-up data
    (channel,) = draw.choices(list(SHARES), weights=list(SHARES.values()))
    payer = Payer.BPJS if channel is Channel.JKN or draw.random() < 0.6 else Payer.GENERAL
    return channel, payer, draw.choices([Visit.REFERRAL, Visit.CONTROL], weights=[55, 45])[0]
