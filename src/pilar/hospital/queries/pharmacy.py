"""The queue of the pharmacy, and planned operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pilar.hospital.models import Hospital, PlannedOperation, Prescription
from pilar.hospital.queries import nights
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.pharmacy import PHARMACY_NAMES, RECIPE_NAMES, PharmacyState, Recipe
from pilar.people.authority import Case
from pilar.people.rules import Standing, existing
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class PrescriptionRow:
    """Medicine of a booking; ``number`` is that of the pharmacy."""

    booking: str
    record: str
    number: int
    recipe: Recipe
    state: PharmacyState
    ordered_at: datetime
    started_at: datetime | None
    ready_at: datetime | None
    day: date

    @property
    def recipe_name(self) -> str:
        return translate(RECIPE_NAMES[self.recipe])

    @property
    def state_name(self) -> str:
        return translate(PHARMACY_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class OperationRow:
    """A planned operation, its patient by their record number."""

    code: str
    clinic: str
    record: str
    day: date
    procedure: str
    done: bool
    changed_at: datetime


def pharmacy(hospital: str, day: date, *, scope: Standing) -> tuple[PrescriptionRow, ...]:
    """The prescriptions of a day in the order of their numbers, after the rest of the day before; raises
    :class:`NotFound`."""
    _require(hospital, scope)
    rows = Prescription.objects.filter(nights.medicine(day), hospital=hospital).select_related("booking__patient")
    return tuple(prescription_row(row) for row in rows)


def prescription_row(row: Prescription) -> PrescriptionRow:
    """Prescriptions with their booking and patient loaded."""
    return PrescriptionRow(
        row.booking.code, row.booking.patient.record, row.number, Recipe(row.recipe), PharmacyState(row.state),
        row.ordered_at, row.started_at, row.ready_at, row.day,
    )  # fmt: skip


def planned_operations(hospital: str, since: date, *, scope: Standing) -> tuple[OperationRow, ...]:
    """Operations planned from a day on, at most 500; raises :class:`NotFound`."""
    _require(hospital, scope)
    rows = PlannedOperation.objects.filter(hospital=hospital, day__gte=since).select_related("clinic", "patient")
    return tuple(map(_operation_row, rows[:500]))


def planned_operation(hospital: str, code: str, *, scope: Standing) -> OperationRow:
    """One of them by its code; raises :class:`NotFound`."""
    _require(hospital, scope)
    rows = PlannedOperation.objects.select_related("clinic", "patient")
    return _operation_row(existing(rows.filter(hospital=hospital, code=code).first()))


def _operation_row(row: PlannedOperation) -> OperationRow:
    return OperationRow(row.code, row.clinic.name, row.patient.record, row.day, row.procedure, row.done, row.changed_at)


def _require(hospital: str, scope: Standing) -> None:
    row = existing(Hospital.objects.filter(pk=hospital).first())
    AUTHORITY.require(scope, Action.READ, Case(row.region_id, unit=row.pk), known=False)
