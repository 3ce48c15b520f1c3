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
        ("secret", EncryptedField(context="permits.subscription.secret")),
        ("events", ArrayField(base_field=models.CharField(max_length=30), size=None)),
        ("ended_at", models.DateTimeField(null=True)),
        ("made_by", SignatureField(max_length=200)),
        ("made_at", models.DateTimeField()),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        constraints=[
            check("subscription_has_a_title", Q(title__regex="\\S")),
            check("subscription_by_https", Q(address__startswith="https://")),
            check("subscription_of_something", Q(events__len__gt=0)),
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
        ("subscription", models.ForeignKey("permits.subscription", models.PROTECT, related_name="deliveries")),
        indexes=[index("hook_due", "next_at", where=Q(state="waiting"))],
        constraints=[
            check("hook_state_known", Q(state__in=["waiting", "arrived", "dead"])),
            check(
                "hook_waits_until",
                Q(next_at__isnull=False, state="waiting") | (~Q(state="waiting") & Q(next_at__isnull=True)),
            ),
        ],
    ),
]
