"""Tables of requests."""

from django.db import models
from django.db.models import Q

from pilar.platform.squashed import ID, check, table, unique

TABLES = [
    table(
        "AccountRequest",
        ID,
        ("provider", models.CharField(max_length=200, blank=True)),
        ("subject", models.CharField(max_length=255)),
        ("email", models.EmailField(max_length=254)),
        ("name", models.CharField(max_length=200, blank=True)),
        ("role", models.CharField(max_length=40, blank=True)),
        ("asked_at", models.DateTimeField()),
        ("region", models.ForeignKey("areas.region", models.PROTECT, null=True, related_name="+")),
        ("letter", models.CharField(max_length=200, blank=True)),
        ("position", models.CharField(max_length=200, blank=True)),
        ordering=["asked_at", "id"],
        constraints=[
            unique("account_request_once_a_person", "provider", "subject"),
            check("account_request_says_who", ~Q(subject="") & ~Q(email="")),
            check(
                "account_request_says_for_what",
                ~Q(provider="") | (~Q(position="") & ~Q(letter="") & Q(region__isnull=False)),
            ),
        ],
    ),
]
