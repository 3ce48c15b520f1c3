"""Visits that are reported to SATUSEHAT."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.hospital.rules.bpjs.sending import Sending


class EncounterMessage(models.Model):
    """A visit to be reported once to SATUSEHAT, as an Encounter that is made from the booking when it is sent.

    ``encounter`` is its number there; ``told`` the last obstacle.
    """

    hospital = models.ForeignKey("hospital.Hospital", on_delete=models.PROTECT, related_name="+")
    booking = models.OneToOneField("hospital.Booking", on_delete=models.PROTECT, related_name="encounter")
    state = models.CharField(max_length=7, default=Sending.WAITING.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    encounter = models.CharField(max_length=64, blank=True)
    told = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["hospital", "next_at"], name="encounter_due", condition=Q(state=Sending.WAITING))
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(Sending)), name="encounter_state_known"),
            models.CheckConstraint(
                condition=Q(state=Sending.WAITING, next_at__isnull=False)
                | ~Q(state=Sending.WAITING) & Q(next_at__isnull=True),
                name="encounter_waits_until",
            ),
            models.CheckConstraint(
                condition=~Q(state=Sending.SENT) | Q(sent_at__isnull=False) & ~Q(encounter=""),
                name="encounter_sent_with_number",
            ),
        ]
        triggers = [pgtrigger.Protect(name="encounter_message_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.state}"
