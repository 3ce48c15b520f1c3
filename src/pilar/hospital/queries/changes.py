"""Read the bookings affected by a changed or cancelled session, and the sessions they could move to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pilar.areas.reference import midnight_in, today_in
from pilar.hospital.models import Booking, Session
from pilar.hospital.queries.opening import at
from pilar.hospital.queries.schedule import SessionRow, hospital, session, session_row
from pilar.hospital.rules.booking import CHANNELS, BookingState, Channel, SessionState, label, window
from pilar.hospital.rules.moving import Room, kept_time, order, proposals
from pilar.hospital.rules.schedule import GridRule, places

LOOKED_AHEAD = timedelta(days=14)
"""assumption: affected patients are offered a time within this many days, or told that there is none."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A booking of a cancelled session, without a name, and the proposed session."""

    code: str
    label: str
    at: datetime
    channel: Channel
    proposed: SessionRow | None


def hits(key: int, *, now: datetime) -> tuple[Hit, ...]:
    """The open bookings of a session with a proposed new session each, among the next ones of its clinic."""
    row = Session.objects.select_related("clinic", "hospital").get(pk=key)
    rows = list(Booking.objects.filter(session=key, state=BookingState.BOOKED.value).order_by("number"))
    after = _after(row, now)
    fitting = proposals([Channel(booking.channel) for booking in rows], row.doctor_id, [room for _row, room in after])
    there = {place.key: place for place, _room in after}
    prefix = row.clinic.prefix
    return tuple(
        Hit(
            booking.code,
            label(prefix, booking.number),
            booking.at,
            Channel(booking.channel),
            there.get(to) if to else None,
        )
        for booking, to in zip(rows, fitting, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A booking of a changed session, without a name, and its new time."""

    key: int
    label: str
    at: datetime
    then: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A session after a change: its hours, the times of its places, and the bookings affected."""

    starts_at: datetime
    ends_at: datetime
    places: tuple[datetime, ...]
    told: tuple[Told, ...]


def change(key: int, *, room: int, doctor: int, starts: time, ends: time, capacity: int) -> Change:
    """Work out which bookings a change of a session affects; raises :class:`NotFound`. A new doctor or room affects all
    bookings, new hours those that get another time."""
    row = session(key)
    midnight = midnight_in(hospital(row.hospital).region, row.day)
    starts_at, ends_at = at(midnight, starts), at(midnight, ends)
    times = row.places
    if (starts_at, ends_at, capacity) != (row.starts_at, row.ends_at, row.capacity) and ends_at > starts_at:
        late = timedelta(minutes=row.delay)
        grid = places(GridRule(row.policy.rule), starts_at, ends_at, capacity, row.policy.minutes)
        times = tuple(place + late for place in grid)
    moved = (starts_at, ends_at) != (row.starts_at, row.ends_at)
    everybody = (room, doctor) != (row.room_key, row.doctor.key)
    told = []
    for booking in Booking.objects.filter(session=key, state=BookingState.BOOKED.value).order_by("number"):
        then = (
            kept_time(booking.at, times[booking.place - 1], ends_at)
            if moved and booking.place <= len(times)
            else booking.at
        )
        if everybody or then != booking.at:
            told.append(Told(booking.pk, label(row.clinic.prefix, booking.number), booking.at, then))
    return Change(starts_at, ends_at, times, tuple(told))


def further(key: int, channel: Channel, *, now: datetime) -> tuple[int, ...]:
    """All sessions to which a booking of a cancelled session could move, by its channel, the next first."""
    row = Session.objects.select_related("clinic", "hospital").get(pk=key)
    left = [room for _row, room in _after(row, now) if room.left[CHANNELS.index(channel)] > 0]
    return tuple(room.session for room in order(row.doctor_id, left))


def _after(row: Session, now: datetime) -> list[tuple[SessionRow, Room]]:
    since = max(now, row.starts_at)
    last = row.day + LOOKED_AHEAD
    return [
        (session, room)
        for session, room in rooms(row.clinic_id, since, last, without=row.pk, now=now)
        if window(session.policy, session.day)[0] <= today_in(row.hospital.region_id, now)
    ]


def rooms(
    clinic: int, since: datetime, last: date, *, now: datetime, doctor: int | None = None, without: int = 0
) -> Sequence[tuple[SessionRow, Room]]:
    """The open sessions of a clinic that begin after a moment, up to a day."""
    sessions = Session.objects.select_related("clinic", "doctor", "room", "policy").filter(
        clinic=clinic, state=SessionState.OPEN.value, starts_at__gt=since, day__lte=last,
        **({"doctor": doctor} if doctor else {}),
    ).exclude(pk=without)  # fmt: skip
    rows = [session_row(session) for session in sessions.order_by("starts_at", "pk")]
    return [(row, _room(row, now)) for row in rows]


def _room(row: SessionRow, now: datetime) -> Room:
    left = tuple(row.left(channel, now) for channel in CHANNELS)
    return Room(row.key, row.doctor.key, row.day, row.starts_at, left)
