"""Tables of results, and what guards them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evaluation.fields import ScoreField
from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, stays, table, unique

TABLES = [
    table(
        "Objection",
        ID,
        ("node", models.CharField(max_length=100)),
        ("text", models.TextField()),
        ("made_at", models.DateTimeField(db_default=Now())),
        ("decision", models.CharField(max_length=10, blank=True, default="")),
        ("decision_reason", models.TextField(blank=True, default="")),
        ("decided_at", models.DateTimeField(null=True)),
        ("assessment", models.ForeignKey("evaluation.assessment", models.PROTECT, related_name="objections")),
        ("decided_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("made_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("outcome", models.CharField(max_length=20, blank=True, default="")),
        ("responded_at", models.DateTimeField(null=True)),
        ("responded_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("response", models.CharField(max_length=10, blank=True, default="")),
        ("response_text", models.TextField(blank=True, default="")),
        ("wish", models.CharField(max_length=20, default="mark")),
        ordering=["made_at", "id"],
        constraints=[
            unique("objection_one_open_an_indicator", "assessment", "node", where=Q(decision="")),
            check("objection_says_something", Q(text__regex="\\S")),
            check(
                "objection_decision_is_whole",
                Q(decided_at__isnull=True, decision="")
                | Q(decided_at__isnull=False, decision__in=["accepted", "refused"], decision_reason__regex="\\S"),
            ),
            check("objection_decided_by_another", Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by"))),
            check("objection_wish_known", Q(wish__in=["mark", "not_applicable"])),
            check(
                "objection_outcome_of_an_accepted_one",
                Q(outcome="") | Q(decision="accepted", outcome__in=["mark", "not_applicable"]),
            ),
            check(
                "objection_response_is_whole",
                Q(responded_at__isnull=True, responded_by__isnull=True, response="", response_text="")
                | (
                    Q(responded_at__isnull=False, responded_by__isnull=False, response__in=["accepted", "contested"])
                    & ~Q(decision="")
                    & (Q(response="accepted") | Q(response_text__regex="\\S"))
                ),
            ),
        ],
    ),
    table(
        "Snapshot",
        ID,
        ("version", models.PositiveIntegerField()),
        ("instrument_code", models.CharField(max_length=60)),
        ("instrument_version", models.CharField(max_length=30)),
        ("instrument_sha256", models.CharField(max_length=64)),
        ("input_sha256", models.CharField(max_length=64)),
        ("result_sha256", models.CharField(max_length=64)),
        ("reason", models.TextField(blank=True, default="")),
        ("computed_by_name", SignatureField(max_length=200)),
        ("computed_at", models.DateTimeField(db_default=Now())),
        ("phase", models.ForeignKey("evaluation.phase", models.PROTECT, related_name="snapshots")),
        ("computed_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ordering=["phase", "version"],
        constraints=[
            unique("snapshot_version_once", "phase", "version"),
            check("snapshot_correction_has_a_reason", Q(version=1) | Q(reason__regex="\\S")),
            check(
                "snapshot_hashes_are_hashes",
                Q(
                    input_sha256__regex="^[0-9a-f]{64}$",
                    instrument_sha256__regex="^[0-9a-f]{64}$",
                    result_sha256__regex="^[0-9a-f]{64}$",
                ),
            ),
        ],
    ),
    table(
        "Publication",
        ID,
        ("letter_number", models.CharField(max_length=100)),
        ("letter_date", models.DateField()),
        ("published_by_name", SignatureField(max_length=200)),
        ("published_at", models.DateTimeField(db_default=Now())),
        ("snapshot", models.OneToOneField("evaluation.snapshot", models.PROTECT, related_name="publication")),
        ("four_eyes", models.BooleanField(default=False)),
        ("published_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        constraints=[check("publication_has_a_letter_number", Q(letter_number__regex="\\S"))],
    ),
    table(
        "Approval",
        ID,
        ("approved_by_name", SignatureField(max_length=200)),
        ("approved_at", models.DateTimeField(db_default=Now())),
        ("approved_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("snapshot", models.OneToOneField("evaluation.snapshot", models.PROTECT, related_name="approval")),
        ("four_eyes", models.BooleanField(default=False)),
    ),
    table(
        "SnapshotResult",
        ID,
        ("group", models.CharField(max_length=40)),
        ("final", ScoreField(null=True)),
        ("final_exact", models.TextField(blank=True, default="")),
        ("no_score", models.CharField(max_length=40, blank=True, default="")),
        ("rank_in_group", models.PositiveIntegerField(null=True)),
        ("rank_in_province", models.PositiveIntegerField(null=True)),
        ("rank_in_nation", models.PositiveIntegerField(null=True)),
        ("improvement", ScoreField(null=True)),
        ("previous_final", ScoreField(null=True)),
        ("previous_origin", models.CharField(max_length=8, blank=True, default="")),
        ("comparable", models.BooleanField(default=True)),
        ("predicate", models.CharField(max_length=60, blank=True, default="")),
        ("missing", models.JSONField(default=list)),
        ("scores", models.JSONField(default=dict)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("snapshot", models.ForeignKey("evaluation.snapshot", models.PROTECT, related_name="results")),
        ("previous_year", models.PositiveSmallIntegerField(null=True)),
        ordering=["snapshot", "region"],
        constraints=[
            unique("snapshot_result_once_a_region", "snapshot", "region"),
            check(
                "snapshot_result_scored_or_says_why_not",
                (
                    Q(
                        final__isnull=True,
                        final_exact="",
                        rank_in_group__isnull=True,
                        rank_in_nation__isnull=True,
                        rank_in_province__isnull=True,
                    )
                    & ~Q(no_score="")
                )
                | (
                    Q(
                        final__isnull=False,
                        no_score="",
                        rank_in_group__isnull=False,
                        rank_in_nation__isnull=False,
                        rank_in_province__isnull=False,
                    )
                    & ~Q(final_exact="")
                ),
            ),
            check(
                "snapshot_result_previous_has_origin",
                Q(previous_final__isnull=True, previous_origin="")
                | Q(previous_final__isnull=False, previous_origin__in=["computed", "stated"]),
            ),
            check(
                "snapshot_result_improvement_is_the_difference",
                Q(
                    final__isnull=False,
                    improvement=F("final") - F("previous_final"),
                    improvement__isnull=False,
                    previous_final__isnull=False,
                )
                | (
                    Q(improvement__isnull=True)
                    & (Q(final__isnull=True) | Q(previous_final__isnull=True) | Q(comparable=False))
                ),
            ),
            check(
                "snapshot_result_year_of_a_previous_final",
                Q(previous_year__isnull=True) | Q(previous_final__isnull=False),
            ),
        ],
    ),
    table(
        "ObjectionAdvice",
        ID,
        ("stance", models.CharField(max_length=10)),
        ("text", models.TextField()),
        ("advised_at", models.DateTimeField(db_default=Now())),
        ("assessor", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("objection", models.ForeignKey("evaluation.objection", models.PROTECT, related_name="advice")),
        ordering=["objection", "id"],
        constraints=[
            unique("objection_advice_once_an_assessor", "objection", "assessor"),
            check("objection_advice_stance_known", Q(stance__in=["grant", "refuse"])),
            check("objection_advice_says_something", Q(text__regex="\\S")),
        ],
    ),
    table(
        "ObjectionEvidence",
        ID,
        ("number", models.PositiveIntegerField()),
        ("added_at", models.DateTimeField(db_default=Now())),
        ("evidence", models.ForeignKey("evidence.evidence", models.PROTECT, related_name="+")),
        ("objection", models.ForeignKey("evaluation.objection", models.PROTECT, related_name="attachments")),
        ordering=["objection", "id"],
        constraints=[unique("objection_evidence_once", "objection", "evidence")],
    ),
]

GUARDS = [
    guard("Objection", "objection_not_decided_by_its_marker", "INSERT OR UPDATE")("""
        IF EXISTS (SELECT 1 FROM evaluation_mark m WHERE m.assessment_id = NEW.assessment_id AND m.node =
            NEW.node AND m.assessor_id = NEW.decided_by_id) THEN
            RAISE EXCEPTION 'objection_not_decided_by_its_marker: objection %', NEW.id USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Objection", "objection_not_decided_by_its_adviser", "UPDATE")("""
        IF EXISTS (SELECT 1 FROM evaluation_objectionadvice a WHERE a.objection_id = NEW.id AND a.assessor_id
            = NEW.decided_by_id) THEN
            RAISE EXCEPTION 'objection_not_decided_by_its_adviser: objection %', NEW.id USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Snapshot", "snapshot_never_changes"),
    stays("Publication", "publication_never_changes"),
    guard("Publication", "publication_of_an_approved_snapshot", "INSERT")("""
        IF NOT EXISTS (SELECT 1 FROM evaluation_approval a WHERE a.snapshot_id = NEW.snapshot_id) THEN
            RAISE EXCEPTION 'snapshot % is not approved', NEW.snapshot_id USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Publication", "publication_letter_once_a_phase", "INSERT")("""
        IF EXISTS (SELECT 1 FROM evaluation_publication p JOIN evaluation_snapshot other ON other.id =
            p.snapshot_id JOIN evaluation_snapshot own ON own.phase_id = other.phase_id AND own.id =
            NEW.snapshot_id WHERE lower(p.letter_number) = lower(NEW.letter_number)) THEN
            RAISE EXCEPTION 'letter % has published another version', NEW.letter_number USING ERRCODE =
                'unique_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Publication", "publication_by_another_person", "INSERT")("""
        IF NEW.four_eyes AND NEW.published_by_id IS NOT DISTINCT FROM (SELECT a.approved_by_id FROM
            evaluation_approval a WHERE a.snapshot_id = NEW.snapshot_id) THEN
            RAISE EXCEPTION 'publication_by_another_person: snapshot %', NEW.snapshot_id USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Approval", "approval_never_changes"),
    guard("Approval", "approval_by_another_person", "INSERT")("""
        IF NEW.four_eyes AND NEW.approved_by_id IS NOT DISTINCT FROM (SELECT s.computed_by_id FROM
            evaluation_snapshot s WHERE s.id = NEW.snapshot_id) THEN
            RAISE EXCEPTION 'approval_by_another_person: snapshot %', NEW.snapshot_id USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("SnapshotResult", "snapshot_result_never_changes"),
    guard("ObjectionAdvice", "objection_advice_before_the_decision", "INSERT OR UPDATE OR DELETE")("""
        IF EXISTS (SELECT 1 FROM evaluation_objection o WHERE o.id = COALESCE(NEW.objection_id,
            OLD.objection_id) AND o.decision <> '') THEN
            RAISE EXCEPTION 'objection_advice_before_the_decision: objection is decided' USING ERRCODE =
                'check_violation';
        END IF;
        RETURN COALESCE(NEW, OLD);
    """),
    stays("ObjectionEvidence", "objection_evidence_never_changes"),
]
