"""Tables of batches."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, table, unique

TABLES = [
    table(
        "SheetBatch",
        ID,
        ("language", models.CharField(max_length=2)),
        ("state", models.CharField(max_length=10, default="waiting")),
        ("attempt", models.PositiveSmallIntegerField(default=0)),
        ("done", models.PositiveIntegerField(default=0)),
        ("total", models.PositiveIntegerField()),
        ("ordered_by_name", SignatureField(max_length=200)),
        ("ordered_at", models.DateTimeField(db_default=Now())),
        ("progressed_at", models.DateTimeField(db_default=Now())),
        ("storage_key", models.CharField(max_length=60, blank=True, default="")),
        ("size", models.PositiveBigIntegerField(null=True)),
        ("sha256", models.CharField(max_length=64, blank=True, default="")),
        ("ordered_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("snapshot", models.ForeignKey("evaluation.snapshot", models.PROTECT, related_name="sheet_batches")),
        ordering=["-id"],
        constraints=[
            check("sheet_batch_state_known", Q(state__in=["waiting", "running", "done", "failed"])),
            check("sheet_batch_language_known", Q(language__in=["id", "en"])),
            check("sheet_batch_done_of_total", Q(done__lte=F("total"))),
            check(
                "sheet_batch_done_has_its_file",
                ~Q(state="done")
                | (Q(done=F("total"), sha256__regex="^[0-9a-f]{64}$", size__gt=0) & ~Q(storage_key="")),
            ),
            unique("sheet_batch_one_unfinished", "snapshot", "language", where=Q(state__in=["running", "waiting"])),
        ],
    ),
]
