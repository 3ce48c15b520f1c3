"""Plans of a region, their versions with all content except programmes, and the bodies that carry them."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField
from django.db import models
from django.db.models import F, Func, IntegerField, Q, Value
from django.db.models.functions import Cast, Replace

from pilar.masterplan.rules.bodies import MAX_DUTY
from pilar.masterplan.rules.content import MAX_TEXT, MAX_TITLE
from pilar.masterplan.rules.stages import LAW, MAX_DECREE, ONCE_IN_FORCE, UNDER_WAY, LegalForm, VersionState
from pilar.masterplan.rules.statements import BodyKind, StatementPart
from pilar.platform.names import SignatureField
from pilar.platform.triggers import on_row

# A code such as 36.03 as a range of one number: ranges need no server extension, text would.
_REGION = Cast(Replace(F("region"), Value("."), Value("")), IntegerField())
REGION_RANGE = Func(_REGION, _REGION, Value("[]"), function="int4range", output_field=IntegerRangeField())
FORCE = Func(
    F("in_force_since"), F("in_force_until"), Value("[]"), function="daterange", output_field=DateRangeField()
)  # fmt: skip


def sql_list(states: frozenset[VersionState]) -> str:
    """Write literals as a list of SQL, for a trigger."""
    return ", ".join(f"'{state.value}'" for state in sorted(states))


_NOT_WRITTEN = "(SELECT state FROM masterplan_version WHERE id = {row}.version_id) NOT IN ('draft', 'meeting')"
"""See ``rules.stages.BEING_WRITTEN``."""


def frozen(name: str) -> list[pgtrigger.Trigger]:
    """Refuse to add, change or remove rows of a version that is no longer being written."""
    condition = _NOT_WRITTEN
    gone = f"IF {condition.format(row='OLD')} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; "
    return [
        on_row(name, pgtrigger.Insert | pgtrigger.Update, (name, condition.format(row="NEW"))),
        pgtrigger.Trigger(
            name=f"{name}_gone", when=pgtrigger.Before, operation=pgtrigger.Delete, func=gone + "RETURN OLD;"
        ),
    ]


_REGION_OF_PLAN = "NEW.region_id <> (SELECT region_id FROM masterplan_plan WHERE id = NEW.plan_id)"
_LAW_STAYS = (
    f"OLD.state IN ({sql_list(LAW)}) AND (NEW.state NOT IN ({sql_list(LAW)})"
    " OR (NEW.form, NEW.decree_number, NEW.decreed_on, NEW.decree_file_id)"
    " IS DISTINCT FROM (OLD.form, OLD.decree_number, OLD.decreed_on, OLD.decree_file_id))"
)
_BEYOND_PLAN = "NEW.in_force_until > (SELECT make_date(last_year, 12, 31) FROM masterplan_plan WHERE id = NEW.plan_id)"


_FILE_ELSEWHERE = (
    "NEW.decree_file_id IS NOT NULL AND (SELECT region_id FROM evidence_evidence WHERE id = NEW.decree_file_id)"
    " <> (SELECT region_id FROM masterplan_plan WHERE id = NEW.plan_id)"
)


class Plan(models.Model):
    """A master plan (masterplan) of a region for five to ten years.

    ``source``: the source of the public facts. ``synthetic``: the rest is made up, and every page says so.
    ``reports_since``: the first day of the first quarter for which it owes reports, and ``reports_reason`` the reason,
    if it was taken over while running.
    """

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=MAX_TITLE)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=MAX_TEXT, blank=True, default="")
    synthetic = models.BooleanField(default=False)
    reports_since = models.DateField(null=True)
    reports_reason = models.CharField(max_length=MAX_TEXT, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["region", "first_year"]
        constraints = [
            models.UniqueConstraint(fields=["region", "first_year"], name="plan_once_from_a_year"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="plan_has_a_title"),
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year") + 4) & Q(last_year__lte=F("first_year") + 9),
                name="plan_of_five_to_ten_years",
            ),
            models.CheckConstraint(
                condition=Q(reports_since__isnull=True, reports_reason="")
                | Q(reports_since__isnull=False, reports_reason__regex=r"\S"),
                name="plan_reports_since_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="plan_kept", operation=pgtrigger.Delete),
            on_row(
                "plan_stays", pgtrigger.Update,
                ("plan_stays", "(NEW.region_id, NEW.first_year, NEW.last_year, NEW.synthetic)"
                 " IS DISTINCT FROM (OLD.region_id, OLD.first_year, OLD.last_year, OLD.synthetic)"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """A version of a plan: the first one, or a revision of ``base``. A version that is law never changes.

    ``region`` repeats that of the plan, for the constraint that two plans are never in force at once.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default=VersionState.DRAFT)
    reason = models.CharField(max_length=MAX_TEXT, blank=True, default="")
    form = models.CharField(max_length=8, blank=True, default="")
    decree_number = models.CharField(max_length=MAX_DECREE, blank=True, default="")
    decreed_on = models.DateField(null=True)
    decree_file = models.ForeignKey("evidence.Evidence", null=True, on_delete=models.PROTECT, related_name="+")
    in_force_since = models.DateField(null=True)
    in_force_until = models.DateField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state__in=sorted(UNDER_WAY)), name="version_one_under_way"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_from_one"),
            models.CheckConstraint(condition=Q(state__in=list(VersionState)), name="version_state_known"),
            models.CheckConstraint(condition=Q(form__in=["", *LegalForm]), name="version_form_known"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(LAW))
                | (~Q(form="") & Q(decree_number__regex=r"\S", decreed_on__isnull=False)),
                name="version_law_has_a_decree",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ONCE_IN_FORCE), in_force_since__isnull=False, in_force_until__isnull=False)
                | (~Q(state__in=sorted(ONCE_IN_FORCE)) & Q(in_force_since__isnull=True, in_force_until__isnull=True)),
                name="version_in_force_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(in_force_since__isnull=True)
                | Q(in_force_since__gte=F("decreed_on"), in_force_until__gte=F("in_force_since")),
                name="version_dates_in_order",
            ),
            ExclusionConstraint(
                name="one_plan_in_force_in_a_region",
                expressions=[(REGION_RANGE, "&&"), (FORCE, "&&")],
                condition=Q(in_force_since__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="version_kept", operation=pgtrigger.Delete),
            on_row(
                "version_fits", pgtrigger.Insert | pgtrigger.Update,
                ("version_region_of_plan", _REGION_OF_PLAN), ("version_force_within_plan", _BEYOND_PLAN),
            ),
            on_row("version_law_stays", pgtrigger.Update, ("version_law_stays", _LAW_STAYS)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class Statement(models.Model):
    """A sentence or paragraph of a version outside its programmes: vision, mission, a cell of the readiness grid, …

    ``key`` names the cell; ``level`` is its mark. ``decision`` is the meeting's decision that adopted it.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="statements")
    part = models.CharField(max_length=12)
    key = models.CharField(max_length=60, blank=True, default="")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=MAX_TEXT)
    level = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=MAX_TEXT, blank=True, default="")
    decision = models.ForeignKey("masterplan.Decision", null=True, on_delete=models.PROTECT, related_name="+")
    written_by = SignatureField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "part", "place"]
        constraints = [
            models.UniqueConstraint(fields=["version", "part", "place"], name="statement_place_once"),
            models.UniqueConstraint(
                fields=["version", "key"], condition=Q(part=StatementPart.READINESS), name="statement_of_a_cell_once"
            ),
            models.CheckConstraint(condition=Q(part__in=list(StatementPart)), name="statement_part_known"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="statement_says_something"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(part=StatementPart.READINESS), name="statement_level_of_readiness"
            ),
        ]
        triggers = frozen("statement_frozen")

    def __str__(self) -> str:
        return f"{self.version_id} {self.part} {self.place}"


class Body(models.Model):
    """A council (Dewan), executing team (Tim Pelaksana) or forum, and the decree that set it up."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="bodies")
    kind = models.CharField(max_length=8)
    title = models.CharField(max_length=MAX_TITLE)
    decree = models.CharField(max_length=MAX_TITLE, blank=True, default="")
    decreed_on = models.DateField(null=True)
    decree_file = models.ForeignKey("evidence.Evidence", null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=MAX_TEXT, blank=True, default="")

    class Meta:
        ordering = ["plan", "kind", "title"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "title"], name="body_once"),
            models.CheckConstraint(condition=Q(kind__in=list(BodyKind)), name="body_kind_known"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="body_has_a_title"),
        ]
        triggers = [
            on_row("body_fits", pgtrigger.Insert | pgtrigger.Update, ("body_file_of_region", _FILE_ELSEWHERE)),
        ]

    def __str__(self) -> str:
        return self.title


class BodyMember(models.Model):
    """A seat of a body: ``duty`` in it (ketua, sekretaris, penanggung jawab pilar, anggota), the position that holds
    it, and the person if given."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="members")
    place = models.PositiveSmallIntegerField()
    duty = models.CharField(max_length=MAX_DUTY)
    position = models.CharField(max_length=MAX_TITLE)
    person = models.CharField(max_length=MAX_TITLE, blank=True, default="")
    office = models.ForeignKey("areas.Office", null=True, on_delete=models.PROTECT, related_name="+")
    pillar = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering = ["body", "place"]
        constraints = [
            models.UniqueConstraint(fields=["body", "place"], name="body_member_place_once"),
            models.CheckConstraint(condition=Q(duty__regex=r"\S", position__regex=r"\S"), name="body_member_says_who"),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.position}"
