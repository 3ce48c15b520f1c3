"""Tables of day, and what guards them."""

from django.db import models

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, stays, table

TABLES = [
    table(
        "Replan",
        ID,
        ("at", models.DateTimeField()),
        ("by", SignatureField(max_length=200)),
        ("resume", models.DateTimeField(null=True)),
        ("until", models.DateTimeField()),
        ("moved", models.PositiveSmallIntegerField()),
        ("unplaced", models.PositiveSmallIntegerField()),
        ("nothing", models.JSONField()),
        ("then", models.JSONField()),
        ("session", models.ForeignKey("hospital.session", models.PROTECT, related_name="replans")),
        ordering=["id"],
    ),
]

GUARDS = [
    stays("Replan", "replan_append_only"),
]
