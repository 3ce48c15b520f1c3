"""A session is changed, closed or not held; whom it hits gets another time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction

from pilar.hospital.models import Booking, Room, Session
from pilar.hospital.operations.booking import cancel, move
from pilar.hospital.operations.day import queue_lock
from pilar.hospital.operations.telling import tell_of
from pilar.hospital.queries.changes import Hit, further, hits
from pilar.hospital.queries.schedule import session_row
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import (
    HERE,
    AlreadyBooked,
    BookingState,
    ReferenceUsed,
    SessionClosed,
    SessionFull,
    SessionState,
)
from pilar.hospital.rules.queue import StillHere
from pilar.hospital.rules.schedule import GridRule, places
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import background
from pilar.platform.language import mark
from pilar.platform.transactions import one_by_one

TARGET = "hospital.session"
CHANGEABLE = frozenset({SessionState.OPEN, SessionState.CLOSED})


@transaction.atomic
def change_session(
    *, by: Standing, session: int, room: int, capacity: int, closed: bool, release: bool, now: datetime
) -> None:
    """Change room and capacity of a session, close it to further bookings, open what is kept for channels to all.

    Who has booked keeps number and time. Raises :class:`NotFound`, :class:`SessionClosed`, Faults at ``capacity``.
    """
    row = _kept(by, session)
    least = max(row.taken, row.next_place - 1, 1)
    if not least <= capacity <= 200:
        sentence = mark("%(least)s places are given already; name a capacity from that to 200")
        raise Faults([Fault("capacity", sentence, {"least": least}, "capacity")])
    before = {"room": row.room_id, "capacity": row.capacity, "state": row.state, "released": max(row.release_at) <= now}
    if capacity != row.capacity:
        facts = session_row(row)
        times = places(GridRule(facts.policy.rule), row.starts_at, row.ends_at, capacity, facts.policy.minutes)
        row.places = [one + timedelta(minutes=row.delay) for one in times]
    row.room = there(Room.objects, pk=room, hospital=row.hospital_id)
    row.capacity, row.state = capacity, (SessionState.CLOSED if closed else SessionState.OPEN).value
    if release:
        row.release_at = [min(one, now) for one in row.release_at]
    after = {"room": row.room_id, "capacity": capacity, "state": row.state, "released": max(row.release_at) <= now}
    if before == after:
        return
    row.save(update_fields=["room", "capacity", "places", "state", "release_at"])
    audit.record(by=by.actor, action="change", target=TARGET, key=row.pk, area=row.hospital.region_id, before=before,
                 after=after)  # fmt: skip


@transaction.atomic
def cancel_session(*, by: Standing, session: int, reason: str, now: datetime) -> None:
    """A session is not held. Its bookings are moved to the next sessions of the clinic by the worker, and everybody is
    told. Raises :class:`NotFound`, :class:`SessionClosed`, :class:`StillHere`, Faults without a reason."""
    locks.take(queue_lock(session))
    row = _kept(by, session)
    if not reason.strip():
        raise Faults([Fault("reason", mark("Say why"), {}, "reason")])
    if Booking.objects.filter(session=row, state__in=HERE).exists():
        raise StillHere
    row.state, row.closed_at = SessionState.CANCELLED.value, now
    row.save(update_fields=["state", "closed_at"])
    audit.record(by=by.actor, action="cancel", target=TARGET, key=row.pk, area=row.hospital.region_id,
                 after={"reason": reason[:200], "taken": row.taken})  # fmt: skip
    move_bookings.later(session=row.pk)


@background("hospital.move-bookings")
def move_bookings(*, by: Standing, session: int, now: datetime) -> int:
    """Move the bookings of a session that is not held, one by one, each to the first session that takes it; who finds
    no place is cancelled, and all are told. Returns how many were moved. Runs again without harm. For the schedule and
    the operator."""
    if not by.unrestricted:
        raise NotAllowed
    if Session.objects.filter(pk=session, state=SessionState.CANCELLED.value).count() == 0:
        return 0
    found = {one.code: one for one in hits(session, now=now)}
    return one_by_one(found, lambda code: _move(by, found[code], now), job="hospital.move-bookings")


def _move(by: Standing, hit: Hit, now: datetime) -> bool:
    row = held(Booking.objects, code=hit.code)
    if row.state != BookingState.BOOKED:
        return False
    code = hit.code
    first = [] if hit.proposed is None else [hit.proposed.key]
    for session in dict.fromkeys([*first, *further(row.session_id, hit.channel, now=now)]):
        try:
            code = move(by=by, booking=code, session=session, key=uuid5(row.key, "moved"), now=now).code
        except (AlreadyBooked, Faults, ReferenceUsed, SessionClosed, SessionFull):
            continue  # the booking is as it was
        break
    else:
        cancel(by=by, booking=code, reason="session-cancelled", key=uuid5(row.key, "cancelled"), now=now)
    row = Booking.objects.select_related("hospital").get(code=code)
    tell_of(row, by=by, now=now, place=code != hit.code)
    return code != hit.code


def _kept(by: Standing, session: int) -> Session:
    row = held(Session.objects.select_related("hospital", "clinic", "doctor", "room", "policy"), pk=session)
    AUTHORITY.require(by, Action.KEEP_SCHEDULE, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    if SessionState(row.state) not in CHANGEABLE:
        raise SessionClosed
    return row
