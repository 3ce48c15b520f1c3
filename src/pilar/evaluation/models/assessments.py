"""A region's self-assessment (penilaian mandiri): answers, who gives them, and the evidence attached."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pilar.evaluation.models.campaigns import Participation, Phase
from pilar.evaluation.rules.responsibility import DIGITS
from pilar.evaluation.rules.stages import AssessmentState


class Assessment(models.Model):
    """The self-assessment of a region for one phase, and its assessment by the panel.

    ``extended_until``: a later deadline for this region alone. ``set_aside_reason``: why the phase goes on without it.
    ``statement``: the signed statement of responsibility, its version, and the code of its content.
    """

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="assessments")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="assessments")
    state = models.CharField(max_length=20, default=AssessmentState.PREPARING)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    extended_until = models.DateTimeField(null=True)
    extension_reason = models.TextField(blank=True, default="")
    set_aside_reason = models.TextField(blank=True, default="")
    statement = models.ForeignKey("evidence.Evidence", null=True, on_delete=models.PROTECT, related_name="+")
    statement_number = models.PositiveSmallIntegerField(null=True)
    statement_code = models.CharField(max_length=DIGITS, blank=True, default="")

    class Meta:
        ordering = ["phase", "participation"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "phase"], name="assessment_once_a_phase"),
            models.CheckConstraint(condition=Q(state__in=list(AssessmentState)), name="assessment_state_known"),
            models.CheckConstraint(
                condition=Q(state=AssessmentState.PREPARING, submitted_at__isnull=True)
                | Q(state__in=[AssessmentState.SUBMITTED, AssessmentState.AGREED], submitted_at__isnull=False)
                | Q(state=AssessmentState.SET_ASIDE),
                name="assessment_submitted_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=AssessmentState.AGREED, agreed_at__isnull=False)
                | (~Q(state=AssessmentState.AGREED) & Q(agreed_at__isnull=True)),
                name="assessment_agreed_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(state=AssessmentState.AGREED, accepted_at__isnull=False, accepted_by__isnull=False),
                name="assessment_accepted_by_somebody_when_agreed",
            ),
            models.CheckConstraint(
                condition=Q(extended_until__isnull=True, extension_reason="")
                | (Q(extended_until__isnull=False) & ~Q(extension_reason="")),
                name="assessment_extended_with_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(state=AssessmentState.SET_ASIDE) & ~Q(set_aside_reason=""))
                | (~Q(state=AssessmentState.SET_ASIDE) & Q(set_aside_reason="")),
                name="assessment_set_aside_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(statement__isnull=True, statement_number__isnull=True, statement_code="")
                | (Q(statement__isnull=False, statement_number__gte=1) & ~Q(statement_code="")),
                name="assessment_statement_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}/{self.phase_id}"

    @property
    def closes_at(self) -> datetime:
        """Return when the region must have submitted: the closing time of the phase, or the end of its extension if
        later."""
        return max(self.phase.closes_at, self.extended_until or self.phase.closes_at)


class Allocation(models.Model):
    """The office (OPD) that answers an indicator in this campaign."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="allocations")
    node = models.CharField(max_length=100)
    office = models.ForeignKey("areas.Office", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["participation", "node"]
        constraints = [models.UniqueConstraint(fields=["participation", "node"], name="allocation_once_an_indicator")]

    def __str__(self) -> str:
        return f"{self.node}: {self.office_id}"


class Answer(models.Model):
    """A region's answer to one indicator: a mark, a quantity, a ratio, or not applicable; with explanation and source.

    ``version`` counts saves: who saves over a version they have not seen is told. Marks of quantities and ratios are
    derived by the instrument when read.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    node = models.CharField(max_length=100)
    mark = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    quantity = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    realised = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    planned = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    not_applicable = models.BooleanField(default=False)
    explanation = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["assessment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "node"], name="answer_once_an_indicator"),
            models.CheckConstraint(
                condition=Q(realised__isnull=True, planned__isnull=True)
                | Q(realised__isnull=False, planned__isnull=False, realised__gte=0, planned__gt=0),
                name="answer_ratio_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(mark__isnull=True, quantity__isnull=True, realised__isnull=True)
                | Q(not_applicable=False, quantity__isnull=True, realised__isnull=True)
                | Q(not_applicable=False, mark__isnull=True, realised__isnull=True)
                | Q(not_applicable=False, mark__isnull=True, quantity__isnull=True),
                name="answer_of_one_kind",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="answer_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node}"


class AnswerEvidence(models.Model):
    """A piece of evidence (bukti dukung) attached to an answer.

    ``number`` is the version that was handed in; None while the assessment is being prepared: the newest.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="attachments")
    evidence = models.ForeignKey("evidence.Evidence", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(null=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["answer", "id"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "evidence"], name="answer_evidence_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=1), name="answer_evidence_number_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.evidence_id}"
