"""Evidence in versions, what a virus scanner and a verifier said of each, and what is open to the public."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evidence.rules import MAX_LINK, MAX_NAME, MAX_TEXT, MAX_TITLE, MEDIA_TYPES
from pilar.evidence.rules.batches import UNFINISHED, BatchState
from pilar.evidence.rules.documents import FOLDER
from pilar.evidence.rules.signing import SigningState
from pilar.evidence.rules.states import ScanState
from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row

_SHA256 = r"^[0-9a-f]{64}$"
_TYPES = list(MEDIA_TYPES)


def _refuse(name: str, condition: str, sentence: str) -> pgtrigger.Trigger:
    """Refuse a new row for which the SQL condition holds."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"IF {condition} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;",
    )


_OFFICE_ELSEWHERE = (
    "NEW.office_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM areas_office WHERE id = NEW.office_id AND region_id = NEW.region_id)"
)
_RESERVED = (
    "(SELECT piece.reserved FROM evidence_revision AS revision"
    " JOIN evidence_evidence AS piece ON piece.id = revision.evidence_id WHERE revision.id = NEW.revision_id)"
)


class HeldFile(models.Model):
    """A file on its way in: checked, and written to the store or about to be. It becomes a revision or is swept away.

    This row is committed before the file is written (adr/0007), so no file is ever without a row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    file_name = models.CharField(max_length=MAX_NAME)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=60, unique=True)
    received_by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    citizen = models.ForeignKey("people.PublicAccount", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="held_file_by_age")]
        constraints = [
            models.CheckConstraint(
                condition=Q(received_by__isnull=True, citizen__isnull=False)
                | Q(received_by__isnull=False, citizen__isnull=True),
                name="held_file_of_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class KeptDocument(models.Model):
    """A document that everybody may read and that never changes, made once; no evidence, and deleted to make room.

    ``key`` says what it is made of. The row is committed before the file is written, as for :class:`HeldFile`; without
    ``size`` it is being made, or could not be kept.
    """

    key = models.CharField(primary_key=True, max_length=64)
    size = models.PositiveBigIntegerField(null=True)
    used_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["used_at"], name="kept_document_by_use")]
        constraints = [models.CheckConstraint(condition=Q(key__regex=_SHA256), name="kept_document_key_is_a_hash")]

    def __str__(self) -> str:
        return self.key

    @property
    def storage_key(self) -> str:
        return f"{FOLDER}/{self.key[:2]}/{self.key}"


class Evidence(models.Model):
    """A piece of evidence (bukti dukung) of a region, or of one of its offices.

    ``reserved``: offices of the region do not read it, see ``rules.readers``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("areas.Office", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=MAX_TITLE)
    reserved = models.BooleanField(default=False)
    created_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["region", "-created_at"], name="evidence_of_region")]
        constraints = [models.CheckConstraint(condition=Q(title__regex=r"\S"), name="evidence_has_a_title")]
        triggers = [
            append_only("evidence_append_only"),
            _refuse("evidence_office_in_region", _OFFICE_ELSEWHERE, "evidence_office_in_region"),
        ]

    def __str__(self) -> str:
        return self.title


class Revision(models.Model):
    """One version (revisi) of a piece of evidence: a file in the store, or a link. Never changed, never deleted."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=MAX_NAME, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    storage_key = models.CharField(max_length=60, blank=True)
    link = models.CharField(max_length=MAX_LINK, blank=True)
    note = models.CharField(max_length=MAX_TEXT, blank=True)
    uploaded_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["evidence", "-number"]
        indexes = [models.Index(fields=["sha256"], condition=~Q(sha256=""), name="revision_by_content")]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["storage_key"], condition=~Q(storage_key=""), name="revision_file_named_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_one"),
            models.CheckConstraint(
                condition=(
                    Q(link="", size__isnull=False, size__gte=1, sha256__regex=_SHA256, media_type__in=_TYPES)
                    & ~Q(file_name="")
                    & ~Q(storage_key="")
                )
                | (
                    Q(link__regex="^https?://", size__isnull=True)
                    & Q(file_name="", media_type="", sha256="", storage_key="")
                ),
                name="revision_is_file_or_link",
            ),
        ]
        triggers = [append_only("revision_append_only")]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.number}"


class ScanVerdict(models.Model):
    """The verdict of a virus scanner on a revision's file; the last one counts, and “infected” stays the last one."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="verdicts")
    state = models.CharField(max_length=12)
    found = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["clean", "infected", "failed"]), name="verdict_state_known")
        ]
        triggers = [
            append_only("verdict_append_only"),
            _refuse(
                "verdict_not_after_infected",
                "EXISTS (SELECT 1 FROM evidence_scanverdict"
                " WHERE revision_id = NEW.revision_id AND state = 'infected')",
                "verdict_not_after_infected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.state}"


class Verification(models.Model):
    """The decision of the region's verifier (verifikator) about a revision; the last one counts."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="verifications")
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=MAX_TEXT, blank=True)
    verified_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="verified") | (Q(outcome="returned") & Q(reason__regex=r"\S")),
                name="verification_returned_with_reason",
            )
        ]
        triggers = [
            append_only("verification_append_only"),
            _refuse(
                "verification_by_another",
                "EXISTS (SELECT 1 FROM evidence_revision"
                " WHERE id = NEW.revision_id AND uploaded_by_id = NEW.verified_by_id)",
                "verification_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.outcome}"


class Release(models.Model):
    """A revision that the secretariat opened to the public. Taking it back deletes the row; the audit log has both."""

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="release")
    released_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()

    class Meta:
        triggers = [_refuse("release_not_reserved", _RESERVED, "release_not_reserved")]

    def __str__(self) -> str:
        return str(self.revision_id)


class PrivateFile(models.Model):
    """A file that a room keeps for its own readers and that is no evidence; ``scan`` is what the scanner said last."""

    file_name = models.CharField(max_length=MAX_NAME)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=60)
    scan = models.CharField(max_length=12, default=ScanState.NOT_SCANNED.value)
    scan_found = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class SignedDocument(models.Model):
    """A document of a room that is signed electronically by the worker, once and for good.

    ``kind`` and ``key`` name it as for the audit log. ``tries`` counts how often an attempt began; only the last one
    may write, and until ``due_at`` no other begins. The row with ``storage_key`` is committed before the file is
    written, as for :class:`HeldFile`. ``record`` is what the code on the signed file holds, by the key ``seal_key``.
    """

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    number = models.CharField(max_length=200, blank=True)
    day = models.DateField()
    scope = models.CharField(max_length=16)
    address = models.CharField(max_length=300)
    state = models.CharField(max_length=7, default=SigningState.WAITING)
    reason = models.CharField(max_length=10, blank=True, default="")
    tries = models.PositiveIntegerField(default=0)
    ordered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signer = models.CharField(max_length=300, blank=True, default="")
    demonstration = models.BooleanField(default=False)
    record = models.CharField(max_length=300, blank=True, default="")
    seal_key = models.CharField(max_length=64, blank=True, default="")
    storage_key = models.CharField(max_length=60, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    pages_size = models.PositiveBigIntegerField(default=0)
    pages_sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=SigningState.WAITING), name="to_be_signed_by_time")
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="document_signed_once"),
            models.UniqueConstraint(fields=["record"], condition=~Q(record=""), name="signed_record_once"),
            models.CheckConstraint(condition=Q(state__in=list(SigningState)), name="signed_document_state_known"),
            models.CheckConstraint(
                condition=~Q(state=SigningState.SIGNED)
                | Q(
                    signed_at__isnull=False,
                    sha256__regex=_SHA256,
                    pages_sha256__regex=_SHA256,
                    pages_size__gt=0,
                    size__gt=F("pages_size"),
                    seal_key__regex=_SHA256,
                )
                & ~Q(record="")
                & ~Q(storage_key=""),
                name="signed_document_is_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="signed_document_kept", operation=pgtrigger.Delete),
            on_row("signed_document_stays", pgtrigger.Update, ("signed_document_stays", "OLD.state = 'signed'")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"


class Batch(models.Model):
    """Files made in one go as an archive in the private store; a room says by its own columns of what.

    ``attempt`` counts how often a worker began; only the last one may write. ``done`` of ``total`` files are made.
    """

    state = models.CharField(max_length=10, default=BatchState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ordered_by_name = SignatureField(max_length=200)
    ordered_at = models.DateTimeField(db_default=Now())
    progressed_at = models.DateTimeField(db_default=Now())
    storage_key = models.CharField(max_length=60, blank=True, default="")
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True
        ordering = ["-id"]

    @property
    def topic(self) -> str:
        """Return the topic that is notified when it has progressed."""
        return f"{self._meta.db_table} {self.pk}"


def batch_constraints(name: str, *same: str) -> list[models.BaseConstraint]:
    """Return what the table ``name`` of batches refuses: rows equal in the columns ``same`` are not under way twice."""
    whole = Q(done=F("total"), size__gt=0, sha256__regex=_SHA256) & ~Q(storage_key="")
    return [
        models.CheckConstraint(condition=Q(state__in=list(BatchState)), name=f"{name}_state_known"),
        models.CheckConstraint(condition=Q(done__lte=F("total")), name=f"{name}_done_of_total"),
        models.CheckConstraint(condition=~Q(state=BatchState.DONE) | whole, name=f"{name}_done_has_its_file"),
        models.UniqueConstraint(fields=same, condition=Q(state__in=sorted(UNFINISHED)), name=f"{name}_one_unfinished"),
    ]
