"""A hospital in frozen rows, the resources made of them, and the 17 ways in which a resource is made wrong."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pilar.hospital.fhir import resources as fhir
from pilar.hospital.queries.bookings import BookingRow
from pilar.hospital.queries.fhir import RoomRow, Timetable
from pilar.hospital.queries.records import PersonRow
from pilar.hospital.queries.schedule import ClinicRow, DoctorRow, SessionRow
from pilar.hospital.rules.booking import BookingState, Channel, Payer, Policy, Priority, SessionState, Visit
from pilar.hospital.rules.fhir import encounter as visits
from pilar.hospital.rules.fhir.site import Resource, Site

ZONE = ZoneInfo("Asia/Jakarta")
AT = datetime(2026, 12, 7, 8, 0, tzinfo=ZONE)
SITE = Site("https://pilar.example/rumah-sakit/fhir/rsu-contoh", "RSU Contoh", "1000012345")
NAMELESS = replace(SITE, organization="")
DOCTOR = DoctorRow(7, "rsu-contoh", "dr. Contoh, Sp.PD", 41234, "N10000001")
ROOM = RoomRow(3, "Ruang 3")
CLINIC = ClinicRow(5, "rsu-contoh", "dalam", "Penyakit Dalam", "A", "umum", "INT", "INT", False, False, "")
PLACE = SessionRow(
    11, "rsu-contoh", CLINIC, DOCTOR, "Ruang 3", 3, AT.date(), AT, AT + timedelta(hours=4), SessionState.OPEN, 18, 14,
    (AT,) * 18, 15, (), (0, 0, 0, 0), (14, 0, 0, 0), (AT,) * 4, 0, Policy(),
)  # fmt: skip
BOOKED = BookingRow(
    31, "ABCDEFGH2345", PLACE, 21, "00012345", None, 12, 12, AT, AT, Channel.DESK, Payer.BPJS, Visit.CONTROL, False,
    Priority.NONE, BookingState.BOOKED, False, AT - timedelta(days=3), None, None, None, None, 0, None, True,
    None,
)  # fmt: skip
PERSON = PersonRow(
    21, "00012345", "Contoh Warga", "3603010101900001", "0001234567890", "", "081200000000", "1990-01-01", "P", "",
)  # fmt: skip


def booked(state: BookingState, **more: Any) -> Resource:
    return fhir.appointment(SITE, replace(BOOKED, state=state, **more), named=True)


SERVED = visits.Visit(
    99, "1000012345", "P02280547535", "N10000001", "dr. Contoh, Sp.PD", "b017aa54", "Ruang 3",
    AT, AT + timedelta(minutes=20), AT + timedelta(minutes=33), True,
)  # fmt: skip

RESOURCES: dict[str, Resource] = {
    "patient": fhir.patient(SITE, PERSON),
    "patient masked": fhir.patient(SITE, PersonRow(21, "00012345")),
    "patient hardly known": fhir.patient(SITE, replace(PERSON, nik="", card="", phone="", birth_date="", sex="")),
    "practitioner": fhir.practitioner(SITE, DOCTOR),
    "practitioner without numbers": fhir.practitioner(SITE, replace(DOCTOR, practitioner="", hfis=None)),
    "location": fhir.location(SITE, ROOM),
    "location of a hospital without a number": fhir.location(NAMELESS, ROOM),
    "service": fhir.healthcare_service(SITE, CLINIC),
    "service without numbers": fhir.healthcare_service(NAMELESS, replace(CLINIC, poli="")),
    "schedule": fhir.schedule(SITE, Timetable(CLINIC, DOCTOR, date(2026, 12, 1), date(2026, 12, 31))),
    **{f"slot {state}": fhir.slot(SITE, replace(PLACE, state=state), AT) for state in SessionState},
    "slot full": fhir.slot(SITE, replace(PLACE, taken=18), AT),
    **{f"appointment {state}": booked(state) for state in BookingState},
    "appointment new": booked(BookingState.ARRIVED, new=True),
    "appointment masked": fhir.appointment(SITE, BOOKED, named=False),
    "encounter": visits.encounter(SERVED),
}

Change = Callable[[Any], object]


def _gone(name: str) -> Change:
    return lambda one: one.pop(name)


def _set(**values: Any) -> Change:
    return lambda one: one.update(values)


MUTATIONS: dict[str, tuple[str, Change, str, str]] = {
    "no status": ("appointment booked", _gone("status"), "Appointment.status", "required"),
    "no participant": ("appointment booked", _gone("participant"), "Appointment.participant", "required"),
    "a participant without status": (
        "appointment booked", lambda one: one["participant"][1].pop("status"),
        "Appointment.participant[1].status", "required",
    ),
    "a slot without schedule": ("slot open", _gone("schedule"), "Slot.schedule", "required"),
    "a slot without start": ("slot open", _gone("start"), "Slot.start", "required"),
    "a schedule without actor": ("schedule", _gone("actor"), "Schedule.actor", "required"),
    "an encounter without class": ("encounter", _gone("class"), "Encounter.class", "required"),
    "an encounter without status": ("encounter", _gone("status"), "Encounter.status", "required"),
    "an object where a list is due": (
        "appointment booked", lambda one: one.update(participant=one["participant"][0]),
        "Appointment.participant", "structure",
    ),
    "an unknown element": ("appointment booked", _set(colour="blue"), "Appointment.colour", "structure"),
    "a bad instant": ("appointment booked", _set(start="2026-12-07 08:00"), "Appointment.start", "value"),
    "a priority as text": ("appointment booked", _set(priority="5"), "Appointment.priority", "value"),
    "a status of no code set": ("appointment booked", _set(status="bok"), "Appointment.status", "code-invalid"),
    "app-1": (
        "appointment booked", lambda one: one["participant"].append({"status": "accepted"}),
        "Appointment.participant[4]", "invariant",
    ),
    "app-2": ("appointment cancelled", _gone("end"), "Appointment", "invariant"),
    "app-3": ("appointment booked", lambda one: (one.pop("start"), one.pop("end")), "Appointment", "invariant"),
    "app-4": (
        "appointment booked", _set(cancelationReason={"text": "Sakit"}), "Appointment.cancelationReason", "invariant",
    ),
}  # fmt: skip
"""By its name: of what it is made, how, and where it is found as what."""


def mutated(name: str) -> Resource:
    resource = deepcopy(RESOURCES[MUTATIONS[name][0]])
    MUTATIONS[name][1](resource)
    return resource
