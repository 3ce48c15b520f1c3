"""Tables of platform, and what guards them."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "ReferenceData",
        ("name", models.CharField(primary_key=True, max_length=60, serialize=False)),
        ("fingerprint", models.CharField(max_length=200)),
        ("rows", models.PositiveIntegerField()),
        ("loaded_at", models.DateTimeField(db_default=Now())),
    ),
    table(
        "AuditEvent",
        ID,
        ("happened_at", models.DateTimeField(db_default=Now())),
        ("actor_kind", models.CharField(max_length=10)),
        ("actor_key", models.CharField(max_length=100)),
        ("actor_name", SignatureField(max_length=200)),
        ("action", models.CharField(max_length=60)),
        ("target", models.CharField(max_length=60)),
        ("key", models.CharField(max_length=100)),
        ("area", models.CharField(max_length=13, blank=True)),
        ("before", models.JSONField(null=True, encoder=DjangoJSONEncoder)),
        ("after", models.JSONField(null=True, encoder=DjangoJSONEncoder)),
        ("reference", models.CharField(max_length=64, blank=True)),
        indexes=[index("audit_event_of_target", "target", "key", "id")],
        constraints=[
            check("audit_event_complete", ~Q(action="") & ~Q(target="") & ~Q(key="") & ~Q(actor_key="")),
            check("audit_actor_known", Q(actor_kind__in=["user", "token", "public", "system"])),
        ],
    ),
    table(
        "OutgoingMessage",
        ID,
        ("content", models.JSONField(encoder=DjangoJSONEncoder)),
        ("kept_at", models.DateTimeField(db_default=Now())),
        ("attempts", models.PositiveIntegerField(default=0)),
    ),
    table(
        "PersonName",
        ("reference", models.CharField(primary_key=True, max_length=100, serialize=False)),
        ("name", models.CharField(max_length=300)),
    ),
    table(
        "Retention",
        ID,
        ("kind", models.CharField(max_length=40)),
        ("since", models.DateField()),
        ("days", models.PositiveIntegerField()),
        ("source", models.CharField(max_length=500)),
        constraints=[
            unique("retention_once_a_day", "kind", "since"),
            check("retention_has_days_and_source", Q(days__gte=1) & ~Q(source="")),
        ],
    ),
    table(
        "RequestCount",
        ID,
        ("kind", models.CharField(max_length=40)),
        ("network", models.CharField(max_length=64)),
        ("since", models.DateTimeField()),
        ("count", models.PositiveIntegerField()),
        indexes=[index("request_count_by_age", "since")],
        constraints=[unique("request_count_once_a_span", "kind", "network", "since")],
    ),
    table(
        "ChosenHeadings",
        ID,
        ("kind", models.CharField(max_length=60)),
        ("owner", models.BigIntegerField()),
        ("columns", models.JSONField()),
        constraints=[unique("chosen_headings_once_an_owner", "kind", "owner")],
    ),
    table(
        "Import",
        ID,
        ("kind", models.CharField(max_length=60)),
        ("subject", models.CharField(max_length=100)),
        ("owner", models.BigIntegerField()),
        ("owner_name", SignatureField(max_length=200)),
        ("name", models.CharField(max_length=200)),
        ("sha256", models.CharField(max_length=64)),
        ("content", models.BinaryField(blank=True, default=b"")),
        ("state", models.CharField(max_length=9, default="waiting")),
        ("attempt", models.PositiveSmallIntegerField(default=0)),
        ("done", models.PositiveIntegerField(default=0)),
        ("total", models.PositiveIntegerField(default=0)),
        ("report", models.JSONField(null=True)),
        ("judged", models.CharField(max_length=64, blank=True, default="")),
        ("lasting", models.BooleanField(default=False)),
        ("kept_at", models.DateTimeField(db_default=Now())),
        ("progressed_at", models.DateTimeField(db_default=Now())),
        indexes=[index("import_by_owner", "kind", "subject", "owner"), index("import_by_age", "kept_at")],
        constraints=[
            check(
                "platform_import_state_known",
                Q(state__in=["waiting", "checking", "checked", "confirmed", "storing", "done", "failed", "dropped"]),
            ),
            check("platform_import_done_of_total", Q(done__lte=F("total"))),
            check(
                "platform_import_checked_has_a_report",
                ~Q(state__in=["checked", "confirmed", "done"]) | (Q(report__isnull=False) & ~Q(judged="")),
            ),
        ],
    ),
    table(
        "DocumentNumber",
        ID,
        ("kind", models.CharField(max_length=40)),
        ("scope", models.CharField(max_length=60)),
        ("year", models.PositiveSmallIntegerField()),
        ("number", models.PositiveIntegerField()),
        ("text", models.CharField(max_length=200)),
        ("target", models.CharField(max_length=60)),
        ("key", models.CharField(max_length=100)),
        ("given_at", models.DateTimeField(db_default=Now())),
        constraints=[
            unique("document_number_once", "kind", "scope", "year", "number"),
            unique("document_numbered_once", "kind", "target", "key"),
            check("document_number_complete", Q(number__gte=1) & ~Q(text="")),
        ],
    ),
    table(
        "SealHead",
        ID,
        ("scope", models.CharField(max_length=60)),
        ("size", models.PositiveIntegerField()),
        ("told", models.JSONField()),
        ("signed_at", models.DateTimeField()),
        indexes=[index("seal_head_of_scope", "scope", "size")],
    ),
    table(
        "SealEntry",
        ID,
        ("scope", models.CharField(max_length=60)),
        ("number", models.PositiveIntegerField()),
        ("subject", models.CharField(max_length=100)),
        ("text", models.TextField()),
        ("leaf", models.CharField(max_length=64)),
        ("chain", models.CharField(max_length=64)),
        ("sealed_at", models.DateTimeField()),
        constraints=[unique("seal_number_once", "scope", "number"), unique("sealed_once", "scope", "subject")],
    ),
    table(
        "Receipt",
        ("key", models.UUIDField(primary_key=True, serialize=False)),
        ("kind", models.CharField(max_length=60)),
        ("owner", models.BigIntegerField()),
        ("sha256", models.CharField(max_length=64)),
        ("given_at", models.DateTimeField(db_default=Now())),
    ),
]

GUARDS = [
    stays("AuditEvent", "audit_append_only"),
    guard("AuditEvent", "audit_no_truncate", "TRUNCATE", level="STATEMENT")(
        "RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;"
    ),
    stays("DocumentNumber", "document_number_stays"),
    guard("DocumentNumber", "document_number_without_gap", "INSERT")("""
        IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM platform_documentnumber AS d WHERE (d.kind, d.scope,
            d.year, d.number) = (NEW.kind, NEW.scope, NEW.year, NEW.number - 1)) THEN
            RAISE EXCEPTION 'document_number_without_gap' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("SealHead", "seal_head_stays"),
    stays("SealEntry", "seal_entry_stays"),
    guard("SealEntry", "seal_entry_hashed", "INSERT", declare="DECLARE before bytea;")(r"""
        IF NEW.number = 1 THEN
            before := sha256(convert_to(E'pilar-seal-chain\n' || NEW.scope, 'UTF8'));
        ELSE
            SELECT decode(e.chain, 'hex') INTO before FROM platform_sealentry AS e WHERE e.scope =
                NEW.scope AND e.number = NEW.number - 1;
        END IF;
        IF NEW.leaf IS DISTINCT FROM encode(sha256(decode('00', 'hex') || convert_to(NEW.text, 'UTF8')),
            'hex') OR NEW.chain IS DISTINCT FROM encode(sha256(before || decode(NEW.leaf, 'hex')), 'hex') THEN
            RAISE EXCEPTION 'seal_entry_hashed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
