"""Origin of a self-assessment's answer that was taken from the master plan or a survey."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilar.evaluation.models.assessments import Assessment
from pilar.surveys.rules.surveys import FileKind


class AnswerOrigin(models.Model):
    """The figures of the plan, of last year's follow-up or of a survey, as they were taken into an answer.

    ``plan_version`` is empty for what is not of the plan. ``fingerprint`` tells these figures, with the programmes and
    the evidence that they rest on, from others.
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


class SurveyFile(models.Model):
    """A file that was made of a survey when its figures were taken, kept as evidence: each kind once a survey, in as
    many versions as it had contents."""

    survey = models.ForeignKey("surveys.Survey", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    evidence = models.OneToOneField("evidence.Evidence", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "kind"], name="survey_file_once_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=list(FileKind)), name="survey_file_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.kind}"
