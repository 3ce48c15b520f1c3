"""What applicant and office arrange with each other about a case."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.permits.models.cases import Case
from pilar.platform.names import SignatureField


class Appointment(models.Model):
    """A meeting about a case, as one side proposed it last; ``officer`` is who proposed it or agreed for the office.
    Moved, it waits for the other side again; ``ended_at``: somebody cancelled it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appointments")
    at = models.DateTimeField()
    place = models.CharField(max_length=200)
    from_office = models.BooleanField()
    officer = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    by = SignatureField(max_length=200)
    agreed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["at"], condition=Q(ended_at=None), name="appointment_to_come")]
        constraints = [
            models.CheckConstraint(condition=Q(place__regex=r"\S"), name="appointment_with_a_place"),
            models.CheckConstraint(
                condition=Q(from_office=False) | Q(officer__isnull=False), name="appointment_offered_by_somebody"
            ),
        ]
        triggers = [pgtrigger.Protect(name="appointment_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at}"
