"""All papers of a version, made in the background."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilar.masterplan.models.plans import Version
from pilar.masterplan.rules.batches import UNFINISHED, BatchState
from pilar.platform.names import SignatureField


class PaperBatch(models.Model):
    """All papers of a version as an archive in the private store.

    ``attempt`` counts how often a worker began; only the last one may write. ``done`` of ``total`` files are made.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="paper_batches")
    state = models.CharField(max_length=10, default=BatchState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ordered_by_name = SignatureField(max_length=200)
    ordered_at = models.DateTimeField()
    progressed_at = models.DateTimeField()
    storage_key = models.CharField(max_length=60, blank=True, default="")
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(BatchState)), name="paper_batch_state_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="paper_batch_done_of_total"),
            models.CheckConstraint(
                condition=~Q(state=BatchState.DONE)
                | (Q(done=F("total"), size__gt=0, sha256__regex=r"^[0-9a-f]{64}$") & ~Q(storage_key="")),
                name="paper_batch_done_has_its_file",
            ),
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=sorted(UNFINISHED)), name="paper_batch_one_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"
