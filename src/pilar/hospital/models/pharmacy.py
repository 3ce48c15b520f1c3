"""Numbers of the pharmacy, and planned operations."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.hospital.rules.pharmacy import PharmacyState, Recipe
from pilar.platform.triggers import on_row


class Prescription(models.Model):
    """A medicine that the pharmacy prepares for a booking, with the hospital's next number of the day."""

    booking = models.OneToOneField("hospital.Booking", on_delete=models.PROTECT, related_name="prescription")
    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    recipe = models.CharField(max_length=11)
    state = models.CharField(max_length=7, default=PharmacyState.WAITING.value)
    ordered_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["hospital", "day", "number"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "day", "number"], name="prescription_number_once"),
            models.CheckConstraint(condition=Q(recipe__in=list(Recipe)), name="prescription_recipe_known"),
            models.CheckConstraint(condition=Q(state__in=list(PharmacyState)), name="prescription_state_known"),
        ]
        triggers = [
            pgtrigger.Protect(name="prescription_kept", operation=pgtrigger.Delete),
            on_row(
                "prescription_stays", pgtrigger.Update,
                ("prescription_stays", "(NEW.booking_id, NEW.hospital_id, NEW.day, NEW.number)"
                 " IS DISTINCT FROM (OLD.booking_id, OLD.hospital_id, OLD.day, OLD.number)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.hospital_id} {self.day} {self.number}"


class PlannedOperation(models.Model):
    """A planned operation (tindakan operasi) of a patient, in the form required by BPJS."""

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey("hospital.Clinic", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("hospital.Patient", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    day = models.DateField()
    procedure = models.CharField(max_length=200)
    done = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "id"]
        indexes = [models.Index(fields=["hospital", "day"], name="operation_of_day")]
        constraints = [models.CheckConstraint(condition=Q(procedure__regex=r"\S"), name="operation_has_a_procedure")]

    def __str__(self) -> str:
        return self.code
