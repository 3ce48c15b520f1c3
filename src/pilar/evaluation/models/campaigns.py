"""A year's evaluation (evaluasi implementasi): campaign, its phases, its groups, the regions that take part."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.evaluation.models.published import Instrument
from pilar.evaluation.rules.campaigns import MAX_PHASES, USUAL_PHASES
from pilar.evaluation.rules.stages import PhaseState
from pilar.platform.language import Bilingual
from pilar.platform.names import SignatureField
from pilar.platform.triggers import on_row


class Campaign(models.Model):
    """One year's evaluation with one instrument. ``previous`` gives last year's results and panels.
    ``phase_count``: how many phases it has, from the day on which it is set up; the last one gives the year's finals.
    ``statement_since``: what is submitted from that day on needs a statement of responsibility; None for never.

    ``synthetic``: made-up data of a demonstration; every page says so.
    """

    code = models.SlugField(max_length=40, unique=True)
    year = models.PositiveSmallIntegerField()
    title_id = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="campaigns")
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="next_ones")
    phase_count = models.PositiveSmallIntegerField(default=USUAL_PHASES)
    evidence_hours = models.PositiveSmallIntegerField(default=24)
    objection_days = models.PositiveSmallIntegerField(default=7)
    smallest_panel = models.PositiveSmallIntegerField(default=3)
    largest_panel = models.PositiveSmallIntegerField(default=6)
    no_repeat_panel = models.BooleanField(default=False)
    statement_since = models.DateField(null=True)
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-year", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(year__gte=2017, year__lte=2100), name="campaign_year_plausible"),
            models.CheckConstraint(condition=Q(evidence_hours__gte=1), name="campaign_evidence_hours_positive"),
            models.CheckConstraint(condition=Q(objection_days__gte=1), name="campaign_objection_days_positive"),
            models.CheckConstraint(
                condition=Q(smallest_panel__gte=1, largest_panel__gte=F("smallest_panel")), name="campaign_panel_size"
            ),
            models.CheckConstraint(
                condition=Q(previous__isnull=True) | ~Q(previous=F("id")), name="campaign_not_its_own_previous"
            ),
            models.CheckConstraint(
                condition=Q(phase_count__gte=1, phase_count__lte=MAX_PHASES), name="campaign_phases_plausible"
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="campaign_keeps_its_phases", fields=["phase_count"])]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> Bilingual:
        """Return the title in both languages."""
        return Bilingual(self.title_id, self.title_en)


class CampaignGroup(models.Model):
    """A group (kelompok) inside which regions of a campaign are ranked."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="groups")
    code = models.SlugField(max_length=40)
    title_id = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["campaign", "code"]
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="campaign_group_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> Bilingual:
        """Return the title in both languages."""
        return Bilingual(self.title_id, self.title_en)


class Phase(models.Model):
    """One phase of a campaign, numbered from 1; its state table stands in ``rules.stages``."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="phases")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, default=PhaseState.DRAFT)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    objection_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="phase_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="phase_number_from_one"),
            models.CheckConstraint(condition=Q(state__in=list(PhaseState)), name="phase_state_known"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="phase_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(objection_until__isnull=False)
                | ~Q(state__in=[PhaseState.OBJECTION, PhaseState.FINAL, PhaseState.PUBLISHED]),
                name="phase_objection_has_an_end",
            ),
        ]
        triggers = [
            on_row(
                "phase_is_one_of_its_campaign",
                pgtrigger.Insert | pgtrigger.Update,
                (
                    "phase_is_one_of_its_campaign",
                    "NEW.number > (SELECT c.phase_count FROM evaluation_campaign c WHERE c.id = NEW.campaign_id)",
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.number}"


class PhaseMove(models.Model):
    """One move of a phase from state to state; never changed."""

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    by_key = models.CharField(max_length=100)
    by_name = SignatureField(max_length=200)
    reason = models.TextField(blank=True, default="")
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["phase", "id"]
        triggers = [pgtrigger.Protect(name="phase_move_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Participation(models.Model):
    """A region that takes part in a campaign, in one group. ``smallest_panel``: its panel decides with so few, where
    the campaign asks for more; with the reason."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="participations")
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(CampaignGroup, on_delete=models.PROTECT, related_name="participations")
    invited_at = models.DateTimeField(db_default=Now())
    smallest_panel = models.PositiveSmallIntegerField(null=True)
    smaller_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["campaign", "region"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "region"], name="participation_once"),
            models.CheckConstraint(
                condition=Q(smallest_panel__isnull=True, smaller_reason="")
                | (Q(smallest_panel__isnull=False, smallest_panel__gte=2) & ~Q(smaller_reason="")),
                name="participation_smaller_panel_with_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="participation_group_of_its_campaign",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM evaluation_campaigngroup g"
                    " WHERE g.id = NEW.group_id AND g.campaign_id = NEW.campaign_id)"
                    " THEN RAISE EXCEPTION 'group % is not of campaign %', NEW.group_id, NEW.campaign_id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.region_id}"
