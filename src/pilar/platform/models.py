"""Tables shared by all rooms: audit log, loaded reference data, undelivered messages, files to import."""

from __future__ import annotations

import uuid
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.hooks import MAX_TITLE, Delivery
from pilar.platform.names import SignatureField
from pilar.platform.outgoing import MAX_ADDRESS
from pilar.platform.triggers import append_only

WAITS_UNTIL = Q(state=Delivery.WAITING, next_at__isnull=False) | ~Q(state=Delivery.WAITING) & Q(next_at__isnull=True)
"""What holds of every message: one that waits has a time at which it is sent."""
STATES_OF_IMPORTS = ["waiting", "checking", "checked", "confirmed", "storing", "done", "failed", "dropped"]


class AuditEvent(models.Model):
    """One change (catatan audit). Append-only, and without foreign keys, so that it outlives what it describes."""

    happened_at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=10)
    actor_key = models.CharField(max_length=100)
    actor_name = SignatureField(max_length=200)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    area = models.CharField(max_length=13, blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    reference = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["target", "key", "id"], name="audit_event_of_target")]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_kind__in=["user", "token", "public", "system"]), name="audit_actor_known"
            ),
            models.CheckConstraint(
                condition=~Q(action="") & ~Q(target="") & ~Q(key="") & ~Q(actor_key=""), name="audit_event_complete"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="audit_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="audit_no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target} {self.key}"


class PersonName(models.Model):
    """The name of somebody who acts, kept once, by the reference that stands wherever they acted.

    What they did is never changed; blanked here, their name is gone from all of it. Filled by triggers on the tables
    that hold accounts and tokens.
    """

    reference = models.CharField(max_length=100, primary_key=True)
    name = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.reference}"


class Retention(models.Model):
    """The time that one kind of personal data is kept (masa simpan), from a day on; written by the owner of the
    tables."""

    kind = models.CharField(max_length=40)
    since = models.DateField()
    days = models.PositiveIntegerField()
    source = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "since"], name="retention_once_a_day"),
            models.CheckConstraint(condition=Q(days__gte=1) & ~Q(source=""), name="retention_has_days_and_source"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.days}"


class ReferenceData(models.Model):
    """The version of a body of reference data that stands in the tables, so that a loader can skip what is
    unchanged."""

    name = models.CharField(max_length=60, primary_key=True)
    fingerprint = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name}: {self.fingerprint}"


class OutgoingMessage(models.Model):
    """A message that waits for the worker. It may hold a secret: the row goes once it is delivered or given up."""

    content = models.JSONField(encoder=DjangoJSONEncoder)
    kept_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"message {self.pk}"


class RequestCount(models.Model):
    """The number of requests of a kind that came from one network within a span of time; deleted once it is over.

    ``network`` is a keyed hash.
    """

    kind = models.CharField(max_length=40)
    network = models.CharField(max_length=64)
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "network", "since"], name="request_count_once_a_span"),
        ]
        indexes = [models.Index(fields=["since"], name="request_count_by_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


class Import(models.Model):
    """A file that somebody wants to import, until it is stored or given up (``platform.imports.keeping``).

    ``content``: its tables packed, or the file as it was sent while it is not read. ``attempt`` counts how often the
    work on it began; only the last one may write. ``done`` of ``total`` rows are looked at. ``report`` is what the
    check found, ``judged`` the fingerprint of what it shows. No foreign keys: the account is a number, the subject is
    of its room.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=100)
    owner = models.BigIntegerField()
    owner_name = SignatureField(max_length=200)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(blank=True, default=b"")
    state = models.CharField(max_length=9, default="waiting")
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(null=True)
    judged = models.CharField(max_length=64, blank=True, default="")
    lasting = models.BooleanField(default=False)
    kept_at = models.DateTimeField(db_default=Now())
    progressed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["kind", "subject", "owner"], name="import_by_owner"),
            models.Index(fields=["kept_at"], name="import_by_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=STATES_OF_IMPORTS),
                name="platform_import_state_known",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="platform_import_done_of_total"),
            models.CheckConstraint(
                condition=~Q(state__in=["checked", "confirmed", "done"]) | (Q(report__isnull=False) & ~Q(judged="")),
                name="platform_import_checked_has_a_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.name} {self.state}"


class ChosenHeadings(models.Model):
    """The meanings that somebody gave to the headings of their files: the column of an import by folded words."""

    kind = models.CharField(max_length=60)
    owner = models.BigIntegerField()
    columns = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "owner"], name="chosen_headings_once_an_owner")]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner}"


class DocumentNumber(models.Model):
    """A number that a document was given (nomor naskah), once and for good; see ``platform.numbering``.

    Within a kind, scope and year the numbers are 1, 2, 3 …: the database refuses any other.
    """

    kind = models.CharField(max_length=40)
    scope = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=200)
    target = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    given_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "scope", "year", "number"], name="document_number_once"),
            models.UniqueConstraint(fields=["kind", "target", "key"], name="document_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1) & ~Q(text=""), name="document_number_complete"),
        ]
        triggers = [
            append_only("document_number_stays"),
            pgtrigger.Trigger(
                name="document_number_without_gap",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM platform_documentnumber AS d"
                    " WHERE (d.kind, d.scope, d.year, d.number) = (NEW.kind, NEW.scope, NEW.year, NEW.number - 1))"
                    " THEN RAISE EXCEPTION 'document_number_without_gap' USING ERRCODE = 'check_violation'; END IF;"
                    " RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text}"


class Receipt(models.Model):
    """A receipt of what was done for a device (tanda terima), by the key that it made; see ``platform.receipts``."""

    key = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=60)
    owner = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    given_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SealEntry(models.Model):
    """A sealed entry (segel): the canonical text, its leaf and the chain up to it; see ``platform.sealing``.

    The database computes both hashes again and refuses any other, a gap, a change and a removal.
    """

    scope = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=100)
    text = models.TextField()
    leaf = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "number"], name="seal_number_once"),
            models.UniqueConstraint(fields=["scope", "subject"], name="sealed_once"),
        ]
        triggers = [
            append_only("seal_entry_stays"),
            pgtrigger.Trigger(
                name="seal_entry_hashed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("before", "bytea")],
                func=(
                    "IF NEW.number = 1 THEN before := sha256(convert_to(E'pilar-seal-chain\\n' || NEW.scope, 'UTF8'));"
                    " ELSE SELECT decode(e.chain, 'hex') INTO before FROM platform_sealentry AS e"
                    " WHERE e.scope = NEW.scope AND e.number = NEW.number - 1; END IF;"
                    " IF NEW.leaf IS DISTINCT FROM"
                    " encode(sha256(decode('00', 'hex') || convert_to(NEW.text, 'UTF8')), 'hex')"
                    " OR NEW.chain IS DISTINCT FROM encode(sha256(before || decode(NEW.leaf, 'hex')), 'hex')"
                    " THEN RAISE EXCEPTION 'seal_entry_hashed' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.number}"


class SealHead(models.Model):
    """A signed head over the first entries of a scope: ``told`` is what is published, signature included."""

    scope = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    told = models.JSONField()
    signed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["scope", "size"], name="seal_head_of_scope")]
        triggers = [append_only("seal_head_stays")]

    def __str__(self) -> str:
        return f"{self.scope} {self.size}"


class Told(models.Model):
    """A system that is told of ``events`` at its address; its room adds the secret that signs what it is told."""

    title = models.CharField(max_length=MAX_TITLE)
    address = models.CharField(max_length=MAX_ADDRESS)
    events = ArrayField(models.CharField(max_length=30))
    ended_at = models.DateTimeField(null=True)
    made_by = SignatureField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.title)


class Message(models.Model):
    """A message to a ``subscription``, sent or still to be sent: the same bytes each time, known by ``key``."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event = models.CharField(max_length=30)
    body = models.TextField()
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, default=Delivery.WAITING)
    told = models.CharField(max_length=100, blank=True)

    subscription: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.key)
