"""Tables of filling, and what guards them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, stays, table

TABLES = [
    table(
        "FilledIn",
        ID,
        ("file", models.CharField(max_length=200)),
        ("nodes", models.JSONField()),
        ("filled_by_name", SignatureField(max_length=200)),
        ("filled_at", models.DateTimeField(db_default=Now())),
        ("confirmed_by_name", SignatureField(max_length=200, blank=True, default="")),
        ("confirmed_at", models.DateTimeField(null=True)),
        ("assessment", models.ForeignKey("evaluation.assessment", models.CASCADE, related_name="filled_in")),
        ordering=["assessment", "id"],
        constraints=[
            check(
                "filled_in_confirmed_by_somebody",
                Q(confirmed_at__isnull=True, confirmed_by_name="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by_name="")),
            )
        ],
    ),
]

GUARDS = [
    stays(
        "FilledIn",
        "filled_in_keeps_what_it_says",
        "UPDATE",
        condition="""
        OLD."assessment_id" IS DISTINCT FROM (NEW."assessment_id") OR OLD."file" IS DISTINCT FROM (NEW."file")
            OR OLD."nodes" IS DISTINCT FROM (NEW."nodes") OR OLD."filled_by_name" IS DISTINCT FROM
            (NEW."filled_by_name") OR OLD."filled_at" IS DISTINCT FROM (NEW."filled_at")
    """,
    ),
]
