"""Programmes as a workbook: download, upload, preview row by row, and storing after confirmation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.imports import ImportPage, look_then_store
from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.masterplan import queries
from pilar.masterplan.documents.programmes import programmes_workbook
from pilar.masterplan.imports import Programmes
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.rules.content import Content
from pilar.people.rules import Standing
from pilar.people.views import answer, knowing


@require_safe
@knowing
def programmes(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """The programmes of a version as a workbook; open to everybody if the version is law."""
    row = queries.version(key, scope=by)
    rows = [(programme.code, programme.content) for programme in queries.programmes(row)]
    return _workbook(by, row, rows, f"program-{slugify(row.plan.region_name)}-v{row.number}.xlsx")


@answer
@require_safe
def proposals(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """The proposals that the reader sees as a workbook; with ``blank`` an empty template."""
    row = queries.proposing_version(key, scope=by)
    rows = [] if "blank" in request.GET else queries.proposed_contents(row, scope=by)
    name = "formulir-program.xlsx" if "blank" in request.GET else f"usulan-{slugify(row.plan.region_name)}.xlsx"
    return _workbook(by, row, rows, name)


@answer
def imports(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Import a workbook of programmes, in two steps; an import under way is shown."""
    importer = Programmes(by, key, now)
    row = importer.version
    filled = reverse("masterplan:proposals-workbook", args=[key])
    page = ImportPage(
        done=reverse("masterplan:proposals", args=[key]),
        label=_("Workbook of programmes"),
        hint=_("XLSX with the sheets of the exported workbook, at most 20,000 rows a sheet."),
        templates=(
            (_("Empty workbook"), f"{filled}?blank"),
            (_("The proposals"), filled),
            (_("The programmes of this version"), reverse("masterplan:programmes-workbook", args=[key])),
        ),
        accept=".xlsx",
        listed=True,
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        return framed(request, row, "proposals", "masterplan/proposals/imports.html", context, status=status)

    return look_then_store(request, importer, page, draw)


@answer
@require_safe
def one(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The page of an import by its key alone."""
    where = reverse("masterplan:imports", args=[Programmes.of_key(by, key, now).version.key])
    return redirect(f"{where}?import={key}")


def _workbook(by: Standing, row: VersionRow, rows: list[tuple[str, Content]], name: str) -> HttpResponse:
    choices = queries.content_choices(row.plan, scope=by)
    years = range(row.plan.first_year, row.plan.last_year + 1)
    content = programmes_workbook(rows, title=row.plan.title, years=years, choices=choices)
    return file(content, name, XLSX)
