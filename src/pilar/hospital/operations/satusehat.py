"""Report visits to SATUSEHAT: queued after the visit, sent by the worker, retried while there is no answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from pilar.hospital.bpjs.client import NotReached
from pilar.hospital.fhir import resources
from pilar.hospital.fhir.satusehat import Line, Refused, lines
from pilar.hospital.models import Booking, EncounterMessage, Hospital, Patient, Room
from pilar.hospital.queries.fhir import RoomRow
from pilar.hospital.queries.privacy import agree_to
from pilar.hospital.queries.records import persons
from pilar.hospital.queries.schedule import hospital_row
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.bpjs.sending import Sending, next_try
from pilar.hospital.rules.fhir.encounter import Visit, encounter, missing
from pilar.hospital.rules.fhir.site import Site
from pilar.hospital.rules.privacy import Purpose, Why
from pilar.people.operations import held
from pilar.people.rules import Standing
from pilar.platform import audit, secrets
from pilar.platform.jobs import every

TARGET = "hospital.encounter"
BACK = timedelta(days=7)
"""Visits of this age are no longer reported (assumption)."""
AT_ONCE = 200
AGAIN = timedelta(days=1)
"""When to look again for a number that is not yet known."""


@every("hospital.tell-satusehat", cron="*/10 * * * *")
def tell_satusehat(*, by: Standing, now: datetime) -> int:
    """Report finished visits of consenting patients to SATUSEHAT; returns how many it accepted. For the schedule and
    the operator only. Each result is stored separately, so that nothing is sent twice."""
    by.require_server()
    taken = 0
    for code, line in lines().items():
        place = Hospital.objects.filter(pk=code).first()
        if place is None:
            continue
        _queue(place, now)
        due = EncounterMessage.objects.filter(hospital=place, state=Sending.WAITING, next_at__lte=now).order_by("id")
        for key in list(due.values_list("pk", flat=True)[:AT_ONCE]):
            taken += _tell(key, place, line, by, now)
    return taken


@transaction.atomic
def _queue(place: Hospital, now: datetime) -> None:
    over = Booking.objects.filter(hospital=place, state=BookingState.SERVED, ended_at__gt=now - BACK, encounter=None)
    patients = dict(over.values_list("pk", "patient"))
    agreed = agree_to(set(patients.values()), Purpose.SATUSEHAT)
    EncounterMessage.objects.bulk_create(
        [
            EncounterMessage(hospital=place, booking_id=key, made_at=now, next_at=now)
            for key, patient in patients.items()
            if patient in agreed
        ],
        ignore_conflicts=True,
    )


def _tell(key: int, place: Hospital, line: Line, by: Standing, now: datetime) -> bool:
    of = ("booking__patient", "booking__session__room", "booking__session__doctor")
    row = EncounterMessage.objects.select_related(*of).get(pk=key)
    told, made, again, attempts = "", "", None, row.attempts + 1
    # Counted before it is sent, so that after a kill in between the worker first searches for an existing resource.
    EncounterMessage.objects.filter(pk=key).update(attempts=attempts)
    try:
        visit = _visit(row.booking, place, line, by, now, again=attempts > 1)
        if faults := missing(visit):
            # A number may be known tomorrow; patients who have withdrawn consent are not retried.
            told, again = faults[-1].code, now + AGAIN if visit.consent and now - row.made_at < BACK else None
        else:
            made = line.create(encounter(visit), again=attempts > 1)
    except NotReached as error:
        told, again = str(error), next_try(attempts, row.made_at, now)
    except (Refused, secrets.Unreadable) as error:
        told = str(error)
    except (LookupError, TypeError, AttributeError) as error:  # unexpected answer: the next visit goes on
        told = type(error).__name__
    _store(key, place, by, now, attempts=attempts, told=told[:200], encounter=made, next_at=again)
    return bool(made)


@transaction.atomic
def _store(key: int, place: Hospital, by: Standing, now: datetime, **columns: Any) -> None:
    """Store the result of a message: sent, to be retried, or not accepted."""
    row = held(EncounterMessage.objects, pk=key)
    for name, value in columns.items():
        setattr(row, name, value)
    row.state = Sending.SENT if row.encounter else Sending.WAITING if row.next_at else Sending.DEAD
    row.sent_at = now if row.encounter else None
    row.save()
    if row.encounter:
        after = {"encounter": row.encounter}
        audit.record(by=by.actor, action="tell", target=TARGET, key=row.booking_id, area=place.region_id, after=after)


def _visit(row: Booking, place: Hospital, line: Line, by: Standing, now: datetime, *, again: bool) -> Visit:
    """The visit, with SATUSEHAT's numbers for its patient and room, which are stored once known."""
    patient, room, doctor = row.patient, row.session.room, row.session.doctor
    consented = bool(agree_to({patient.pk}, Purpose.SATUSEHAT))
    if consented and not patient.ihs:
        (person,) = persons([patient], at=hospital_row(place), by=by, why=Why.SATUSEHAT, now=now)
        patient.ihs = line.patient(person.nik) if person.nik else ""
        Patient.objects.filter(pk=patient.pk).update(ihs=patient.ihs)
    if consented and place.organization and not room.location:
        site = Site(f"{settings.SITE_ADDRESS.rstrip('/')}/rumah-sakit/fhir/{place.pk}", place.name, place.organization)
        told = resources.location(site, RoomRow(room.pk, room.name))
        bare = {name: value for name, value in told.items() if name not in ("id", "meta")}
        room.location = line.create(bare, again=again)
        Room.objects.filter(pk=room.pk).update(location=room.location)
    arrived, started, ended = (moment or now for moment in (row.arrived_at, row.started_at, row.ended_at))
    return Visit(
        row.pk, place.organization, patient.ihs, doctor.practitioner, doctor.name, room.location, room.name, arrived,
        started, ended, consented,
    )  # fmt: skip
