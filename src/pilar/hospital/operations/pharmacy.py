"""Prescribe, prepare and hand over medicine, in the order of its numbers; plan operations."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from pilar.hospital.models import Booking, Clinic, Hospital, Patient, PlannedOperation, Prescription
from pilar.hospital.operations.booking import note
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import BookingState, new_code
from pilar.hospital.rules.pharmacy import PHARMACY, NotSeenYet, PharmacyState, Recipe
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.rules import Standing
from pilar.platform import audit, locks, moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.live import tell

TARGET, OPERATION = "hospital.prescription", "hospital.operation"
FIELDS = {PharmacyState.MAKING: "started_at", PharmacyState.READY: "ready_at", PharmacyState.HANDED: "handed_at"}
TASKS = {PharmacyState.MAKING: 6, PharmacyState.READY: 7}


@transaction.atomic
def prescribe(*, by: Standing, booking: str, recipe: Recipe, now: datetime) -> int:
    """Order medicine after a consultation; returns its number at the pharmacy, also if repeated.

    Raises :class:`NotFound`, :class:`NotSeenYet`.
    """
    row = held(Booking.objects.select_related("hospital"), code=booking)
    place = Case(row.hospital.region_id, unit=row.hospital_id)
    AUTHORITY.require(by, Action.SEE, place, known=AUTHORITY.holds(by, Action.READ, place))
    if row.state != BookingState.SERVED:
        raise NotSeenYet
    if (known := Prescription.objects.filter(booking=row).first()) is not None:
        return known.number
    locks.take(f"hospital.pharmacy {row.hospital_id} {row.day}")
    rows = Prescription.objects.filter(hospital=row.hospital_id, day=row.day)
    number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    made = Prescription.objects.create(
        booking=row, hospital_id=row.hospital_id, day=row.day, number=number, recipe=recipe, ordered_at=now
    )
    audit.record(
        by=by.actor, action="prescribe", target=TARGET, key=made.pk, area=row.hospital.region_id,
        after={"number": number, "recipe": recipe},
    )  # fmt: skip
    tell(f"hospital pharmacy {row.hospital_id}")
    return number


@transaction.atomic
def move_medicine(*, by: Standing, booking: str, to: PharmacyState, now: datetime) -> None:
    """Move medicine on: the pharmacy begins, is ready, or has handed it over (tasks 6 and 7 of BPJS).

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongPharmacyState`.
    """
    whose = held(Booking.objects.select_related("hospital"), code=booking)
    row = held(Prescription.objects, booking=whose)
    place = Case(whose.hospital.region_id, unit=row.hospital_id)
    AUTHORITY.require(by, Action.DISPENSE, place, known=AUTHORITY.holds(by, Action.READ, place))
    move = PHARMACY.move(PharmacyState(row.state), to)
    moves.make(move, row, by=by.actor, what=TARGET, area=place.region, fields={FIELDS[to]: now})
    if task := TASKS.get(to):
        note(whose, task, now)
    tell(f"hospital pharmacy {row.hospital_id}")


@transaction.atomic
def plan_operation(
    *, by: Standing, hospital: str, clinic: str, record: str, day: date, procedure: str, now: datetime
) -> str:
    """Plan an operation for a patient of the hospital by their record number; returns its code, or the code of an
    existing equal plan.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``record``, ``procedure``.
    """
    place = there(Hospital.objects, pk=hospital)
    _require_plan(by, place)
    patient = Patient.objects.filter(hospital=place, record=record.zfill(8), merged_into=None, erased_at=None).first()
    if patient is None:
        raise Faults([Fault("unknown-record", N_("No patient has this record number"), {}, "record")])
    if not procedure.strip() or len(procedure) > 200:
        raise Faults([Fault("procedure", N_("Say which operation, in at most 200 letters"), {}, "procedure")])
    at = there(Clinic.objects, hospital=place, code=clinic)
    known = PlannedOperation.objects.filter(clinic=at, patient=patient, day=day, procedure=procedure.strip()).first()
    if known is not None:
        return known.code
    row = PlannedOperation.objects.create(
        hospital=place, clinic=at, patient=patient, code=new_code(), day=day, procedure=procedure.strip(),
        changed_at=now,
    )  # fmt: skip
    audit.record(by=by.actor, action="plan", target=OPERATION, key=row.pk, area=place.region_id, after={"day": day})
    return row.code


@transaction.atomic
def change_operation(*, by: Standing, operation: str, day: date, done: bool, now: datetime) -> None:
    """Move a planned operation to another day, or mark it as done.

    Raises :class:`NotFound`, :class:`NotAllowed`."""
    row = held(PlannedOperation.objects.select_related("hospital"), code=operation)
    _require_plan(by, row.hospital)
    before = {"day": row.day, "done": row.done}
    if before == {"day": day, "done": done}:
        return
    row.day, row.done, row.changed_at = day, done, now
    row.save(update_fields=["day", "done", "changed_at"])
    audit.record(
        by=by.actor, action="change", target=OPERATION, key=row.pk, area=row.hospital.region_id, before=before,
        after={"day": day, "done": done},
    )  # fmt: skip


def _require_plan(by: Standing, hospital: Hospital) -> None:
    AUTHORITY.require(by, Action.BOOK, Case(hospital.region_id, unit=hospital.pk), known=False)
