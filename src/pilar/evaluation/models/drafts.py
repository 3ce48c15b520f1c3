"""Instruments that the secretariat has sent and nobody has released yet."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evaluation.models.published import Instrument
from pilar.platform.names import SignatureField

USER = settings.AUTH_USER_MODEL


class InstrumentDraft(models.Model):
    """A version of an instrument as it was sent; once released it is an :class:`Instrument`, and this says by whom.

    ``four_eyes``: whether the rule held that who sent it does not release it.
    """

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=30)
    sha256 = models.CharField(max_length=64)
    title_id = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    document = models.TextField()
    file = models.CharField(max_length=200)
    sent_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    sent_by_name = SignatureField(max_length=200)
    sent_at = models.DateTimeField(db_default=Now())
    instrument = models.OneToOneField(Instrument, null=True, on_delete=models.PROTECT, related_name="release")
    four_eyes = models.BooleanField(default=True)
    released_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    released_by_name = SignatureField(max_length=200, blank=True, default="")
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="instrument_draft_version_once"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="instrument_draft_sha256_is_a_hash"
            ),
            models.CheckConstraint(
                condition=Q(instrument=None, released_at=None, released_by=None, released_by_name="")
                | (Q(instrument__isnull=False, released_at__isnull=False) & ~Q(released_by_name="")),
                name="instrument_draft_released_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(four_eyes=False) | ~Q(sent_by=F("released_by")),
                name="instrument_draft_released_by_another",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="instrument_draft_keeps_what_it_says",
                fields=[
                    "code", "version", "sha256", "title_id", "title_en", "document", "file", "sent_by",
                    "sent_by_name", "sent_at",
                ],
            ),
            pgtrigger.Protect(
                name="instrument_draft_released_for_good",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__released_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
