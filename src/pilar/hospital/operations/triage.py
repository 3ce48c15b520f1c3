"""Questions and measurements by the nurse before the doctor sees a patient."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.hospital.models import Booking, Triage
from pilar.hospital.operations.booking import TARGET, tell_queue
from pilar.hospital.operations.day import queue_lock, set_priority
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import BookingState, Priority, WrongState
from pilar.hospital.rules.triage import Signs, faults, signs_of, text_of
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.queries.public import opened
from pilar.people.rules import Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Faults


@transaction.atomic
def triage(*, by: Standing, booking: str, signs: Signs, priority: Priority, now: datetime) -> None:
    """Store vital signs and complaint of a patient who is here, and set their priority; can be changed until the doctor
    has seen them.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, Faults at the fields.
    """
    given = there(Booking.objects.only("priority", "session"), code=booking)
    locks.take(queue_lock(given.session_id))
    if given.priority != priority:
        set_priority(by=by, booking=booking, priority=priority, now=now)
    row = held(Booking.objects.select_related("hospital"), code=booking)
    case = Case(row.hospital.region_id, unit=row.hospital_id)
    AUTHORITY.require(by, Action.CALL, case, known=AUTHORITY.holds(by, Action.READ, case))
    if row.state not in (BookingState.ARRIVED, BookingState.CALLED):
        raise WrongState(state=row.state)
    if misfits := faults(signs):
        raise Faults(misfits)
    known = Triage.objects.filter(booking=row).first()
    if known is not None and signs_of(opened(known.signs) or "{}") == signs:
        return
    Triage.objects.update_or_create(booking=row, defaults={"signs": text_of(signs), "at": now, "by": by.signature})
    audit.record(by=by.actor, action="triage", target=TARGET, key=row.pk, area=case.region)
    tell_queue(row)
