"""Dated figures of regions: population, SPBE index and fiscal capacity with their sources; open to everybody. The
secretariat brings them in from files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.areas.queries import FiguredRegion
from pilar.areas.rules import FIGURE_NAMES, FigureKind
from pilar.design.import_files import template_workbook
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.sheets import XLSX
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import file, searched
from pilar.evaluation.imports import RegionFigures
from pilar.people.rules import Permission, Standing
from pilar.people.views import Shown, answer, page


def _value(kind: FigureKind) -> Column:
    def read(row: FiguredRegion) -> Any:
        figure = row.figures.get(kind)
        return None if figure is None else figure.said if kind is FigureKind.FISCAL_CLASS else figure.value

    return Column(kind.value, gettext_lazy(FIGURE_NAMES[kind]), read, number=kind is not FigureKind.FISCAL_CLASS)


def _of(kind: FigureKind, what: str, head: Any) -> Column:
    return Column(
        f"{kind}_{what}", head, lambda row: getattr(row.figures.get(kind), what, None), number=what == "year",
        on_page=False,
    )  # fmt: skip


_BESIDE = (("year", gettext_lazy("Year")), ("source", gettext_lazy("Source")), ("address", gettext_lazy("Address")))
FIGURES = Table(
    gettext_lazy("Dated figures of regions"),
    Column("name", gettext_lazy("Regency or city"), "region.name"),
    Column("code", gettext_lazy("Code"), "region.code"),
    *(column for kind in FigureKind for column in (_value(kind), *(_of(kind, what, head) for what, head in _BESIDE))),
)


@page("evaluation/region_figures.html", public=True)
def figures(request: HttpRequest, *, by: Standing) -> Shown:
    """The newest figures of every region."""
    text, province, asked = searched(request), request.GET.get("province", ""), Asked.of(request)
    regions = areas.figured_regions(search=text, province=province, **asked.part)
    provinces = [("", _("All provinces")), *((province.code, province.name) for province in areas.provinces())]
    return {
        "rows": FIGURES.of(regions, asked), "text": text, "province": province, "provinces": provinces,
        "brings_in": by.may(Permission.LOAD_REFERENCE_DATA),
    }  # fmt: skip


@page("evaluation/region_figures_of.html", public=True)
def figures_of(request: HttpRequest, code: str, *, by: Standing) -> Shown:
    """All that was brought in of one region; who did it is shown to anyone who may do it, too."""
    del request
    region, rows = areas.region(code), areas.figures_of(code)
    missing = [
        _(FIGURE_NAMES[kind]) for kind in FigureKind if kind not in areas.newest_figures(regions=[code]).get(code, {})
    ]
    return {"region": region, "rows": rows, "missing": missing, "names": by.may(Permission.LOAD_REFERENCE_DATA)}


@answer
def import_figures(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Figures from a file: looked at row by row, then stored."""
    by.require(Permission.LOAD_REFERENCE_DATA)
    importer = RegionFigures(by, "", now)
    page = ImportPage(
        done=reverse("evaluation:region-figures"),
        label=_("Figures of regions"),
        hint=_("XLSX or CSV, a row for each region and year, each with its source. You see first what becomes of it."),
        templates=((_("Template (XLSX)"), reverse("evaluation:region-figures-template")),),
        said=lambda count: ngettext("%(count)s row is stored", "%(count)s rows are stored", count) % {"count": count},
        final=_("Everybody reads the figures with their sources, and the peers of regions follow them."),
    )

    def draw(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        return render(request, "evaluation/region_figures_import.html", shown, status=status)

    return look_then_store(request, importer, page, draw)


@answer
@require_safe
def figures_template(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """The workbook to begin with."""
    del request
    by.require(Permission.LOAD_REFERENCE_DATA)
    content = template_workbook({_("Figures of regions"): RegionFigures(by, "", now).columns()})
    return file(content, "angka-daerah.xlsx", XLSX)
