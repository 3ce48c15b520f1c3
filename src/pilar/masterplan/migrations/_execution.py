"""Tables of execution, and what guards them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilar.platform.squashed import ID, check, guard, stays, table, unique

TABLES = [
    table(
        "Report",
        ID,
        ("year", models.PositiveSmallIntegerField()),
        ("quarter", models.PositiveSmallIntegerField()),
        ("number", models.PositiveSmallIntegerField()),
        ("body", models.JSONField()),
        ("spent", models.DecimalField(max_digits=20, decimal_places=0)),
        ("obstacles", models.CharField(max_length=4000, blank=True, default="")),
        ("reason", models.CharField(max_length=4000, blank=True, default="")),
        ("reported_at", models.DateTimeField()),
        ("account", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)),
        ("line", models.ForeignKey("masterplan.line", models.PROTECT, related_name="reports", db_index=False)),
        ("taken_from", models.CharField(max_length=200, blank=True, default="")),
        ("on_behalf", models.BooleanField(default=False)),
        ordering=["line", "year", "quarter", "number"],
        constraints=[
            unique("report_number_once", "line", "year", "quarter", "number"),
            check("report_of_a_quarter", Q(quarter__gte=1, quarter__lte=4)),
            check("report_number_from_one", Q(number__gte=1)),
            check("report_spent_not_below_zero", Q(spent__gte=0)),
            check("report_corrected_with_reason", Q(number=1) | Q(reason__regex="\\S")),
        ],
    ),
    table(
        "ReportEvidence",
        ID,
        ("evidence", models.ForeignKey("evidence.evidence", models.PROTECT, related_name="+")),
        ("report", models.ForeignKey("masterplan.report", models.PROTECT, related_name="attachments")),
        constraints=[unique("report_evidence_once", "report", "evidence")],
    ),
]

GUARDS = [
    stays("Report", "report_append_only"),
    guard("Report", "report_fits", "INSERT")("""
        IF EXISTS (SELECT 1 FROM masterplan_line AS l JOIN masterplan_plan AS p ON p.id = l.plan_id WHERE l.id
            = NEW.line_id AND NOT NEW.year BETWEEN p.first_year AND p.last_year) THEN
            RAISE EXCEPTION 'report_within_plan' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM masterplan_report AS r WHERE r.line_id = NEW.line_id
            AND r.year = NEW.year AND r.quarter = NEW.quarter AND r.number = NEW.number - 1) THEN
            RAISE EXCEPTION 'report_corrects_the_latest' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("ReportEvidence", "report_evidence_append_only"),
    guard("ReportEvidence", "report_evidence_fits", "INSERT")("""
        IF (SELECT region_id FROM evidence_evidence WHERE id = NEW.evidence_id) <> (SELECT p.region_id FROM
            masterplan_report AS r JOIN masterplan_line AS l ON l.id = r.line_id JOIN masterplan_plan AS p ON
            p.id = l.plan_id WHERE r.id = NEW.report_id) THEN
            RAISE EXCEPTION 'report_evidence_of_region' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
