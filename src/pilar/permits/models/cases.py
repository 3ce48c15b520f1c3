"""A case (permohonan), what happened to it, the stages it goes through, its documents and messages."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from pilar.evidence.models import PrivateFile
from pilar.permits.rules.cases import CLOSED, CaseState, EventKind, FileState, Outcome
from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.triggers import append_only, on_row

PERSON, IDENTITY, TRACKING = "permits.case.person", "permits.identity", "permits.case.tracking"
"""Contexts to which encrypted personal data and keyed hashes (identity numbers, tracking) are bound."""

_TAKEN_UP_AGAIN = (
    "(OLD.state = 'refused' AND NEW.state = 'running' AND NEW.number = OLD.number AND EXISTS"
    " (SELECT FROM permits_objection WHERE case_id = OLD.id AND about = 'refusal' AND state = 'upheld'))"
)


class Case(models.Model):
    """An application for a service, in the version with which it began. This row has only what lists sort and filter
    by; the rest is read from its events.

    ``handed_by``: the account that handed it to its present applicant and may take it back. ``person`` holds the
    personal data as JSON: name, identity number (NIK, NIB), phone, address. ``marks`` are hashes of answers that must
    be unique (a parcel, a licence number). ``edition`` counts how often its answers were stored, ``returns`` how often
    it came back to the applicant, ``stage_names`` are the open stages. ``due_at`` is the end of the day or hour by
    which it has to be decided; None while the clock is stopped or has not started.
    """

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("permits.ServiceVersion", on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=9, default=CaseState.DRAFT.value)
    applicant = models.ForeignKey("people.PublicAccount", null=True, on_delete=models.PROTECT, related_name="+")
    handed_by = models.ForeignKey("people.PublicAccount", null=True, on_delete=models.PROTECT, related_name="+")
    filed_by = SignatureField(max_length=200)
    at_counter = models.BooleanField(default=False)
    renews = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    person = EncryptedField(context=PERSON, null=True)
    identity_hash = models.CharField(max_length=80, blank=True)
    tracking_hash = models.CharField(max_length=80, blank=True)
    marks = ArrayField(models.CharField(max_length=80), default=list)
    answers = models.JSONField(default=dict)
    edition = models.PositiveIntegerField(default=0)
    events_count = models.PositiveIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    deemed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["region", "state", "due_at"], name="case_by_due_date"),
            models.Index(fields=["applicant", "-created_at"], name="case_of_applicant"),
            models.Index(fields=["identity_hash"], name="case_by_identity"),
            models.Index(fields=["tracking_hash"], name="case_by_tracking"),
            models.Index(fields=["due_at"], condition=Q(deemed_at__isnull=True), name="case_to_be_deemed"),
            GinIndex(fields=["marks"], name="case_by_marks"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CaseState)), name="case_state_known"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="case_number_once"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, number="") & Q(state__in=[CaseState.DRAFT, CaseState.WITHDRAWN])
                | Q(submitted_at__isnull=False, person__isnull=False) & ~Q(number="") & ~Q(tracking_hash="")
                & ~Q(state=CaseState.DRAFT),
                name="case_sent_with_number_and_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) ^ Q(state__in=sorted(CLOSED)), name="case_closed_when_over"
            ),
            models.CheckConstraint(
                condition=Q(at_counter=True, applicant__isnull=True) | Q(at_counter=False, applicant__isnull=False),
                name="case_of_an_account_or_the_counter",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(accepted_at__isnull=False), name="case_due_once_accepted"
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="case_kept", operation=pgtrigger.Delete),
            on_row(
                "case_stays", pgtrigger.Update,
                ("case_is_over", f"OLD.state IN ({', '.join(repr(state.value) for state in sorted(CLOSED))})"
                 f" AND ((NEW.state, NEW.number) IS DISTINCT FROM (OLD.state, OLD.number) AND NOT {_TAKEN_UP_AGAIN}"
                 " OR OLD.number <> '' AND NEW.answers IS DISTINCT FROM OLD.answers)"),  # unsent drafts are erased
                ("case_version_stays", "NEW.version_id <> OLD.version_id"),
                ("case_number_stays", "OLD.number <> '' AND NEW.number <> OLD.number"),
                ("case_accepted_once", "NEW.accepted_at IS DISTINCT FROM COALESCE(OLD.accepted_at, NEW.accepted_at)"),
                ("case_deemed_once", "NEW.deemed_at IS DISTINCT FROM COALESCE(OLD.deemed_at, NEW.deemed_at)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(self.pk)


class CaseEvent(models.Model):
    """An event of a case; rows are only ever added. ``stage`` is a key of the service, ``reason`` a code."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    stage = models.CharField(max_length=60, blank=True)
    by = SignatureField(max_length=200)
    reason = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="case_event_number_once"),
            models.CheckConstraint(condition=Q(kind__in=list(EventKind)), name="case_event_kind_known"),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(kind__in=[EventKind.ACCEPTED, EventKind.DEEMED, EventKind.ISSUED]),
                name="case_event_of_its_kind_once",
            ),
        ]  # fmt: skip
        triggers = [append_only("case_event_append_only")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number} {self.kind}"


class Task(models.Model):
    """One stage of a case, once: who has to do it, until when, and how it ended. A stage that is done again is another
    task, in a later ``round``."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=60)
    round = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10)
    role = models.CharField(max_length=20)
    office = models.ForeignKey("areas.Office", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = SignatureField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["opened_at", "id"]
        indexes = [
            models.Index(fields=["region", "role", "office", "due_at"], condition=Q(done_at=None), name="task_open")
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "stage"], condition=Q(done_at=None), name="task_open_once"),
            models.UniqueConstraint(fields=["case", "stage", "round"], name="task_round_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="", done_by="")
                | Q(done_at__gte=F("opened_at"), outcome__in=list(Outcome)) & ~Q(done_by=""),
                name="task_done_with_outcome",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="task_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="task_done_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__done_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage} {self.round}"


class OwnDocument(PrivateFile):
    """A document that its owner may use again in other applications until it expires."""

    account = models.ForeignKey("people.PublicAccount", on_delete=models.PROTECT, related_name="+")
    requirement = models.CharField(max_length=60)
    valid_until = models.DateField(null=True)
    kept_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "requirement"], condition=Q(removed_at=None), name="own_document_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.requirement}"


class CaseFile(PrivateFile):
    """A document of a case for a requirement of its service; the last one counts. ``reason`` is the code of the reason
    why it has to be replaced."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    requirement = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    valid_until = models.DateField(null=True)
    reused = models.ForeignKey(OwnDocument, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = SignatureField(max_length=200)
    state = models.CharField(max_length=8, default=FileState.WAITING.value)
    reason = models.CharField(max_length=40, blank=True)
    told = models.CharField(max_length=300, blank=True)
    checked_by = SignatureField(max_length=200, blank=True)

    class Meta:
        ordering = ["requirement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "requirement", "number"], name="case_file_number_once"),
            models.CheckConstraint(condition=Q(state__in=list(FileState)), name="case_file_state_known"),
            models.CheckConstraint(
                condition=~Q(state=FileState.REFUSED) | ~Q(reason=""), name="case_file_refused_with_reason"
            ),
        ]
        triggers = [
            on_row(
                "case_file_kept", pgtrigger.Delete,
                ("case_file_kept", "(SELECT number FROM permits_case WHERE id = OLD.case_id) <> ''"),
            ),
            on_row(
                "case_file_stays", pgtrigger.Update,
                ("case_file_stays", "(NEW.case_id, NEW.requirement, NEW.number, NEW.sha256, NEW.storage_key)"
                 " IS DISTINCT FROM (OLD.case_id, OLD.requirement, OLD.number, OLD.sha256, OLD.storage_key)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case_id} {self.requirement} {self.number}"


class Message(models.Model):
    """A message between applicant and office about a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    by = SignatureField(max_length=200)
    from_office = models.BooleanField()
    text = EncryptedField(context="permits.message.text")

    class Meta:
        ordering = ["at", "id"]
        triggers = [
            pgtrigger.Protect(name="message_kept", operation=pgtrigger.Delete),
            on_row(
                "message_stays", pgtrigger.Update,  # its text is re-encrypted with a new key
                ("message_stays", "(NEW.case_id, NEW.at, NEW.\"by\", NEW.from_office)"
                 " IS DISTINCT FROM (OLD.case_id, OLD.at, OLD.\"by\", OLD.from_office)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case_id} {self.at}"


class Absence(models.Model):
    """An officer is away: somebody else of the office acts with their role on these days."""

    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("areas.Office", null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    entered_by = SignatureField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["deputy", "until"], condition=Q(ended_at=None), name="absence_of_deputy")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_ends_after_begin"),
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="absence_with_a_deputy"),
        ]
        triggers = [pgtrigger.Protect(name="absence_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.since}"


class Relative(models.Model):
    """An identity number whose cases an officer must not handle: their own, or that of a relative they declared."""

    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    identity = EncryptedField(context=IDENTITY)
    identity_hash = models.CharField(max_length=80)
    relation = models.CharField(max_length=20)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "identity_hash"], name="relative_once")]
        triggers = [pgtrigger.Protect(name="relative_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.relation}"
