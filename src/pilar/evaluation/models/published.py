"""Tables of publications: instruments (instrumen evaluasi) and the statements of sources about results."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evaluation.fields import ScoreField
from pilar.evaluation.models.scales import statements_on_scale


class Instrument(models.Model):
    """An instrument version as it was loaded. It never changes: results name its hash."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=30)
    sha256 = models.CharField(max_length=64)
    title_id = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    year = models.PositiveSmallIntegerField(null=True)
    scale_minimum = ScoreField()
    scale_maximum = ScoreField()
    document = models.TextField()
    loaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="instrument_version_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="instrument_sha256_is_a_hash"),
            models.CheckConstraint(condition=Q(scale_minimum__lt=F("scale_maximum")), name="instrument_scale_rises"),
        ]
        triggers = [pgtrigger.Protect(name="instrument_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class ScoringYear(models.Model):
    """The instrument that scores a year (tahun evaluasi). A year without a row, such as 2020, has no known
    instrument."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="scoring_years")

    def __str__(self) -> str:
        return f"{self.year}: {self.instrument}"


class ResultGroup(models.Model):
    """A group (kelompok) inside which ranks of one year are meant, with the number of regions evaluated in it."""

    code = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    title_id = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    size = models.PositiveIntegerField(null=True)
    source_url = models.CharField(max_length=500)

    class Meta:
        ordering = ["year", "code"]
        constraints = [
            models.UniqueConstraint(fields=["year", "code"], name="result_group_once_a_year"),
            models.CheckConstraint(condition=Q(size__isnull=True) | Q(size__gt=0), name="result_group_size_positive"),
            models.CheckConstraint(
                condition=Q(source_url__regex=r"^https?://\S+$"), name="result_group_source_is_an_address"
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="result_group_keeps_its_year", fields=["year"])]

    def __str__(self) -> str:
        return f"{self.year} {self.code}"


class PublishedResult(models.Model):
    """A region's result in one year and phase as one source states it; two sources may contradict each other.

    Kept apart from results that Pilar computes: nothing here was calculated by Pilar, except an improvement whose
    origin is ``derived`` (the difference of two printed finals).
    """

    class Origin(models.TextChoices):
        PRINTED = "printed"
        DERIVED = "derived"

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=2, blank=True, default="")
    group = models.ForeignKey(ResultGroup, null=True, on_delete=models.PROTECT, related_name="results")
    final = ScoreField(null=True)
    improvement = ScoreField(null=True)
    improvement_origin = models.CharField(max_length=7, blank=True, default="")
    rank = models.PositiveIntegerField(null=True)
    rank_scope = models.CharField(max_length=200, blank=True, default="")
    letter = models.CharField(max_length=200, blank=True, default="")
    source_url = models.CharField(max_length=500)
    note_id = models.TextField(blank=True, default="")
    note_en = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["year", "region", "pk"]
        indexes = [models.Index(fields=["year", "region"], name="published_result_year_region")]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "phase", "source_url"], name="published_result_once_a_source"
            ),
            models.CheckConstraint(condition=Q(phase__in=["", "I", "II"]), name="published_result_phase_known"),
            models.CheckConstraint(
                condition=Q(improvement__isnull=True, improvement_origin="")
                | Q(improvement__isnull=False, improvement_origin__in=["printed", "derived"]),
                name="published_result_improvement_has_origin",
            ),
            models.CheckConstraint(
                condition=Q(final__isnull=False) | Q(improvement__isnull=False),
                name="published_result_states_something",
            ),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(rank__gt=0), name="published_result_rank_positive"
            ),
            models.CheckConstraint(
                condition=Q(source_url__regex=r"^https?://\S+$"), name="published_result_source_is_an_address"
            ),
        ]
        triggers = [
            statements_on_scale(
                "published_result_on_scale",
                "y.year = NEW.year AND (NEW.final < i.scale_minimum OR NEW.final > i.scale_maximum"
                " OR abs(NEW.improvement) > i.scale_maximum - i.scale_minimum)",
            ),
            pgtrigger.Trigger(
                name="published_result_group_of_its_year",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__group__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM evaluation_resultgroup g"
                    " WHERE g.id = NEW.group_id AND g.year = NEW.year)"
                    " THEN RAISE EXCEPTION 'group % is not of year %', NEW.group_id, NEW.year"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year} {self.phase}".strip()


class PublishedScore(models.Model):
    """The printed score of one node of the instrument, such as ``outcome``, in a published result."""

    result = models.ForeignKey(PublishedResult, on_delete=models.CASCADE, related_name="scores")
    node = models.CharField(max_length=100)
    value = ScoreField()

    class Meta:
        ordering = ["result", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["result", "node"], name="published_score_once_a_node"),
            models.CheckConstraint(condition=~Q(node=""), name="published_score_has_a_node"),
        ]
        triggers = [
            statements_on_scale(
                "published_score_on_scale",
                "y.year = (SELECT r.year FROM evaluation_publishedresult r WHERE r.id = NEW.result_id)"
                " AND (NEW.value < i.scale_minimum OR NEW.value > i.scale_maximum)",
            )
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.value}"
