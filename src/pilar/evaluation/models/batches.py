"""Result sheets made in one go, in the background."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pilar.evaluation.models.results import Snapshot
from pilar.evaluation.rules.sheets import LANGUAGES
from pilar.evidence.models import Batch, batch_constraints


class SheetBatch(Batch):
    """All sheets of a version in one language."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="sheet_batches")
    language = models.CharField(max_length=2)

    class Meta(Batch.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(language__in=list(LANGUAGES)), name="sheet_batch_language_known"),
            *batch_constraints("sheet_batch", "snapshot", "language"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.language} {self.state}"
