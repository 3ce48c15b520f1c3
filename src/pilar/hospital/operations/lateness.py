"""Replan a session whose doctor comes late or not at all; everybody whose time changes is notified."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from math import ceil
from uuid import uuid4

from django.db import transaction

from pilar.hospital.models import Booking, Replan, Session
from pilar.hospital.operations.booking import TARGET, happened, tell_queue, to_session
from pilar.hospital.operations.day import queue_of
from pilar.hospital.operations.telling import tell_of
from pilar.hospital.queries.day import require_open
from pilar.hospital.queries.lateness import AFFECTED, new_times
from pilar.hospital.rules.authority import Action
from pilar.hospital.rules.booking import SessionState
from pilar.hospital.rules.queue import Kind, Reason
from pilar.hospital.rules.replan import Effect, Plan
from pilar.people.operations import there
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import PilarError
from pilar.platform.locks import Busy


@transaction.atomic
def replan_session(*, by: Standing, session: int, resume: datetime | None, until: datetime, now: datetime) -> int:
    """Give new times to a session whose doctor comes at ``resume`` (None: not at all) and sees patients ``until``;
    returns how many were notified.

    Nobody is asked to come earlier without having agreed. Patients without a place are asked to choose one. Raises
    :class:`NotFound`, :class:`NotAllowed`, :class:`SessionOver`.
    """
    require_open(queue_of(by, session, Action.CALL))
    first = new_times(session, scope=by, resume=resume, until=until, now=now)
    rows = _held(session, first)
    row = there(Session.objects.select_related("hospital"), pk=session)
    plan = new_times(session, scope=by, resume=resume, until=until, now=now)
    if not {person.key for person in plan.people} <= rows.keys():
        raise Busy
    if not (plan.moved or plan.unplaced) and resume is not None and _late(row, resume) == row.delay:
        return 0
    told, unplaced = [], [rows[key.key] for key in plan.unplaced]
    for given in sorted(plan.moved, key=lambda given: given.place.at):
        booking = rows[given.person.key]
        if given.place.session is None:
            told.append(shift(booking, given.place.at, Reason.LATE, by=by, now=now))
        elif other := _elsewhere(booking, given.place.session, by=by, now=now):
            told.append(other)
        else:
            unplaced.append(booking)
    _keep(row, resume)
    Replan.objects.create(
        session=row, at=now, by=by.signature, resume=resume, until=until, moved=len(told), unplaced=len(unplaced),
        nothing=_minutes(plan.nothing), then=_minutes(plan.then),
    )  # fmt: skip
    audit.record(
        by=by.actor, action="replan", target="hospital.session", key=row.pk, area=row.hospital.region_id,
        after={"resume": resume, "moved": len(told), "unplaced": len(unplaced)},
    )  # fmt: skip
    for booking in (*told, *unplaced):
        tell_of(booking, by=by, now=now)
    tell_queue(row)
    return len(told) + len(unplaced)


def _held(session: int, plan: Plan) -> dict[int, Booking]:
    """The bookings that a plan may change, then the sessions, locked in the same order as for moving."""
    rows = Booking.objects.select_for_update(no_key=True, of=("self",)).filter(session=session, state__in=AFFECTED)
    bookings = {row.pk: row for row in rows.select_related("hospital").order_by("pk")}
    sessions = {session, *(given.place.session for given in plan.given if given.place.session is not None)}
    list(Session.objects.filter(pk__in=sessions).order_by("pk").select_for_update(no_key=True))
    return bookings


def shift(booking: Booking, at: datetime, reason: Reason, *, by: Standing, now: datetime) -> Booking:
    """Set another time in the same session, by which patients who are here keep their position among the others."""
    booking.at, before = at, booking.at
    booking.turn_at = None if booking.turn_at is None else max(booking.turn_at, at)
    booking.save(update_fields=["at", "turn_at"])
    happened(booking, Kind.SHIFT, by=by, now=now, reason=reason)
    audit.record(
        by=by.actor, action="shift", target=TARGET, key=booking.pk, area=booking.hospital.region_id,
        before={"at": before}, after={"at": booking.at},
    )  # fmt: skip
    return booking


def _elsewhere(booking: Booking, session: int, *, by: Standing, now: datetime) -> Booking | None:
    """Move to a place of another session; None if that is impossible, for example for a patient who already has a
    booking on that day."""
    try:
        with transaction.atomic():
            booked = to_session(booking, by=by, session=session, key=uuid4(), now=now, right=Action.CALL)
    except PilarError:
        booking.refresh_from_db()
        return None
    return Booking.objects.select_related("hospital").get(pk=booked.key)


def _keep(row: Session, resume: datetime | None) -> None:
    """Move the free places by the same delay; if the doctor does not come, cancel the session."""
    if resume is None:
        row.state = SessionState.CANCELLED.value
    else:
        late = _late(row, resume)
        row.places = [place + timedelta(minutes=late - row.delay) for place in row.places]
        row.delay = late
    row.save(update_fields=["state", "places", "delay"])


def _late(row: Session, resume: datetime) -> int:
    """Minutes after the beginning of the session."""
    return max(0, ceil((resume - row.starts_at) / timedelta(minutes=1)))


def _minutes(effect: Effect) -> dict[str, int]:
    return {
        name: int(value / timedelta(minutes=1)) if isinstance(value, timedelta) else value
        for name, value in asdict(effect).items()
    }
