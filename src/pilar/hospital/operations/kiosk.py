"""Set up and end kiosks: devices at the entrance where patients without a booking get a number for today, from the
places reserved for that channel."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Hospital, Patient
from pilar.hospital.operations.booking import Booked
from pilar.hospital.operations.day import walk_in
from pilar.hospital.queries import day as queries
from pilar.hospital.queries import patients, schedule
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import Asked, BookingState, Channel, Payer, Priority, Visit, nik_missing
from pilar.hospital.rules.patients import person_of
from pilar.hospital.rules.queue import KioskUnknown
from pilar.hospital.rules.roles import Role
from pilar.people.queries.public import opened
from pilar.people.rules import HeldRole, NotFound, Standing
from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

TARGET = "hospital.hospital"


@transaction.atomic
def set_up_kiosk(*, by: Standing, hospital: str) -> str:
    """Make a device a kiosk of a hospital; return the token that identifies it from then on. Raises
    :class:`NotFound`."""
    case = queries.case_of(hospital)
    AUTHORITY.require(by, Action.BOOK, case, known=False)
    audit.record(by=by.actor, action="set-up-kiosk", target=TARGET, key=hospital, area=case.region)
    return queries.kiosk_token(hospital)


@transaction.atomic
def end_kiosks(*, by: Standing, hospital: str) -> None:
    """End all kiosks of a hospital, until the desk sets one up again. Raises :class:`NotFound`."""
    case = queries.case_of(hospital)
    AUTHORITY.require(by, Action.BOOK, case, known=False)
    Hospital.objects.filter(pk=hospital).update(kiosks=F("kiosks") + 1)
    audit.record(by=by.actor, action="end-kiosks", target=TARGET, key=hospital, area=case.region)


@transaction.atomic
def draw_at_kiosk(
    *, by: Standing, kiosk: str, session: int, sought: str, born: date, payer: Payer, visit: Visit, reference: str = "",
    referred_until: date | None = None, key: UUID, now: datetime,
) -> Booked:  # fmt: skip
    """Give a patient known to the hospital a number of a session of today, by one of their numbers and their date of
    birth, and check them in if it is the time for it. A person at a kiosk acts with the rights of the desk.

    Raises :class:`KioskUnknown`, Faults at ``sought`` if the two do not belong to one patient, and what ``walk_in``
    raises.
    """
    hospital = queries.kiosk_of(kiosk)
    if hospital is None:
        raise KioskUnknown
    place, at = schedule.hospital(hospital), schedule.session(session)
    if (at.hospital, at.day) != (hospital, today_in(place.region, now)):
        raise NotFound
    desk = Standing(Actor("system", "kiosk", N_("Kiosk")), (HeldRole(Role.DESK, place.region, unit=hospital),))
    patient = patients.found(hospital, place.region, sought, scope=desk)
    row = Patient.objects.filter(pk=patient, person__isnull=False).first()
    known = person_of(opened(row.person)) if row is not None else None
    if row is None or known is None or known.birth_date != born:
        sentence = N_("There is no patient with this number and date of birth. Ask the registration desk")
        raise Faults([Fault("not-one-patient", sentence, {}, "sought")])
    if payer is Payer.BPJS and not known.nik:
        raise Faults([nik_missing()])
    new = not Booking.objects.filter(patient=row, state=BookingState.SERVED).exists()
    asked = Asked(Channel.KIOSK, payer, visit, reference, referred_until, new)
    old = Priority.ELDERLY if known.elderly(at.day) else Priority.NONE
    return walk_in(by=desk, session=session, patient=row.pk, asked=asked, priority=old, key=key, now=now)
