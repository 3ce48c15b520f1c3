"""Results that Pilar computes: immutable snapshots, their approval and publication, and objections (sanggah)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evaluation.fields import ScoreField
from pilar.evaluation.models.assessments import Assessment
from pilar.evaluation.models.campaigns import Phase
from pilar.evaluation.rules.computing import INPUT_FORM, PreviousOrigin
from pilar.evaluation.rules.objections import Response, Stance, Wish
from pilar.platform.names import SignatureField

USER = settings.AUTH_USER_MODEL
SHA256 = r"^[0-9a-f]{64}$"
IMMUTABLE = pgtrigger.Update | pgtrigger.Delete


def ranked(has_ranks: bool) -> dict[str, bool]:
    """All three ranks are there, or none is."""
    return {f"rank_in_{within}__isnull": not has_ranks for within in ("group", "province", "nation")}


def other_than(error: str, earlier: str, later: str) -> pgtrigger.Trigger:
    """Refuse a row of four eyes whose account, the column ``later``, is the one that the query ``earlier`` finds."""
    return pgtrigger.Trigger(
        name=error,
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        func=(
            f"IF NEW.four_eyes AND NEW.{later} IS NOT DISTINCT FROM ({earlier} = NEW.snapshot_id)"
            f" THEN RAISE EXCEPTION '{error}: snapshot %', NEW.snapshot_id"
            " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
        ),
    )


class Snapshot(models.Model):
    """All results of a phase as computed at one moment from agreed marks; a correction is a new version.

    ``input_sha256`` is the hash of the agreed marks in canonical order, ``result_sha256`` that of the results: the same
    input gives the same bytes. ``input_form``: what the first of them says (``rules.computing.INPUT_FORM``).
    """

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="snapshots")
    version = models.PositiveIntegerField()
    instrument_code = models.CharField(max_length=60)
    instrument_version = models.CharField(max_length=30)
    instrument_sha256 = models.CharField(max_length=64)
    input_sha256 = models.CharField(max_length=64)
    input_form = models.PositiveSmallIntegerField(default=INPUT_FORM)
    result_sha256 = models.CharField(max_length=64)
    reason = models.TextField(blank=True, default="")
    computed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    computed_by_name = SignatureField(max_length=200)
    computed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["phase", "version"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "version"], name="snapshot_version_once"),
            models.CheckConstraint(
                condition=Q(version=1) | Q(reason__regex=r"\S"), name="snapshot_correction_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(instrument_sha256__regex=SHA256, input_sha256__regex=SHA256, result_sha256__regex=SHA256),
                name="snapshot_hashes_are_hashes",
            ),
        ]
        triggers = [pgtrigger.Protect(name="snapshot_never_changes", operation=IMMUTABLE)]

    def __str__(self) -> str:
        return f"{self.phase_id} v{self.version}"


class SnapshotResult(models.Model):
    """One region's result in a snapshot. ``final`` is rounded once; ``final_exact`` is the exact rational as text.

    ``scores``: node code to exact rational text, for every node above the indicators and for the indicators.
    ``previous_final`` is the last one before, of ``previous_year``, published by Pilar (``computed``) or stated by a
    source (``stated``); where it stands on another scale there is no ``improvement``. Rows that were computed while
    Pilar looked at the year before alone have no ``previous_year``.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="results")
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=40)
    final = ScoreField(null=True)
    final_exact = models.TextField(blank=True, default="")
    no_score = models.CharField(max_length=40, blank=True, default="")
    rank_in_group = models.PositiveIntegerField(null=True)
    rank_in_province = models.PositiveIntegerField(null=True)
    rank_in_nation = models.PositiveIntegerField(null=True)
    improvement = ScoreField(null=True)
    previous_final = ScoreField(null=True)
    previous_origin = models.CharField(max_length=8, blank=True, default="")
    previous_year = models.PositiveSmallIntegerField(null=True)
    comparable = models.BooleanField(default=True)
    predicate = models.CharField(max_length=60, blank=True, default="")
    missing = models.JSONField(default=list)
    scores = models.JSONField(default=dict)

    class Meta:
        ordering = ["snapshot", "region"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "region"], name="snapshot_result_once_a_region"),
            models.CheckConstraint(
                condition=(Q(final__isnull=True, final_exact="", **ranked(False)) & ~Q(no_score=""))
                | (Q(final__isnull=False, no_score="", **ranked(True)) & ~Q(final_exact="")),
                name="snapshot_result_scored_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=Q(previous_final__isnull=True, previous_origin="")
                | Q(previous_final__isnull=False, previous_origin__in=list(PreviousOrigin)),
                name="snapshot_result_previous_has_origin",
            ),
            models.CheckConstraint(
                condition=Q(previous_year__isnull=True) | Q(previous_final__isnull=False),
                name="snapshot_result_year_of_a_previous_final",
            ),
            models.CheckConstraint(
                condition=Q(
                    final__isnull=False,
                    previous_final__isnull=False,
                    improvement__isnull=False,
                    improvement=F("final") - F("previous_final"),
                )
                | (
                    Q(improvement__isnull=True)
                    & (Q(final__isnull=True) | Q(previous_final__isnull=True) | Q(comparable=False))
                ),
                name="snapshot_result_improvement_is_the_difference",
            ),
        ]
        triggers = [pgtrigger.Protect(name="snapshot_result_never_changes", operation=IMMUTABLE)]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.region_id}"


class Approval(models.Model):
    """The one approval of a snapshot. ``four_eyes``: the installation asked for somebody else than the person who
    computed it."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="approval")
    four_eyes = models.BooleanField(default=False)
    approved_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by_name = SignatureField(max_length=200)
    approved_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(name="approval_never_changes", operation=IMMUTABLE),
            other_than(
                "approval_by_another_person",
                "SELECT s.computed_by_id FROM evaluation_snapshot s WHERE s.id",
                "approved_by_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id}"


class Publication(models.Model):
    """The letter by which a snapshot became public. The newest of a phase counts; earlier ones stay readable.

    ``four_eyes``: the installation asked for somebody else than the person who approved it.
    """

    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, related_name="publication")
    letter_number = models.CharField(max_length=100)
    letter_date = models.DateField()
    four_eyes = models.BooleanField(default=False)
    published_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    published_by_name = SignatureField(max_length=200)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(letter_number__regex=r"\S"), name="publication_has_a_letter_number")
        ]
        triggers = [
            pgtrigger.Protect(name="publication_never_changes", operation=IMMUTABLE),
            other_than(
                "publication_by_another_person",
                "SELECT a.approved_by_id FROM evaluation_approval a WHERE a.snapshot_id",
                "published_by_id",
            ),
            pgtrigger.Trigger(
                name="publication_of_an_approved_snapshot",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM evaluation_approval a WHERE a.snapshot_id = NEW.snapshot_id)"
                    " THEN RAISE EXCEPTION 'snapshot % is not approved', NEW.snapshot_id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="publication_letter_once_a_phase",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF EXISTS (SELECT 1 FROM evaluation_publication p"
                    " JOIN evaluation_snapshot other ON other.id = p.snapshot_id"
                    " JOIN evaluation_snapshot own ON own.phase_id = other.phase_id AND own.id = NEW.snapshot_id"
                    " WHERE lower(p.letter_number) = lower(NEW.letter_number))"
                    " THEN RAISE EXCEPTION 'letter % has published another version', NEW.letter_number"
                    " USING ERRCODE = 'unique_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.letter_number


class Objection(models.Model):
    """A region's objection within the objection period (masa sanggah), its decision, and what the region said to that.

    ``wish`` is what is asked for, ``outcome`` what an accepted one led to; it is empty where the mark alone could be
    contested.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "accepted"
        REFUSED = "refused"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="objections")
    node = models.CharField(max_length=100)
    wish = models.CharField(max_length=20, default=Wish.MARK)
    text = models.TextField()
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    decision = models.CharField(max_length=10, blank=True, default="")
    decision_reason = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    response = models.CharField(max_length=10, blank=True, default="")
    response_text = models.TextField(blank=True, default="")
    responded_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    responded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "node"], condition=Q(decision=""), name="objection_one_open_an_indicator"
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="objection_says_something"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (Q(decision__in=["accepted", "refused"], decided_at__isnull=False) & Q(decision_reason__regex=r"\S")),
                name="objection_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")), name="objection_decided_by_another"
            ),
            models.CheckConstraint(condition=Q(wish__in=list(Wish)), name="objection_wish_known"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=list(Wish), decision="accepted"),
                name="objection_outcome_of_an_accepted_one",
            ),
            models.CheckConstraint(
                condition=Q(response="", response_text="", responded_at__isnull=True, responded_by__isnull=True)
                | (
                    Q(response__in=list(Response), responded_at__isnull=False, responded_by__isnull=False)
                    & ~Q(decision="")
                    & (Q(response=Response.ACCEPTED) | Q(response_text__regex=r"\S"))
                ),
                name="objection_response_is_whole",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="objection_not_decided_by_its_marker",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "IF EXISTS (SELECT 1 FROM evaluation_mark m WHERE m.assessment_id = NEW.assessment_id"
                    " AND m.node = NEW.node AND m.assessor_id = NEW.decided_by_id)"
                    " THEN RAISE EXCEPTION 'objection_not_decided_by_its_marker: objection %', NEW.id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="objection_not_decided_by_its_adviser",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "IF EXISTS (SELECT 1 FROM evaluation_objectionadvice a WHERE a.objection_id = NEW.id"
                    " AND a.assessor_id = NEW.decided_by_id)"
                    " THEN RAISE EXCEPTION 'objection_not_decided_by_its_adviser: objection %', NEW.id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.node}"


class ObjectionEvidence(models.Model):
    """A piece of evidence that an objection rests on, in the version of that moment."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="attachments")
    evidence = models.ForeignKey("evidence.Evidence", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["objection", "id"]
        constraints = [models.UniqueConstraint(fields=["objection", "evidence"], name="objection_evidence_once")]
        triggers = [pgtrigger.Protect(name="objection_evidence_never_changes", operation=IMMUTABLE)]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.evidence_id}"


class ObjectionAdvice(models.Model):
    """The advice of an assessor of the region's panel on an objection; may change until it is decided."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="advice")
    assessor = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    stance = models.CharField(max_length=10)
    text = models.TextField()
    advised_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["objection", "id"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "assessor"], name="objection_advice_once_an_assessor"),
            models.CheckConstraint(condition=Q(stance__in=list(Stance)), name="objection_advice_stance_known"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="objection_advice_says_something"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="objection_advice_before_the_decision",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=(
                    "IF EXISTS (SELECT 1 FROM evaluation_objection o"
                    " WHERE o.id = COALESCE(NEW.objection_id, OLD.objection_id) AND o.decision <> '')"
                    " THEN RAISE EXCEPTION 'objection_advice_before_the_decision: objection is decided'"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN COALESCE(NEW, OLD);"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.objection_id} {self.assessor_id}"
