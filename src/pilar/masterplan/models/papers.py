"""All papers of a version, made in the background."""

from __future__ import annotations

from django.db import models

from pilar.evidence.models import Batch, batch_constraints
from pilar.masterplan.models.plans import Version


class PaperBatch(Batch):
    """All papers of a version."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="paper_batches")

    class Meta(Batch.Meta):
        constraints = batch_constraints("paper_batch", "version")

    def __str__(self) -> str:
        return f"{self.version_id} {self.state}"
