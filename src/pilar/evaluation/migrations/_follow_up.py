"""Tables of follow up."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pilar.platform.squashed import ID, check, table, unique

TABLES = [
    table(
        "FollowUp",
        ID,
        ("due", models.DateField(null=True)),
        ("state", models.CharField(max_length=20, default="open")),
        ("note", models.TextField(blank=True, default="")),
        ("version", models.PositiveIntegerField(default=1)),
        ("changed_at", models.DateTimeField(db_default=Now())),
        ("changed_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("finding", models.OneToOneField("evaluation.finding", models.PROTECT, related_name="follow_up")),
        ("office", models.ForeignKey("areas.office", models.PROTECT, null=True, related_name="+")),
        ordering=["due", "id"],
        constraints=[
            check("follow_up_state_known", Q(state__in=["open", "under_way", "done", "dropped"])),
            check("follow_up_ended_says_how", ~Q(state__in=["done", "dropped"]) | Q(note__regex="\\S")),
            check("follow_up_version_counts_from_one", Q(version__gte=1)),
        ],
    ),
    table(
        "FollowUpEvidence",
        ID,
        ("added_at", models.DateTimeField(db_default=Now())),
        ("evidence", models.ForeignKey("evidence.evidence", models.PROTECT, related_name="+")),
        ("follow_up", models.ForeignKey("evaluation.followup", models.CASCADE, related_name="attachments")),
        constraints=[unique("follow_up_evidence_once", "follow_up", "evidence")],
    ),
]
