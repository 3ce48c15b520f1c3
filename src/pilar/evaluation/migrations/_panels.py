"""Tables of panels."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pilar.platform.squashed import ID, check, table, unique

TABLES = [
    table(
        "Conflict",
        ID,
        ("kind", models.CharField(max_length=10)),
        ("note", models.CharField(max_length=300, blank=True, default="")),
        ("declared_at", models.DateTimeField(db_default=Now())),
        ("assessor", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ordering=["assessor", "region"],
        constraints=[
            unique("conflict_once", "assessor", "region", "kind"),
            check("conflict_kind_known", Q(kind__in=["home", "employer", "mentor"])),
        ],
    ),
    table(
        "Seat",
        ID,
        ("is_chair", models.BooleanField(default=False)),
        ("seated_at", models.DateTimeField(db_default=Now())),
        ("assessor", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("participation", models.ForeignKey("evaluation.participation", models.CASCADE, related_name="seats")),
        ordering=["participation", "-is_chair", "id"],
        constraints=[
            unique("seat_once", "participation", "assessor"),
            unique("seat_one_chair_a_panel", "participation", where=Q(is_chair=True)),
        ],
    ),
]
