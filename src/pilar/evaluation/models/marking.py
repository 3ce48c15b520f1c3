"""Tables of the panel's work: marks, their agreement, findings, meetings, requests for missing evidence."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evaluation.models.assessments import Assessment
from pilar.evaluation.models.scales import marks_on_scale
from pilar.evaluation.rules.stages import Settlement

USER = settings.AUTH_USER_MODEL


class Mark(models.Model):
    """One assessor's mark of one indicator, with the reason. Others of the panel see it when all have finished."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="marks")
    node = models.CharField(max_length=100)
    assessor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=9, decimal_places=4)
    reason = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["assessment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "node", "assessor"], name="mark_once_an_assessor"),
        ]
        triggers = marks_on_scale("mark_on_scale")

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node} {self.assessor_id}"


class MarkingDone(models.Model):
    """An assessor has marked every indicator of a region and lets the others see it."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="markings_done")
    assessor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "assessor"], name="marking_done_once")]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.assessor_id}"


class AgreedMark(models.Model):
    """The panel's mark of one indicator and how it came about; results are computed from these."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="agreed_marks")
    node = models.CharField(max_length=100)
    value = models.DecimalField(max_digits=9, decimal_places=4)
    how = models.CharField(max_length=10)
    reason = models.TextField(blank=True, default="")
    settled_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["assessment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "node"], name="agreed_mark_once_an_indicator"),
            models.CheckConstraint(condition=Q(how__in=list(Settlement)), name="agreed_mark_settlement_known"),
            models.CheckConstraint(
                condition=~Q(how=Settlement.CHAIR) | (Q(settled_by__isnull=False) & Q(reason__regex=r"\S")),
                name="agreed_mark_of_the_chair_has_a_reason",
            ),
        ]
        triggers = marks_on_scale("agreed_mark_on_scale")

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node}"

    @property
    def version(self) -> int:
        """The moment of its settling in microseconds: also a mark that the rule took back and wrote again is
        another."""
        return round(self.settled_at.timestamp() * 1_000_000)


class Finding(models.Model):
    """A strength, weakness or recommendation that the panel writes; of the whole or of one node."""

    class Kind(models.TextChoices):
        STRENGTH = "strength"
        WEAKNESS = "weakness"
        RECOMMENDATION = "recommendation"

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=20)
    node = models.CharField(max_length=100, blank=True, default="")
    text = models.TextField()
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["assessment", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["strength", "weakness", "recommendation"]), name="finding_kind_known"
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="finding_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.kind}"


class Meeting(models.Model):
    """An interview or a field review (tinjauan lapangan) of a region by its panel."""

    class Kind(models.TextChoices):
        INTERVIEW = "interview"
        FIELD_REVIEW = "field_review"

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    notes = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_begin"),
            models.CheckConstraint(condition=Q(kind__in=["interview", "field_review"]), name="meeting_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.kind}"


class Attendance(models.Model):
    """Somebody who was at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    name = models.CharField(max_length=200)
    capacity = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["meeting", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "name"], name="attendance_once")]

    def __str__(self) -> str:
        return self.name


class EvidenceRequest(models.Model):
    """A request for missing evidence, with a deadline (24 hours unless the campaign says otherwise)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence_requests")
    node = models.CharField(max_length=100)
    text = models.TextField()
    asked_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    deadline = models.DateTimeField()
    reply = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["deadline", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="evidence_request_says_something"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="evidence_request_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, answered_at__isnull=True),
                name="evidence_request_withdrawn_or_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node}"
