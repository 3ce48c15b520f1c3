"""Calls to BPJS that expect an answer: queued ones, and those a user waits for, such as a fingerprint check."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from pilar.hospital.bpjs.access import Access, access_of, accesses
from pilar.hospital.bpjs.client import NotReached, ask
from pilar.hospital.models import BpjsReading, Hospital, Patient
from pilar.hospital.operations.bpjs import keep_exchange, signed_at
from pilar.hospital.queries.bookings import booking as booking_of
from pilar.hospital.queries.records import read_person
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.booking import BookingState, Payer
from pilar.hospital.rules.bpjs.comparing import Reading
from pilar.hospital.rules.bpjs.messages import Misfit
from pilar.hospital.rules.bpjs.services import NotUnderstood, Refused
from pilar.hospital.rules.privacy import Why
from pilar.people.rules import Standing
from pilar.platform.secrets import Unreadable

SOON = 3.0
"""Seconds for which somebody waits for an answer."""
Asking = Callable[..., Any]


def asking_by(access: Access, now: datetime, since: float) -> Asking:
    """Call a service with its values, in a pass that began at ``now``, by the clock reading ``since``."""

    def asking(service: str, values: Mapping[str, Any] | None = None) -> Any:
        return ask(access, service, values, now=signed_at(now, since))

    return asking


def listed(asking: Asking, service: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]] | None:
    """The rows of a list; None if BPJS refuses, as it does for an empty list."""
    try:
        return list(asking(service, values))
    except Refused as refused:
        if refused.code in contract().unknown_sender:
            raise
        return None


def asked_now(
    hospital: str, service: str, values: Mapping[str, Any], *, now: datetime, kept: Mapping[str, Any]
) -> tuple[Any, Exception | None]:
    """Ask BPJS while somebody waits; returns its answer, or why there is none. ``kept`` is stored in the list of
    exchanges."""
    begun = time.monotonic()
    try:
        said, refused = ask(accesses()[hospital], service, values, now=now, seconds=SOON), None
        answer = min(contract().called[service].success), "Ok"
    except Refused as error:
        said, refused, answer = None, error, (error.code, error.message)
    except (NotReached, NotUnderstood, Misfit) as error:
        said, refused, answer = None, error, (0, str(error))
    keep_exchange(hospital, service, kept, answer, begun=begun, now=now)
    return said, refused


def fingerprint(*, by: Standing, booking: str, now: datetime) -> bool | None:
    """Ask whether the patient of a coming booking has a fingerprint at BPJS; None if BPJS does not say, or the clinic
    does not need one. Raises :class:`NotFound`."""
    row = booking_of(booking, scope=by, now=now)
    hospital, asks = row.session.hospital, row.session.clinic.fingerprint and row.payer is Payer.BPJS
    if not asks or row.state is not BookingState.BOOKED or access_of(hospital) is None:
        return None
    patient = Patient.objects.select_related("hospital").get(pk=row.patient)
    if patient.person is None:
        return None
    try:
        area = patient.hospital.region_id
        person = read_person(patient, by=by, area=area, why=Why.BPJS, only=("nik", "card"))
    except Unreadable:
        return None
    number = person.card or person.nik
    if not number:
        return None
    values = {"identitas": "noka" if person.card else "nik", "noidentitas": number}
    kept = {"kodebooking": row.code, "noidentitas": number}
    said, _refused = asked_now(hospital, "fingerprint", values, now=now, kept=kept)
    return None if said is None else bool(said["daftarfp"])


@transaction.atomic
def keep_reading(hospital: Hospital, day: date, kind: Reading, rows: list[dict[str, Any]], now: datetime) -> None:
    """Store data read from BPJS, replacing earlier data of the same day."""
    BpjsReading.objects.update_or_create(
        hospital=hospital, day=day, kind=kind.value, defaults={"rows": rows, "read_at": now}
    )
