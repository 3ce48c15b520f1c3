"""Tables of programmes, and what guards them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, stays, table, unique

TABLES = [
    table(
        "Content",
        ID,
        ("title", models.CharField(max_length=200)),
        ("part", models.CharField(max_length=60)),
        ("quick_win", models.BooleanField()),
        ("body", models.JSONField()),
        ("written_by", SignatureField(max_length=200)),
        ("written_at", models.DateTimeField()),
        ("owner", models.ForeignKey("areas.office", models.PROTECT, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+", db_index=False)),
        ordering=["id"],
        constraints=[check("content_has_a_title", Q(title__regex="\\S"))],
    ),
    table(
        "Proposal",
        ID,
        ("number", models.PositiveSmallIntegerField()),
        ("kind", models.CharField(max_length=6)),
        ("reason", models.CharField(max_length=2000, blank=True, default="")),
        ("state", models.CharField(max_length=9, default="draft")),
        ("question", models.CharField(max_length=2000, blank=True, default="")),
        ("origin", models.CharField(max_length=14, default="call")),
        ("origin_key", models.CharField(max_length=100, blank=True, default="")),
        ("origin_text", models.CharField(max_length=4000, blank=True, default="")),
        ("saves", models.PositiveIntegerField(default=1)),
        ("made_at", models.DateTimeField()),
        ("changed_at", models.DateTimeField()),
        ("submitted_at", models.DateTimeField(null=True)),
        (
            "content",
            models.ForeignKey("masterplan.content", models.PROTECT, null=True, related_name="+", db_index=False),
        ),
        ("line", models.ForeignKey("masterplan.line", models.PROTECT, null=True, related_name="+")),
        ("made_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("merged_into", models.ForeignKey("masterplan.proposal", models.PROTECT, null=True, related_name="merged")),
        ("office", models.ForeignKey("areas.office", models.PROTECT, related_name="+")),
        ("version", models.ForeignKey("masterplan.version", models.PROTECT, related_name="proposals", db_index=False)),
        ordering=["version", "number"],
        constraints=[
            unique("proposal_number_once", "version", "number"),
            unique(
                "proposal_one_about_a_programme",
                "version",
                "line",
                where=Q(line__isnull=False, state__in=["draft", "submitted", "returned"]),
            ),
            unique(
                "proposal_once_from_an_origin",
                "version",
                "origin",
                "origin_key",
                where=~Q(origin_key="") & Q(state__in=["draft", "submitted", "returned"]),
            ),
            check("proposal_state_known", Q(state__in=["draft", "submitted", "returned", "merged", "withdrawn"])),
            check(
                "proposal_of_its_kind",
                Q(content__isnull=False, kind="add", line__isnull=True)
                | Q(content__isnull=False, kind="change", line__isnull=False)
                | Q(content__isnull=True, kind="drop", line__isnull=False, reason__regex="\\S"),
            ),
            check(
                "proposal_merged_into_one",
                Q(merged_into__isnull=False, state="merged") | (~Q(state="merged") & Q(merged_into__isnull=True)),
            ),
            check("proposal_returned_with_a_question", ~Q(state="returned") | Q(question__regex="\\S")),
            check("proposal_not_into_itself", ~Q(merged_into=F("id"))),
            check("proposal_origin_known", Q(origin__in=["call", "recommendation", "measure", "import"])),
        ],
    ),
    table(
        "Decision",
        ID,
        ("number", models.PositiveSmallIntegerField()),
        ("outcome", models.CharField(max_length=8)),
        ("reason", models.CharField(max_length=2000, blank=True, default="")),
        ("taken_by", SignatureField(max_length=200)),
        ("taken_at", models.DateTimeField()),
        (
            "content",
            models.ForeignKey("masterplan.content", models.PROTECT, null=True, related_name="+", db_index=False),
        ),
        ("decided_by", models.ForeignKey("masterplan.attendance", models.PROTECT, related_name="+", db_index=False)),
        ("meeting", models.ForeignKey("masterplan.meeting", models.PROTECT, related_name="decisions")),
        ("into", models.ForeignKey("masterplan.proposal", models.PROTECT, null=True, related_name="+", db_index=False)),
        (
            "proposal",
            models.ForeignKey(
                "masterplan.proposal", models.PROTECT, null=True, related_name="decisions", db_index=False
            ),
        ),
        ordering=["proposal", "number"],
        constraints=[
            unique("decision_number_once", "proposal", "number"),
            unique("decision_number_once_in_general", "meeting", "number", where=Q(proposal__isnull=True)),
            check("decision_outcome_known", Q(outcome__in=["accepted", "changed", "merged", "deferred", "refused"])),
            check("decision_number_from_one", Q(number__gte=1)),
            check(
                "decision_has_its_reason",
                ~Q(outcome__in=["changed", "deferred", "merged", "refused"]) | Q(reason__regex="\\S"),
            ),
            check("decision_content_if_accepted", Q(content__isnull=True) | Q(outcome__in=["accepted", "changed"])),
            check(
                "decision_merged_into_one",
                Q(into__isnull=False, outcome="merged") | (~Q(outcome="merged") & Q(into__isnull=True)),
            ),
        ],
    ),
    table(
        "Statement",
        ID,
        ("part", models.CharField(max_length=12)),
        ("key", models.CharField(max_length=60, blank=True, default="")),
        ("place", models.PositiveSmallIntegerField()),
        ("text", models.CharField(max_length=4000)),
        ("level", models.PositiveSmallIntegerField(null=True)),
        ("source", models.CharField(max_length=4000, blank=True, default="")),
        ("written_by", SignatureField(max_length=200)),
        ("written_at", models.DateTimeField()),
        ("decision", models.ForeignKey("masterplan.decision", models.PROTECT, null=True, related_name="+")),
        ("version", models.ForeignKey("masterplan.version", models.PROTECT, related_name="statements")),
        ordering=["version", "part", "place"],
        constraints=[
            unique("statement_place_once", "version", "part", "place"),
            unique("statement_of_a_cell_once", "version", "key", where=Q(part="readiness")),
            check(
                "statement_part_known",
                Q(
                    part__in=[
                        "rpjmd",
                        "readiness",
                        "strength",
                        "weakness",
                        "opportunity",
                        "threat",
                        "gap",
                        "vision",
                        "mission",
                        "strategy",
                    ]
                ),
            ),
            check("statement_says_something", Q(text__regex="\\S")),
            check("statement_level_of_readiness", Q(level__isnull=True) | Q(part="readiness")),
        ],
    ),
    table(
        "Entry",
        ID,
        ("content", models.ForeignKey("masterplan.content", models.PROTECT, related_name="+", db_index=False)),
        ("decision", models.ForeignKey("masterplan.decision", models.PROTECT, null=True, related_name="+")),
        ("line", models.ForeignKey("masterplan.line", models.PROTECT, related_name="entries")),
        ("version", models.ForeignKey("masterplan.version", models.PROTECT, related_name="entries", db_index=False)),
        ordering=["version", "line"],
        constraints=[unique("entry_once_in_a_version", "version", "line")],
    ),
]

GUARDS = [
    stays("Content", "content_append_only"),
    guard("Content", "content_fits", "INSERT")("""
        IF NOT EXISTS (SELECT 1 FROM areas_office WHERE id = NEW.owner_id AND region_id = NEW.region_id) THEN
            RAISE EXCEPTION 'content_owner_in_region' USING ERRCODE = 'check_violation';
        END IF;
        IF jsonb_path_exists(NEW.body, '$.budgets[*].amount ? (@ like_regex "^-")') THEN
            RAISE EXCEPTION 'content_budget_not_below_zero' USING ERRCODE = 'check_violation';
        END IF;
        IF jsonb_path_exists(NEW.body, '$.activities[*] ? (@.ends < @.starts)') THEN
            RAISE EXCEPTION 'content_activity_ends_after_start' USING ERRCODE = 'check_violation';
        END IF;
        IF (NEW.title, NEW.part, NEW.owner_id, NEW.quick_win) IS DISTINCT FROM (NEW.body->>'title',
            NEW.body->>'part', (NEW.body->>'owner')::bigint, (NEW.body->>'quick_win')::boolean) THEN
            RAISE EXCEPTION 'content_columns_as_body' USING ERRCODE = 'check_violation';
        END IF;
        IF jsonb_path_exists(NEW.body, '$.sipd_code ? (@ != "" && !(@ like_regex
            "^[0-9]{1,4}([.][0-9]{1,4}){0,7}$"))') OR jsonb_path_exists(NEW.body, '$.activities[*].sipd_code ?
            (@ != "" && !(@ like_regex "^[0-9]{1,4}([.][0-9]{1,4}){0,7}$"))') THEN
            RAISE EXCEPTION 'content_sipd_code_of_digits_and_dots' USING ERRCODE = 'check_violation';
        END IF;
        IF jsonb_path_exists(NEW.body, '$.weight ? (@ != null && (!(@ like_regex
            "^[0-9]{1,6}([.][0-9]{1,6})?$") || @ like_regex "^[0.]+$"))') OR jsonb_path_exists(NEW.body,
            '$.activities[*].weight ? (@ != null && (!(@ like_regex "^[0-9]{1,6}([.][0-9]{1,6})?$") || @
            like_regex "^[0.]+$"))') OR jsonb_path_exists(NEW.body, '$.weight.type() ? (@ != "string" && @ !=
            "null")') OR jsonb_path_exists(NEW.body, '$.activities[*].weight.type() ? (@ != "string" && @ !=
            "null")') THEN
            RAISE EXCEPTION 'content_weight_above_zero' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Proposal", "proposal_kept", "DELETE"),
    guard("Proposal", "proposal_fits", "INSERT OR UPDATE")("""
        IF (SELECT region_id FROM areas_office WHERE id = NEW.office_id) <> (SELECT region_id FROM
            masterplan_version WHERE id = NEW.version_id) THEN
            RAISE EXCEPTION 'proposal_office_in_region' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Decision", "decision_append_only"),
    guard("Decision", "decision_fits", "INSERT")("""
        IF (SELECT state FROM masterplan_meeting WHERE id = NEW.meeting_id) <> 'running' THEN
            RAISE EXCEPTION 'decision_while_meeting_runs' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.proposal_id IS NOT NULL AND (SELECT version_id FROM masterplan_proposal WHERE id =
            NEW.proposal_id) <> (SELECT version_id FROM masterplan_meeting WHERE id = NEW.meeting_id) THEN
            RAISE EXCEPTION 'decision_of_the_version' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM masterplan_attendance WHERE id = NEW.decided_by_id AND meeting_id =
            NEW.meeting_id AND present) THEN
            RAISE EXCEPTION 'decision_by_who_is_present' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM masterplan_decision AS d WHERE d.proposal_id IS NOT
            DISTINCT FROM NEW.proposal_id AND d.number = NEW.number - 1 AND (NEW.proposal_id IS NOT NULL OR
            d.meeting_id = NEW.meeting_id)) THEN
            RAISE EXCEPTION 'decision_follows' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Statement", "statement_frozen", "INSERT OR UPDATE")("""
        IF (SELECT state FROM masterplan_version WHERE id = NEW.version_id) NOT IN ('draft', 'meeting') THEN
            RAISE EXCEPTION 'statement_frozen' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Statement", "statement_frozen_gone", "DELETE")("""
        IF (SELECT state FROM masterplan_version WHERE id = OLD.version_id) NOT IN ('draft', 'meeting') THEN
            RAISE EXCEPTION 'statement_frozen' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    """),
    guard("Entry", "entry_frozen", "INSERT OR UPDATE")("""
        IF (SELECT state FROM masterplan_version WHERE id = NEW.version_id) NOT IN ('draft', 'meeting') THEN
            RAISE EXCEPTION 'entry_frozen' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Entry", "entry_frozen_gone", "DELETE")("""
        IF (SELECT state FROM masterplan_version WHERE id = OLD.version_id) NOT IN ('draft', 'meeting') THEN
            RAISE EXCEPTION 'entry_frozen' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    """),
    guard("Entry", "entry_fits", "INSERT OR UPDATE")("""
        IF (SELECT plan_id FROM masterplan_line WHERE id = NEW.line_id) <> (SELECT plan_id FROM
            masterplan_version WHERE id = NEW.version_id) THEN
            RAISE EXCEPTION 'entry_line_of_plan' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
