"""Benchmark of bookings: the whole operation against its two indispensable statements."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction

from pilar.hospital import operations
from pilar.hospital.rules.booking import Asked, Channel, Payer, Visit, new_code
from pilar.index.benchmark import Measure
from pilar.people.rules import OPERATOR
from pilar.platform.benchmark import spent

SESSIONS, PLACES, SPREAD, HOT, SEED = 201, 200, 400, 90, 1952
LIMIT = 2.0
"""The operation may take at most twice the processor time of its floor."""
HOSPITAL, REGION, DAY = "tolok-rs", "36.03", date(2026, 3, 2)
NOW, STARTS = datetime(2026, 3, 2, 1, tzinfo=UTC), time(2, tzinfo=UTC)
ASKED = Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL)
_SEAT = """
    UPDATE hospital_session SET taken = taken + 1, last_number = last_number + 1, given = next_place,
        next_place = next_place + 1, taken_by[3] = taken_by[3] + 1
    WHERE id = %s AND state = 'open' AND taken < capacity RETURNING last_number, given, places[given]
"""
_BOOKING = """
    INSERT INTO hospital_booking (session_id, hospital_id, day, number, place, at, booked_for, code, key, patient_id,
        channel, payer, visit, new, reference_hash, priority, state, may_come_earlier, booked_at, booked_by, calls)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'desk', 'general', '1', false, '', '', 'booked', false, %s, 'x', 0)
"""


def benchmark() -> Iterator[Measure]:
    """Bookings spread over 200 sessions, on one session, and answers of a full one."""
    sessions = filled(HOSPITAL, SESSIONS, DAY, PLACES)
    waiting = patients(HOSPITAL, 2 * (SPREAD + HOT))
    drawn = random.Random(SEED)  # noqa: S311 - a sample
    for name, chosen, count in (
        ("spread over 200 sessions", sessions[1:], SPREAD),
        ("on one session", sessions[:1], HOT),
    ):
        acts = [(drawn.choice(chosen), waiting.pop()) for _booking in range(2 * count)]
        floor = _timed([lambda act=act: _bare(*act) for act in acts[:count]])
        took = _timed([lambda act=act: _booked(*act) for act in acts[count:]])
        yield Measure(f"{count} bookings {name}", took[0], took[1], floor[1], LIMIT)


def _timed(acts: list[Callable[[], object]]) -> tuple[float, float]:
    began, wall = spent(), perf_counter()
    for act in acts:
        act()
    return perf_counter() - wall, spent() - began


def _booked(session: int, patient: int) -> None:
    key = UUID(int=random.getrandbits(128))
    operations.book(by=OPERATOR, session=session, patient=patient, asked=ASKED, key=key, now=NOW)


def _bare(session: int, patient: int) -> None:
    """The counter and the row, by a driver without a model."""
    key = UUID(int=random.getrandbits(128))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SEAT, [session])
        number, place, at = cursor.fetchone()
        cursor.execute(_BOOKING, [session, HOSPITAL, DAY, number, place, at, at, new_code(), key, patient, NOW])


def filled(code: str, sessions: int, day: date, places: int, *, starts: datetime | None = None) -> list[int]:
    """Make a hospital with a number of sessions on a day, eight hours from nine or ``starts``, each with a doctor whose
    BPJS number is the position of the session; return the keys of the sessions."""
    of: Callable[[str], Any] = lambda name: apps.get_model("hospital", name)  # noqa: E731
    hospital = of("Hospital").objects.create(code=code, region_id=REGION, name="Tolok", source="synthetic")
    clinic = of("Clinic").objects.create(
        hospital=hospital, code="tolok", name="Tolok", prefix="T", kind="umum", poli="TLK", subspecialty="TLK"
    )
    policy = of("PolicyVersion").objects.create(
        clinic=clinic, number=1, valid_from=day, facts={}, decided_at=NOW, decided_by="x"
    )
    room = of("Room").objects.create(hospital=hospital, name="Tolok")
    doctors = of("Doctor").objects.bulk_create(
        of("Doctor")(hospital=hospital, name=f"Tolok {number}", hfis=number) for number in range(sessions)
    )
    starts = starts or datetime.combine(day, STARTS)
    made = of("Session").objects.bulk_create(
        of("Session")(
            hospital=hospital, clinic=clinic, doctor=doctor, room=room, policy=policy, day=day, starts_at=starts,
            ends_at=starts + timedelta(hours=8), capacity=places, places=[starts] * places, reserved=[0] * 4,
            taken_by=[0] * 4, release_at=[starts] * 4,
        ) for doctor in doctors
    )  # fmt: skip
    return [code.pk for code in made]


def patients(hospital: str, count: int) -> list[int]:
    """Make patients of a hospital; return their keys."""
    patient = apps.get_model("hospital", "Patient")
    rows = (
        patient(hospital_id=hospital, record=f"{number:08d}", person="{}", created_at=NOW) for number in range(count)
    )
    return [made_patient.pk for made_patient in patient.objects.bulk_create(rows)]
