"""Surveys, their cells (programmes or places), and answers. Data that could identify respondents is kept apart and
erased."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pilar.people.models import drafts
from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.satisfaction import MAX_ACT, MAX_WHO
from pilar.surveys.rules.surveys import MAX_REASON, MAX_TITLE

_SHA256, _TOKEN = r"^[0-9a-f]{64}$", r"^[a-z0-9]{12,24}$"
_NOT_OPEN = "(SELECT state FROM surveys_survey WHERE id = NEW.survey_id) <> 'open'"
_CELL_ELSEWHERE = "(SELECT survey_id FROM surveys_cell WHERE id = NEW.cell_id) <> NEW.survey_id"
_SET_UP = "(SELECT state FROM surveys_survey WHERE id = {row}.survey_id) <> 'draft'"
_OFFICE_ELSEWHERE = (
    "(SELECT region_id FROM areas_office WHERE id = NEW.office_id)"
    " <> (SELECT region_id FROM surveys_survey WHERE id = NEW.survey_id)"
)
_STILL_OPEN = "(SELECT state FROM surveys_survey WHERE id = NEW.survey_id) <> 'closed'"
_OTHER_MEASURE = (
    "(SELECT (region_id, synthetic) FROM measures_measure WHERE id = NEW.measure_id)"
    " <> (SELECT (region_id, synthetic) FROM surveys_survey WHERE id = NEW.survey_id)"
)
_STAYS = (
    "(NEW.region_id, NEW.form_id, NEW.districts, NEW.synthetic)"
    " IS DISTINCT FROM (OLD.region_id, OLD.form_id, OLD.districts, OLD.synthetic)"
    " OR (OLD.state = 'closed' AND NEW.state <> 'closed') OR (OLD.state = 'open' AND NEW.state = 'draft')"
)


class Form(models.Model):
    """A questionnaire as used by a survey, or as released: the text of its file."""

    code = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64, unique=True)
    text = models.TextField()

    class Meta:
        ordering = ["code", "id"]
        constraints = [models.CheckConstraint(condition=Q(fingerprint__regex=_SHA256), name="form_fingerprint_format")]
        triggers = [append_only("form_never_changes")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class FormDraft(drafts.SentVersion):
    """A questionnaire as the secretariat sent it; once released it becomes a :class:`Form`, and this row names the
    person."""

    form = models.OneToOneField(Form, null=True, on_delete=models.PROTECT, related_name="release")

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = drafts.constraints("form_draft", "form")
        triggers = drafts.triggers("form_draft")


class Survey(models.Model):
    """A survey of a region (survei): a questionnaire asked from one moment to another.

    ``districts``: those of the region when it was drawn up, ``code`` and ``name`` of each; empty if the survey does not
    ask for the district. ``stated_*``: the statement of the head of region that it is valid. ``synthetic``: its answers
    are made up.
    """

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=MAX_TITLE)
    year = models.PositiveSmallIntegerField()
    split = models.BooleanField(default=False)
    districts = models.JSONField(default=list)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=6, default=SurveyState.DRAFT)
    stated_by = models.CharField(max_length=MAX_TITLE, blank=True, default="")
    stated_on = models.DateField(null=True)
    stated_file = models.ForeignKey("evidence.Evidence", null=True, on_delete=models.PROTECT, related_name="+")
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["region", "-year", "title"]
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "title"], name="survey_title_once_a_year"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="survey_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=list(SurveyState)), name="survey_state_known"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="survey_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(stated_on__isnull=True) | Q(state=SurveyState.CLOSED, stated_by__regex=r"\S"),
                name="survey_stated_when_closed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="survey_kept", operation=pgtrigger.Delete),
            on_row("survey_stays", pgtrigger.Update, ("survey_stays", _STAYS)),
            on_row(
                "survey_begins", pgtrigger.Insert,
                ("survey_districts_are_a_list", "jsonb_typeof(NEW.districts) <> 'array'"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Cell(models.Model):
    """A programme or place in which a survey asks, with its quota and its public link.

    ``token`` is the end of the link; ``part`` is empty if a form covers a whole pillar. ``population``: the people
    served, if known.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="cells", db_index=False)
    place = models.PositiveSmallIntegerField()
    pillar = models.CharField(max_length=30, blank=True, default="")
    part = models.CharField(max_length=60, blank=True, default="")
    programme = models.CharField(max_length=MAX_TITLE)
    office = models.ForeignKey("areas.Office", on_delete=models.PROTECT, related_name="+")
    quota = models.PositiveIntegerField()
    population = models.PositiveIntegerField(null=True)
    token = models.CharField(max_length=24, unique=True)

    class Meta:
        ordering = ["survey", "place"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "place"], name="cell_place_once"),
            models.CheckConstraint(condition=Q(programme__regex=r"\S"), name="cell_names_a_programme"),
            models.CheckConstraint(condition=Q(quota__gte=1), name="cell_quota_from_one"),
            models.CheckConstraint(condition=Q(population__gte=1), name="cell_population_from_one"),
            models.CheckConstraint(condition=Q(token__regex=_TOKEN), name="cell_token_format"),
        ]
        triggers = [
            on_row(
                "cell_fits", pgtrigger.Insert | pgtrigger.Update,
                ("cell_office_in_region", _OFFICE_ELSEWHERE), ("cell_while_set_up", _SET_UP.format(row="NEW")),
            ),
            pgtrigger.Trigger(
                name="cell_kept", when=pgtrigger.Before, operation=pgtrigger.Delete,
                func=f"IF {_SET_UP.format(row='OLD')} THEN RAISE EXCEPTION 'cell_while_set_up'"
                " USING ERRCODE = 'check_violation'; END IF; RETURN OLD;",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.programme


class Invitation(models.Model):
    """A personal link for one answer about a case of a service (``subject``). It records that it was used, not by which
    answer. Erased after ``erase_on``."""

    cell = models.ForeignKey(Cell, on_delete=models.PROTECT, related_name="invitations")
    subject = models.CharField(max_length=100)
    token = models.CharField(max_length=24, unique=True)
    used = models.BooleanField(default=False)
    erase_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "cell"], name="invited_once"),
            models.CheckConstraint(condition=~Q(subject=""), name="invitation_about_something"),
            models.CheckConstraint(condition=Q(token__regex=_TOKEN), name="invitation_token_format"),
        ]

    def __str__(self) -> str:
        return self.subject


class Response(models.Model):
    """An answer, without anything that identifies the respondent. Never changed, never deleted.

    ``key`` is made where the answer is given, so that an answer sent twice is stored once. ``marks`` are the values of
    the scale items in order; ``weight`` is the weight that its flags leave, in per cent.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    cell = models.ForeignKey(Cell, on_delete=models.PROTECT, related_name="responses")
    key = models.UUIDField(unique=True)
    mode = models.CharField(max_length=10)
    group = models.CharField(max_length=30, blank=True, default="")
    profile = models.JSONField()
    answers = models.JSONField()
    marks = ArrayField(models.PositiveSmallIntegerField(null=True))
    flags = ArrayField(models.CharField(max_length=10))
    weight = models.PositiveSmallIntegerField()
    ended_on = models.DateField()
    received_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=list(Mode)), name="response_mode_known"),
            models.CheckConstraint(condition=Q(weight__lte=100), name="response_weight_at_most_whole"),
            models.CheckConstraint(
                condition=Q(mode=Mode.WEB, entered_by__isnull=True) | ~Q(mode=Mode.WEB) & Q(entered_by__isnull=False),
                name="response_entered_by_somebody",
            ),
        ]
        triggers = [
            append_only("response_append_only"),
            on_row(
                "response_fits", pgtrigger.Insert,
                ("response_while_open", _NOT_OPEN), ("response_cell_of_survey", _CELL_ELSEWHERE),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.key)


class Measured(models.Model):
    """The index of a closed survey as a value of a measure: of a cell, or without one of all together.

    ``key`` is that of the value, ``starts_on`` the first day of its period, ``count`` the number of answers that count.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="measured", db_index=False)
    cell = models.ForeignKey(Cell, null=True, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey("measures.Measure", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60, unique=True)
    starts_on = models.DateField()
    score = models.DecimalField(max_digits=5, decimal_places=2)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["survey", "cell"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "cell"], name="measured_once", nulls_distinct=False),
            models.CheckConstraint(condition=~Q(key=""), name="measured_has_a_key"),
        ]
        triggers = [
            append_only("measured_append_only"),
            on_row(
                "measured_fits", pgtrigger.Insert,
                ("measured_when_closed", _STILL_OPEN), ("measured_cell_of_survey", _CELL_ELSEWHERE),
                ("measured_by_measure_alike", _OTHER_MEASURE),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.key


class DateChange(models.Model):
    """A change of a survey's dates, or its end (``ended``) before the closing time: old and new dates, and the
    reason."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="date_changes")
    opened_before = models.DateTimeField()
    closed_before = models.DateTimeField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended = models.BooleanField(default=False)
    reason = models.CharField(max_length=MAX_REASON)
    by_name = SignatureField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["survey", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="date_change_has_a_reason"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="date_change_closes_after_opening"),
        ]
        triggers = [append_only("date_change_append_only")]

    def __str__(self) -> str:
        return self.reason


class FollowUp(models.Model):
    """A step of the public follow-up plan for an element of a closed satisfaction survey.

    ``who`` names an office or a position.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="follow_ups", db_index=False)
    place = models.PositiveSmallIntegerField()
    element = models.CharField(max_length=60)
    act = models.CharField(max_length=MAX_ACT)
    who = models.CharField(max_length=MAX_WHO)
    due_on = models.DateField()

    class Meta:
        ordering = ["survey", "place"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "place"], name="follow_up_place_once"),
            models.CheckConstraint(
                condition=Q(element__regex=r"\S", act__regex=r"\S", who__regex=r"\S"), name="follow_up_says_something"
            ),
        ]
        triggers = [
            on_row(
                "follow_up_fits", pgtrigger.Insert | pgtrigger.Update, ("follow_up_when_closed", _STILL_OPEN),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.act


class Trace(models.Model):
    """Marks that two answers came from one device: keyed hashes, erased after ``erase_on``."""

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="trace")
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    device = models.CharField(max_length=64, blank=True, default="")
    origin = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    erase_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["survey", "device"], name="trace_of_device"),
            models.Index(fields=["origin", "at"], name="trace_of_origin"),
            models.Index(fields=["erase_on"], name="trace_to_erase"),
        ]

    def __str__(self) -> str:
        return str(self.response_id)


class Contact(models.Model):
    """An address for the result, with no connection to an answer. Erased after ``erase_on``."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200)
    left_on = models.DateField()
    erase_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(address__regex=r"\S"), name="contact_has_an_address"),
            models.CheckConstraint(condition=Q(erase_on__gt=F("left_on")), name="contact_erased_after_left"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Unfinished(models.Model):
    """An answer not handed in yet, kept for a week so that a lost connection loses nothing."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    cell = models.ForeignKey(Cell, on_delete=models.CASCADE, related_name="+")
    body = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    saved_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.key)
