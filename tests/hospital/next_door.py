"""A hospital of the other region with a row of every kind, which nobody here may touch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from hospital.world import BEYOND, GENERAL, NOW, OTHER, TUESDAY, World
from kit.neighbours import Neighbour
from pilar.hospital import models, operations
from pilar.hospital.models import Booking, Clinic
from pilar.hospital.rules.pharmacy import Recipe
from pilar.people.models import User
from pilar.people.rules import OPERATOR


def fill_next_door(world: World) -> Neighbour:
    """Somebody who was seen there, and somebody who waits for a place."""
    patients = [
        operations.register_patient(by=OPERATOR, hospital=BEYOND, person=operations.Person(name), now=NOW)
        for name in ("Pasien Sebelah", "Pasien Menunggu")
    ]
    session = world.session(TUESDAY, hospital=BEYOND)
    made = operations.book(by=OPERATOR, session=session.pk, patient=patients[0], asked=GENERAL, key=uuid4(), now=NOW)
    row, clinic = Booking.objects.get(code=made.code), Clinic.objects.get(pk=session.clinic_id)
    operations.check_in(by=OPERATOR, booking=made.code, key=uuid4(), now=row.at)
    user = User.objects.get(pk=world.keys["neighbour"])
    of: dict[str, dict[str, Any]] = {
        "Waiting": {"hospital_id": BEYOND, "clinic": clinic, "patient_id": patients[1], "first_day": TUESDAY,
                    "last_day": TUESDAY, "payer": "general", "visit": "1", "since": NOW},
        "Prediction": {"booking": row, "made_at": NOW, "ahead": 1, "low": 1, "likely": 2, "high": 3},
        "Leave": {"hospital_id": BEYOND, "since": TUESDAY, "until": TUESDAY, "reason": "x", "entered_by": "x"},
        "ForecastWeek": {"hospital_id": BEYOND, "monday": NOW.date() - timedelta(days=14), "judged": 0, "held": 0,
                         "width": 1.0},
        "Prescription": {"booking": row, "hospital_id": BEYOND, "day": TUESDAY, "number": 1, "recipe": Recipe.COMPOUND,
                         "ordered_at": NOW},
        "Triage": {"booking": row, "signs": '{"pulse": "80"}', "at": NOW, "by": "x"},
        "PlannedOperation": {"hospital_id": BEYOND, "clinic": clinic, "patient_id": patients[0], "code": "ABCDEFGHJKMN",
                             "day": TUESDAY, "procedure": "Contoh", "changed_at": NOW},
        "BpjsMessage": {"hospital_id": BEYOND, "booking": row, "step": 0, "at": NOW, "made_at": NOW, "next_at": NOW},
        "BpjsExchange": {"hospital_id": BEYOND, "incoming": False, "service": "add", "at": NOW, "milliseconds": 1,
                         "answer": 200},
        "BpjsReading": {"hospital_id": BEYOND, "day": TUESDAY, "kind": "rs", "rows": [], "read_at": NOW},
        "Replan": {"session": session, "at": NOW, "by": "x", "until": session.ends_at, "moved": 0, "unplaced": 0,
                   "nothing": {}, "then": {}},
        "EncounterMessage": {"hospital_id": BEYOND, "booking": row, "made_at": NOW, "next_at": NOW},
        "Consent": {"patient_id": patients[0], "purpose": "reminder", "version": "1", "given_at": NOW, "given_by": "x"},
        "BrokenGlass": {"hospital_id": BEYOND, "patient_id": patients[0], "user": user, "by": "x",
                        "reason": "Pasien tidak sadar di IGD", "opened_at": NOW,
                        "ends_at": NOW + timedelta(minutes=30)},
        "Breach": {"hospital_id": BEYOND, "noticed_at": NOW, "happened": "x", "data": "x", "consequences": "x",
                   "remedy": "x", "contact": "x", "written_at": NOW, "written_by": "x"},
    }  # fmt: skip
    for name, given in of.items():
        getattr(models, name).objects.create(**given)
    return Neighbour(OTHER, ("hospital",))
