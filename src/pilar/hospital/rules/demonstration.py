"""How the made-up patients of the demonstration come and are seen. Pure; the same booking always does the same."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pilar.hospital.rules.booking import Channel, Payer, Visit

ABSENT = 0.08
"""assumption: of those who have booked, so many do not come."""
SHARES = {Channel.APP: 45, Channel.JKN: 30, Channel.DESK: 15, Channel.KIOSK: 10}
"""assumption: of a hundred bookings, by what they are made."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Course:
    """What one patient does: when they arrive, None for who does not come, and how long they are seen."""

    arrives: datetime | None
    minutes: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as it went."""

    arrived: datetime
    started: datetime
    ended: datetime


def course(code: str, at: datetime) -> Course:
    """What the patient of a booking does whose place is at a time."""
    draw = random.Random(code)  # noqa: S311 - made-up data
    comes, before, minutes = draw.random() >= ABSENT, draw.triangular(-12, 55, 22), draw.lognormvariate(2.35, 0.4)
    return Course(at - before * _MINUTE if comes else None, min(max(minutes, 3.0), 40.0))


def seen(places: Iterable[tuple[str, datetime]], starts: datetime) -> Iterator[Seen | None]:
    """How the patients of a session are seen, by codes and times in the order of places: a little late, one after the
    other; None for who does not come."""
    free: datetime | None = None
    for code, at in places:
        if free is None:
            free = starts + random.Random(code).uniform(0, 15) * _MINUTE  # noqa: S311 - made-up data
        found = course(code, at)
        if found.arrives is None:
            yield None
            continue
        started = max(free, found.arrives + 2 * _MINUTE)
        free = started + found.minutes * _MINUTE
        yield Seen(found.arrives, started, free)


def drawn_of(code: str) -> tuple[Channel, Payer, Visit]:
    """By what a booking is made, who pays, why one comes."""
    draw = random.Random(f"{code} booked")  # noqa: S311 - made-up data
    (channel,) = draw.choices(list(SHARES), weights=list(SHARES.values()))
    payer = Payer.BPJS if channel is Channel.JKN or draw.random() < 0.6 else Payer.GENERAL
    return channel, payer, draw.choices([Visit.REFERRAL, Visit.CONTROL], weights=[55, 45])[0]
