"""Tables of campaigns, and what guards them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, stays, table, unique

TABLES = [
    table(
        "Campaign",
        ID,
        ("code", models.SlugField(max_length=40, unique=True)),
        ("year", models.PositiveSmallIntegerField()),
        ("title_id", models.CharField(max_length=200)),
        ("title_en", models.CharField(max_length=200)),
        ("evidence_hours", models.PositiveSmallIntegerField(default=24)),
        ("objection_days", models.PositiveSmallIntegerField(default=7)),
        ("smallest_panel", models.PositiveSmallIntegerField(default=3)),
        ("largest_panel", models.PositiveSmallIntegerField(default=6)),
        ("no_repeat_panel", models.BooleanField(default=False)),
        ("synthetic", models.BooleanField(default=False)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("instrument", models.ForeignKey("evaluation.instrument", models.PROTECT, related_name="campaigns")),
        ("previous", models.ForeignKey("evaluation.campaign", models.PROTECT, null=True, related_name="next_ones")),
        ("statement_since", models.DateField(null=True)),
        ("phase_count", models.PositiveSmallIntegerField(default=2)),
        ordering=["-year", "code"],
        constraints=[
            check("campaign_year_plausible", Q(year__gte=2017, year__lte=2100)),
            check("campaign_evidence_hours_positive", Q(evidence_hours__gte=1)),
            check("campaign_objection_days_positive", Q(objection_days__gte=1)),
            check("campaign_panel_size", Q(largest_panel__gte=F("smallest_panel"), smallest_panel__gte=1)),
            check("campaign_not_its_own_previous", Q(previous__isnull=True) | ~Q(previous=F("id"))),
            check("campaign_phases_plausible", Q(phase_count__gte=1, phase_count__lte=6)),
        ],
    ),
    table(
        "CampaignGroup",
        ID,
        ("code", models.SlugField(max_length=40)),
        ("title_id", models.CharField(max_length=200)),
        ("title_en", models.CharField(max_length=200)),
        ("campaign", models.ForeignKey("evaluation.campaign", models.CASCADE, related_name="groups")),
        ordering=["campaign", "code"],
        constraints=[unique("campaign_group_once", "campaign", "code")],
    ),
    table(
        "Participation",
        ID,
        ("invited_at", models.DateTimeField(db_default=Now())),
        ("campaign", models.ForeignKey("evaluation.campaign", models.CASCADE, related_name="participations")),
        ("group", models.ForeignKey("evaluation.campaigngroup", models.PROTECT, related_name="participations")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("smaller_reason", models.TextField(blank=True, default="")),
        ("smallest_panel", models.PositiveSmallIntegerField(null=True)),
        ordering=["campaign", "region"],
        constraints=[
            unique("participation_once", "campaign", "region"),
            check(
                "participation_smaller_panel_with_a_reason",
                Q(smaller_reason="", smallest_panel__isnull=True)
                | (Q(smallest_panel__gte=2, smallest_panel__isnull=False) & ~Q(smaller_reason="")),
            ),
        ],
    ),
    table(
        "Phase",
        ID,
        ("number", models.PositiveSmallIntegerField()),
        ("state", models.CharField(max_length=20, default="draft")),
        ("opens_at", models.DateTimeField()),
        ("closes_at", models.DateTimeField()),
        ("objection_until", models.DateTimeField(null=True)),
        ("campaign", models.ForeignKey("evaluation.campaign", models.CASCADE, related_name="phases")),
        ordering=["campaign", "number"],
        constraints=[
            unique("phase_once", "campaign", "number"),
            check(
                "phase_state_known",
                Q(
                    state__in=[
                        "draft",
                        "open",
                        "closed",
                        "desk_check",
                        "review",
                        "agreed",
                        "objection",
                        "final",
                        "published",
                    ]
                ),
            ),
            check("phase_closes_after_opening", Q(closes_at__gt=F("opens_at"))),
            check(
                "phase_objection_has_an_end",
                Q(objection_until__isnull=False) | ~Q(state__in=["objection", "final", "published"]),
            ),
            check("phase_number_from_one", Q(number__gte=1)),
        ],
    ),
    table(
        "PhaseMove",
        ID,
        ("from_state", models.CharField(max_length=20)),
        ("to_state", models.CharField(max_length=20)),
        ("by_key", models.CharField(max_length=100)),
        ("by_name", SignatureField(max_length=200)),
        ("reason", models.TextField(blank=True, default="")),
        ("moved_at", models.DateTimeField(db_default=Now())),
        ("phase", models.ForeignKey("evaluation.phase", models.PROTECT, related_name="moves")),
        ordering=["phase", "id"],
    ),
]

GUARDS = [
    stays(
        "Campaign",
        "campaign_keeps_its_phases",
        "UPDATE",
        condition='OLD."phase_count" IS DISTINCT FROM (NEW."phase_count")',
    ),
    guard("Participation", "participation_group_of_its_campaign", "INSERT OR UPDATE")("""
        IF NOT EXISTS (SELECT 1 FROM evaluation_campaigngroup g WHERE g.id = NEW.group_id AND g.campaign_id =
            NEW.campaign_id) THEN
            RAISE EXCEPTION 'group % is not of campaign %', NEW.group_id, NEW.campaign_id USING ERRCODE =
                'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Phase", "phase_is_one_of_its_campaign", "INSERT OR UPDATE")("""
        IF NEW.number > (SELECT c.phase_count FROM evaluation_campaign c WHERE c.id = NEW.campaign_id) THEN
            RAISE EXCEPTION 'phase_is_one_of_its_campaign' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("PhaseMove", "phase_move_never_changes"),
]
