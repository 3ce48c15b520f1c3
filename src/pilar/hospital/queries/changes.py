"""What hangs on a session that is changed or not held: whom it hits, and where they could go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Session
from pilar.hospital.queries.schedule import SessionRow, session_row
from pilar.hospital.rules.booking import CHANNELS, BookingState, Channel, SessionState, label, window
from pilar.hospital.rules.moving import Room, order, proposals

LOOKED_AHEAD = timedelta(days=14)
"""assumption: who is hit is offered a time within so many days, or told that there is none."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A booking of a session that is not held, without a name, and the session that is proposed."""

    code: str
    label: str
    at: datetime
    channel: Channel
    proposed: SessionRow | None


def hits(key: int, *, now: datetime) -> tuple[Hit, ...]:
    """The open bookings of a session and where each could go: to the next sessions of its clinic."""
    session = Session.objects.select_related("clinic", "hospital").get(pk=key)
    rows = list(Booking.objects.filter(session=key, state=BookingState.BOOKED.value).order_by("number"))
    after = _after(session, now)
    found = proposals([Channel(one.channel) for one in rows], session.doctor_id, [room for _row, room in after])
    there = {one.key: one for one, _room in after}
    prefix = session.clinic.prefix
    return tuple(
        Hit(one.code, label(prefix, one.number), one.at, Channel(one.channel), there.get(to) if to else None)
        for one, to in zip(rows, found, strict=True)
    )


def further(key: int, channel: Channel, *, now: datetime) -> tuple[int, ...]:
    """All sessions to which a booking of one that is not held could go, by that channel, the next first."""
    session = Session.objects.select_related("clinic", "hospital").get(pk=key)
    left = [room for _row, room in _after(session, now) if room.left[CHANNELS.index(channel)] > 0]
    return tuple(one.session for one in order(session.doctor_id, left))


def _after(session: Session, now: datetime) -> list[tuple[SessionRow, Room]]:
    since = max(now, session.starts_at)
    last = session.day + LOOKED_AHEAD
    return [
        (one, room)
        for one, room in rooms(session.clinic_id, since, last, without=session.pk, now=now)
        if window(one.policy, one.day)[0] <= today_in(session.hospital.region_id, now)
    ]


def rooms(
    clinic: int, since: datetime, last: date, *, now: datetime, doctor: int | None = None, without: int = 0
) -> Sequence[tuple[SessionRow, Room]]:
    """The open sessions of a clinic that begin after a moment, up to a day."""
    found = Session.objects.select_related("clinic", "doctor", "room", "policy").filter(
        clinic=clinic, state=SessionState.OPEN.value, starts_at__gt=since, day__lte=last,
        **({"doctor": doctor} if doctor else {}),
    ).exclude(pk=without)  # fmt: skip
    rows = [session_row(one) for one in found.order_by("starts_at", "pk")]
    return [(one, _room(one, now)) for one in rows]


def _room(row: SessionRow, now: datetime) -> Room:
    left = tuple(row.left(channel, now) for channel in CHANNELS)
    return Room(row.key, row.doctor.key, row.day, row.starts_at, left)
