"""Follow-up (tindak lanjut) of recommendations by the region, read with next year's Baseline."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pilar.evaluation.models.marking import Finding
from pilar.evaluation.rules.stages import FollowUpState


class FollowUp(models.Model):
    """A region's follow-up of one recommendation: owner office, due date, state."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="follow_up")
    office = models.ForeignKey("areas.Office", null=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(null=True)
    state = models.CharField(max_length=20, default=FollowUpState.OPEN)
    note = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(FollowUpState)), name="follow_up_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[FollowUpState.DONE, FollowUpState.DROPPED]) | Q(note__regex=r"\S"),
                name="follow_up_ended_says_how",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="follow_up_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.state}"


class FollowUpEvidence(models.Model):
    """Evidence that a recommendation was followed."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="attachments")
    evidence = models.ForeignKey("evidence.Evidence", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follow_up", "evidence"], name="follow_up_evidence_once")]

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.evidence_id}"
