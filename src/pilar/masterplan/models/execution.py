"""Reports of offices, quarter by quarter. Append-only: a correction is the next number, and the highest counts."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from pilar.masterplan.models.programmes import Line
from pilar.masterplan.rules.content import MAX_TEXT, MAX_TITLE
from pilar.platform.triggers import append_only, on_row

_OUTSIDE_PLAN = (
    "EXISTS (SELECT 1 FROM masterplan_line AS l JOIN masterplan_plan AS p ON p.id = l.plan_id"
    " WHERE l.id = NEW.line_id AND NOT NEW.year BETWEEN p.first_year AND p.last_year)"
)
_BEFORE = (
    "NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM masterplan_report AS r WHERE r.line_id = NEW.line_id"
    " AND r.year = NEW.year AND r.quarter = NEW.quarter AND r.number = NEW.number - 1)"
)
_EVIDENCE_ELSEWHERE = (
    "(SELECT region_id FROM evidence_evidence WHERE id = NEW.evidence_id)"
    " <> (SELECT p.region_id FROM masterplan_report AS r JOIN masterplan_line AS l ON l.id = r.line_id"
    " JOIN masterplan_plan AS p ON p.id = l.plan_id WHERE r.id = NEW.report_id)"
)


class Report(models.Model):
    """An office's report on a programme for a quarter (laporan triwulan).

    ``body``: ``done`` per cent by number of activity, ``readings`` by number of target, ``there`` numbers of monitored
    things that exist. ``spent``: rupiah of this quarter. ``on_behalf``: the coordinator reported for the office.
    ``taken_from``: the earlier place of a report taken over from a file.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="reports", db_index=False)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    body = models.JSONField()
    spent = models.DecimalField(max_digits=20, decimal_places=0)
    obstacles = models.CharField(max_length=MAX_TEXT, blank=True, default="")
    reason = models.CharField(max_length=MAX_TEXT, blank=True, default="")
    on_behalf = models.BooleanField(default=False)
    taken_from = models.CharField(max_length=MAX_TITLE, blank=True, default="")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["line", "year", "quarter", "number"]
        constraints = [
            models.UniqueConstraint(fields=["line", "year", "quarter", "number"], name="report_number_once"),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="report_of_a_quarter"),
            models.CheckConstraint(condition=Q(number__gte=1), name="report_number_from_one"),
            models.CheckConstraint(condition=Q(spent__gte=0), name="report_spent_not_below_zero"),
            models.CheckConstraint(condition=Q(number=1) | Q(reason__regex=r"\S"), name="report_corrected_with_reason"),
        ]
        triggers = [
            append_only("report_append_only"),
            on_row(
                "report_fits", pgtrigger.Insert,
                ("report_within_plan", _OUTSIDE_PLAN), ("report_corrects_the_latest", _BEFORE),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.line_id} {self.year}-Q{self.quarter} {self.number}"


class ReportEvidence(models.Model):
    """Evidence for the content of a report."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="attachments")
    evidence = models.ForeignKey("evidence.Evidence", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "evidence"], name="report_evidence_once")]
        triggers = [
            append_only("report_evidence_append_only"),
            on_row("report_evidence_fits", pgtrigger.Insert, ("report_evidence_of_region", _EVIDENCE_ELSEWHERE)),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.evidence_id}"
