"""Tables of cases, and what guards them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Case",
        ID,
        ("kind", models.CharField(max_length=20)),
        ("number", models.CharField(max_length=40, blank=True)),
        ("state", models.CharField(max_length=9, default="draft")),
        ("filed_by", SignatureField(max_length=200)),
        ("at_counter", models.BooleanField(default=False)),
        ("person", EncryptedField(null=True, context="permits.case.person")),
        ("identity_hash", models.CharField(max_length=80, blank=True)),
        ("tracking_hash", models.CharField(max_length=80, blank=True)),
        ("marks", ArrayField(default=list, base_field=models.CharField(max_length=80), size=None)),
        ("answers", models.JSONField(default=dict)),
        ("edition", models.PositiveIntegerField(default=0)),
        ("events_count", models.PositiveIntegerField(default=0)),
        ("returns", models.PositiveSmallIntegerField(default=0)),
        ("created_at", models.DateTimeField()),
        ("submitted_at", models.DateTimeField(null=True)),
        ("accepted_at", models.DateTimeField(null=True)),
        ("due_at", models.DateTimeField(null=True)),
        ("deemed_at", models.DateTimeField(null=True)),
        ("closed_at", models.DateTimeField(null=True)),
        ("applicant", models.ForeignKey("people.publicaccount", models.PROTECT, null=True, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("renews", models.ForeignKey("permits.case", models.PROTECT, null=True, related_name="+")),
        ("version", models.ForeignKey("permits.serviceversion", models.PROTECT, related_name="cases")),
        ("handed_by", models.ForeignKey("people.publicaccount", models.PROTECT, null=True, related_name="+")),
        ordering=["-created_at", "-id"],
        indexes=[
            index("case_by_due_date", "region", "state", "due_at"),
            index("case_of_applicant", "applicant", "-created_at"),
            index("case_by_identity", "identity_hash"),
            index("case_by_tracking", "tracking_hash"),
            index("case_to_be_deemed", "due_at", where=Q(deemed_at__isnull=True)),
            GinIndex(name="case_by_marks", fields=["marks"]),
        ],
        constraints=[
            check(
                "case_state_known",
                Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "returned",
                        "running",
                        "waiting",
                        "paying",
                        "signing",
                        "issued",
                        "refused",
                        "withdrawn",
                    ]
                ),
            ),
            unique("case_number_once", "number", where=~Q(number="")),
            check(
                "case_sent_with_number_and_person",
                (Q(number="", submitted_at__isnull=True) & Q(state__in=["draft", "withdrawn"]))
                | (
                    Q(person__isnull=False, submitted_at__isnull=False)
                    & ~Q(number="")
                    & ~Q(tracking_hash="")
                    & ~Q(state="draft")
                ),
            ),
            check("case_closed_when_over", Q(closed_at__isnull=True) ^ Q(state__in=["issued", "refused", "withdrawn"])),
            check(
                "case_of_an_account_or_the_counter",
                Q(applicant__isnull=True, at_counter=True) | Q(applicant__isnull=False, at_counter=False),
            ),
            check("case_due_once_accepted", Q(due_at__isnull=True) | Q(accepted_at__isnull=False)),
        ],
    ),
    table(
        "CaseEvent",
        ID,
        ("number", models.PositiveIntegerField()),
        ("kind", models.CharField(max_length=12)),
        ("at", models.DateTimeField()),
        ("stage", models.CharField(max_length=60, blank=True)),
        ("by", SignatureField(max_length=200)),
        ("reason", models.CharField(max_length=40, blank=True)),
        ("facts", models.JSONField(default=dict)),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="events")),
        ordering=["case", "number"],
        constraints=[
            unique("case_event_number_once", "case", "number"),
            unique("case_event_of_its_kind_once", "case", "kind", where=Q(kind__in=["accepted", "deemed", "issued"])),
            check(
                "case_event_kind_known",
                Q(
                    kind__in=[
                        "drafted",
                        "submitted",
                        "returned",
                        "accepted",
                        "opened",
                        "done",
                        "sent-back",
                        "stopped",
                        "resumed",
                        "levied",
                        "paid",
                        "decided",
                        "signed",
                        "issued",
                        "refused",
                        "withdrawn",
                        "recalculated",
                        "deemed",
                        "corrected",
                        "transferred",
                        "escalated",
                        "appointment",
                        "objected",
                        "obj-ended",
                        "message",
                        "minutes",
                        "reminded",
                        "reopened",
                    ]
                ),
            ),
        ],
    ),
    table(
        "Message",
        ID,
        ("at", models.DateTimeField()),
        ("by", SignatureField(max_length=200)),
        ("from_office", models.BooleanField()),
        ("text", EncryptedField(context="permits.message.text")),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="messages")),
        ordering=["at", "id"],
    ),
    table(
        "OwnDocument",
        ID,
        ("file_name", models.CharField(max_length=150)),
        ("media_type", models.CharField(max_length=100)),
        ("size", models.PositiveBigIntegerField()),
        ("sha256", models.CharField(max_length=64)),
        ("storage_key", models.CharField(max_length=60)),
        ("scan", models.CharField(max_length=12, default="not_scanned")),
        ("scan_found", models.CharField(max_length=200, blank=True)),
        ("requirement", models.CharField(max_length=60)),
        ("valid_until", models.DateField(null=True)),
        ("kept_at", models.DateTimeField()),
        ("removed_at", models.DateTimeField(null=True)),
        ("account", models.ForeignKey("people.publicaccount", models.PROTECT, related_name="+")),
        constraints=[unique("own_document_once", "account", "requirement", where=Q(removed_at=None))],
    ),
    table(
        "CaseFile",
        ID,
        ("file_name", models.CharField(max_length=150)),
        ("media_type", models.CharField(max_length=100)),
        ("size", models.PositiveBigIntegerField()),
        ("sha256", models.CharField(max_length=64)),
        ("storage_key", models.CharField(max_length=60)),
        ("scan", models.CharField(max_length=12, default="not_scanned")),
        ("scan_found", models.CharField(max_length=200, blank=True)),
        ("requirement", models.CharField(max_length=60)),
        ("number", models.PositiveSmallIntegerField()),
        ("valid_until", models.DateField(null=True)),
        ("added_at", models.DateTimeField()),
        ("added_by", SignatureField(max_length=200)),
        ("state", models.CharField(max_length=8, default="waiting")),
        ("reason", models.CharField(max_length=40, blank=True)),
        ("told", models.CharField(max_length=300, blank=True)),
        ("checked_by", SignatureField(max_length=200, blank=True)),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="files")),
        ("reused", models.ForeignKey("permits.owndocument", models.PROTECT, null=True, related_name="+")),
        ordering=["requirement", "number"],
        constraints=[
            unique("case_file_number_once", "case", "requirement", "number"),
            check("case_file_state_known", Q(state__in=["waiting", "accepted", "refused"])),
            check("case_file_refused_with_reason", ~Q(state="refused") | ~Q(reason="")),
        ],
    ),
    table(
        "Relative",
        ID,
        ("identity", EncryptedField(context="permits.identity")),
        ("identity_hash", models.CharField(max_length=80)),
        ("relation", models.CharField(max_length=20)),
        ("declared_at", models.DateTimeField()),
        ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        constraints=[unique("relative_once", "user", "identity_hash")],
    ),
    table(
        "Task",
        ID,
        ("stage", models.CharField(max_length=60)),
        ("round", models.PositiveSmallIntegerField(default=1)),
        ("kind", models.CharField(max_length=10)),
        ("role", models.CharField(max_length=20)),
        ("opened_at", models.DateTimeField()),
        ("due_at", models.DateTimeField(null=True)),
        ("warned_at", models.DateTimeField(null=True)),
        ("done_at", models.DateTimeField(null=True)),
        ("done_by", SignatureField(max_length=200, blank=True)),
        ("outcome", models.CharField(max_length=10, blank=True)),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="tasks")),
        ("office", models.ForeignKey("areas.office", models.PROTECT, null=True, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("taken_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ordering=["opened_at", "id"],
        indexes=[index("task_open", "region", "role", "office", "due_at", where=Q(done_at=None))],
        constraints=[
            unique("task_open_once", "case", "stage", where=Q(done_at=None)),
            unique("task_round_once", "case", "stage", "round"),
            check(
                "task_done_with_outcome",
                Q(done_at__isnull=True, done_by="", outcome="")
                | (
                    Q(
                        done_at__gte=F("opened_at"),
                        outcome__in=["done", "agreed", "conditions", "refused", "sent-back", "dropped"],
                    )
                    & ~Q(done_by="")
                ),
            ),
        ],
    ),
    table(
        "Absence",
        ID,
        ("role", models.CharField(max_length=20)),
        ("since", models.DateField()),
        ("until", models.DateField()),
        ("entered_by", SignatureField(max_length=200)),
        ("ended_at", models.DateTimeField(null=True)),
        ("deputy", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("office", models.ForeignKey("areas.office", models.PROTECT, null=True, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        indexes=[index("absence_of_deputy", "deputy", "until", where=Q(ended_at=None))],
        constraints=[
            check("absence_ends_after_begin", Q(until__gte=F("since"))),
            check("absence_with_a_deputy", ~Q(user=F("deputy"))),
        ],
    ),
]

GUARDS = [
    stays("Case", "case_kept", "DELETE"),
    guard("Case", "case_stays", "UPDATE")("""
        IF OLD.state IN ('issued', 'refused', 'withdrawn') AND ((NEW.state, NEW.number) IS DISTINCT FROM
            (OLD.state, OLD.number) AND NOT (OLD.state = 'refused' AND NEW.state = 'running' AND NEW.number =
            OLD.number AND EXISTS (SELECT FROM permits_objection WHERE case_id = OLD.id AND about = 'refusal'
            AND state = 'upheld')) OR OLD.number <> '' AND NEW.answers IS DISTINCT FROM OLD.answers) THEN
            RAISE EXCEPTION 'case_is_over' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.version_id <> OLD.version_id THEN
            RAISE EXCEPTION 'case_version_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.number <> '' AND NEW.number <> OLD.number THEN
            RAISE EXCEPTION 'case_number_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.accepted_at IS DISTINCT FROM COALESCE(OLD.accepted_at, NEW.accepted_at) THEN
            RAISE EXCEPTION 'case_accepted_once' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.deemed_at IS DISTINCT FROM COALESCE(OLD.deemed_at, NEW.deemed_at) THEN
            RAISE EXCEPTION 'case_deemed_once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("CaseEvent", "case_event_append_only"),
    stays("Message", "message_kept", "DELETE"),
    guard("Message", "message_stays", "UPDATE")("""
        IF (NEW.case_id, NEW.at, NEW."by", NEW.from_office) IS DISTINCT FROM (OLD.case_id, OLD.at, OLD."by",
            OLD.from_office) THEN
            RAISE EXCEPTION 'message_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("CaseFile", "case_file_stays", "UPDATE")("""
        IF (NEW.case_id, NEW.requirement, NEW.number, NEW.sha256, NEW.storage_key) IS DISTINCT FROM
            (OLD.case_id, OLD.requirement, OLD.number, OLD.sha256, OLD.storage_key) THEN
            RAISE EXCEPTION 'case_file_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("CaseFile", "case_file_kept", "DELETE")("""
        IF (SELECT number FROM permits_case WHERE id = OLD.case_id) <> '' THEN
            RAISE EXCEPTION 'case_file_kept' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    """),
    stays("Relative", "relative_kept", "DELETE"),
    stays("Task", "task_kept", "DELETE"),
    stays("Task", "task_done_stays", "UPDATE", condition='OLD."done_at" IS NOT NULL'),
    stays("Absence", "absence_kept", "DELETE"),
]
