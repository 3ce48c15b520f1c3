"""Instruments that the secretariat has sent and nobody has released yet."""

from __future__ import annotations

from django.db import models

from pilar.evaluation.models.published import Instrument
from pilar.people.models import drafts


class InstrumentDraft(drafts.SentVersion):
    """A version of an instrument as it was sent. Once released, it is an :class:`Instrument`; this says who did it."""

    instrument = models.OneToOneField(Instrument, null=True, on_delete=models.PROTECT, related_name="release")

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = drafts.constraints("instrument_draft", "instrument")
        triggers = drafts.triggers("instrument_draft")
