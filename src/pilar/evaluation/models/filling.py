"""Tables of answers that the secretariat filled in for a region from a file, and the region's consent."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pilar.evaluation.models.assessments import Assessment
from pilar.platform.names import SignatureField


class FilledIn(models.Model):
    """Answers that were stored on behalf of a region from its workbook, which the region confirms or changes.

    ``nodes``: the version of each answer that came from the file; an answer of another version is the region's own.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="filled_in")
    file = models.CharField(max_length=200)
    nodes = models.JSONField()
    filled_by_name = SignatureField(max_length=200)
    filled_at = models.DateTimeField(db_default=Now())
    confirmed_by_name = SignatureField(max_length=200, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["assessment", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by_name="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by_name="")),
                name="filled_in_confirmed_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="filled_in_keeps_what_it_says",
                fields=["assessment", "file", "nodes", "filled_by_name", "filled_at"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.file}"
