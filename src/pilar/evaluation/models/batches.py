"""Result sheets made in one go, in the background."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evaluation.models.results import SHA256, Snapshot
from pilar.evaluation.rules.batches import LANGUAGES, UNFINISHED, BatchState
from pilar.platform.names import SignatureField


class SheetBatch(models.Model):
    """All sheets of a version in one language, as an archive in the private store.

    ``attempt`` counts how often a worker began; only the last one may write. ``done`` of ``total`` sheets are made.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="sheet_batches")
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, default=BatchState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ordered_by_name = SignatureField(max_length=200)
    ordered_at = models.DateTimeField(db_default=Now())
    progressed_at = models.DateTimeField(db_default=Now())
    storage_key = models.CharField(max_length=60, blank=True, default="")
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(BatchState)), name="sheet_batch_state_known"),
            models.CheckConstraint(condition=Q(language__in=list(LANGUAGES)), name="sheet_batch_language_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="sheet_batch_done_of_total"),
            models.CheckConstraint(
                condition=~Q(state=BatchState.DONE)
                | (Q(done=F("total"), size__gt=0, sha256__regex=SHA256) & ~Q(storage_key="")),
                name="sheet_batch_done_has_its_file",
            ),
            models.UniqueConstraint(
                fields=["snapshot", "language"],
                condition=Q(state__in=sorted(UNFINISHED)),
                name="sheet_batch_one_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.language} {self.state}"
