"""Tables of papers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, table, unique

TABLES = [
    table(
        "PaperBatch",
        ID,
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
        ("version", models.ForeignKey("masterplan.version", models.PROTECT, related_name="paper_batches")),
        ordering=["-id"],
        constraints=[
            check("paper_batch_state_known", Q(state__in=["waiting", "running", "done", "failed"])),
            check("paper_batch_done_of_total", Q(done__lte=F("total"))),
            check(
                "paper_batch_done_has_its_file",
                ~Q(state="done")
                | (Q(done=F("total"), sha256__regex="^[0-9a-f]{64}$", size__gt=0) & ~Q(storage_key="")),
            ),
            unique("paper_batch_one_unfinished", "version", where=Q(state__in=["running", "waiting"])),
        ],
    ),
]
