"""Tables of surveys, and what guards them."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Form",
        ID,
        ("code", models.CharField(max_length=60)),
        ("version", models.CharField(max_length=20)),
        ("fingerprint", models.CharField(max_length=64, unique=True)),
        ("text", models.TextField()),
        ordering=["code", "id"],
        constraints=[check("form_fingerprint_format", Q(fingerprint__regex="^[0-9a-f]{64}$"))],
    ),
    table(
        "Survey",
        ID,
        ("title", models.CharField(max_length=200)),
        ("year", models.PositiveSmallIntegerField()),
        ("split", models.BooleanField(default=False)),
        ("opens_at", models.DateTimeField()),
        ("closes_at", models.DateTimeField()),
        ("state", models.CharField(max_length=6, default="draft")),
        ("stated_by", models.CharField(max_length=200, blank=True, default="")),
        ("stated_on", models.DateField(null=True)),
        ("synthetic", models.BooleanField(default=False)),
        ("created_at", models.DateTimeField()),
        ("form", models.ForeignKey("surveys.form", models.PROTECT, related_name="+")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("stated_file", models.ForeignKey("evidence.evidence", models.PROTECT, null=True, related_name="+")),
        ("districts", models.JSONField(default=list)),
        ordering=["region", "-year", "title"],
        constraints=[
            unique("survey_title_once_a_year", "region", "year", "title"),
            check("survey_has_a_title", Q(title__regex="\\S")),
            check("survey_state_known", Q(state__in=["draft", "open", "closed"])),
            check("survey_closes_after_opening", Q(closes_at__gt=F("opens_at"))),
            check("survey_stated_when_closed", Q(stated_on__isnull=True) | Q(state="closed", stated_by__regex="\\S")),
        ],
    ),
    table(
        "Contact",
        ID,
        ("address", models.CharField(max_length=200)),
        ("left_on", models.DateField()),
        ("erase_on", models.DateField(db_index=True)),
        ("survey", models.ForeignKey("surveys.survey", models.PROTECT, related_name="+")),
        constraints=[
            check("contact_has_an_address", Q(address__regex="\\S")),
            check("contact_erased_after_left", Q(erase_on__gt=F("left_on"))),
        ],
    ),
    table(
        "Cell",
        ID,
        ("place", models.PositiveSmallIntegerField()),
        ("pillar", models.CharField(max_length=30, blank=True, default="")),
        ("part", models.CharField(max_length=60, blank=True, default="")),
        ("programme", models.CharField(max_length=200)),
        ("quota", models.PositiveIntegerField()),
        ("token", models.CharField(max_length=24, unique=True)),
        ("office", models.ForeignKey("areas.office", models.PROTECT, related_name="+")),
        ("survey", models.ForeignKey("surveys.survey", models.PROTECT, related_name="cells", db_index=False)),
        ("population", models.PositiveIntegerField(null=True)),
        ordering=["survey", "place"],
        constraints=[
            unique("cell_place_once", "survey", "place"),
            check("cell_names_a_programme", Q(programme__regex="\\S")),
            check("cell_quota_from_one", Q(quota__gte=1)),
            check("cell_token_format", Q(token__regex="^[a-z0-9]{12,24}$")),
            check("cell_population_from_one", Q(population__gte=1)),
        ],
    ),
    table(
        "Response",
        ID,
        ("key", models.UUIDField(unique=True)),
        ("mode", models.CharField(max_length=10)),
        ("group", models.CharField(max_length=30, blank=True, default="")),
        ("profile", models.JSONField()),
        ("answers", models.JSONField()),
        ("marks", ArrayField(base_field=models.PositiveSmallIntegerField(null=True), size=None)),
        ("flags", ArrayField(base_field=models.CharField(max_length=10), size=None)),
        ("weight", models.PositiveSmallIntegerField()),
        ("ended_on", models.DateField()),
        ("received_at", models.DateTimeField()),
        ("cell", models.ForeignKey("surveys.cell", models.PROTECT, related_name="responses")),
        (
            "entered_by",
            models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False),
        ),
        ("survey", models.ForeignKey("surveys.survey", models.PROTECT, related_name="responses")),
        ordering=["id"],
        constraints=[
            check("response_mode_known", Q(mode__in=["web", "enumerator", "paper", "import"])),
            check("response_weight_at_most_whole", Q(weight__lte=100)),
            check(
                "response_entered_by_somebody",
                Q(entered_by__isnull=True, mode="web") | (~Q(mode="web") & Q(entered_by__isnull=False)),
            ),
        ],
    ),
    table(
        "Trace",
        ID,
        ("device", models.CharField(max_length=64, blank=True, default="")),
        ("origin", models.CharField(max_length=64, blank=True, default="")),
        ("at", models.DateTimeField()),
        ("erase_on", models.DateField()),
        ("response", models.OneToOneField("surveys.response", models.CASCADE, related_name="trace")),
        ("survey", models.ForeignKey("surveys.survey", models.PROTECT, related_name="+", db_index=False)),
        indexes=[
            index("trace_of_device", "survey", "device"),
            index("trace_of_origin", "origin", "at"),
            index("trace_to_erase", "erase_on"),
        ],
    ),
    table(
        "Unfinished",
        ("key", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
        ("body", models.JSONField(default=dict)),
        ("began_at", models.DateTimeField()),
        ("saved_at", models.DateTimeField(db_index=True)),
        ("cell", models.ForeignKey("surveys.cell", models.CASCADE, related_name="+")),
    ),
    table(
        "Measured",
        ID,
        ("key", models.CharField(max_length=60, unique=True)),
        ("starts_on", models.DateField()),
        ("score", models.DecimalField(max_digits=5, decimal_places=2)),
        ("count", models.PositiveIntegerField()),
        ("cell", models.ForeignKey("surveys.cell", models.PROTECT, null=True, related_name="+")),
        ("measure", models.ForeignKey("measures.measure", models.PROTECT, related_name="+")),
        ("survey", models.ForeignKey("surveys.survey", models.PROTECT, related_name="measured", db_index=False)),
        ordering=["survey", "cell"],
        constraints=[
            models.UniqueConstraint(name="measured_once", fields=("survey", "cell"), nulls_distinct=False),
            check("measured_has_a_key", ~Q(key="")),
        ],
    ),
    table(
        "Invitation",
        ID,
        ("subject", models.CharField(max_length=100)),
        ("token", models.CharField(max_length=24, unique=True)),
        ("used", models.BooleanField(default=False)),
        ("erase_on", models.DateField(db_index=True)),
        ("cell", models.ForeignKey("surveys.cell", models.PROTECT, related_name="invitations")),
        constraints=[
            unique("invited_once", "subject", "cell"),
            check("invitation_about_something", ~Q(subject="")),
            check("invitation_token_format", Q(token__regex="^[a-z0-9]{12,24}$")),
        ],
    ),
    table(
        "FollowUp",
        ID,
        ("place", models.PositiveSmallIntegerField()),
        ("element", models.CharField(max_length=60)),
        ("act", models.CharField(max_length=500)),
        ("who", models.CharField(max_length=200)),
        ("due_on", models.DateField()),
        ("survey", models.ForeignKey("surveys.survey", models.PROTECT, related_name="follow_ups", db_index=False)),
        ordering=["survey", "place"],
        constraints=[
            unique("follow_up_place_once", "survey", "place"),
            check("follow_up_says_something", Q(act__regex="\\S", element__regex="\\S", who__regex="\\S")),
        ],
    ),
    table(
        "DateChange",
        ID,
        ("opened_before", models.DateTimeField()),
        ("closed_before", models.DateTimeField()),
        ("opens_at", models.DateTimeField()),
        ("closes_at", models.DateTimeField()),
        ("ended", models.BooleanField(default=False)),
        ("reason", models.CharField(max_length=500)),
        ("by_name", SignatureField(max_length=200)),
        ("at", models.DateTimeField()),
        ("survey", models.ForeignKey("surveys.survey", models.PROTECT, related_name="date_changes")),
        ordering=["survey", "id"],
        constraints=[
            check("date_change_has_a_reason", Q(reason__regex="\\S")),
            check("date_change_closes_after_opening", Q(closes_at__gt=F("opens_at"))),
        ],
    ),
    table(
        "FormDraft",
        ID,
        ("code", models.CharField(max_length=60)),
        ("version", models.CharField(max_length=30)),
        ("sha256", models.CharField(max_length=64)),
        ("title_id", models.CharField(max_length=300)),
        ("title_en", models.CharField(max_length=300)),
        ("document", models.TextField()),
        ("file", models.CharField(max_length=200)),
        ("sent_by_name", SignatureField(max_length=200)),
        ("sent_at", models.DateTimeField(db_default=Now())),
        ("four_eyes", models.BooleanField(default=True)),
        ("released_by_name", SignatureField(max_length=200, blank=True, default="")),
        ("released_at", models.DateTimeField(null=True)),
        ("form", models.OneToOneField("surveys.form", models.PROTECT, null=True, related_name="release")),
        ("released_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ("sent_by", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ordering=["-sent_at", "-id"],
        constraints=[
            unique("form_draft_version_once", "code", "version"),
            check("form_draft_sha256_is_a_hash", Q(sha256__regex="^[0-9a-f]{64}$")),
            check(
                "form_draft_released_by_somebody",
                Q(form=None, released_at=None, released_by=None, released_by_name="")
                | (Q(form__isnull=False, released_at__isnull=False) & ~Q(released_by_name="")),
            ),
            check(
                "form_draft_released_by_another",
                Q(released_at=None) | Q(four_eyes=False) | ~Q(sent_by=F("released_by")),
            ),
        ],
    ),
]

GUARDS = [
    stays("Form", "form_never_changes"),
    stays("Survey", "survey_kept", "DELETE"),
    guard("Survey", "survey_stays", "UPDATE")("""
        IF (NEW.region_id, NEW.form_id, NEW.districts, NEW.synthetic) IS DISTINCT FROM (OLD.region_id,
            OLD.form_id, OLD.districts, OLD.synthetic) OR (OLD.state = 'closed' AND NEW.state <> 'closed') OR
            (OLD.state = 'open' AND NEW.state = 'draft') THEN
            RAISE EXCEPTION 'survey_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Survey", "survey_begins", "INSERT")("""
        IF jsonb_typeof(NEW.districts) <> 'array' THEN
            RAISE EXCEPTION 'survey_districts_are_a_list' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Cell", "cell_fits", "INSERT OR UPDATE")("""
        IF (SELECT region_id FROM areas_office WHERE id = NEW.office_id) <> (SELECT region_id FROM
            surveys_survey WHERE id = NEW.survey_id) THEN
            RAISE EXCEPTION 'cell_office_in_region' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT state FROM surveys_survey WHERE id = NEW.survey_id) <> 'draft' THEN
            RAISE EXCEPTION 'cell_while_set_up' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Cell", "cell_kept", "DELETE")("""
        IF (SELECT state FROM surveys_survey WHERE id = OLD.survey_id) <> 'draft' THEN
            RAISE EXCEPTION 'cell_while_set_up' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    """),
    stays("Response", "response_append_only"),
    guard("Response", "response_fits", "INSERT")("""
        IF (SELECT state FROM surveys_survey WHERE id = NEW.survey_id) <> 'open' THEN
            RAISE EXCEPTION 'response_while_open' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT survey_id FROM surveys_cell WHERE id = NEW.cell_id) <> NEW.survey_id THEN
            RAISE EXCEPTION 'response_cell_of_survey' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Measured", "measured_append_only"),
    guard("Measured", "measured_fits", "INSERT")("""
        IF (SELECT state FROM surveys_survey WHERE id = NEW.survey_id) <> 'closed' THEN
            RAISE EXCEPTION 'measured_when_closed' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT survey_id FROM surveys_cell WHERE id = NEW.cell_id) <> NEW.survey_id THEN
            RAISE EXCEPTION 'measured_cell_of_survey' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT (region_id, synthetic) FROM measures_measure WHERE id = NEW.measure_id) <> (SELECT
            (region_id, synthetic) FROM surveys_survey WHERE id = NEW.survey_id) THEN
            RAISE EXCEPTION 'measured_by_measure_alike' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("FollowUp", "follow_up_fits", "INSERT OR UPDATE")("""
        IF (SELECT state FROM surveys_survey WHERE id = NEW.survey_id) <> 'closed' THEN
            RAISE EXCEPTION 'follow_up_when_closed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("DateChange", "date_change_append_only"),
    stays(
        "FormDraft",
        "form_draft_keeps_what_it_says",
        "UPDATE",
        condition="""
        OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."version" IS DISTINCT FROM (NEW."version") OR
            OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."title_id" IS DISTINCT FROM (NEW."title_id")
            OR OLD."title_en" IS DISTINCT FROM (NEW."title_en") OR OLD."document" IS DISTINCT FROM
            (NEW."document") OR OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."sent_by_id" IS DISTINCT FROM
            (NEW."sent_by_id") OR OLD."sent_by_name" IS DISTINCT FROM (NEW."sent_by_name") OR OLD."sent_at" IS
            DISTINCT FROM (NEW."sent_at")
    """,
    ),
    stays("FormDraft", "form_draft_released_for_good", condition='OLD."released_at" IS NOT NULL'),
]
