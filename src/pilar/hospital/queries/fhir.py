"""Read and search a hospital's rows by FHIR resource type, for clients with access to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from pilar.hospital.models import Booking, Clinic, Doctor, EncounterMessage, Patient, Room, Session
from pilar.hospital.models.patients import CARD, NIK
from pilar.hospital.queries.bookings import booking_row
from pilar.hospital.queries.records import persons
from pilar.hospital.queries.schedule import (
    ClinicRow,
    DoctorRow,
    HospitalRow,
    clinic_row,
    doctor_row,
    hospital,
    session_row,
)
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import HERE, BookingState, SessionState
from pilar.hospital.rules.bpjs.sending import SENDING_NAMES, Sending
from pilar.hospital.rules.fhir.encounter import WANTED
from pilar.hospital.rules.fhir.site import NIK as NIK_SYSTEM
from pilar.hospital.rules.privacy import Why
from pilar.people.rules import Standing
from pilar.platform import secrets
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, translate

Condition = Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class RoomRow:
    key: int
    name: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """The hours of a doctor in a clinic, from the first to the last day of its sessions."""

    clinic: ClinicRow
    doctor: DoctorRow
    first: date
    last: date

    @property
    def key(self) -> str:
        return f"{self.clinic.key}-{self.doctor.key}"


@dataclass(frozen=True, slots=True)
class Sought:
    """A search: the values of each parameter, and which part of the results is wanted."""

    parameters: Mapping[str, Sequence[str]]
    first: int = 0
    count: int = 50


def found(kind: str, sought: Sought, *, at: HospitalRow, scope: Standing, now: datetime) -> tuple[Sequence[Any], int]:
    """Rows of a type, and how many there are in all; the caller has decided that the reader works there.

    Raises Faults for a value that cannot be read, :class:`NotAllowed` for persons and bookings that the reader may not
    see.
    """
    rows, filters, read = KINDS[kind]
    if kind in ("Appointment", "Patient"):
        AUTHORITY.require(scope, Action.READ, at.case, known=True)
    query = Q()
    for name, values in sought.parameters.items():
        for value in values:
            query &= filters[name](value)
    wanted = rows(at).filter(query)
    those = read(wanted[sought.first : sought.first + sought.count], at, scope, now)
    # A count can reveal a person, so readers who may not read all of them only get the count of those they may read.
    whole = kind != "Patient" or AUTHORITY.holds(scope, Action.BOOK, at.case)
    return those, wanted.count() if whole else len(those)


@dataclass(frozen=True, slots=True)
class Untold:
    """A visit that SATUSEHAT did not accept, by its booking, and the obstacle."""

    key: int
    code: str
    ended_at: datetime | None
    told: str


def encounters(code: str, *, scope: Standing) -> tuple[tuple[str, str, int], ...]:
    """Count the visits reported to SATUSEHAT, waiting, and not accepted: state, obstacle, count; for the management."""
    AUTHORITY.require(scope, Action.MANAGE, hospital(code).case, known=False)
    rows = EncounterMessage.objects.filter(hospital=code).values_list("state", "told").order_by("state", "told")
    return tuple(
        (translate(SENDING_NAMES[Sending(state)]), _in_the_way(told), count)
        for state, told, count in rows.annotate(count=Count("pk"))
    )


def not_taken(code: str, *, scope: Standing) -> tuple[Untold, ...]:
    """The last hundred visits that SATUSEHAT did not accept and that have to be sent again; for the management."""
    AUTHORITY.require(scope, Action.MANAGE, hospital(code).case, known=False)
    rows = EncounterMessage.objects.filter(hospital=code, state=Sending.DEAD).select_related("booking")[:100]
    return tuple(Untold(row.pk, row.booking.code, row.booking.ended_at, _in_the_way(row.told)) for row in rows)


def _in_the_way(told: str) -> str:
    """In the reader's language, if the sentence is known."""
    sentence = WANTED.get(told.removeprefix("no-")) if told.startswith("no-") else None
    return translate(sentence) if sentence else told


def _wrong(value: str) -> Faults:
    return Faults([Fault("value", N_("“%(value)s” cannot be read here"), {"value": value[:64]})])


def _key(field: str, kind: str = "") -> Condition:
    def condition(value: str) -> Q:
        bare = value.removeprefix(f"{kind}/")
        return Q(**{field: int(bare)}) if bare.isdecimal() and len(bare) < 10 else Q(pk__in=())

    return condition


def _text(field: str) -> Condition:
    return lambda value: Q(**{field: value})


def _pair(value: str) -> Q:
    """By the key of a :class:`Timetable`."""
    clinic, _dash, doctor = value.removeprefix("Schedule/").partition("-")
    return _key("clinic")(clinic) & _key("doctor")(doctor)


PREFIXES = {"eq": "", "ge": "__gte", "gt": "__gt", "le": "__lte", "lt": "__lt"}


def _when(day: str, moment: str) -> Condition:
    """By a day of the hospital, or by a moment with its zone; ``ge``, ``gt``, ``le``, ``lt`` before it."""

    def condition(value: str) -> Q:
        prefix, rest = (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)
        try:
            # The + of a zone arrives as a space where a client has not encoded it.
            read = parse_datetime(rest.replace(" ", "+")) if "T" in rest else parse_date(rest)
        except ValueError:
            read = None
        if read is None or (isinstance(read, datetime) and read.tzinfo is None):
            raise _wrong(value)
        return Q(**{f"{moment if isinstance(read, datetime) else day}{PREFIXES[prefix]}": read})

    return condition


STATUSES: Mapping[str, Iterable[str]] = {
    "booked": [BookingState.BOOKED], "arrived": HERE, "checked-in": HERE, "fulfilled": [BookingState.SERVED],
    "cancelled": [BookingState.CANCELLED, BookingState.MOVED], "noshow": [BookingState.ABSENT],
}  # fmt: skip
"""Patients who are here are found by both statuses; which one applies depends on the admission."""
SLOT_STATUSES: Mapping[str, Iterable[str]] = {
    "free": [SessionState.OPEN], "busy-unavailable": [SessionState.CLOSED, SessionState.CANCELLED]
}  # fmt: skip
"""Whether an open session has a place left is decided by its slot."""


def _status(states: Mapping[str, Iterable[str]]) -> Condition:
    def condition(value: str) -> Q:
        if not set(value.split(",")) <= states.keys():
            raise _wrong(value)
        return Q(state__in={str(state) for part in value.split(",") for state in states[part]})

    return condition


def _person(value: str) -> Q:
    """By ``system|value``: NIK, card of BPJS, or record number."""
    system, _bar, number = value.rpartition("|")
    if system == NIK_SYSTEM:
        return Q(nik_hash__in=secrets.lookups(number, context=NIK))
    if system.endswith("/sid/card"):
        return Q(card_hash__in=secrets.lookups(number, context=CARD))
    return Q(record=number)


def _last(field: str) -> Condition:
    """By the value of an identifier, whatever its system."""
    return lambda value: Q(**{field: value.rpartition("|")[2]})


def _timetables(part: QuerySet[Any], *_given: object) -> list[Timetable]:
    rows = list(part)
    clinics = Clinic.objects.in_bulk({row["clinic"] for row in rows})
    doctors = Doctor.objects.in_bulk({row["doctor"] for row in rows})
    return [
        Timetable(clinic_row(clinics[row["clinic"]]), doctor_row(doctors[row["doctor"]]), row["first"], row["last"])
        for row in rows
    ]


def _planned(at: HospitalRow) -> QuerySet[Any, Any]:
    pairs = Session.objects.filter(hospital=at.code).values("clinic", "doctor").order_by("clinic", "doctor")
    return pairs.annotate(first=Min("day"), last=Max("day"))


def _people(part: QuerySet[Patient], at: HospitalRow, by: Standing, now: datetime) -> Sequence[Any]:
    return persons(list(part), at=at, by=by, why=Why.FHIR, now=now)


def _each(read: Callable[[Any], Any]) -> Callable[..., list[Any]]:
    return lambda part, *_given: [read(row) for row in part]


def _of(model: type[Model], *related: str, **more: Any) -> Callable[[HospitalRow], QuerySet[Any]]:
    rows = model._default_manager.filter(**more)
    return lambda at: rows.filter(hospital=at.code).select_related(*related).order_by("pk")


OF_SESSION = ("clinic", "doctor", "room", "policy")
NAMED: Mapping[str, Condition] = {"_id": _key("pk"), "name": _text("name__icontains")}
KINDS: Mapping[str, tuple[Callable[[HospitalRow], Any], Mapping[str, Condition], Callable[..., Sequence[Any]]]] = {
    "Schedule": (
        _planned,
        {"_id": _pair, "actor": _key("doctor", "Practitioner"), "date": _when("day", "starts_at")},
        _timetables,
    ),
    "Slot": (
        _of(Session, *OF_SESSION),
        {
            "_id": _key("pk"), "schedule": _pair, "start": _when("day", "starts_at"),
            "status": _status(SLOT_STATUSES),
        },
        _each(session_row),
    ),
    "Appointment": (
        _of(Booking, "patient", *(f"session__{name}" for name in OF_SESSION)),
        {
            "_id": _text("code"), "date": _when("day", "at"), "identifier": _last("code"),
            "patient": _key("patient", "Patient"), "practitioner": _key("session__doctor", "Practitioner"),
            "status": _status(STATUSES),
        },
        _each(booking_row),
    ),
    "Patient": (_of(Patient, merged_into=None, erased_at=None), {"_id": _key("pk"), "identifier": _person}, _people),
    "Practitioner": (_of(Doctor), {**NAMED, "identifier": _last("practitioner")}, _each(doctor_row)),
    "Location": (_of(Room), NAMED, _each(lambda row: RoomRow(row.pk, row.name))),
    "HealthcareService": (_of(Clinic), NAMED, _each(clinic_row)),
}  # fmt: skip
"""By type: the rows of a hospital, how each parameter (``rules.fhir.answers.SEARCHES``) narrows them, and how they are
read."""
