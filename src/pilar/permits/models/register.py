"""The register of permits: issued permits, their editions and events, and the lists for offline checks."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from pilar.permits.rules.register import PermitEventKind, PermitState
from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row


class Permit(models.Model):
    """A permit (izin), with its public data; ``holder`` is a business, or the initials of a person."""

    case = models.OneToOneField("permits.Case", on_delete=models.PROTECT, related_name="permit")
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("permits.ServiceVersion", on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=60)
    number = models.CharField(max_length=60, unique=True)
    holder = models.CharField(max_length=200)
    place = models.CharField(max_length=500, blank=True)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    valid_until = models.DateField()
    state = models.CharField(max_length=9, default=PermitState.VALID.value)
    edition = models.PositiveSmallIntegerField(default=1)
    synthetic = models.BooleanField(default=False)
    words = models.GeneratedField(
        expression=SearchVector("holder", "place", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        ordering = ["-issued_on", "-pk"]
        indexes = [
            GinIndex(fields=["words"], name="permit_by_words"),
            models.Index(fields=["region", "issued_on", "id"], name="permit_by_region"),
            models.Index(fields=["service", "issued_on", "id"], name="permit_by_service"),
            models.Index(fields=["issued_on", "id"], name="permit_by_day"),
            models.Index(fields=["state", "issued_on", "id"], condition=~Q(state="valid"), name="permit_not_valid"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(PermitState)), name="permit_state_known"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(holder=""), name="permit_number_and_holder"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("issued_on")), name="permit_valid_from_its_day"),
        ]
        triggers = [
            pgtrigger.Protect(name="permit_kept", operation=pgtrigger.Delete),
            on_row(
                "permit_stays", pgtrigger.Update,
                ("permit_stays", "(NEW.case_id, NEW.region_id, NEW.version_id, NEW.service, NEW.number, NEW.holder,"
                 " NEW.issued_on, NEW.issued_at) IS DISTINCT FROM (OLD.case_id, OLD.region_id, OLD.version_id,"
                 " OLD.service, OLD.number, OLD.holder, OLD.issued_on, OLD.issued_at)"),
                ("permit_revoked_stays", "OLD.state = 'revoked' AND (NEW.state <> 'valid' OR NOT EXISTS (SELECT FROM"
                 " permits_objection WHERE about = 'revocation' AND thing = OLD.number AND state = 'upheld'))"),
                ("permit_amended_by_edition", "NEW.edition NOT IN (OLD.edition, OLD.edition + 1) OR"
                 " (NEW.edition = OLD.edition AND (NEW.place, NEW.valid_until)"
                 " IS DISTINCT FROM (OLD.place, OLD.valid_until))"),
            ),
            on_row(
                "permit_in_order", pgtrigger.Insert,
                # Earlier days and the same day are asked separately, each from the index; one query reads all permits.
                ("permit_dated_back", "NEW.issued_on < (SELECT p.issued_on FROM permits_permit AS p"
                 " WHERE p.region_id = NEW.region_id ORDER BY p.issued_on DESC, p.id DESC LIMIT 1)"
                 " OR EXISTS (SELECT 1 FROM permits_permit AS p WHERE p.region_id = NEW.region_id"
                 " AND p.issued_on = NEW.issued_on AND p.issued_at > NEW.issued_at)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class PermitEdition(models.Model):
    """The document of a permit: the first one, or that of an amendment. ``pages_sha256`` and ``sha256`` come with its
    signature."""

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="editions")
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    day = models.DateField()
    signed_at = models.DateTimeField(null=True)
    pages_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["region", "day"], name="permit_edition_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["permit", "number"], name="permit_edition_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, pages_sha256="", sha256="")
                | Q(signed_at__isnull=False) & ~Q(pages_sha256="") & ~Q(sha256=""),
                name="permit_edition_signed_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="permit_edition_kept", operation=pgtrigger.Delete),
            on_row(
                "permit_edition_stays", pgtrigger.Update,
                ("permit_edition_stays", "OLD.signed_at IS NOT NULL OR (NEW.permit_id, NEW.number, NEW.day)"
                 " IS DISTINCT FROM (OLD.permit_id, OLD.number, OLD.day)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.permit_id} {self.number}"


class PermitEvent(models.Model):
    """An event of a permit: only ever added, and sealed as entry ``sealed`` of the register of its region."""

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=9)
    at = models.DateTimeField()
    by = SignatureField(max_length=200)
    reason = models.CharField(max_length=1000, blank=True)
    sealed = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(PermitEventKind)), name="permit_event_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=PermitEventKind.ISSUED) | ~Q(reason=""), name="permit_event_with_reason"
            ),
            models.UniqueConstraint(
                fields=["permit"], condition=Q(kind=PermitEventKind.ISSUED), name="permit_issued_once"
            ),
        ]
        triggers = [append_only("permit_event_append_only")]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.kind}"


class PermitList(models.Model):
    """The states of all documents of a year as a text for offline checks (``reports.signing.lists``); the newest
    replaces the previous one, whose hash stays in the sealed register."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    day = models.DateField()
    text = models.TextField()
    subject = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "year"], name="permit_list_once")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year}"
