"""Requests of Mobile JKN: book, check in, cancel and register, through the hospital's operations.

BPJS repeats requests after a lost answer: they get the same answer and are carried out once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from pilar.areas.reference import local, today_in
from pilar.hospital.models import BookingEvent, Patient, PlannedOperation
from pilar.hospital.models.patients import CARD
from pilar.hospital.operations.booking import book_found, cancel, check_in
from pilar.hospital.operations.bpjs import known_to_bpjs
from pilar.hospital.operations.patients import Person, register_patient
from pilar.hospital.operations.seats import Wanted
from pilar.hospital.queries.bpjs import counters_of
from pilar.hospital.queries.jkn import GONE, Taker, booking_asked, patient_asked, taker, taking
from pilar.hospital.queries.records import persons
from pilar.hospital.queries.schedule import HospitalRow, Seats
from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import (
    HERE,
    AlreadyBooked,
    Asked,
    BookingState,
    Channel,
    Payer,
    ReferenceUsed,
    SessionClosed,
    SessionFull,
    SessionState,
    Visit,
    window,
)
from pilar.hospital.rules.bpjs.sending import Step
from pilar.hospital.rules.bpjs.services import Refused
from pilar.hospital.rules.patients import FIRST_YEAR
from pilar.hospital.rules.privacy import Why
from pilar.people.rules import Standing
from pilar.platform import secrets

KEYS = UUID("0b5c6a52-6f0e-4f0a-9a3e-6d2f7f0e3a11")
"""The namespace from which the keys of Mobile JKN's requests are derived."""
WHY = {AlreadyBooked: "same-day", ReferenceUsed: "same-referral", SessionFull: "full"}
"""Obstacles to a booking, in the terms of the contract."""
MAX_OPERATIONS = 1_000
S = BookingState


def take_by_jkn(*, by: Standing, place: HospitalRow, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Ambil Antrean. Raises :class:`Refused`; 202 for a patient unknown to the hospital.

    Reads with one statement and without a lock: two identical simultaneous requests have the same key, so one finds the
    booking made by the other.
    """
    refusal = contract().refusal
    seats, takers = taking(place, given, now)
    _require_open(place, seats, now)
    patient = taker(takers)
    if patient is None:
        raise refusal("new-patient")
    if patient.booking is not None and not _repeats(patient, seats, now):
        raise refusal("same-day")
    if patient.booking is None and seats.left(Channel.JKN, now) == 0:
        raise refusal("full")
    asked = Asked(
        Channel.JKN, Payer.BPJS, Visit(str(given["jeniskunjungan"])), given["nomorreferensi"], new=patient.new
    )
    key = uuid5(KEYS, f"take {seats.key} {patient.key} {patient.over}")
    wanted = Wanted(
        place.code, place.region, seats.prefix, seats.day, seats.ends_at, seats.state is SessionState.OPEN,
        seats.policy, patient.account, seats.left(Channel.JKN, now),
        patient.booking if patient.asked_by == key else None,
    )  # fmt: skip
    try:
        made = book_found(
            wanted, by=by, session=seats.key, patient=patient.key, asked=asked, key=key, now=now, told="Mobile JKN"
        )
    except (AlreadyBooked, ReferenceUsed, SessionFull) as error:
        raise refusal(WHY[type(error)]) from error
    except SessionClosed as error:
        raise _closed(place, seats) from error
    return {
        "nomorantrean": made.label, "angkaantrean": made.number, "kodebooking": made.code, "norm": patient.record,
        "namapoli": seats.clinic, "namadokter": seats.doctor, "estimasidilayani": made.at,
        "keterangan": f"Harap datang {seats.policy.arrive} menit lebih awal",
        **counters_of(replace(seats, taken=made.taken, taken_by=made.taken_by), now),
    }  # fmt: skip


@transaction.atomic
def give_up_by_jkn(*, by: Standing, place: HospitalRow, given: Mapping[str, Any], now: datetime) -> None:
    """Batal Antrean. Raises :class:`Refused`."""
    row = booking_asked(place, given["kodebooking"])
    key = uuid5(KEYS, f"give up {row.code}")
    if row.state is S.CANCELLED:
        event = BookingEvent.objects.filter(booking=row.key, key=key, reason=given["keterangan"][:200]).first()
        if event is not None and now - event.at <= _again():
            return
    why = {S.CANCELLED: "already-cancelled", S.MOVED: "already-cancelled", S.SERVED: "served", S.ABSENT: "missed",
           **dict.fromkeys(HERE, "arrived")}.get(row.state)  # fmt: skip
    if why is None and row.session.day < today_in(place.region, now):
        raise contract().refusal("past-date", field="tanggalperiksa")
    if why is not None:
        raise contract().refusal(why)
    cancel(by=by, booking=row.code, reason=given["keterangan"], key=key, now=now)
    known_to_bpjs(row.key, place.code, Step.CANCEL, now)


@transaction.atomic
def check_in_by_jkn(*, by: Standing, place: HospitalRow, given: Mapping[str, Any], now: datetime) -> None:
    """Check In; repeated, it does nothing. Raises :class:`Refused`."""
    refusal, row = contract().refusal, booking_asked(place, given["kodebooking"])
    if row.state in HERE or row.state is S.SERVED:
        return
    if row.state in GONE:
        raise refusal(GONE[row.state])
    apart = timedelta(seconds=contract().numbers["check_in_seconds"])
    if given["waktu"] < now - apart:
        raise refusal("past-check-in", field="waktu")
    if given["waktu"] > now + apart:
        raise refusal("future-check-in", field="waktu")
    since = row.at - timedelta(minutes=row.session.policy.early)
    until = row.session.ends_at + timedelta(minutes=row.session.delay)
    if not since <= now < until:
        said = {name: f"{local(at, place.region):%d-%m-%Y %H:%M}" for name, at in (("since", since), ("until", until))}
        raise refusal("outside-check-in", **said)
    check_in(by=by, booking=row.code, key=uuid5(KEYS, f"check in {row.code}"), now=now)


@transaction.atomic
def register_by_jkn(*, by: Standing, place: HospitalRow, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Info Pasien Baru; returns the record number. Raises :class:`Refused`."""
    if given["tanggallahir"] > today_in(place.region, now):
        raise contract().refusal("birth-in-future", field="tanggallahir")
    if given["tanggallahir"].year < FIRST_YEAR:
        raise contract().refusal("birth-too-early", field="tanggallahir", year=FIRST_YEAR)
    known = patient_asked(place, given)
    if known is not None and now - known.created_at > _again():
        raise contract().refusal("registered-patient", record=known.record)
    if known is None:
        where = ", ".join([given["alamat"], f"RT {given['rt']} RW {given['rw']}",
                           *(given[name] for name in ("namakel", "namakec", "namadati2", "namaprop"))])  # fmt: skip
        person = Person(
            given["nama"][:100], given["nik"], given["nomorkartu"], given["nomorkk"], given["nohp"],
            given["tanggallahir"], given["jeniskelamin"], where,
        )  # fmt: skip
        known = Patient.objects.get(pk=register_patient(by=by, hospital=place.code, person=person, now=now))
    return {"norm": known.record}


@transaction.atomic
def operations_told(
    *, by: Standing, place: HospitalRow, given: Mapping[str, Any], now: datetime
) -> list[dict[str, Any]]:
    """Jadwal Operasi RS, or Pasien for a card; reading cards of patients leaves a trace. Raises :class:`Refused`."""
    AUTHORITY.require(by, Action.BOOK, place.case, known=False)
    rows = PlannedOperation.objects.filter(hospital=place.code).select_related("clinic", "patient")
    if card := given.get("nopeserta"):
        return [_told(row) for row in rows.filter(patient__card_hash__in=secrets.lookups(card, context=CARD))]
    if given["tanggalakhir"] < given["tanggalawal"]:
        raise contract().refusal("end-before-start")
    operations = list(rows.filter(day__gte=given["tanggalawal"], day__lte=given["tanggalakhir"])[:MAX_OPERATIONS])
    patients = list({booking.patient_id: booking.patient for booking in operations}.values())
    cards = {person.key: person.card or "" for person in persons(patients, at=place, by=by, why=Why.JKN, now=now)}
    return [
        _told(booking) | {"nopeserta": cards[booking.patient_id], "lastupdate": booking.changed_at}
        for booking in operations
    ]


def _told(row: PlannedOperation) -> dict[str, Any]:
    clinic = row.clinic
    return {
        "kodebooking": row.code, "tanggaloperasi": row.day, "jenistindakan": row.procedure,
        "kodepoli": clinic.subspecialty or clinic.poli or clinic.code, "namapoli": clinic.name, "terlaksana": row.done,
    }  # fmt: skip


def _require_open(place: HospitalRow, seats: Seats, now: datetime) -> None:
    """Raise unless the session can be booked: from the beginning of its window until the session ends."""
    at = local(now, place.region)
    first, last = window(seats.policy, seats.day)
    if seats.ends_at <= now or seats.state is not SessionState.OPEN or at.date() > last:
        raise _closed(place, seats)
    if (at.date(), at.time()) < (first, seats.policy.from_hour):
        raise contract().refusal("beyond-window", days=seats.policy.opens_before)


def _closed(place: HospitalRow, seats: Seats) -> Refused:
    return contract().refusal("registration-closed", clock=f"{local(seats.ends_at, place.region):%H:%M}")


def _repeats(patient: Taker, seats: Seats, now: datetime) -> bool:
    """Return whether a request is repeated, since an answer was lost."""
    booked_at = patient.booked_at or now
    return patient.session == seats.key and patient.channel == Channel.JKN and now - booked_at <= _again()


def _again() -> timedelta:
    return timedelta(seconds=contract().numbers["retry_seconds"])
