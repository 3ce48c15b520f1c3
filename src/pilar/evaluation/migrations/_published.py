"""Tables of published, and what guards them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evaluation.fields import ScoreField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "ResultGroup",
        ID,
        ("code", models.CharField(max_length=60)),
        ("year", models.PositiveSmallIntegerField()),
        ("title_id", models.CharField(max_length=300)),
        ("title_en", models.CharField(max_length=300)),
        ("size", models.PositiveIntegerField(null=True)),
        ("source_url", models.CharField(max_length=500)),
        ordering=["year", "code"],
        constraints=[
            unique("result_group_once_a_year", "year", "code"),
            check("result_group_size_positive", Q(size__isnull=True) | Q(size__gt=0)),
            check("result_group_source_is_an_address", Q(source_url__regex="^https?://\\S+$")),
        ],
    ),
    table(
        "PublishedResult",
        ID,
        ("year", models.PositiveSmallIntegerField()),
        ("phase", models.CharField(max_length=2, blank=True, default="")),
        ("final", ScoreField(null=True)),
        ("improvement", ScoreField(null=True)),
        ("improvement_origin", models.CharField(max_length=7, blank=True, default="")),
        ("rank", models.PositiveIntegerField(null=True)),
        ("rank_scope", models.CharField(max_length=200, blank=True, default="")),
        ("letter", models.CharField(max_length=200, blank=True, default="")),
        ("source_url", models.CharField(max_length=500)),
        ("note_id", models.TextField(blank=True, default="")),
        ("note_en", models.TextField(blank=True, default="")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("group", models.ForeignKey("evaluation.resultgroup", models.PROTECT, null=True, related_name="results")),
        ordering=["year", "region", "pk"],
        indexes=[index("published_result_year_region", "year", "region")],
        constraints=[
            unique("published_result_once_a_source", "region", "year", "phase", "source_url"),
            check("published_result_phase_known", Q(phase__in=["", "I", "II"])),
            check(
                "published_result_improvement_has_origin",
                Q(improvement__isnull=True, improvement_origin="")
                | Q(improvement__isnull=False, improvement_origin__in=["printed", "derived"]),
            ),
            check("published_result_states_something", Q(final__isnull=False) | Q(improvement__isnull=False)),
            check("published_result_rank_positive", Q(rank__isnull=True) | Q(rank__gt=0)),
            check("published_result_source_is_an_address", Q(source_url__regex="^https?://\\S+$")),
        ],
    ),
    table(
        "PublishedScore",
        ID,
        ("node", models.CharField(max_length=100)),
        ("value", ScoreField()),
        ("result", models.ForeignKey("evaluation.publishedresult", models.CASCADE, related_name="scores")),
        ordering=["result", "pk"],
        constraints=[
            unique("published_score_once_a_node", "result", "node"),
            check("published_score_has_a_node", ~Q(node="")),
        ],
    ),
    table(
        "Instrument",
        ID,
        ("code", models.CharField(max_length=60)),
        ("version", models.CharField(max_length=30)),
        ("sha256", models.CharField(max_length=64)),
        ("title_id", models.CharField(max_length=300)),
        ("title_en", models.CharField(max_length=300)),
        ("year", models.PositiveSmallIntegerField(null=True)),
        ("document", models.TextField()),
        ("loaded_at", models.DateTimeField(db_default=Now())),
        ("scale_maximum", ScoreField()),
        ("scale_minimum", ScoreField()),
        ordering=["code", "version"],
        constraints=[
            unique("instrument_version_once", "code", "version"),
            check("instrument_sha256_is_a_hash", Q(sha256__regex="^[0-9a-f]{64}$")),
            check("instrument_scale_rises", Q(scale_minimum__lt=F("scale_maximum"))),
        ],
    ),
    table(
        "ScoringYear",
        ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
        ("instrument", models.ForeignKey("evaluation.instrument", models.PROTECT, related_name="scoring_years")),
    ),
]

GUARDS = [
    stays("ResultGroup", "result_group_keeps_its_year", "UPDATE", condition='OLD."year" IS DISTINCT FROM (NEW."year")'),
    guard(
        "PublishedResult",
        "published_result_group_of_its_year",
        "INSERT OR UPDATE",
        condition='NEW."group_id" IS NOT NULL',
    )("""
        IF NOT EXISTS (SELECT 1 FROM evaluation_resultgroup g WHERE g.id = NEW.group_id AND g.year = NEW.year)
            THEN
            RAISE EXCEPTION 'group % is not of year %', NEW.group_id, NEW.year USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("PublishedResult", "published_result_on_scale", "INSERT OR UPDATE")("""
        IF EXISTS (SELECT 1 FROM evaluation_scoringyear y JOIN evaluation_instrument i ON i.id =
            y.instrument_id WHERE y.year = NEW.year AND (NEW.final < i.scale_minimum OR NEW.final >
            i.scale_maximum OR abs(NEW.improvement) > i.scale_maximum - i.scale_minimum)) THEN
            RAISE EXCEPTION 'a value lies off the scale of its instrument' USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("PublishedScore", "published_score_on_scale", "INSERT OR UPDATE")("""
        IF EXISTS (SELECT 1 FROM evaluation_scoringyear y JOIN evaluation_instrument i ON i.id =
            y.instrument_id WHERE y.year = (SELECT r.year FROM evaluation_publishedresult r WHERE r.id =
            NEW.result_id) AND (NEW.value < i.scale_minimum OR NEW.value > i.scale_maximum)) THEN
            RAISE EXCEPTION 'a value lies off the scale of its instrument' USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Instrument", "instrument_never_changes"),
]
