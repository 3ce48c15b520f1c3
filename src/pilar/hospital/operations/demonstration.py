"""Visits of made-up patients (two past months, today, and the coming days), and a family: a daughter with an account
and her mother without one. Only for the demonstration."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import connection, transaction
from django.db.models import F, Q

from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Hospital, Patient, Session
from pilar.hospital.models.patients import CARD, NIK
from pilar.hospital.operations.opening import open_sessions
from pilar.hospital.operations.patients import register_patient
from pilar.hospital.reference.simulation import assumed
from pilar.hospital.rules.booking import CHANNELS, CODE_LENGTH, CODE_LETTERS, HOLDS, BookingState
from pilar.hospital.rules.demonstration import Course, course, drawn_of, late_start, seen
from pilar.hospital.rules.patients import Person, text_of
from pilar.hospital.rules.tasks import TICK
from pilar.people import operations as people
from pilar.people.queries import acting_for
from pilar.people.rules import Standing
from pilar.platform import audit, locks, secrets
from pilar.platform.copying import copy_rows

MADE_UP = "contoh:pasien"
"""The acting person of made-up bookings."""
PATIENTS = 400
HELD = timedelta(days=300)
"""How long the daughter may act for her mother."""
FILLED = (0.45, 0.95)
"""The least and the greatest share of booked places of a session."""

_OF_CHANNELS = ", ".join(f"count(*) FILTER (WHERE channel = '{channel}')" for channel in CHANNELS)
_COUNTED = f"""
    UPDATE hospital_session s SET
        taken = b.n, last_number = b.n, given = b.n, next_place = b.n + 1, taken_by = b.by_channel,
        state = CASE WHEN ends_at < %(now)s AND NOT b.waits THEN 'done' ELSE state END,
        closed_at = CASE WHEN ends_at < %(now)s AND NOT b.waits THEN ends_at END
    FROM (
        SELECT session_id, count(*) AS n, bool_or(state = 'arrived') AS waits,
            ARRAY[{_OF_CHANNELS}]::smallint[] AS by_channel
        FROM hospital_booking WHERE session_id = ANY(%(sessions)s) GROUP BY session_id
    ) b WHERE b.session_id = s.id
"""  # noqa: S608 - channels of our own
"""Update the counters of the sessions from the bookings made; a session in which somebody waits beyond its end is not
over."""
_COLUMNS = (
    "session_id", "hospital_id", "day", "number", "place", "at", "booked_for", "code", "key", "patient_id", "channel",
    "payer", "visit", "booked_at", "booked_by", "state", "arrived_at", "called_at", "started_at", "ended_at", "calls",
    "new", "reference_hash", "priority", "may_come_earlier",
)  # fmt: skip
_WENT = """
    INSERT INTO hospital_task (booking_id, task, at)
    SELECT b.id, t.task, t.at FROM hospital_booking b CROSS JOIN LATERAL (VALUES
        (3, b.arrived_at), (4, greatest(b.started_at, b.arrived_at + %s)), (5, b.ended_at)) AS t (task, at)
    WHERE b.session_id = ANY(%s) AND (b.state = 'served' OR (b.state = 'arrived' AND t.task = 3)) ORDER BY b.id, t.task
"""
"""Insert the tasks of seen and waiting patients with one statement, since there are tens of thousands, and in order, so
that the trigger need not check each."""


@transaction.atomic
def fill_visits(
    *, by: Standing, clinics: Mapping[str, Sequence[str]], back: int, others: int, ahead: int, now: datetime
) -> int:  # fmt: skip
    """Fill the sessions of hospitals with made-up visits, those of some clinics from ``back`` days ago on, those of all
    others from ``others`` days ago on, to so many days ahead; returns how many. Visits before now have taken place. For
    the schedule and the operator."""
    by.require_server()
    locks.take("hospital.demonstration")
    open_sessions(by=by, now=now - timedelta(days=back))
    count = 0
    for code, chosen in clinics.items():
        hospital = Hospital.objects.get(pk=code)
        today = today_in(hospital.region_id, now)
        days = (today - timedelta(days=back), today + timedelta(days=ahead))
        sessions = Session.objects.filter(hospital=hospital, day__range=days, taken=0)
        told = Q(clinic__code__in=chosen) | Q(day__gte=today - timedelta(days=others))
        count += fill(list(sessions.filter(told).prefetch_related("clinic")), patients_of(hospital, now), now)
        audit.record(by=by.actor, action="fill", target="hospital.hospital", key=code, area=hospital.region_id)
    with connection.cursor() as cursor:  # PostgreSQL otherwise plans for empty tables until it analyses them
        cursor.execute("ANALYZE hospital_session, hospital_booking, hospital_task")
    return count


def fill(sessions: Sequence[Session], patients: Sequence[int], now: datetime) -> int:
    """Make bookings in empty sessions, with other patients for each day."""
    sessions = sorted(sessions, key=lambda session: (session.day, session.starts_at, session.clinic.code))
    made: list[tuple[Any, ...]] = []
    changed, free, last = list[int](), list[int](), None
    days, hospitals = {session.day for session in sessions}, {session.hospital_id for session in sessions}
    held = set(
        Booking.objects.filter(hospital__in=hospitals, day__in=days, state__in=HOLDS).values_list("day", "patient")
    )
    for session in sessions:
        draw = random.Random(_text_of(session))  # noqa: S311 - made-up data
        if session.day != last:
            last = session.day
            free = [patient for patient in draw.sample(patients, len(patients)) if (last, patient) not in held]
        count = min(len(free), round(session.capacity * draw.uniform(*FILLED)))
        chosen, free = free[:count], free[count:]
        made += _visits(session, chosen, draw, now)
        changed.append(session.pk)
    copy_rows(Booking._meta.db_table, _COLUMNS, made)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"now": now, "sessions": changed})
        with pgtrigger.ignore("hospital.Task:task_in_order"):
            cursor.execute(_WENT, [TICK, changed])
    return len(made)


def _visits(session: Session, patients: Sequence[int], draw: random.Random, now: datetime) -> list[tuple[Any, ...]]:
    """Draw the rows of the bookings of a session, by :data:`_COLUMNS`."""
    codes = ["".join(draw.choices(CODE_LETTERS, k=CODE_LENGTH)) for _ in patients]
    went_as = seen([course_of(code, at) for code, at in zip(codes, session.places, strict=False)], begins_at(session))
    rows = []
    for number, (code, patient, went) in enumerate(zip(codes, patients, went_as, strict=True), 1):
        at, (channel, payer, visit) = session.places[number - 1], drawn_of(code)
        booked = min(now, at - timedelta(days=draw.randrange(1, 14)))
        became: tuple[Any, ...] = (BookingState.BOOKED, None, None, None, None, 0)
        if went is not None and went.ended < now:
            became = (BookingState.SERVED, went.arrived, went.started, went.started, went.ended, 1)
        elif went is not None and went.arrived < session.ends_at < now:
            became = (BookingState.ARRIVED, went.arrived, None, None, None, 0)
        elif session.ends_at < now:
            became = (BookingState.ABSENT, None, None, None, session.ends_at, 0)
        rows.append((
            session.pk, session.hospital_id, session.day, number, number, at, at, code, UUID(int=draw.getrandbits(128)),
            patient, channel, payer, visit, booked, MADE_UP, *became, False, "", "", False,
        ))  # fmt: skip
    return rows


def course_of(code: str, at: datetime) -> Course:
    """Return what the made-up patient of a booking does, by the assumptions in data/hospital/simulation.yaml."""
    given = assumed()
    return course(code, at, given.crowd, given.consultations)


def begins_at(session: Session) -> datetime:
    """Return when the doctor of a session with made-up patients begins: a little late, or as late as announced."""
    late = late_start(_text_of(session), assumed().late)
    return session.starts_at + max(late, timedelta(minutes=session.delay))


def _text_of(session: Session) -> str:
    """Name a session independently of the keys of its rows, so that every installation uses the same name."""
    return f"{session.hospital_id} {session.clinic.code} {session.starts_at.astimezone(UTC).isoformat()}"


def patients_of(hospital: Hospital, now: datetime) -> list[int]:
    """The made-up patients of a hospital, created once."""
    known = Patient.objects.filter(hospital=hospital, nik_hash__in=[_hash(number) for number in range(PATIENTS)])
    if keys := list(known.order_by("pk").values_list("pk", flat=True)):
        return keys
    first = hospital.last_record
    Hospital.objects.filter(pk=hospital.pk).update(last_record=F("last_record") + PATIENTS)
    rows = Patient.objects.bulk_create([
        Patient(
            hospital=hospital, record=f"{first + number + 1:08d}", nik_hash=_hash(number), created_at=now,
            card_hash=secrets.lookup(_card(number), context=CARD),
            person=text_of(Person(
                f"Pasien Contoh {number + 1}", nik=_nik(number), card=_card(number), sex="LP"[number % 2],
                birth_date=date(1940 + number % 80, 1 + number % 12, 5),
            )),
        )
        for number in range(PATIENTS)
    ])  # fmt: skip
    return [row.pk for row in rows]


def _nik(number: int) -> str:
    return f"36039900{number:08d}"


def _card(number: int) -> str:
    return f"00099{number:08d}"


def _hash(number: int) -> str:
    return secrets.lookup(_nik(number), context=NIK)


@dataclass(frozen=True, slots=True)
class Family:
    """A daughter with an account, and the key of her mother as a patient."""

    daughter: Standing
    patient: int


@transaction.atomic
def open_family(
    *, by: Standing, hospital: str, contact: str, name: str, mother: str, born: date, now: datetime
) -> Family:
    """Open the account of a daughter with the code sent to her, and let her act for her mother; both become patients of
    a hospital. For the operator."""
    by.require_server()
    daughter = people.open_made_up(by=by, contact=contact, name=name, now=now)
    people.declare_proxy(by=daughter, name=mother, reason="Ibu saya, tidak punya ponsel (contoh)", purpose="hospital",
                         valid_until=(now + HELD).date(), now=now)  # fmt: skip
    principal = acting_for(daughter, purpose="hospital", now=now)[1].account
    register_patient(by=daughter, hospital=hospital, person=Person(name), account=daughter.citizen, now=now)
    patient = register_patient(by=daughter, hospital=hospital, person=Person(mother, birth_date=born, sex="P"),
                               account=principal, now=now)  # fmt: skip
    return Family(daughter, patient)
