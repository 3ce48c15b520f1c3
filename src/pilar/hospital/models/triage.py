"""Tables of the questions asked of a patient between check-in and doctor."""

from __future__ import annotations

import pgtrigger
from django.db import models

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField

SIGNS = "hospital.triage.signs"
"""The context to which encrypted vital signs are bound."""


class Triage(models.Model):
    """Vital signs and the complaint of a visit (``rules.triage.Signs`` as JSON; None once they are erased)."""

    booking = models.OneToOneField("hospital.Booking", on_delete=models.PROTECT, related_name="triage")
    signs = EncryptedField(context=SIGNS, null=True)
    at = models.DateTimeField()
    by = SignatureField(max_length=200)

    class Meta:
        triggers = [pgtrigger.Protect(name="triage_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.at}"
