"""Weeks of a hospital that are over: sessions whose patients came, waited and were seen, or did not come."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from hospital.world import DAY, HERE, NOW, World
from pilar.hospital import operations
from pilar.hospital.models import Booking, Prediction, Session
from pilar.people.rules import SCHEDULE

MINUTE = timedelta(minutes=1)
BEGUN = NOW - 56 * DAY
"""Monday, eight weeks before."""
CHANNELS = ("app", "jkn", "desk", "kiosk")
Minutes = Callable[[random.Random], float]
"""How long a consultation takes."""


def past(
    world: World, *, clinic: str = "dalam", minutes: Minutes = lambda draw: draw.uniform(5, 21),
    absent: float = 0.0, since: datetime = BEGUN, until: datetime = NOW, told: tuple[float, float] | None = None,
) -> list[Booking]:  # fmt: skip
    """Every session of a clinic from a moment to a moment, full: who comes is there at the opening, and seen in order.

    ``told``: the factors of the true wait between which a forecast was told each of them.
    """
    operations.open_sessions(by=SCHEDULE, now=since)
    draw = random.Random(clinic)
    sessions = list(Session.objects.filter(hospital=HERE, clinic__code=clinic, starts_at__gte=since, ends_at__lt=until))
    patients = [world.stranger(900 + number) for number in range(sessions[0].capacity)]
    rows = [row for session in sessions for row in _bookings(session, patients, draw, minutes, absent)]
    made = Booking.objects.bulk_create(rows)
    for session in sessions:
        session.taken = session.last_number = session.capacity
        session.taken_by = [session.capacity, 0, 0, 0]
        session.next_place = session.capacity + 1
        session.state = "done"
    Session.objects.bulk_update(sessions, ["taken", "last_number", "taken_by", "next_place", "state"])
    if told:
        seen = [row for row in made if row.started_at and row.arrived_at]
        waits = [(row, (row.started_at - row.arrived_at) / MINUTE) for row in seen if row.started_at and row.arrived_at]
        Prediction.objects.bulk_create(
            Prediction(booking=row, made_at=row.arrived_at, ahead=0, low=wait * told[0], likely=wait * sum(told) / 2,
                       high=wait * told[1])
            for row, wait in waits
        )  # fmt: skip
    return made


def _bookings(
    session: Session, patients: list[int], draw: random.Random, minutes: Minutes, absent: float
) -> list[Booking]:
    free, rows = session.starts_at, []
    for number, patient in enumerate(patients, start=1):
        at = session.places[number - 1]
        row = Booking(
            session=session, hospital_id=session.hospital_id, day=session.day, number=number, place=number, at=at,
            booked_for=at, code="".join(draw.choices("ABCDEFGHJKMNPQRSTVWXYZ23456789", k=12)),
            key=UUID(int=draw.getrandbits(128)), patient_id=patient, channel=CHANNELS[number % 4],
            payer="general", visit="3" if number % 2 else "1", booked_at=at - (number % 3) * DAY, booked_by="schedule",
        )  # fmt: skip
        if draw.random() < absent:
            row.state = "absent"
        else:
            row.state, row.arrived_at, row.started_at = "served", session.starts_at - 5 * MINUTE, free
            free = row.ended_at = free + minutes(draw) * MINUTE
        rows.append(row)
    return rows
