"""Tables of plans, and what guards them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Replace

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, stays, table, unique

TABLES = [
    table(
        "Plan",
        ID,
        ("title", models.CharField(max_length=200)),
        ("first_year", models.PositiveSmallIntegerField()),
        ("last_year", models.PositiveSmallIntegerField()),
        ("source", models.CharField(max_length=4000, blank=True, default="")),
        ("synthetic", models.BooleanField(default=False)),
        ("created_at", models.DateTimeField()),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("reports_reason", models.CharField(max_length=4000, blank=True, default="")),
        ("reports_since", models.DateField(null=True)),
        ordering=["region", "first_year"],
        constraints=[
            unique("plan_once_from_a_year", "region", "first_year"),
            check("plan_has_a_title", Q(title__regex="\\S")),
            check(
                "plan_of_five_to_ten_years",
                Q(last_year__gte=F("first_year") + Value(4), last_year__lte=F("first_year") + Value(9)),
            ),
            check(
                "plan_reports_since_with_reason",
                Q(reports_reason="", reports_since__isnull=True)
                | Q(reports_reason__regex="\\S", reports_since__isnull=False),
            ),
        ],
    ),
    table(
        "Version",
        ID,
        ("number", models.PositiveSmallIntegerField()),
        ("state", models.CharField(max_length=12, default="draft")),
        ("reason", models.CharField(max_length=4000, blank=True, default="")),
        ("form", models.CharField(max_length=8, blank=True, default="")),
        ("decree_number", models.CharField(max_length=100, blank=True, default="")),
        ("decreed_on", models.DateField(null=True)),
        ("in_force_since", models.DateField(null=True)),
        ("in_force_until", models.DateField(null=True)),
        ("opened_at", models.DateTimeField()),
        ("base", models.ForeignKey("masterplan.version", models.PROTECT, null=True, related_name="+")),
        ("decree_file", models.ForeignKey("evidence.evidence", models.PROTECT, null=True, related_name="+")),
        ("plan", models.ForeignKey("masterplan.plan", models.PROTECT, related_name="versions")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ordering=["plan", "number"],
        constraints=[
            unique("version_number_once", "plan", "number"),
            unique("version_one_under_way", "plan", where=Q(state__in=["decreed", "draft", "legal_review", "meeting"])),
            check("version_number_from_one", Q(number__gte=1)),
            check(
                "version_state_known",
                Q(
                    state__in=[
                        "draft",
                        "meeting",
                        "legal_review",
                        "decreed",
                        "in_force",
                        "revised",
                        "expired",
                        "dropped",
                    ]
                ),
            ),
            check("version_form_known", Q(form__in=["", "regent", "mayor", "regional"])),
            check(
                "version_law_has_a_decree",
                ~Q(state__in=["decreed", "expired", "in_force", "revised"])
                | (~Q(form="") & Q(decree_number__regex="\\S", decreed_on__isnull=False)),
            ),
            check(
                "version_in_force_has_dates",
                Q(
                    in_force_since__isnull=False,
                    in_force_until__isnull=False,
                    state__in=["expired", "in_force", "revised"],
                )
                | (
                    ~Q(state__in=["expired", "in_force", "revised"])
                    & Q(in_force_since__isnull=True, in_force_until__isnull=True)
                ),
            ),
            check(
                "version_dates_in_order",
                Q(in_force_since__isnull=True)
                | Q(in_force_since__gte=F("decreed_on"), in_force_until__gte=F("in_force_since")),
            ),
            ExclusionConstraint(
                name="one_plan_in_force_in_a_region",
                expressions=[
                    (
                        Func(
                            Cast(Replace(F("region"), Value("."), Value("")), models.IntegerField()),
                            Cast(Replace(F("region"), Value("."), Value("")), models.IntegerField()),
                            Value("[]"),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        Func(
                            F("in_force_since"),
                            F("in_force_until"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                condition=Q(in_force_since__isnull=False),
            ),
        ],
    ),
    table(
        "Meeting",
        ID,
        ("kind", models.CharField(max_length=12)),
        ("title", models.CharField(max_length=200)),
        ("held_at", models.DateTimeField()),
        ("venue", models.CharField(max_length=200, blank=True, default="")),
        ("agenda", models.TextField(max_length=4000, blank=True, default="")),
        ("notes", models.TextField(max_length=4000, blank=True, default="")),
        ("state", models.CharField(max_length=7, default="planned")),
        ("saves", models.PositiveIntegerField(default=1)),
        ("minutes", models.CharField(max_length=64, blank=True, default="")),
        ("signed_at", models.DateTimeField(null=True)),
        ("signed_by", SignatureField(max_length=200, blank=True, default="")),
        ("version", models.ForeignKey("masterplan.version", models.PROTECT, related_name="meetings")),
        ("number", models.CharField(max_length=200, blank=True, default="")),
        ordering=["version", "held_at", "id"],
        constraints=[
            unique("plan_meeting_one_finalisation_open", "version", where=Q(kind="finalisation") & ~Q(state="signed")),
            check(
                "plan_meeting_kind_known",
                Q(kind__in=["workshop_1", "workshop_2", "workshop_3", "workshop_4", "finalisation"]),
            ),
            check("plan_meeting_state_known", Q(state__in=["planned", "running", "signed"])),
            check("plan_meeting_has_a_title", Q(title__regex="\\S")),
            check(
                "plan_meeting_signed_has_minutes",
                Q(minutes__regex="^[0-9a-f]{64}$", signed_at__isnull=False, state="signed")
                | (~Q(state="signed") & Q(minutes="", signed_at__isnull=True)),
            ),
        ],
    ),
    table(
        "Attendance",
        ID,
        ("name", models.CharField(max_length=200)),
        ("position", models.CharField(max_length=200, blank=True, default="")),
        ("present", models.BooleanField(default=False)),
        ("signs", models.BooleanField(default=False)),
        ("office", models.ForeignKey("areas.office", models.PROTECT, null=True, related_name="+")),
        ("meeting", models.ForeignKey("masterplan.meeting", models.CASCADE, related_name="attendance")),
        ordering=["meeting", "-signs", "name"],
        constraints=[
            unique("plan_attendance_once", "meeting", "name", "position"),
            check("plan_attendance_has_a_name", Q(name__regex="\\S")),
            check("plan_attendance_signs_if_present", Q(signs=False) | Q(present=True)),
        ],
    ),
    table(
        "Line",
        ID,
        ("code", models.CharField(max_length=12)),
        ("opened_at", models.DateTimeField()),
        ("plan", models.ForeignKey("masterplan.plan", models.PROTECT, related_name="lines", db_index=False)),
        ordering=["plan", "code"],
        constraints=[
            unique("line_code_once", "plan", "code"),
            check("line_code_format", Q(code__regex="^[A-Z0-9]+(-[A-Z0-9]+)*$")),
        ],
    ),
    table(
        "Body",
        ID,
        ("kind", models.CharField(max_length=8)),
        ("title", models.CharField(max_length=200)),
        ("decree", models.CharField(max_length=200, blank=True, default="")),
        ("decreed_on", models.DateField(null=True)),
        ("source", models.CharField(max_length=4000, blank=True, default="")),
        ("plan", models.ForeignKey("masterplan.plan", models.PROTECT, related_name="bodies")),
        ("decree_file", models.ForeignKey("evidence.evidence", models.PROTECT, null=True, related_name="+")),
        ordering=["plan", "kind", "title"],
        constraints=[
            unique("body_once", "plan", "kind", "title"),
            check("body_kind_known", Q(kind__in=["council", "team", "forum"])),
            check("body_has_a_title", Q(title__regex="\\S")),
        ],
    ),
    table(
        "Call",
        ID,
        ("text", models.CharField(max_length=4000, blank=True, default="")),
        ("opened_at", models.DateTimeField()),
        ("closes_at", models.DateTimeField()),
        ("version", models.OneToOneField("masterplan.version", models.PROTECT, related_name="call")),
        constraints=[check("call_closes_after_opening", Q(closes_at__gt=F("opened_at")))],
    ),
    table(
        "BodyMember",
        ID,
        ("place", models.PositiveSmallIntegerField()),
        ("duty", models.CharField(max_length=100)),
        ("position", models.CharField(max_length=200)),
        ("person", models.CharField(max_length=200, blank=True, default="")),
        ("pillar", models.CharField(max_length=30, blank=True, default="")),
        ("body", models.ForeignKey("masterplan.body", models.CASCADE, related_name="members")),
        ("office", models.ForeignKey("areas.office", models.PROTECT, null=True, related_name="+")),
        ordering=["body", "place"],
        constraints=[
            unique("body_member_place_once", "body", "place"),
            check("body_member_says_who", Q(duty__regex="\\S", position__regex="\\S")),
        ],
    ),
]

GUARDS = [
    stays("Plan", "plan_kept", "DELETE"),
    guard("Plan", "plan_stays", "UPDATE")("""
        IF (NEW.region_id, NEW.first_year, NEW.last_year, NEW.synthetic) IS DISTINCT FROM (OLD.region_id,
            OLD.first_year, OLD.last_year, OLD.synthetic) THEN
            RAISE EXCEPTION 'plan_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Version", "version_kept", "DELETE"),
    guard("Version", "version_fits", "INSERT OR UPDATE")("""
        IF NEW.region_id <> (SELECT region_id FROM masterplan_plan WHERE id = NEW.plan_id) THEN
            RAISE EXCEPTION 'version_region_of_plan' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.in_force_until > (SELECT make_date(last_year, 12, 31) FROM masterplan_plan WHERE id =
            NEW.plan_id) THEN
            RAISE EXCEPTION 'version_force_within_plan' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Version", "version_law_stays", "UPDATE")("""
        IF OLD.state IN ('decreed', 'expired', 'in_force', 'revised') AND (NEW.state NOT IN ('decreed',
            'expired', 'in_force', 'revised') OR (NEW.form, NEW.decree_number, NEW.decreed_on,
            NEW.decree_file_id) IS DISTINCT FROM (OLD.form, OLD.decree_number, OLD.decreed_on,
            OLD.decree_file_id)) THEN
            RAISE EXCEPTION 'version_law_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Meeting", "plan_meeting_kept", "DELETE"),
    guard("Meeting", "plan_meeting_signed_stays", "UPDATE")("""
        IF OLD.state = 'signed' THEN
            RAISE EXCEPTION 'plan_meeting_signed_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Attendance", "plan_attendance_signed_stays", "INSERT OR UPDATE")("""
        IF (SELECT state FROM masterplan_meeting WHERE id = NEW.meeting_id) = 'signed' THEN
            RAISE EXCEPTION 'plan_attendance_signed_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Attendance", "plan_attendance_signed_kept", "DELETE")("""
        IF (SELECT state FROM masterplan_meeting WHERE id = OLD.meeting_id) = 'signed' THEN
            RAISE EXCEPTION 'plan_attendance_signed_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    """),
    stays("Line", "line_kept", "DELETE"),
    guard("Line", "line_stays", "UPDATE")("""
        IF (NEW.plan_id, NEW.code) <> (OLD.plan_id, OLD.code) THEN
            RAISE EXCEPTION 'line_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Body", "body_fits", "INSERT OR UPDATE")("""
        IF NEW.decree_file_id IS NOT NULL AND (SELECT region_id FROM evidence_evidence WHERE id =
            NEW.decree_file_id) <> (SELECT region_id FROM masterplan_plan WHERE id = NEW.plan_id) THEN
            RAISE EXCEPTION 'body_file_of_region' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
