"""Measured figures: source systems and their tokens, measures with their definitions in versions, values.

A value has no key of its own: its measure, first day and number name it, and the one index on these three serves
everything that is asked. Ten years of days of 10,000 measures are 36.5 million rows, so an index more is 1 GB more.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pilar.measures.rules.definitions import MAX_CODE, MAX_TEXT, MAX_TITLE, MAX_UNIT
from pilar.measures.rules.mapping import MAX_LABEL
from pilar.measures.rules.mapping import MAX_TITLE as MAX_SOURCE
from pilar.measures.rules.reports import MAX_KEY, MAX_REASON
from pilar.people.models import Token, token_constraints
from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row, refusals

_CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _new_values(condition: str, joined: str = "JOIN measures_measure AS m ON m.id = v.measure_id") -> str:
    return f"EXISTS (SELECT 1 FROM new_values AS v {joined} WHERE {condition})"  # noqa: S608 - of literals below


_OFFICE_ELSEWHERE = "NOT EXISTS (SELECT 1 FROM areas_office WHERE id = NEW.office_id AND region_id = NEW.region_id)"
_SOURCE_ELSEWHERE = (
    "NEW.source_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM measures_sourcesystem WHERE id = NEW.source_id AND region_id = NEW.region_id)"
)
_OF_PILAR = "EXISTS (SELECT 1 FROM measures_sourcesystem WHERE id {which} AND built_in)"
_NOT_FIRST_DAY = "NEW.starts_on <> date_trunc(NEW.period, NEW.starts_on::timestamp)::date"
_BEFORE = (
    "NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM measures_definition AS d"
    " WHERE d.measure_id = NEW.measure_id AND d.number = NEW.number - 1 AND d.until = NEW.since)"
)

_MAPPED_ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM measures_mappedfile AS f JOIN measures_sourcemapping AS s ON s.id = f.mapping_id"
    " JOIN measures_measure AS m ON m.region_id = s.region_id WHERE f.id = NEW.file_id AND m.id = NEW.measure_id)"
)
_NO_VALUE = (
    "NOT EXISTS (SELECT 1 FROM measures_value AS v WHERE v.measure_id = NEW.measure_id"
    " AND v.starts_on = NEW.starts_on AND v.number = NEW.number)"
)

# What is refused of the values that one statement adds; ``m`` is the measure of each.
_VALUE_REFUSALS = (
    (
        "value_period_fits_measure",
        _new_values("v.starts_on <> date_trunc(m.period, v.starts_on::timestamp)::date"),
    ),
    ("value_while_measure_runs", _new_values("v.starts_on < m.starts_on OR v.starts_on > m.ends_on")),
    (
        "value_of_built_in_source",
        _new_values("v.source_id IS NULL AND " + _OF_PILAR.format(which="= m.source_id")),
    ),
    ("value_source_of_measure", _new_values("v.source_id IS NOT NULL AND v.source_id IS DISTINCT FROM m.source_id")),
    (
        "value_evidence_of_region",
        _new_values(
            "v.evidence_id IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM evidence_evidence AS e WHERE e.id = v.evidence_id AND e.region_id = m.region_id)"
        ),
    ),
    (
        "value_plausible",
        _new_values(
            "v.value < d.lowest OR v.value > d.highest",
            "JOIN measures_definition AS d ON d.measure_id = v.measure_id AND d.since <= v.starts_on"
            " AND (d.until IS NULL OR v.starts_on < d.until)",
        ),
    ),
    (
        "value_corrects_the_latest",
        _new_values(
            "v.number > 1 AND NOT EXISTS (SELECT 1 FROM measures_value AS b"
            " WHERE b.measure_id = v.measure_id AND b.starts_on = v.starts_on AND b.number = v.number - 1)",
            "",
        ),
    ),
)


class SourceSystem(models.Model):
    """An application of the region that reports figures by itself (sistem sumber).

    ``built_in``: a part of Pilar, which has no token. Nobody enters what it measures by hand, and as it measures from
    time to time, no period has to have a value.
    """

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=MAX_CODE)
    title = models.CharField(max_length=MAX_TITLE)
    active = models.BooleanField(default=True)
    built_in = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="source_code_once_in_region"),
            models.CheckConstraint(condition=Q(code__regex=_CODE), name="source_code_format"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="source_has_a_title"),
        ]
        triggers = [
            pgtrigger.Protect(name="source_kept", operation=pgtrigger.Delete),
            on_row(
                "source_stays",
                pgtrigger.Update,
                (
                    "source_stays",
                    "(NEW.region_id, NEW.built_in) IS DISTINCT FROM (OLD.region_id, OLD.built_in)",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SourceToken(Token):
    """A token by which a source system reports."""

    source = models.ForeignKey(SourceSystem, on_delete=models.PROTECT, related_name="tokens")
    created_by = SignatureField(max_length=200)

    class Meta(Token.Meta):
        constraints = token_constraints("source_token", a_year="source_token_a_year_at_most")
        triggers = [
            on_row("source_token_stays_revoked", pgtrigger.Update,
                    ("source_token_stays_revoked",
                     "OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at")),
            on_row("source_token_of_application", pgtrigger.Insert,
                    ("source_token_of_application", _OF_PILAR.format(which="= NEW.source_id"))),
        ]  # fmt: skip


class Measure(models.Model):
    """Something that is measured again and again (ukuran): by which office, in which periods, from when to when.

    ``synthetic``: its values are made up, and every page says so. ``standards``: keys of data/measures/standards.yaml.
    """

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=MAX_CODE)
    office = models.ForeignKey("areas.Office", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(SourceSystem, null=True, on_delete=models.PROTECT, related_name="measures")
    period = models.CharField(max_length=7)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    due_days = models.PositiveSmallIntegerField()
    public = models.BooleanField(default=False)
    synthetic = models.BooleanField(default=False)
    standards = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["region", "code"], name="measure_code_once_in_region"),
            models.CheckConstraint(condition=Q(code__regex=_CODE), name="measure_code_format"),
            models.CheckConstraint(
                condition=Q(period__in=["day", "month", "quarter", "year"]), name="measure_period_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="measure_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(due_days__lte=366), name="measure_due_within_a_year"),
        ]
        triggers = [
            pgtrigger.Protect(name="measure_kept", operation=pgtrigger.Delete),
            on_row(
                "measure_fits", pgtrigger.Insert | pgtrigger.Update,
                ("measure_office_in_region", _OFFICE_ELSEWHERE),
                ("measure_source_in_region", _SOURCE_ELSEWHERE),
                ("measure_starts_with_a_period", _NOT_FIRST_DAY),
            ),
            on_row(
                "measure_stays", pgtrigger.Update,
                ("measure_stays", "(NEW.region_id, NEW.code, NEW.period, NEW.starts_on, NEW.synthetic)"
                 " IS DISTINCT FROM (OLD.region_id, OLD.code, OLD.period, OLD.starts_on, OLD.synthetic)"),
                ("measure_keeps_built_in_source", "NEW.source_id IS DISTINCT FROM OLD.source_id AND "
                 + _OF_PILAR.format(which="IN (NEW.source_id, OLD.source_id)")),
                ("measure_ends_after_values", "NEW.ends_on IS NOT NULL AND EXISTS (SELECT 1 FROM measures_value"
                 " WHERE measure_id = NEW.id AND starts_on > NEW.ends_on)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code


class Definition(models.Model):
    """A version of what a measure means (definisi operasional). Closed by the next one, and never changed otherwise."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="definitions", db_index=False)
    number = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)
    title_id = models.CharField(max_length=MAX_TITLE)
    title_en = models.CharField(max_length=MAX_TITLE, blank=True)
    text_id = models.CharField(max_length=MAX_TEXT)
    text_en = models.CharField(max_length=MAX_TEXT, blank=True)
    unit_id = models.CharField(max_length=MAX_UNIT)
    unit_en = models.CharField(max_length=MAX_UNIT, blank=True)
    direction = models.CharField(max_length=4)
    aggregation = models.CharField(max_length=4)
    decimals = models.PositiveSmallIntegerField()
    lowest = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    highest = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    written_by = SignatureField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="definition_number_once"),
            models.UniqueConstraint(
                fields=["measure"], condition=Q(until__isnull=True), name="definition_one_holds_now"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="definition_number_from_one"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="definition_ends_after_begin"
            ),
            models.CheckConstraint(
                condition=Q(title_id__regex=r"\S", text_id__regex=r"\S", unit_id__regex=r"\S"),
                name="definition_says_something",
            ),
            models.CheckConstraint(condition=Q(direction__in=["up", "down"]), name="definition_direction_known"),
            models.CheckConstraint(
                condition=Q(aggregation__in=["sum", "mean", "last", "none"]), name="definition_aggregation_known"
            ),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="definition_decimals_kept"),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(highest__gte=F("lowest")),
                name="definition_bounds_in_order",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="definition_kept", operation=pgtrigger.Delete),
            on_row(
                "definition_only_closed", pgtrigger.Update,
                ("definition_only_closed", "OLD.until IS NOT NULL"
                 " OR to_jsonb(NEW) - 'until' IS DISTINCT FROM to_jsonb(OLD) - 'until'"),
            ),
            on_row("definition_follows", pgtrigger.Insert, ("definition_follows", _BEFORE)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.measure_id} {self.number}"


class Value(models.Model):
    """A measured value (nilai) of the period that begins on a day. Number 1 is the first report, each correction the
    next; the highest counts. Never changed, never deleted."""

    pk = models.CompositePrimaryKey("measure_id", "starts_on", "number")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="values", db_index=False)
    starts_on = models.DateField()
    number = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=24, decimal_places=6)
    reported_at = models.DateTimeField()
    account = models.ForeignKey("people.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(SourceSystem, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    evidence = models.ForeignKey(
        "evidence.Evidence", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=MAX_KEY, blank=True)
    reason = models.CharField(max_length=MAX_REASON, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], condition=~Q(key=""), name="value_key_once_of_source"),
            models.CheckConstraint(condition=Q(number__gte=1), name="value_number_from_one"),
            models.CheckConstraint(
                condition=Q(account__isnull=False, source__isnull=True, key="")
                | Q(account__isnull=True, source__isnull=False),
                name="value_of_account_or_source",
            ),
            models.CheckConstraint(condition=Q(number=1) | Q(reason__regex=r"\S"), name="value_corrected_with_reason"),
        ]
        triggers = [
            append_only("value_append_only"),
            pgtrigger.Trigger(
                name="value_no_truncate", level=pgtrigger.Statement, when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
            ),
            # Once for all rows of a statement: checked row by row, a load of days would take several times as long.
            pgtrigger.Trigger(
                name="value_fits", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_values"),
                func=refusals(*_VALUE_REFUSALS) + "RETURN NULL;",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.measure_id} {self.starts_on} {self.number}"


class SourceMapping(models.Model):
    """A version of what the files of a data portal mean (pemetaan): which column and series is which measure. ``shape``
    tells one source from another; the highest number holds, unless it says that the mapping is removed. Never changed,
    never deleted."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+", db_index=False)
    shape = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=MAX_SOURCE)
    content = models.JSONField()
    removed = models.BooleanField(default=False)
    confirmed_by = SignatureField(max_length=200)
    confirmed_at = models.DateTimeField()

    class Meta:
        ordering = ["region", "title", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "shape", "number"], name="mapping_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="mapping_number_from_one"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="mapping_has_a_title"),
            models.CheckConstraint(condition=Q(shape__regex=r"^[0-9a-f]{64}$"), name="mapping_shape_is_a_hash"),
        ]
        triggers = [append_only("mapping_append_only")]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class MappedFile(models.Model):
    """A file of a data portal whose values were taken over by a mapping. Never changed, never deleted."""

    mapping = models.ForeignKey(SourceMapping, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="mapped_file_has_a_hash"),
        ]
        triggers = [append_only("mapped_file_append_only")]

    def __str__(self) -> str:
        return self.name


class MappedValue(models.Model):
    """The origin of a value of a measure: the series and row of a file. Never changed, never deleted."""

    pk = models.CompositePrimaryKey("measure_id", "starts_on", "number")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_on = models.DateField()
    number = models.PositiveSmallIntegerField()
    file = models.ForeignKey(MappedFile, on_delete=models.PROTECT, related_name="values")
    series = models.CharField(max_length=MAX_LABEL)
    row = models.PositiveIntegerField()

    class Meta:
        triggers = [
            append_only("mapped_value_append_only"),
            on_row(
                "mapped_value_fits",
                pgtrigger.Insert,
                ("mapped_value_is_there", _NO_VALUE),
                ("mapped_value_of_region", _MAPPED_ELSEWHERE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.starts_on} {self.number}"
