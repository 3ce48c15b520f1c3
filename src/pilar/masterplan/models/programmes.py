"""Programmes: their contents, which never change, and the versions of a plan that they belong to."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from pilar.masterplan.models.plans import Plan, Version, frozen
from pilar.masterplan.rules.content import MAX_TITLE, SIPD_SHAPE, WEIGHT_SHAPE
from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only, on_row

_OWNER_ELSEWHERE = "NOT EXISTS (SELECT 1 FROM areas_office WHERE id = NEW.owner_id AND region_id = NEW.region_id)"
_NEGATIVE = "jsonb_path_exists(NEW.body, '$.budgets[*].amount ? (@ like_regex \"^-\")')"
_BACKWARDS = "jsonb_path_exists(NEW.body, '$.activities[*] ? (@.ends < @.starts)')"


def _anywhere(name: str, test: str) -> str:
    """Return the SQL condition that a field of the programme or of one of its activities fails a test."""
    return " OR ".join(
        f"jsonb_path_exists(NEW.body, '{place}.{name} ? ({test})')" for place in ("$", "$.activities[*]")
    )


_NO_SIPD_CODE = _anywhere("sipd_code", f'@ != "" && !(@ like_regex "{SIPD_SHAPE}")')
_NO_WEIGHT = _anywhere("weight", f'@ != null && (!(@ like_regex "{WEIGHT_SHAPE}") || @ like_regex "^[0.]+$")')
_WEIGHT_NO_TEXT = _anywhere("weight.type()", '@ != "string" && @ != "null"')
_COLUMNS_DIFFER = (
    "(NEW.title, NEW.part, NEW.owner_id, NEW.quick_win) IS DISTINCT FROM (NEW.body->>'title', NEW.body->>'part',"
    " (NEW.body->>'owner')::bigint, (NEW.body->>'quick_win')::boolean)"
)
_LINE_ELSEWHERE = (
    "(SELECT plan_id FROM masterplan_line WHERE id = NEW.line_id)"
    " <> (SELECT plan_id FROM masterplan_version WHERE id = NEW.version_id)"
)


class Content(models.Model):
    """The content of a programme (adr/0010): the whole of it in ``body``, searchable parts in columns."""

    region = models.ForeignKey("areas.Region", on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey("areas.Office", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=MAX_TITLE)
    part = models.CharField(max_length=60)
    quick_win = models.BooleanField()
    body = models.JSONField()
    written_by = SignatureField(max_length=200)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(title__regex=r"\S"), name="content_has_a_title")]
        triggers = [
            append_only("content_append_only"),
            on_row(
                "content_fits", pgtrigger.Insert,
                ("content_owner_in_region", _OWNER_ELSEWHERE),
                ("content_budget_not_below_zero", _NEGATIVE),
                ("content_activity_ends_after_start", _BACKWARDS),
                ("content_columns_as_body", _COLUMNS_DIFFER),
                ("content_sipd_code_of_digits_and_dots", _NO_SIPD_CODE),
                ("content_weight_above_zero", f"{_NO_WEIGHT} OR {_WEIGHT_NO_TEXT}"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Line(models.Model):
    """A programme (program) through all versions of its plan, by its code."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="lines", db_index=False)
    code = models.CharField(max_length=12)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="line_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]+(-[A-Z0-9]+)*$"), name="line_code_format"),
        ]
        triggers = [
            pgtrigger.Protect(name="line_kept", operation=pgtrigger.Delete),
            on_row(
                "line_stays", pgtrigger.Update, ("line_stays", "(NEW.plan_id, NEW.code) <> (OLD.plan_id, OLD.code)")
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Entry(models.Model):
    """A programme in a version, with its content there and the decision that it is based on.

    Without a decision it is unchanged from the version before.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="entries", db_index=False)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="entries")
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="+", db_index=False)
    decision = models.ForeignKey("masterplan.Decision", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version", "line"]
        constraints = [models.UniqueConstraint(fields=["version", "line"], name="entry_once_in_a_version")]
        triggers = [
            *frozen("entry_frozen"),
            on_row("entry_fits", pgtrigger.Insert | pgtrigger.Update, ("entry_line_of_plan", _LINE_ELSEWHERE)),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.line_id}"
