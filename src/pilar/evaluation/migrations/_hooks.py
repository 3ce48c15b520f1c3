"""Tables of hooks."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import ID, check, index, table

TABLES = [
    table(
        "Subscription",
        ID,
        ("title", models.CharField(max_length=100)),
        ("address", models.CharField(max_length=500)),
        ("events", ArrayField(base_field=models.CharField(max_length=30), size=None)),
        ("ended_at", models.DateTimeField(null=True)),
        ("made_by", SignatureField(max_length=200)),
        ("made_at", models.DateTimeField()),
        ("secret", EncryptedField(context="evaluation.subscription.secret")),
        constraints=[
            check("publication_system_has_a_title", Q(title__regex="\\S")),
            check("publication_system_by_https", Q(address__startswith="https://")),
            check("publication_system_of_something", Q(events__len__gt=0)),
        ],
    ),
    table(
        "HookDelivery",
        ("key", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
        ("event", models.CharField(max_length=30)),
        ("body", models.TextField()),
        ("made_at", models.DateTimeField()),
        ("attempts", models.PositiveSmallIntegerField(default=0)),
        ("next_at", models.DateTimeField(null=True)),
        ("state", models.CharField(max_length=7, default="waiting")),
        ("told", models.CharField(max_length=100, blank=True)),
        ("subscription", models.ForeignKey("evaluation.subscription", models.PROTECT, related_name="deliveries")),
        indexes=[index("publication_due", "next_at", where=Q(state="waiting"))],
        constraints=[
            check("publication_told_state_known", Q(state__in=["waiting", "arrived", "dead"])),
            check(
                "publication_waits_until",
                Q(next_at__isnull=False, state="waiting") | (~Q(state="waiting") & Q(next_at__isnull=True)),
            ),
        ],
    ),
]
