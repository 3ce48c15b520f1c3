"""The resources that a hospital answers with, by FHIR R4 (4.0.1): each a dictionary made of one frozen row.

A text that the reader may not see is None in its row and masked in the resource (extension data-absent-reason), so that
it is not taken for unknown. Empty elements are left out. The version of a resource is a hash of its content.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pilar.hospital.queries.bookings import BookingRow
from pilar.hospital.queries.fhir import RoomRow, Timetable
from pilar.hospital.queries.records import PersonRow
from pilar.hospital.queries.schedule import ClinicRow, DoctorRow, SessionRow
from pilar.hospital.rules.booking import VISIT_NAMES, BookingState, Channel, SessionState
from pilar.hospital.rules.fhir.site import IHS, LOCAL_IDS, NIK, PAYER, VISIT, Resource, Site, instant

MASKED = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
PHYSICAL_TYPE = "http://terminology.hl7.org/CodeSystem/location-physical-type"


def patient(site: Site, row: PersonRow) -> Resource:
    gender = None if row.sex is None else {"L": "male", "P": "female"}.get(row.sex, "")
    return _resource(
        "Patient", row.key,
        identifier=[
            *_identifier(site.system("record"), row.record, use="usual"), *_identifier(NIK, row.nik, use="official"),
            *_identifier(site.system("card"), row.card),
        ],
        active=True, name=[] if row.name == "" else [_text("text", row.name)],
        telecom=[] if row.phone == "" else [{"system": "phone"} | _text("value", row.phone)],
        **_text("gender", gender), **_text("birthDate", row.birth_date),
    )  # fmt: skip


def practitioner(site: Site, row: DoctorRow) -> Resource:
    return _resource(
        "Practitioner", row.key,
        identifier=[*_identifier(IHS, row.practitioner), *_identifier(site.system("hfis"), str(row.hfis or ""))],
        active=True, name=[{"text": row.name}],
    )  # fmt: skip


def location(site: Site, row: RoomRow) -> Resource:
    ids = _identifier(f"{LOCAL_IDS}/location/{site.organization}", f"room-{row.key}") if site.organization else []
    return _resource(
        "Location", row.key, identifier=ids, status="active", name=row.name, mode="instance",
        physicalType=_concept(PHYSICAL_TYPE, "ro", "Room"), managingOrganization=_organization(site),
    )  # fmt: skip


def healthcare_service(site: Site, row: ClinicRow) -> Resource:
    return _resource(
        "HealthcareService", row.key, identifier=_identifier(site.system("poli"), row.poli), active=True,
        providedBy=_organization(site), name=row.name, appointmentRequired=True,
    )  # fmt: skip


def schedule(_site: Site, row: Timetable) -> Resource:
    """Write the hours of a doctor in a clinic as a Schedule."""
    return _resource(
        "Schedule", row.key, active=True, serviceType=[{"text": row.clinic.name}],
        actor=[
            _to("Practitioner", row.doctor.key, row.doctor.name),
            _to("HealthcareService", row.clinic.key, row.clinic.name),
        ],
        planningHorizon={"start": row.first.isoformat(), "end": row.last.isoformat()},
    )  # fmt: skip


SLOT_STATES = {
    SessionState.CLOSED: "busy-unavailable", SessionState.CANCELLED: "busy-unavailable", SessionState.DONE: "busy"
}  # fmt: skip


def slot(site: Site, row: SessionRow, now: datetime) -> Resource:
    """A slot for a session; its capacity and the places left for the desk are extensions, since R4 has no elements for
    them."""
    left = row.left(Channel.DESK, now)
    return _resource(
        "Slot", row.key,
        extension=[
            {"url": site.system("capacity"), "valueUnsignedInt": row.capacity},
            {"url": site.system("left"), "valueUnsignedInt": left},
        ],
        serviceType=[{"text": row.clinic.name}],
        schedule={"reference": f"Schedule/{row.clinic.key}-{row.doctor.key}"},
        status=SLOT_STATES.get(row.state, "free" if left else "busy"),
        start=instant(row.starts_at), end=instant(row.ends_at),
    )  # fmt: skip


APPOINTMENT_STATES = {
    BookingState.BOOKED: "booked", BookingState.SERVED: "fulfilled", BookingState.CANCELLED: "cancelled",
    BookingState.MOVED: "cancelled", BookingState.ABSENT: "noshow",
}  # fmt: skip
"""A patient who is present is ``checked-in``, or ``arrived`` if the desk has to admit them first."""


def appointment(site: Site, row: BookingRow, *, named: bool) -> Resource:
    """``named``: whether the reader may see the record number of the patient."""
    here = "arrived" if row.new and row.state is BookingState.ARRIVED else "checked-in"
    status = APPOINTMENT_STATES.get(row.state, here)
    place = row.session
    return _resource(
        "Appointment", row.code,
        extension=[{"url": site.system(PAYER), "valueCode": row.payer.value}],
        identifier=[*_identifier(site.system("code"), row.code), *_identifier(site.system("number"), row.label)],
        status=status, cancelationReason={"text": "moved"} if row.state is BookingState.MOVED else None,
        serviceType=[{"text": place.clinic.name}],
        appointmentType=_concept(site.system(VISIT), row.visit.value, VISIT_NAMES[row.visit]),
        start=instant(row.at), end=instant(row.at + timedelta(minutes=place.policy.minutes)),
        slot=[{"reference": f"Slot/{place.key}"}], created=instant(row.booked_at),
        participant=[
            {"actor": actor, "required": "required", "status": "accepted"}
            for actor in (
                _to("Patient", row.patient, f"Rekam medis {row.record}" if named else ""),
                _to("Practitioner", place.doctor.key, place.doctor.name),
                _to("HealthcareService", place.clinic.key, place.clinic.name),
                _to("Location", place.room_key, place.room),
            )
        ],
    )  # fmt: skip


def _resource(kind: str, key: object, **elements: Any) -> Resource:
    said = {"resourceType": kind, "id": str(key)} | _kept(elements)
    version = sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
    return {**said, "meta": {"versionId": version}}


def _kept(elements: Mapping[str, Any]) -> Resource:
    return {name: value for name, value in elements.items() if value is not None and value not in ("", [], {})}


def _text(element: str, text: str | None) -> Resource:
    """An element with its text, masked if it is None, left out if it is empty."""
    return {f"_{element}": MASKED} if text is None else _kept({element: text})


def _identifier(system: str, value: str | None, use: str = "") -> list[Resource]:
    return [] if value == "" else [_kept({"use": use, "system": system}) | _text("value", value)]


def _organization(site: Site) -> Resource:
    return _kept({"reference": f"Organization/{site.organization}" if site.organization else "", "display": site.name})


def _to(kind: str, key: object, name: str) -> Resource:
    return _kept({"reference": f"{kind}/{key}", "display": name})


def _concept(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}]}
