"""Where an answer of the self-assessment comes from, when it was taken from the master plan."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilar.evaluation.models.assessments import Assessment


class AnswerOrigin(models.Model):
    """The figures of the plan, or of last year's follow-up, as they were taken into an answer.

    ``plan_version`` is empty for the follow-up. ``fingerprint`` tells these figures, with the programmes and the
    evidence that they rest on, from others.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="origins")
    node = models.CharField(max_length=100)
    figures = models.JSONField()
    plan_version = models.ForeignKey(
        "masterplan.Version", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    fingerprint = models.CharField(max_length=32)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["assessment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "node"], name="answer_origin_once_an_indicator"),
            models.CheckConstraint(condition=Q(fingerprint__regex=r"^[0-9a-f]{32}$"), name="answer_origin_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node}"
