"""Tables of origins."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilar.platform.squashed import ID, check, table, unique

TABLES = [
    table(
        "AnswerOrigin",
        ID,
        ("node", models.CharField(max_length=100)),
        ("figures", models.JSONField()),
        ("fingerprint", models.CharField(max_length=32)),
        ("taken_at", models.DateTimeField()),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="origins")),
        (
            "plan_version",
            models.ForeignKey("masterplan.version", models.PROTECT, null=True, related_name="+", db_index=False),
        ),
        ("taken_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ordering=["assessment", "id"],
        constraints=[
            unique("answer_origin_once_an_indicator", "assessment", "node"),
            check("answer_origin_fingerprint", Q(fingerprint__regex="^[0-9a-f]{32}$")),
        ],
    ),
    table(
        "SurveyFile",
        ID,
        ("kind", models.CharField(max_length=10)),
        ("evidence", models.OneToOneField("evidence.evidence", models.PROTECT, related_name="+")),
        ("survey", models.ForeignKey("surveys.survey", models.PROTECT, related_name="+", db_index=False)),
        constraints=[
            unique("survey_file_once_a_kind", "survey", "kind"),
            check("survey_file_kind_known", Q(kind__in=["recap", "workbook", "answers"])),
        ],
    ),
]
