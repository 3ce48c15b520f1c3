"""How the made-up patients of the demonstration come and are seen. Pure; the same booking always does the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from pilar.hospital.rules.booking import Channel, Payer, Visit
from pilar.hospital.rules.simulation import Consultations, Crowd

SHARES = {Channel.APP: 45, Channel.JKN: 30, Channel.DESK: 15, Channel.KIOSK: 10}
"""assumption: of a hundred bookings, by what they are made."""
_MINUTE = timedelta(minutes=1)


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
    draw = np.random.default_rng(list(code.encode()))
    comes, before = draw.random() >= crowd.no_show, draw.normal(crowd.early, crowd.spread)
    mean = lasting.returning if drawn_of(code)[2] is Visit.CONTROL else lasting.new
    minutes = mean * float(lasting.relative(draw, (1,))[0])
    return Course(at - before * _MINUTE if comes else None, min(max(minutes, 3.0), 60.0))


def late_start(session: str, most: float) -> timedelta:
    """Say how late the doctor of a session comes, by a text that is its own: mostly by a third of the ``most``
    minutes."""
    return random.Random(f"{session} late").triangular(0, most, most / 3) * _MINUTE  # noqa: S311 - made-up data


def seen(courses: Sequence[Course], begins: datetime) -> list[Seen | None]:
    """Play a session from the moment on at which its doctor begins: of those who are there the first place is next.
    ``courses`` in the order of places; None for who does not come."""
    found: list[Seen | None] = [None] * len(courses)
    left = {place: one.arrives for place, one in enumerate(courses) if one.arrives is not None}
    free = begins
    while left:
        here = [place for place, arrives in left.items() if arrives <= free]
        place = min(here) if here else min(left, key=lambda one: left[one])
        arrived = left.pop(place)
        started = max(free, arrived)
        free = started + courses[place].minutes * _MINUTE
        found[place] = Seen(arrived, started, free)
    return found


def drawn_of(code: str) -> tuple[Channel, Payer, Visit]:
    """Draw by what a booking is made, who pays, why one comes."""
    draw = random.Random(f"{code} booked")  # noqa: S311 - made-up data
    (channel,) = draw.choices(list(SHARES), weights=list(SHARES.values()))
    payer = Payer.BPJS if channel is Channel.JKN or draw.random() < 0.6 else Payer.GENERAL
    return channel, payer, draw.choices([Visit.REFERRAL, Visit.CONTROL], weights=[55, 45])[0]
