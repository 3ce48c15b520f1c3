"""Change, close or cancel a session; affected patients get another time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid5

from django.db import transaction

from pilar.hospital.models import Booking, Doctor, Room, Session
from pilar.hospital.operations.booking import cancel, move, tell_queue
from pilar.hospital.operations.day import queue_lock
from pilar.hospital.operations.lateness import shift
from pilar.hospital.operations.scheduling import DOCTOR_BUSY, ROOM_BUSY
from pilar.hospital.operations.telling import tell_of
from pilar.hospital.queries.changes import Change, Hit, change, further, hits
from pilar.hospital.queries.day import case_of
from pilar.hospital.queries.opening import apart
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import (
    HERE,
    AlreadyBooked,
    BookingState,
    ReferenceUsed,
    SessionClosed,
    SessionFull,
    SessionState,
    policy_of,
)
from pilar.hospital.rules.queue import Reason, StillHere
from pilar.hospital.rules.schedule import MAX_PLACES
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.rules import Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import background
from pilar.platform.language import N_
from pilar.platform.locks import Busy
from pilar.platform.transactions import one_by_one

TARGET = "hospital.session"
CHANGEABLE = frozenset({SessionState.OPEN, SessionState.CLOSED})


@transaction.atomic
def change_session(
    *, by: Standing, session: int, room: int, doctor: int, starts: time, ends: time, capacity: int, closed: bool,
    release: bool, now: datetime,
) -> int:  # fmt: skip
    """Change doctor, room, hours and capacity of a session, close it to further bookings, and release the places
    reserved for channels (``release``) or not; a cancelled session is held again. Returns how many patients were
    notified.

    Bookings keep their number, and their time if it is still within the session (``queries.changes.change``). Raises
    :class:`NotFound`, :class:`SessionClosed`, Faults.
    """
    place = there(Session.objects.select_related("hospital"), pk=session).hospital
    AUTHORITY.require(by, Action.KEEP_SCHEDULE, Case(place.region_id, unit=place.pk), known=False)
    locks.take(queue_lock(session))
    bookings = Booking.objects.filter(session=session, state=BookingState.BOOKED.value).select_related("hospital")
    # Locked before the session, in the same order as in moving and cancelling.
    booked = {booking.pk: booking for booking in bookings.order_by("pk").select_for_update(no_key=True, of=("self",))}
    row = held(Session.objects.select_related("hospital", "clinic", "doctor", "room", "policy"), pk=session)
    if SessionState(row.state) not in CHANGEABLE and not (row.state == SessionState.CANCELLED and row.ends_at > now):
        raise SessionClosed
    given = {"room": room, "doctor": doctor, "starts": starts, "ends": ends, "capacity": capacity}
    new = change(session, **given)
    if not {told.key for told in new.told} <= booked.keys():
        raise Busy
    before = _said(row, now)
    sees = held(Doctor.objects, pk=doctor, hospital=row.hospital_id)
    seen_in = held(Room.objects, pk=room, hospital=row.hospital_id)
    if wrong := [*_capacity_faults(row, capacity), *_time_faults(row, new, sees, seen_in, now)]:
        raise Faults(wrong)
    if row.laid_at is None and (sees.pk, new.starts_at) != (row.doctor_id, row.starts_at):
        row.laid_for_id, row.laid_at = row.doctor_id, row.starts_at
    row.room, row.doctor, row.starts_at, row.ends_at = seen_in, sees, new.starts_at, new.ends_at
    row.capacity, row.places, row.closed_at = capacity, list(new.places), None
    row.state = (SessionState.CLOSED if closed else SessionState.OPEN).value
    usual = new.starts_at - timedelta(hours=policy_of(row.policy.facts).release)
    row.release_at = [min(moment, now) if release else max(moment, usual) for moment in row.release_at]
    after = _said(row, now)
    if before == after:
        return 0
    row.by_hand = True
    row.save(update_fields=[
        "room", "doctor", "starts_at", "ends_at", "capacity", "places", "state", "closed_at", "release_at", "by_hand",
        "laid_for", "laid_at",
    ])  # fmt: skip
    audit.record(by=by.actor, action="change", target=TARGET, key=row.pk, area=place.region_id, before=before,
                 after=after)  # fmt: skip
    for told in new.told:
        if told.then != told.at:
            shift(booked[told.key], told.then, Reason.CHANGED, by=by, now=now)
        tell_of(booked[told.key], by=by, now=now)
    tell_queue(row)
    return len(new.told)


def _said(row: Session, now: datetime) -> dict[str, Any]:
    """Return the present values that a person may change."""
    return {
        "room": row.room_id, "doctor": row.doctor_id, "starts": row.starts_at, "ends": row.ends_at,
        "capacity": row.capacity, "state": row.state, "released": max(row.release_at) <= now,
    }  # fmt: skip


def _capacity_faults(row: Session, capacity: int) -> list[Fault]:
    least = max(row.taken, row.next_place - 1, 1)
    if least <= capacity <= MAX_PLACES:
        return []
    sentence = N_("%(least)s places are given already; name a capacity from that to 200")
    return [Fault("capacity", sentence, {"least": least}, "capacity")]


def _time_faults(row: Session, new: Change, doctor: Doctor, room: Room, now: datetime) -> list[Fault]:
    """Find hours that are impossible or have already begun, and a doctor or room that is occupied then, if one of them
    changes."""
    if new.ends_at <= new.starts_at:
        return [Fault("ends", N_("A session ends after it begins"), {}, "ends")]
    misfits = []
    hours = (new.starts_at, new.ends_at) != (row.starts_at, row.ends_at)
    if hours and (row.starts_at <= now or Booking.objects.filter(session=row, state__in=HERE).exists()):
        sentence = N_("This session has begun: the doctor says there that they come later")
        misfits.append(Fault("begun", sentence, {}, "starts"))
    if hours and new.ends_at <= now:
        misfits.append(Fault("over", N_("These hours are over"), {}, "ends"))
    at_once = Session.objects.filter(
        hospital=row.hospital_id, day=row.day, starts_at__lt=new.ends_at, ends_at__gt=new.starts_at
    ).exclude(pk=row.pk).exclude(state=SessionState.CANCELLED)  # fmt: skip
    again = hours or row.state == SessionState.CANCELLED
    if (again or doctor.pk != row.doctor_id) and at_once.filter(doctor=doctor).exists():
        misfits.append(Fault("doctor-busy", DOCTOR_BUSY, {}, "doctor"))
    if (again or room.pk != row.room_id) and at_once.filter(room=room).exists():
        misfits.append(Fault("room-busy", ROOM_BUSY, {}, "room"))
    return misfits


@transaction.atomic
def cancel_session(*, by: Standing, session: int, reason: str, now: datetime) -> None:
    """Cancel a session. The worker moves its bookings to the next sessions of the clinic and notifies everybody. Raises
    :class:`NotFound`, :class:`SessionClosed`, :class:`StillHere`, Faults if there is no reason."""
    locks.take(queue_lock(session))
    row = _kept(by, session)
    if not reason.strip():
        raise Faults([Fault("reason", N_("Say why"), {}, "reason")])
    if Booking.objects.filter(session=row, state__in=HERE).exists():
        raise StillHere
    row.state, row.closed_at = SessionState.CANCELLED.value, now
    row.save(update_fields=["state", "closed_at"])
    audit.record(by=by.actor, action="cancel", target=TARGET, key=row.pk, area=row.hospital.region_id,
                 after={"reason": reason[:200], "taken": row.taken})  # fmt: skip
    move_bookings.later(session=row.pk)


@transaction.atomic
def cancel_days_off(*, by: Standing, hospital: str, reason: str, now: datetime) -> int:
    """Cancel all sessions on a day off, as :func:`cancel_session` does, except those with a patient present; returns
    how many. Any other error of that function is raised, and then nothing is done."""
    AUTHORITY.require(by, Action.KEEP_SCHEDULE, case_of(hospital), known=False)
    count = 0
    for session in [differing.session.key for differing in apart(hospital, now=now) if differing.off]:
        try:
            cancel_session(by=by, session=session, reason=reason, now=now)
        except StillHere:
            continue
        count += 1
    return count


@background("hospital.move-bookings")
def move_bookings(*, by: Standing, session: int, now: datetime) -> int:
    """Move the bookings of a cancelled session, one by one, each to the first session with a place; bookings without a
    place are cancelled, and all patients are notified. Returns how many were moved. It can be repeated without harm.
    For the schedule and the operator."""
    by.require_server()
    if Session.objects.filter(pk=session, state=SessionState.CANCELLED.value).count() == 0:
        return 0
    hits_of = {hit.code: hit for hit in hits(session, now=now)}
    return one_by_one(hits_of, lambda code: _move(by, hits_of[code], now), job="hospital.move-bookings")


def _move(by: Standing, hit: Hit, now: datetime) -> bool:
    row = held(Booking.objects, code=hit.code)
    gone = Session.objects.filter(pk=row.session_id, state=SessionState.CANCELLED.value)
    if row.state != BookingState.BOOKED or not gone.exists():  # it may be held again by now
        return False
    code = hit.code
    first = [] if hit.proposed is None else [hit.proposed.key]
    for session in dict.fromkeys([*first, *further(row.session_id, hit.channel, now=now)]):
        try:
            code = move(by=by, booking=code, session=session, key=uuid5(row.key, "moved"), now=now).code
        except (AlreadyBooked, Faults, ReferenceUsed, SessionClosed, SessionFull):
            continue  # the booking is unchanged
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
