"""Tables of assessments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pilar.platform.squashed import ID, check, table, unique

TABLES = [
    table(
        "Assessment",
        ID,
        ("state", models.CharField(max_length=20, default="preparing")),
        ("submitted_at", models.DateTimeField(null=True)),
        ("agreed_at", models.DateTimeField(null=True)),
        ("submitted_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("participation", models.ForeignKey("evaluation.participation", models.CASCADE, related_name="assessments")),
        ("phase", models.ForeignKey("evaluation.phase", models.PROTECT, related_name="assessments")),
        ("accepted_at", models.DateTimeField(null=True)),
        ("accepted_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("extended_until", models.DateTimeField(null=True)),
        ("extension_reason", models.TextField(blank=True, default="")),
        ("set_aside_reason", models.TextField(blank=True, default="")),
        ("statement", models.ForeignKey("evidence.evidence", models.PROTECT, null=True, related_name="+")),
        ("statement_code", models.CharField(max_length=8, blank=True, default="")),
        ("statement_number", models.PositiveSmallIntegerField(null=True)),
        ordering=["phase", "participation"],
        constraints=[
            unique("assessment_once_a_phase", "participation", "phase"),
            check(
                "assessment_agreed_has_its_moment",
                Q(agreed_at__isnull=False, state="agreed") | (~Q(state="agreed") & Q(agreed_at__isnull=True)),
            ),
            check(
                "assessment_accepted_by_somebody_when_agreed",
                Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, state="agreed"),
            ),
            check("assessment_state_known", Q(state__in=["preparing", "submitted", "agreed", "set_aside"])),
            check(
                "assessment_submitted_has_its_moment",
                Q(state="preparing", submitted_at__isnull=True)
                | Q(state__in=["submitted", "agreed"], submitted_at__isnull=False)
                | Q(state="set_aside"),
            ),
            check(
                "assessment_extended_with_a_reason",
                Q(extended_until__isnull=True, extension_reason="")
                | (Q(extended_until__isnull=False) & ~Q(extension_reason="")),
            ),
            check(
                "assessment_set_aside_with_a_reason",
                (Q(state="set_aside") & ~Q(set_aside_reason="")) | (~Q(state="set_aside") & Q(set_aside_reason="")),
            ),
            check(
                "assessment_statement_is_whole",
                Q(statement__isnull=True, statement_code="", statement_number__isnull=True)
                | (Q(statement__isnull=False, statement_number__gte=1) & ~Q(statement_code="")),
            ),
        ],
    ),
    table(
        "Answer",
        ID,
        ("node", models.CharField(max_length=100)),
        ("mark", models.DecimalField(null=True, max_digits=9, decimal_places=4)),
        ("quantity", models.DecimalField(null=True, max_digits=24, decimal_places=6)),
        ("realised", models.DecimalField(null=True, max_digits=24, decimal_places=6)),
        ("planned", models.DecimalField(null=True, max_digits=24, decimal_places=6)),
        ("not_applicable", models.BooleanField(default=False)),
        ("explanation", models.TextField(blank=True, default="")),
        ("source", models.TextField(blank=True, default="")),
        ("version", models.PositiveIntegerField(default=1)),
        ("changed_at", models.DateTimeField(db_default=Now())),
        ("changed_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="answers")),
        ordering=["assessment", "id"],
        constraints=[
            unique("answer_once_an_indicator", "assessment", "node"),
            check(
                "answer_ratio_is_whole",
                Q(planned__isnull=True, realised__isnull=True)
                | Q(planned__gt=0, planned__isnull=False, realised__gte=0, realised__isnull=False),
            ),
            check(
                "answer_of_one_kind",
                Q(mark__isnull=True, quantity__isnull=True, realised__isnull=True)
                | Q(not_applicable=False, quantity__isnull=True, realised__isnull=True)
                | Q(mark__isnull=True, not_applicable=False, realised__isnull=True)
                | Q(mark__isnull=True, not_applicable=False, quantity__isnull=True),
            ),
            check("answer_version_counts_from_one", Q(version__gte=1)),
        ],
    ),
    table(
        "Allocation",
        ID,
        ("node", models.CharField(max_length=100)),
        ("office", models.ForeignKey("areas.office", models.PROTECT, related_name="+")),
        ("participation", models.ForeignKey("evaluation.participation", models.CASCADE, related_name="allocations")),
        ordering=["participation", "node"],
        constraints=[unique("allocation_once_an_indicator", "participation", "node")],
    ),
    table(
        "AnswerEvidence",
        ID,
        ("added_at", models.DateTimeField(db_default=Now())),
        ("answer", models.ForeignKey("evaluation.answer", models.CASCADE, related_name="attachments")),
        ("evidence", models.ForeignKey("evidence.evidence", models.PROTECT, related_name="+")),
        ("number", models.PositiveSmallIntegerField(null=True)),
        ordering=["answer", "id"],
        constraints=[
            unique("answer_evidence_once", "answer", "evidence"),
            check("answer_evidence_number_from_one", Q(number__isnull=True) | Q(number__gte=1)),
        ],
    ),
]
