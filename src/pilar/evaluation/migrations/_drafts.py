"""Tables of drafts, and what guards them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, stays, table, unique

TABLES = [
    table(
        "InstrumentDraft",
        ID,
        ("code", models.CharField(max_length=60)),
        ("version", models.CharField(max_length=30)),
        ("sha256", models.CharField(max_length=64)),
        ("title_id", models.CharField(max_length=300)),
        ("title_en", models.CharField(max_length=300)),
        ("document", models.TextField()),
        ("file", models.CharField(max_length=200)),
        ("sent_by_name", SignatureField(max_length=200)),
        ("sent_at", models.DateTimeField(db_default=Now())),
        ("four_eyes", models.BooleanField(default=True)),
        ("released_by_name", SignatureField(max_length=200, blank=True, default="")),
        ("released_at", models.DateTimeField(null=True)),
        (
            "instrument",
            models.OneToOneField("evaluation.instrument", models.PROTECT, null=True, related_name="release"),
        ),
        ("released_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("sent_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ordering=["-sent_at", "-id"],
        constraints=[
            unique("instrument_draft_version_once", "code", "version"),
            check("instrument_draft_sha256_is_a_hash", Q(sha256__regex="^[0-9a-f]{64}$")),
            check(
                "instrument_draft_released_by_somebody",
                Q(instrument=None, released_at=None, released_by=None, released_by_name="")
                | (Q(instrument__isnull=False, released_at__isnull=False) & ~Q(released_by_name="")),
            ),
            check(
                "instrument_draft_released_by_another",
                Q(released_at=None) | Q(four_eyes=False) | ~Q(sent_by=F("released_by")),
            ),
        ],
    ),
]

GUARDS = [
    stays(
        "InstrumentDraft",
        "instrument_draft_keeps_what_it_says",
        "UPDATE",
        condition="""
        OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."version" IS DISTINCT FROM (NEW."version") OR
            OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."title_id" IS DISTINCT FROM (NEW."title_id")
            OR OLD."title_en" IS DISTINCT FROM (NEW."title_en") OR OLD."document" IS DISTINCT FROM
            (NEW."document") OR OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."sent_by_id" IS DISTINCT FROM
            (NEW."sent_by_id") OR OLD."sent_by_name" IS DISTINCT FROM (NEW."sent_by_name") OR OLD."sent_at" IS
            DISTINCT FROM (NEW."sent_at")
    """,
    ),
    stays("InstrumentDraft", "instrument_draft_released_for_good", condition='OLD."released_at" IS NOT NULL'),
]
