"""Tables of public."""

from django.db import models
from django.db.models import Q

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import check, index, table

TABLES = [
    table(
        "PublicPhoto",
        ("pk", models.CompositePrimaryKey("region", "village", "year", "request", "evidence", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("year", models.PositiveSmallIntegerField()),
        ("request", models.PositiveIntegerField()),
        ("evidence", models.UUIDField()),
        ("number", models.PositiveIntegerField()),
        ("shown_by", SignatureField(max_length=200)),
        ("shown_at", models.DateTimeField()),
    ),
    table(
        "Question",
        ("pk", models.CompositePrimaryKey("region", "village", "number", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("village", models.CharField(max_length=13)),
        ("number", models.PositiveIntegerField()),
        ("year", models.PositiveSmallIntegerField()),
        ("activity", models.CharField(max_length=10, blank=True)),
        ("text", EncryptedField(null=True, context="villagefinance.question.text")),
        ("contact", EncryptedField(null=True, context="villagefinance.question.contact")),
        ("asked_at", models.DateTimeField()),
        ("due", models.DateField()),
        ("state", models.CharField(max_length=9, default="asked")),
        ("answer", models.TextField(blank=True)),
        ("answered_by", SignatureField(max_length=200, blank=True)),
        ("answered_at", models.DateTimeField(null=True)),
        ("shown", models.TextField(blank=True)),
        indexes=[index("question_by_day", "region", "asked_at")],
        constraints=[
            check("question_state_known", Q(state__in=["asked", "answered", "published", "aside"])),
            check(
                "question_answered",
                ~Q(state__in=["answered", "published"]) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            check("question_shown_once_published", Q(state="published") ^ Q(shown="")),
        ],
    ),
]
