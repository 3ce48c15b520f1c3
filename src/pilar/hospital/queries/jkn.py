"""What Mobile JKN asks a hospital, answered by the fields of the contract; refused by its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Doctor, Patient, Prescription
from pilar.hospital.models.patients import CARD, NIK
from pilar.hospital.queries import schedule
from pilar.hospital.queries.bookings import BookingRow, booking_row
from pilar.hospital.queries.bpjs import counters_of, hours_of
from pilar.hospital.queries.schedule import HospitalRow, SessionRow
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.booking import HERE, HOLDS, BookingState, SessionState, label
from pilar.hospital.rules.pharmacy import PharmacyState
from pilar.hospital.rules.roles import Role
from pilar.people.rules import HeldRole, Standing
from pilar.platform import secrets
from pilar.platform.actors import Actor

S = BookingState
GONE = {S.CANCELLED: "cancelled", S.MOVED: "cancelled", S.ABSENT: "missed"}
"""Why there is nothing to tell of a booking."""
Values = dict[str, Any]


def mobile_jkn(hospital: str) -> tuple[Standing, HospitalRow]:
    """Who acts when BPJS asks: Mobile JKN, at the desk of the hospital. Raises :class:`NotFound`."""
    place = schedule.hospital(hospital)
    actor = Actor("system", f"mobile-jkn.{hospital}", "Mobile JKN")
    return Standing(actor, (HeldRole(Role.DESK, place.region, None, hospital),)), place


def session_status(place: HospitalRow, given: Mapping[str, Any], now: datetime) -> Values:
    """Status Antrean: how full a session is, and how far."""
    found = session_asked(place, given, now)
    counts = Booking.objects.filter(session=found.key).aggregate(
        all=Count("pk", filter=Q(state__in=HOLDS)), left=Count("pk", filter=Q(state__in=[S.BOOKED, *HERE]))
    )
    return {
        "namapoli": found.clinic.name, "namadokter": found.doctor.name, "totalantrean": counts["all"],
        "sisaantrean": counts["left"], "antreanpanggil": _called(found), "keterangan": "",
        **counters_of(found, now),
    }  # fmt: skip


def booking_left(place: HospitalRow, given: Mapping[str, Any], now: datetime) -> Values:
    """Sisa Antrean: how many are left until somebody is seen, with them, and the seconds that they wait."""
    row = seen_booking(place, given["kodebooking"])
    ahead = Booking.objects.filter(session=row.session.key, state__in=HERE).filter(
        Q(at__lt=row.at) | Q(at=row.at, number__lt=row.number)
    )
    left = ahead.count() + 1 if row.state in HERE else 0
    wait = timedelta(minutes=row.session.policy.minutes) * max(0, left - 1)
    return {
        "nomorantrean": row.label, "namapoli": row.session.clinic.name, "namadokter": row.session.doctor.name,
        "sisaantrean": left, "antreanpanggil": _called(row.session), "waktutunggu": wait, "keterangan": "",
    }  # fmt: skip


def pharmacy_number(place: HospitalRow, given: Mapping[str, Any], _now: datetime) -> Values:
    """Ambil Antrean Farmasi: the number that stands since the doctor prescribed."""
    row = _prescription(place, given)
    return {"jenisresep": row.recipe, "nomorantrean": row.number, "keterangan": ""}


def pharmacy_status(place: HospitalRow, given: Mapping[str, Any], _now: datetime) -> Values:
    """Status Antrean Farmasi: how many numbers there are, how many are left with this one, and which is called."""
    row = _prescription(place, given)
    rows = Prescription.objects.filter(hospital=place.code, day=row.day)
    made = Q(state__in=[PharmacyState.READY, PharmacyState.HANDED])
    found = rows.aggregate(
        all=Count("pk"), left=Count("pk", filter=~made & Q(number__lte=row.number)),
        called=Max("number", filter=~Q(state=PharmacyState.WAITING)),
    )  # fmt: skip
    return {
        "jenisresep": row.recipe, "totalantrean": found["all"], "sisaantrean": found["left"],
        "antreanpanggil": found["called"] or 0, "keterangan": "",
    }  # fmt: skip


def session_asked(place: HospitalRow, given: Mapping[str, Any], now: datetime) -> SessionRow:
    """The session of a clinic, a doctor, a day and its hours, which has not passed by."""
    refusal, day = contract().refusal, given["tanggalperiksa"]
    if day < today_in(place.region, now):
        raise refusal("past-date", field="tanggalperiksa")
    clinics = {one.key for one in schedule.clinics(place.code) if given["kodepoli"] in (one.poli, one.subspecialty)}
    if not clinics:
        raise refusal("unknown-clinic")
    if not Doctor.objects.filter(hospital=place.code, hfis=given["kodedokter"]).exists():
        raise refusal("unknown-doctor")
    states = [one for one in SessionState if one is not SessionState.CANCELLED]
    of_day = [one for one in schedule.sessions(place.code, day, day, states=states) if one.clinic.key in clinics]
    if not of_day:
        raise refusal("closed-day", day=written(day))
    theirs = [one for one in of_day if one.doctor.hfis == given["kodedokter"]]
    if not theirs:
        raise refusal("no-schedule", day=written(day))
    for one in theirs:
        if hours_of(one, place.region) == given["jampraktek"]:
            return one
    hours = "-".join(f"{one:%H:%M}" for one in given["jampraktek"])
    raise refusal("no-session", hours=hours, day=written(day))


def booking_asked(place: HospitalRow, code: str) -> BookingRow:
    """A booking of the hospital by its code."""
    of = ("patient", "hospital", *(f"session__{one}" for one in ("clinic", "doctor", "room", "policy")))
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
    """A patient by NIK or card, both of which BPJS knows; refused where they belong to two."""
    hashes = Q(nik_hash__in=secrets.lookups(given["nik"], context=NIK)) | Q(
        card_hash__in=secrets.lookups(given["nomorkartu"], context=CARD)
    )
    found = list(Patient.objects.filter(hashes, hospital=place.code, merged_into=None)[:2])
    if len(found) > 1:
        raise contract().refusal("two-patients")
    return found[0] if found else None


def written(day: date) -> str:
    """A day as sentences of refusal say it."""
    return f"{day:%d-%m-%Y}"


def _called(session: SessionRow) -> str:
    """The number that was called last."""
    rows = Booking.objects.filter(session=session.key, called_at__isnull=False).order_by("-called_at")
    number = rows.values_list("number", flat=True).first()
    return label(session.clinic.prefix, number) if number else "-"


def _prescription(place: HospitalRow, given: Mapping[str, Any]) -> Prescription:
    row = Prescription.objects.filter(booking=seen_booking(place, given["kodebooking"]).key).first()
    if row is None:
        raise contract().refusal("no-prescription")
    return row
