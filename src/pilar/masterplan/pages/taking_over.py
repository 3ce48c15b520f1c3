"""A plan that ran before it was kept here: the first quarter for which it owes reports, and its earlier reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pilar.design.forms import posted, stored
from pilar.design.import_files import template_text, template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.sheets import CSV, XLSX
from pilar.design.views import done, file
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.taking_over import BeginningForm
from pilar.masterplan.imports import PAST_COLUMNS, PastReports
from pilar.masterplan.pages.frame import framed, version_page
from pilar.masterplan.queries.taking_over import possible_beginnings, seen_of, unreported
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer


@version_page("masterplan/progress/begin_reporting.html", tab="progress", sends=True)
def begin_reporting(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Set the first quarter for which reports are owed."""
    row = queries.version(key, scope=by)
    plan = row.plan
    require(by, Action.TAKE_OVER, Case(plan.region, None, row.state), known=True)
    since, reason = plan.reports_since, plan.reports_reason
    first = {"since": str(since or ""), "reason": reason, "seen": seen_of(since, reason)}
    form = BeginningForm(posted(request), possible=possible_beginnings(plan.key), initial=first)
    if stored(form, lambda: operations.begin_reporting(by=by, plan=plan.key, **form.cleaned_data, now=now)):
        return done(request, _("It is kept from when on reports are owed"), "masterplan:version", key)
    return {"row": row, "form": form, "stored": form.there.values if form.there else None}


@answer
def past_reports(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Import earlier reports from a file: check each, then take over."""
    importer = PastReports(by, key, now)
    row = importer.version
    page = ImportPage(
        done=reverse("masterplan:progress", args=[key]),
        label=_("File with past reports"),
        hint=_("XLSX or CSV, a row for each programme and quarter, or one for each activity of it."),
        templates=(
            (_("Template (XLSX)"), reverse("masterplan:past-template", args=[key, "xlsx"])),
            (_("Template (CSV)"), reverse("masterplan:past-template", args=[key, "csv"])),
        ),
        said=lambda count: ngettext(
            "%(count)s report is taken over", "%(count)s reports are taken over", count
        ) % {"count": count},
        final=_("Each report is marked as taken over, by you and from its source. It can be corrected, not removed."),
    )  # fmt: skip

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        return framed(request, row, "progress", "masterplan/progress/past_reports.html", context, status=status)

    return look_then_store(request, importer, page, draw)


@answer
@require_safe
def template(request: HttpRequest, key: int, form: str, *, by: Standing, now: datetime) -> HttpResponse:
    """The template of that file: a row for each quarter without a report."""
    plan = PastReports(by, key, now).version.plan
    if form not in ("xlsx", "csv"):
        raise NotFound
    offices = queries.office_names(plan.region)
    rows = [
        [
            programme.code,
            programme.title,
            offices.get(programme.at(quarter).owner, ""),
            str(quarter),
            *[""] * (len(PAST_COLUMNS) - 4),
        ]
        for programme, quarter in unreported(plan, now=now)
    ]
    name = f"laporan-lalu-{slugify(plan.region_name)}.{form}"
    if form == "csv":
        return file(template_text(PAST_COLUMNS, rows), name, CSV)
    content = template_workbook(
        {_("Past reports"): PAST_COLUMNS},
        {0: rows} if rows else None,
        guide=[_("Rows that you leave blank beside programme and quarter are passed over.")],
    )
    return file(content, name, XLSX)
