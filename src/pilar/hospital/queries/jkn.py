"""Answer Mobile JKN's requests in the fields of the contract; refuse in its sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Clinic, Doctor, Patient, Prescription, Session
from pilar.hospital.models.patients import CARD, NIK
from pilar.hospital.queries import schedule
from pilar.hospital.queries.bookings import BookingRow, booking_row
from pilar.hospital.queries.bpjs import counters_of, hours_of
from pilar.hospital.queries.schedule import HospitalRow, Seats
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.booking import (
    HERE,
    HOLDS,
    BookingState,
    SessionState,
    label,
    policy_of,
)
from pilar.hospital.rules.bpjs.services import Refused
from pilar.hospital.rules.pharmacy import PharmacyState
from pilar.hospital.rules.roles import Role
from pilar.people.rules import HeldRole, Standing
from pilar.platform import secrets
from pilar.platform.actors import Actor
from pilar.platform.live import Fresh
from pilar.platform.statements import planned

S = BookingState
GONE = {S.CANCELLED: "cancelled", S.MOVED: "cancelled", S.ABSENT: "missed"}
"""The reasons why there is no information about a booking."""
Values = dict[str, Any]
_SESSIONS = """
    SELECT s.id, c.name, c.prefix, d.name, s.day, s.starts_at, s.ends_at, s.capacity, s.taken, s.reserved, s.taken_by,
        s.release_at, s.state, v.facts
    FROM (SELECT id, name FROM hospital_doctor WHERE hospital_id = %(hospital)s AND hfis = %(kodedokter)s OFFSET 0) d
        CROSS JOIN LATERAL (
            SELECT * FROM hospital_session WHERE doctor_id = d.id AND day = %(tanggalperiksa)s OFFSET 0) s
        JOIN hospital_clinic c ON c.id = s.clinic_id JOIN hospital_policyversion v ON v.id = s.policy_id
    WHERE s.hospital_id = %(hospital)s AND s.state <> 'cancelled' AND %(kodepoli)s IN (c.poli, c.subspecialty)
    ORDER BY s.starts_at, s.id
"""
"""The doctor first (OFFSET 0), even if PostgreSQL has no statistics of the tables yet."""
_TAKER = """
    SELECT p.id, p.record, p.account_id, b.id, b.session_id, b.channel, b.booked_at, b.key,
        (SELECT count(*) FROM hospital_booking o WHERE o.patient_id = p.id AND o.day = %(tanggalperiksa)s
            AND o.state <> ALL (%(holds)s)),
        (SELECT o.id FROM hospital_booking o WHERE o.patient_id = p.id AND o.state = 'served' LIMIT 1) IS NULL
    FROM hospital_patient p LEFT JOIN LATERAL (
        SELECT * FROM hospital_booking o WHERE o.patient_id = p.id AND o.day = %(tanggalperiksa)s
            AND o.state = ANY (%(holds)s) ORDER BY o.id LIMIT 1) b ON true
    WHERE p.hospital_id = %(hospital)s AND p.merged_into_id IS NULL
        AND (p.nik_hash <> '' AND p.nik_hash = ANY (%(niks)s) OR p.card_hash <> '' AND p.card_hash = ANY (%(cards)s))
    LIMIT 2
"""
_COLUMNS = 14
"""Columns of a session, before those of the patient who takes a number."""
_ASKED = f"SELECT s.*, p.* FROM ({_SESSIONS}) s LEFT JOIN LATERAL ({_TAKER}) p ON true"  # noqa: S608 - both are here
FRESH = 3.0
"""Seconds for which a process caches the row of a hospital."""
_PLACES: Fresh[HospitalRow] = Fresh(100, FRESH, lambda _row: ())


@dataclass(frozen=True, slots=True)
class Taker:
    """The patient who takes a number, their bookings of that day, and how many of those are over. ``new``: nobody has
    ever seen them."""

    key: int
    record: str
    account: int | None
    booking: int | None
    session: int | None
    channel: str | None
    booked_at: datetime | None
    asked_by: UUID | None
    over: int
    new: bool


def mobile_jkn(hospital: str) -> tuple[Standing, HospitalRow]:
    """Return the acting system for requests of BPJS: Mobile JKN, with the role of the hospital's desk. Raises
    :class:`NotFound`."""
    place = _PLACES.get(hospital, lambda: schedule.hospital(hospital))
    actor = Actor("system", f"mobile-jkn.{hospital}", "Mobile JKN")
    return Standing(actor, (HeldRole(Role.DESK, place.region, None, hospital),)), place


def session_status(place: HospitalRow, given: Mapping[str, Any], now: datetime) -> Values:
    """Status Antrean: how full a session is, and its progress."""
    seats = session_asked(place, given, now)
    counts = Booking.objects.filter(session=seats.key).aggregate(
        all=Count("pk", filter=Q(state__in=HOLDS)), left=Count("pk", filter=Q(state__in=[S.BOOKED, *HERE]))
    )
    return {
        "namapoli": seats.clinic, "namadokter": seats.doctor, "totalantrean": counts["all"],
        "sisaantrean": counts["left"], "antreanpanggil": _called(seats.key, seats.prefix), "keterangan": "",
        **counters_of(seats, now),
    }  # fmt: skip


def booking_left(place: HospitalRow, given: Mapping[str, Any], now: datetime) -> Values:
    """Sisa Antrean: how many are left until somebody is seen, with them, and the seconds that they wait."""
    row = seen_booking(place, given["kodebooking"])
    ahead = Booking.objects.filter(session=row.session.key, state__in=HERE).filter(
        Q(at__lt=row.at) | Q(at=row.at, number__lt=row.number)
    )
    still = ahead.count() + 1 if row.state in HERE else 0
    wait = timedelta(minutes=row.session.policy.minutes) * max(0, still - 1)
    return {
        "nomorantrean": row.label, "namapoli": row.session.clinic.name, "namadokter": row.session.doctor.name,
        "sisaantrean": still, "antreanpanggil": _called(row.session.key, row.session.clinic.prefix),
        "waktutunggu": wait, "keterangan": "",
    }  # fmt: skip


def pharmacy_number(place: HospitalRow, given: Mapping[str, Any], _now: datetime) -> Values:
    """Ambil Antrean Farmasi: the number given when the doctor prescribed."""
    row = _prescription(place, given)
    return {"jenisresep": row.recipe, "nomorantrean": row.number, "keterangan": ""}


def pharmacy_status(place: HospitalRow, given: Mapping[str, Any], _now: datetime) -> Values:
    """Status Antrean Farmasi: how many numbers there are, how many are left with this one, and which is called."""
    row = _prescription(place, given)
    rows = Prescription.objects.filter(hospital=place.code, day=row.day)
    made = Q(state__in=[PharmacyState.READY, PharmacyState.HANDED])
    counts = rows.aggregate(
        all=Count("pk"), left=Count("pk", filter=~made & Q(number__lte=row.number)),
        called=Max("number", filter=~Q(state=PharmacyState.WAITING)),
    )  # fmt: skip
    return {
        "jenisresep": row.recipe, "totalantrean": counts["all"], "sisaantrean": counts["left"],
        "antreanpanggil": counts["called"] or 0, "keterangan": "",
    }  # fmt: skip


def session_asked(place: HospitalRow, given: Mapping[str, Any], now: datetime) -> Seats:
    """The session of a clinic and a doctor with a day and hours, if it has not ended; one statement."""
    if given["tanggalperiksa"] < today_in(place.region, now):
        raise contract().refusal("past-date", field="tanggalperiksa")
    with planned() as cursor:
        cursor.execute(_SESSIONS, {"hospital": place.code, **given})
        return _chosen(place, given, cursor.fetchall())


def taking(place: HospitalRow, given: Mapping[str, Any], now: datetime) -> tuple[Seats, tuple[Taker, ...]]:
    """As :func:`session_asked`, with the patients identified by NIK and card and their bookings then; one statement."""
    if given["tanggalperiksa"] < today_in(place.region, now):
        raise contract().refusal("past-date", field="tanggalperiksa")
    wanted = {"hospital": place.code, "holds": [hold.value for hold in HOLDS], **_hashes(given), **given}
    with planned() as cursor:
        cursor.execute(_ASKED, wanted)
        rows = cursor.fetchall()
    seats = _chosen(place, given, [row[:_COLUMNS] for row in rows])
    return seats, tuple({row[_COLUMNS]: Taker(*row[_COLUMNS:]) for row in rows if row[_COLUMNS] is not None}.values())


def _chosen(place: HospitalRow, given: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> Seats:
    """Choose the session with the requested hours."""
    for *plain, state, facts in rows:
        seats = Seats(*plain, state=SessionState(state), policy=policy_of(json.loads(facts)))
        if hours_of(seats, place.region) == given["jampraktek"]:
            return seats
    raise _none_of(place, given, bool(rows))


def _none_of(place: HospitalRow, given: Mapping[str, Any], on_the_day: bool) -> Refused:
    """Return why there is no such session; ``on_the_day``: the doctor has one at other hours."""
    refusal, day = contract().refusal, written(given["tanggalperiksa"])
    if on_the_day:
        return refusal("no-session", hours="-".join(f"{time:%H:%M}" for time in given["jampraktek"]), day=day)
    code = given["kodepoli"]
    clinics = Clinic.objects.filter(Q(poli=code) | Q(subspecialty=code), hospital=place.code)
    if not clinics:
        return refusal("unknown-clinic")
    if not Doctor.objects.filter(hospital=place.code, hfis=given["kodedokter"]).exists():
        return refusal("unknown-doctor")
    of_day = Session.objects.filter(clinic__in=clinics, day=given["tanggalperiksa"])
    held = of_day.exclude(state=SessionState.CANCELLED).exists()
    return refusal("no-schedule" if held else "closed-day", day=day)


def booking_asked(place: HospitalRow, code: str) -> BookingRow:
    """A booking of the hospital by its code."""
    of = ("patient", "hospital", *(f"session__{name}" for name in ("clinic", "doctor", "room", "policy")))
    row = Booking.objects.select_related(*of).filter(hospital=place.code, code=code).first()
    if row is None:
        raise contract().refusal("unknown-booking")
    return booking_row(row)


def seen_booking(place: HospitalRow, code: str) -> BookingRow:
    """A booking whose patient has come."""
    row = booking_asked(place, code)
    if row.state is S.BOOKED or row.state in GONE:
        raise contract().refusal(GONE.get(row.state, "not-arrived"))
    return row


def patient_asked(place: HospitalRow, given: Mapping[str, Any]) -> Patient | None:
    """A patient by NIK or card, both of which BPJS knows; refused if they belong to two people."""
    hashes = _hashes(given)
    either = Q(nik_hash__in=hashes["niks"]) | Q(card_hash__in=hashes["cards"])
    patients = list(Patient.objects.filter(either, hospital=place.code, merged_into=None)[:2])
    if len(patients) > 1:
        raise contract().refusal("two-patients")
    return patients[0] if patients else None


def taker(takers: Sequence[Taker]) -> Taker | None:
    """Choose the patient identified by NIK and card; refused if they belong to two people."""
    if len(takers) > 1:
        raise contract().refusal("two-patients")
    return takers[0] if takers else None


def written(day: date) -> str:
    """A day as written in refusals."""
    return f"{day:%d-%m-%Y}"


def _hashes(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The condition that finds a patient by NIK and card."""
    return {"niks": [*secrets.lookups(given["nik"], context=NIK)],
            "cards": [*secrets.lookups(given["nomorkartu"], context=CARD)]}  # fmt: skip


def _called(session: int, prefix: str) -> str:
    """The number that was called last."""
    rows = Booking.objects.filter(session=session, called_at__isnull=False).order_by("-called_at")
    number = rows.values_list("number", flat=True).first()
    return label(prefix, number) if number else "-"


def _prescription(place: HospitalRow, given: Mapping[str, Any]) -> Prescription:
    row = Prescription.objects.filter(booking=seen_booking(place, given["kodebooking"]).key).first()
    if row is None:
        raise contract().refusal("no-prescription")
    return row
