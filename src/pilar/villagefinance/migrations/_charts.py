"""Tables of charts."""

from django.db import models
from django.db.models import Q

from pilar.platform.squashed import check, table

TABLES = [
    table(
        "Activity",
        ("pk", models.CompositePrimaryKey("region", "code", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("code", models.CharField(max_length=10)),
        ("name", models.CharField(max_length=300)),
        ("level", models.PositiveSmallIntegerField()),
    ),
    table(
        "Fund",
        ("pk", models.CompositePrimaryKey("region", "code", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("code", models.CharField(max_length=5)),
        ("name", models.CharField(max_length=200)),
        ("account", models.CharField(max_length=12)),
    ),
    table(
        "Account",
        ("pk", models.CompositePrimaryKey("region", "code", serialize=False)),
        ("region", models.CharField(max_length=5)),
        ("code", models.CharField(max_length=12)),
        ("name", models.CharField(max_length=200)),
        ("level", models.PositiveSmallIntegerField()),
        ("side", models.CharField(max_length=1, blank=True)),
        ("is_leaf", models.BooleanField()),
        ("closed_on", models.DateField(null=True)),
        constraints=[check("account_side_known", Q(side__in=["D", "C", ""]))],
    ),
]
