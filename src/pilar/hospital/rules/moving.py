"""Move bookings of a cancelled session to others, and retime those of a changed one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pilar.hospital.rules.booking import CHANNELS, Channel


@dataclass(frozen=True, slots=True)
class Room:
    """A session with the places still available to each channel, in the order of ``CHANNELS``."""

    session: int
    doctor: int
    day: date
    starts_at: datetime
    left: tuple[int, ...]


def order(doctor: int, rooms: Sequence[Room]) -> list[Room]:
    """The next day first, on one day the same doctor."""
    return sorted(rooms, key=lambda room: (room.day, room.doctor != doctor, room.starts_at, room.session))


def proposals(channels: Sequence[Channel], doctor: int, rooms: Sequence[Room]) -> tuple[int | None, ...]:
    """A session for each booking in order, by its channel: the next day with a place, and with the same doctor if
    possible. None if nothing is left."""
    given: dict[int, int] = {}
    sessions: list[int | None] = []
    sorted_ = order(doctor, rooms)
    for channel in channels:
        mine = CHANNELS.index(channel)
        fits = next((session for session in sorted_ if session.left[mine] > given.get(session.session, 0)), None)
        sessions.append(None if fits is None else fits.session)
        if fits is not None:
            given[fits.session] = given.get(fits.session, 0) + 1
    return tuple(sessions)


def kept_time(at: datetime, place: datetime, ends: datetime) -> datetime:
    """The new time of a booking whose session has other hours: that of its place (``place``), but never earlier if its
    time is before the new end."""
    return at if place < at < ends else place
