"""Tables of desk."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import ID, check, index, table, unique

TABLES = [
    table(
        "Letter",
        ID,
        ("kind", models.CharField(max_length=9)),
        ("token", models.CharField(max_length=24, unique=True)),
        ("case", models.CharField(max_length=60, blank=True)),
        ("text", EncryptedField(null=True, context="permits.letter.text")),
        ("contact", EncryptedField(null=True, context="permits.letter.contact")),
        ("asked_at", models.DateTimeField()),
        ("due", models.DateField()),
        ("state", models.CharField(max_length=9, default="asked")),
        ("escalated_at", models.DateTimeField(null=True)),
        ("answer", models.TextField(blank=True)),
        ("answered_by", SignatureField(max_length=200, blank=True)),
        ("answered_at", models.DateTimeField(null=True)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        indexes=[index("letter_by_due", "region", "state", "due")],
        constraints=[
            check("letter_kind_known", Q(kind__in=["complaint", "enquiry"])),
            check("letter_state_known", Q(state__in=["asked", "escalated", "answered"])),
            check("letter_answered", ~Q(state="answered") | (~Q(answer="") & Q(answered_at__isnull=False))),
        ],
    ),
    table(
        "ReportNote",
        ID,
        ("year", models.PositiveSmallIntegerField()),
        ("quarter", models.PositiveSmallIntegerField()),
        ("heading", models.CharField(max_length=14)),
        ("text", models.TextField()),
        ("written_by", SignatureField(max_length=200)),
        ("written_at", models.DateTimeField()),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        constraints=[
            unique("report_note_once", "region", "year", "quarter", "heading"),
            check(
                "report_note_heading_known",
                Q(
                    heading__in=[
                        "structure",
                        "powers",
                        "staff",
                        "facilities",
                        "pledge",
                        "standards",
                        "survey",
                        "complaints",
                        "innovations",
                        "outreach",
                        "simplification",
                        "incentives",
                        "permits",
                        "investment",
                        "obstacles",
                    ]
                ),
            ),
            check("report_note_in_a_quarter", Q(quarter__range=(1, 4))),
        ],
    ),
    table(
        "DeskBatch",
        ID,
        ("act", models.CharField(max_length=20)),
        ("stages", models.JSONField()),
        ("given", models.JSONField(default=dict)),
        ("ordered_at", models.DateTimeField()),
        ("done", models.PositiveIntegerField(default=0)),
        ("refused", models.JSONField(default=list)),
        ("ended_at", models.DateTimeField(null=True)),
        ("ordered_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        constraints=[check("desk_batch_of_something", ~Q(stages=[]))],
    ),
]
