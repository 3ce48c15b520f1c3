"""Tables of measures, and what guards them."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, stays, table, unique

TABLES = [
    table(
        "SourceSystem",
        ID,
        ("code", models.CharField(max_length=60)),
        ("title", models.CharField(max_length=200)),
        ("active", models.BooleanField(default=True)),
        ("created_at", models.DateTimeField()),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("built_in", models.BooleanField(default=False)),
        ordering=["title", "id"],
        constraints=[
            unique("source_code_once_in_region", "region", "code"),
            check("source_code_format", Q(code__regex="^[a-z0-9]+(-[a-z0-9]+)*$")),
            check("source_has_a_title", Q(title__regex="\\S")),
        ],
    ),
    table(
        "Measure",
        ID,
        ("code", models.CharField(max_length=60)),
        ("period", models.CharField(max_length=7)),
        ("starts_on", models.DateField()),
        ("ends_on", models.DateField(null=True)),
        ("due_days", models.PositiveSmallIntegerField()),
        ("public", models.BooleanField(default=False)),
        ("synthetic", models.BooleanField(default=False)),
        ("created_at", models.DateTimeField()),
        ("office", models.ForeignKey("areas.office", models.PROTECT, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("source", models.ForeignKey("measures.sourcesystem", models.PROTECT, null=True, related_name="measures")),
        ("standards", ArrayField(default=list, base_field=models.CharField(max_length=40), size=None)),
        ordering=["code"],
        constraints=[
            unique("measure_code_once_in_region", "region", "code"),
            check("measure_code_format", Q(code__regex="^[a-z0-9]+(-[a-z0-9]+)*$")),
            check("measure_period_known", Q(period__in=["day", "month", "quarter", "year"])),
            check("measure_ends_after_start", Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))),
            check("measure_due_within_a_year", Q(due_days__lte=366)),
        ],
    ),
    table(
        "SourceToken",
        ID,
        ("name", models.CharField(max_length=80)),
        ("digest", models.CharField(max_length=64, unique=True)),
        ("beginning", models.CharField(max_length=8)),
        ("created_by", SignatureField(max_length=200)),
        ("created_at", models.DateTimeField()),
        ("expires_at", models.DateTimeField()),
        ("last_used_at", models.DateTimeField(null=True)),
        ("revoked_at", models.DateTimeField(null=True)),
        ("source", models.ForeignKey("measures.sourcesystem", models.PROTECT, related_name="tokens")),
        ordering=["-created_at", "-id"],
        constraints=[
            check("source_token_has_a_name", Q(name__regex="\\S")),
            check("source_token_kept_as_hash", Q(digest__regex="^[0-9a-f]{64}$")),
            check(
                "source_token_a_year_at_most",
                Q(expires_at__gt=F("created_at"), expires_at__lte=F("created_at") + Value(timedelta(days=365))),
            ),
            check("source_token_revoked_after_made", Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at"))),
        ],
    ),
    table(
        "Value",
        ("pk", models.CompositePrimaryKey("measure_id", "starts_on", "number", serialize=False)),
        ("starts_on", models.DateField()),
        ("number", models.PositiveSmallIntegerField()),
        ("value", models.DecimalField(max_digits=24, decimal_places=6)),
        ("reported_at", models.DateTimeField()),
        ("key", models.CharField(max_length=100, blank=True)),
        ("reason", models.CharField(max_length=500, blank=True)),
        (
            "account",
            models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False),
        ),
        (
            "evidence",
            models.ForeignKey("evidence.evidence", models.PROTECT, null=True, related_name="+", db_index=False),
        ),
        ("measure", models.ForeignKey("measures.measure", models.PROTECT, related_name="values", db_index=False)),
        (
            "source",
            models.ForeignKey("measures.sourcesystem", models.PROTECT, null=True, related_name="+", db_index=False),
        ),
        constraints=[
            unique("value_key_once_of_source", "source", "key", where=~Q(key="")),
            check("value_number_from_one", Q(number__gte=1)),
            check(
                "value_of_account_or_source",
                Q(account__isnull=False, key="", source__isnull=True) | Q(account__isnull=True, source__isnull=False),
            ),
            check("value_corrected_with_reason", Q(number=1) | Q(reason__regex="\\S")),
        ],
    ),
    table(
        "Definition",
        ID,
        ("number", models.PositiveSmallIntegerField()),
        ("since", models.DateField()),
        ("until", models.DateField(null=True)),
        ("title_id", models.CharField(max_length=200)),
        ("title_en", models.CharField(max_length=200, blank=True)),
        ("text_id", models.CharField(max_length=2000)),
        ("text_en", models.CharField(max_length=2000, blank=True)),
        ("unit_id", models.CharField(max_length=40)),
        ("unit_en", models.CharField(max_length=40, blank=True)),
        ("direction", models.CharField(max_length=4)),
        ("aggregation", models.CharField(max_length=4)),
        ("decimals", models.PositiveSmallIntegerField()),
        ("lowest", models.DecimalField(null=True, max_digits=24, decimal_places=6)),
        ("highest", models.DecimalField(null=True, max_digits=24, decimal_places=6)),
        ("written_by", SignatureField(max_length=200)),
        ("written_at", models.DateTimeField()),
        ("measure", models.ForeignKey("measures.measure", models.PROTECT, related_name="definitions", db_index=False)),
        ordering=["measure", "number"],
        constraints=[
            unique("definition_number_once", "measure", "number"),
            unique("definition_one_holds_now", "measure", where=Q(until__isnull=True)),
            check("definition_number_from_one", Q(number__gte=1)),
            check("definition_ends_after_begin", Q(until__isnull=True) | Q(until__gte=F("since"))),
            check("definition_says_something", Q(text_id__regex="\\S", title_id__regex="\\S", unit_id__regex="\\S")),
            check("definition_direction_known", Q(direction__in=["up", "down"])),
            check("definition_aggregation_known", Q(aggregation__in=["sum", "mean", "last", "none"])),
            check("definition_decimals_kept", Q(decimals__lte=6)),
            check(
                "definition_bounds_in_order",
                Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(highest__gte=F("lowest")),
            ),
        ],
    ),
    table(
        "SourceMapping",
        ID,
        ("shape", models.CharField(max_length=64)),
        ("number", models.PositiveSmallIntegerField()),
        ("title", models.CharField(max_length=200)),
        ("content", models.JSONField()),
        ("confirmed_by", SignatureField(max_length=200)),
        ("confirmed_at", models.DateTimeField()),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+", db_index=False)),
        ("removed", models.BooleanField(default=False)),
        ordering=["region", "title", "-number"],
        constraints=[
            unique("mapping_number_once", "region", "shape", "number"),
            check("mapping_number_from_one", Q(number__gte=1)),
            check("mapping_has_a_title", Q(title__regex="\\S")),
            check("mapping_shape_is_a_hash", Q(shape__regex="^[0-9a-f]{64}$")),
        ],
    ),
    table(
        "MappedFile",
        ID,
        ("name", models.CharField(max_length=100)),
        ("sha256", models.CharField(max_length=64)),
        ("taken_at", models.DateTimeField()),
        ("mapping", models.ForeignKey("measures.sourcemapping", models.PROTECT, related_name="files")),
        constraints=[check("mapped_file_has_a_hash", Q(sha256__regex="^[0-9a-f]{64}$"))],
    ),
    table(
        "MappedValue",
        ("pk", models.CompositePrimaryKey("measure_id", "starts_on", "number", serialize=False)),
        ("starts_on", models.DateField()),
        ("number", models.PositiveSmallIntegerField()),
        ("series", models.CharField(max_length=300)),
        ("row", models.PositiveIntegerField()),
        ("file", models.ForeignKey("measures.mappedfile", models.PROTECT, related_name="values")),
        ("measure", models.ForeignKey("measures.measure", models.PROTECT, related_name="+", db_index=False)),
    ),
]

GUARDS = [
    stays("SourceSystem", "source_kept", "DELETE"),
    guard("SourceSystem", "source_stays", "UPDATE")("""
        IF (NEW.region_id, NEW.built_in) IS DISTINCT FROM (OLD.region_id, OLD.built_in) THEN
            RAISE EXCEPTION 'source_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Measure", "measure_kept", "DELETE"),
    guard("Measure", "measure_fits", "INSERT OR UPDATE")("""
        IF NOT EXISTS (SELECT 1 FROM areas_office WHERE id = NEW.office_id AND region_id = NEW.region_id) THEN
            RAISE EXCEPTION 'measure_office_in_region' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.source_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM measures_sourcesystem WHERE id =
            NEW.source_id AND region_id = NEW.region_id) THEN
            RAISE EXCEPTION 'measure_source_in_region' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.starts_on <> date_trunc(NEW.period, NEW.starts_on::timestamp)::date THEN
            RAISE EXCEPTION 'measure_starts_with_a_period' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Measure", "measure_stays", "UPDATE")("""
        IF (NEW.region_id, NEW.code, NEW.period, NEW.starts_on, NEW.synthetic) IS DISTINCT FROM
            (OLD.region_id, OLD.code, OLD.period, OLD.starts_on, OLD.synthetic) THEN
            RAISE EXCEPTION 'measure_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.source_id IS DISTINCT FROM OLD.source_id AND EXISTS (SELECT 1 FROM measures_sourcesystem WHERE
            id IN (NEW.source_id, OLD.source_id) AND built_in) THEN
            RAISE EXCEPTION 'measure_keeps_built_in_source' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.ends_on IS NOT NULL AND EXISTS (SELECT 1 FROM measures_value WHERE measure_id = NEW.id AND
            starts_on > NEW.ends_on) THEN
            RAISE EXCEPTION 'measure_ends_after_values' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("SourceToken", "source_token_stays_revoked", "UPDATE")("""
        IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
            RAISE EXCEPTION 'source_token_stays_revoked' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("SourceToken", "source_token_of_application", "INSERT")("""
        IF EXISTS (SELECT 1 FROM measures_sourcesystem WHERE id = NEW.source_id AND built_in) THEN
            RAISE EXCEPTION 'source_token_of_application' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Value", "value_append_only"),
    guard("Value", "value_no_truncate", "TRUNCATE", level="STATEMENT")(
        "RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;"
    ),
    guard("Value", "value_fits", "INSERT", when="AFTER", new="new_values", level="STATEMENT").exactly("""\
IF EXISTS (SELECT 1 FROM new_values AS v JOIN measures_measure AS m ON m.id = v.measure_id WHERE v.starts_on <> \
date_trunc(m.period, v.starts_on::timestamp)::date) THEN RAISE EXCEPTION 'value_period_fits_measure' USING \
ERRCODE = 'check_violation'; END IF; IF EXISTS (SELECT 1 FROM new_values AS v JOIN measures_measure AS m ON m.id \
= v.measure_id WHERE v.starts_on < m.starts_on OR v.starts_on > m.ends_on) THEN RAISE EXCEPTION \
'value_while_measure_runs' USING ERRCODE = 'check_violation'; END IF; IF EXISTS (SELECT 1 FROM new_values AS v \
JOIN measures_measure AS m ON m.id = v.measure_id WHERE v.source_id IS NULL AND EXISTS (SELECT 1 FROM \
measures_sourcesystem WHERE id = m.source_id AND built_in)) THEN RAISE EXCEPTION 'value_of_built_in_source' USING \
ERRCODE = 'check_violation'; END IF; IF EXISTS (SELECT 1 FROM new_values AS v JOIN measures_measure AS m ON m.id \
= v.measure_id WHERE v.source_id IS NOT NULL AND v.source_id IS DISTINCT FROM m.source_id) THEN RAISE EXCEPTION \
'value_source_of_measure' USING ERRCODE = 'check_violation'; END IF; IF EXISTS (SELECT 1 FROM new_values AS v \
JOIN measures_measure AS m ON m.id = v.measure_id WHERE v.evidence_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \
evidence_evidence AS e WHERE e.id = v.evidence_id AND e.region_id = m.region_id)) THEN RAISE EXCEPTION \
'value_evidence_of_region' USING ERRCODE = 'check_violation'; END IF; IF EXISTS (SELECT 1 FROM new_values AS v \
JOIN measures_definition AS d ON d.measure_id = v.measure_id AND d.since <= v.starts_on AND (d.until IS NULL OR \
v.starts_on < d.until) WHERE v.value < d.lowest OR v.value > d.highest) THEN RAISE EXCEPTION 'value_plausible' \
USING ERRCODE = 'check_violation'; END IF; IF EXISTS (SELECT 1 FROM new_values AS v  WHERE v.number > 1 AND NOT \
EXISTS (SELECT 1 FROM measures_value AS b WHERE b.measure_id = v.measure_id AND b.starts_on = v.starts_on AND \
b.number = v.number - 1)) THEN RAISE EXCEPTION 'value_corrects_the_latest' USING ERRCODE = 'check_violation'; END \
IF; RETURN NULL;"""),
    stays("Definition", "definition_kept", "DELETE"),
    guard("Definition", "definition_only_closed", "UPDATE")("""
        IF OLD.until IS NOT NULL OR to_jsonb(NEW) - 'until' IS DISTINCT FROM to_jsonb(OLD) - 'until' THEN
            RAISE EXCEPTION 'definition_only_closed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Definition", "definition_follows", "INSERT")("""
        IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM measures_definition AS d WHERE d.measure_id =
            NEW.measure_id AND d.number = NEW.number - 1 AND d.until = NEW.since) THEN
            RAISE EXCEPTION 'definition_follows' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("SourceMapping", "mapping_append_only"),
    stays("MappedFile", "mapped_file_append_only"),
    stays("MappedValue", "mapped_value_append_only"),
    guard("MappedValue", "mapped_value_fits", "INSERT")("""
        IF NOT EXISTS (SELECT 1 FROM measures_value AS v WHERE v.measure_id = NEW.measure_id AND v.starts_on =
            NEW.starts_on AND v.number = NEW.number) THEN
            RAISE EXCEPTION 'mapped_value_is_there' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM measures_mappedfile AS f JOIN measures_sourcemapping AS s ON s.id =
            f.mapping_id JOIN measures_measure AS m ON m.region_id = s.region_id WHERE f.id = NEW.file_id AND
            m.id = NEW.measure_id) THEN
            RAISE EXCEPTION 'mapped_value_of_region' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
