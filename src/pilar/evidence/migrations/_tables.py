"""Tables of evidence, and what guards them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Evidence",
        ("id", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
        ("title", models.CharField(max_length=200)),
        ("created_at", models.DateTimeField()),
        ("created_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("office", models.ForeignKey("areas.office", models.PROTECT, null=True, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("reserved", models.BooleanField(default=False)),
        ordering=["-created_at", "id"],
        indexes=[index("evidence_of_region", "region", "-created_at")],
        constraints=[check("evidence_has_a_title", Q(title__regex="\\S"))],
    ),
    table(
        "HeldFile",
        ("id", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
        ("file_name", models.CharField(max_length=150)),
        ("media_type", models.CharField(max_length=100)),
        ("size", models.PositiveBigIntegerField()),
        ("sha256", models.CharField(max_length=64)),
        ("storage_key", models.CharField(max_length=60, unique=True)),
        ("received_at", models.DateTimeField()),
        ("received_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("citizen", models.ForeignKey("people.publicaccount", models.PROTECT, null=True, related_name="+")),
        indexes=[index("held_file_by_age", "received_at")],
        constraints=[
            check(
                "held_file_of_somebody",
                Q(citizen__isnull=False, received_by__isnull=True) | Q(citizen__isnull=True, received_by__isnull=False),
            )
        ],
    ),
    table(
        "Revision",
        ID,
        ("number", models.PositiveSmallIntegerField()),
        ("file_name", models.CharField(max_length=150, blank=True)),
        ("media_type", models.CharField(max_length=100, blank=True)),
        ("size", models.PositiveBigIntegerField(null=True)),
        ("sha256", models.CharField(max_length=64, blank=True)),
        ("storage_key", models.CharField(max_length=60, blank=True)),
        ("link", models.CharField(max_length=2000, blank=True)),
        ("note", models.CharField(max_length=1000, blank=True)),
        ("uploaded_at", models.DateTimeField()),
        ("evidence", models.ForeignKey("evidence.evidence", models.PROTECT, related_name="revisions")),
        ("uploaded_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ordering=["evidence", "-number"],
        indexes=[index("revision_by_content", "sha256", where=~Q(sha256=""))],
        constraints=[
            unique("revision_number_once", "evidence", "number"),
            unique("revision_file_named_once", "storage_key", where=~Q(storage_key="")),
            check("revision_number_from_one", Q(number__gte=1)),
            check(
                "revision_is_file_or_link",
                (
                    Q(
                        link="",
                        media_type__in=[
                            "application/pdf",
                            "image/jpeg",
                            "image/png",
                            "image/webp",
                            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                            "application/vnd.oasis.opendocument.text",
                            "application/vnd.oasis.opendocument.spreadsheet",
                            "application/vnd.oasis.opendocument.presentation",
                            "text/csv",
                        ],
                        sha256__regex="^[0-9a-f]{64}$",
                        size__gte=1,
                        size__isnull=False,
                    )
                    & ~Q(file_name="")
                    & ~Q(storage_key="")
                )
                | (
                    Q(link__regex="^https?://", size__isnull=True)
                    & Q(file_name="", media_type="", sha256="", storage_key="")
                ),
            ),
        ],
    ),
    table(
        "Release",
        ID,
        ("released_at", models.DateTimeField()),
        ("released_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("revision", models.OneToOneField("evidence.revision", models.PROTECT, related_name="release")),
    ),
    table(
        "ScanVerdict",
        ID,
        ("state", models.CharField(max_length=12)),
        ("found", models.CharField(max_length=200, blank=True)),
        ("scanned_at", models.DateTimeField()),
        ("revision", models.ForeignKey("evidence.revision", models.PROTECT, related_name="verdicts")),
        constraints=[check("verdict_state_known", Q(state__in=["clean", "infected", "failed"]))],
    ),
    table(
        "Verification",
        ID,
        ("outcome", models.CharField(max_length=10)),
        ("reason", models.CharField(max_length=1000, blank=True)),
        ("verified_at", models.DateTimeField()),
        ("revision", models.ForeignKey("evidence.revision", models.PROTECT, related_name="verifications")),
        ("verified_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        constraints=[
            check(
                "verification_returned_with_reason", Q(outcome="verified") | Q(outcome="returned", reason__regex="\\S")
            )
        ],
    ),
    table(
        "KeptDocument",
        ("key", models.CharField(primary_key=True, max_length=64, serialize=False)),
        ("size", models.PositiveBigIntegerField(null=True)),
        ("used_at", models.DateTimeField()),
        indexes=[index("kept_document_by_use", "used_at")],
        constraints=[check("kept_document_key_is_a_hash", Q(key__regex="^[0-9a-f]{64}$"))],
    ),
    table(
        "SignedDocument",
        ID,
        ("kind", models.CharField(max_length=24)),
        ("key", models.CharField(max_length=100)),
        ("title", models.CharField(max_length=300)),
        ("number", models.CharField(max_length=200, blank=True)),
        ("day", models.DateField()),
        ("scope", models.CharField(max_length=16)),
        ("address", models.CharField(max_length=300)),
        ("state", models.CharField(max_length=7, default="waiting")),
        ("reason", models.CharField(max_length=10, blank=True, default="")),
        ("tries", models.PositiveIntegerField(default=0)),
        ("ordered_at", models.DateTimeField()),
        ("due_at", models.DateTimeField()),
        ("signed_at", models.DateTimeField(null=True)),
        ("signer", models.CharField(max_length=300, blank=True, default="")),
        ("demonstration", models.BooleanField(default=False)),
        ("record", models.CharField(max_length=300, blank=True, default="")),
        ("seal_key", models.CharField(max_length=64, blank=True, default="")),
        ("storage_key", models.CharField(max_length=60, blank=True, default="")),
        ("size", models.PositiveBigIntegerField(default=0)),
        ("sha256", models.CharField(max_length=64, blank=True, default="")),
        ("pages_size", models.PositiveBigIntegerField(default=0)),
        ("pages_sha256", models.CharField(max_length=64, blank=True, default="")),
        indexes=[index("to_be_signed_by_time", "due_at", where=Q(state="waiting"))],
        constraints=[
            unique("document_signed_once", "kind", "key"),
            unique("signed_record_once", "record", where=~Q(record="")),
            check("signed_document_state_known", Q(state__in=["waiting", "signed", "failed"])),
            check(
                "signed_document_is_whole",
                ~Q(state="signed")
                | (
                    Q(
                        pages_sha256__regex="^[0-9a-f]{64}$",
                        pages_size__gt=0,
                        seal_key__regex="^[0-9a-f]{64}$",
                        sha256__regex="^[0-9a-f]{64}$",
                        signed_at__isnull=False,
                        size__gt=F("pages_size"),
                    )
                    & ~Q(record="")
                    & ~Q(storage_key="")
                ),
            ),
        ],
    ),
]

GUARDS = [
    stays("Evidence", "evidence_append_only"),
    guard("Evidence", "evidence_office_in_region", "INSERT")("""
        IF NEW.office_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM areas_office WHERE id = NEW.office_id AND
            region_id = NEW.region_id) THEN
            RAISE EXCEPTION 'evidence_office_in_region' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Revision", "revision_append_only"),
    guard("Release", "release_not_reserved", "INSERT")("""
        IF (SELECT piece.reserved FROM evidence_revision AS revision JOIN evidence_evidence AS piece ON
            piece.id = revision.evidence_id WHERE revision.id = NEW.revision_id) THEN
            RAISE EXCEPTION 'release_not_reserved' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("ScanVerdict", "verdict_append_only"),
    guard("ScanVerdict", "verdict_not_after_infected", "INSERT")("""
        IF EXISTS (SELECT 1 FROM evidence_scanverdict WHERE revision_id = NEW.revision_id AND state =
            'infected') THEN
            RAISE EXCEPTION 'verdict_not_after_infected' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Verification", "verification_append_only"),
    guard("Verification", "verification_by_another", "INSERT")("""
        IF EXISTS (SELECT 1 FROM evidence_revision WHERE id = NEW.revision_id AND uploaded_by_id =
            NEW.verified_by_id) THEN
            RAISE EXCEPTION 'verification_by_another' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("SignedDocument", "signed_document_kept", "DELETE"),
    guard("SignedDocument", "signed_document_stays", "UPDATE")("""
        IF OLD.state = 'signed' THEN
            RAISE EXCEPTION 'signed_document_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
