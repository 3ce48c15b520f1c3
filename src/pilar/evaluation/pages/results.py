"""Results of a year as a list."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from pilar.design.tables import Asked, Column, Table
from pilar.evaluation import queries
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC, Filters
from pilar.evaluation.queries.computed import computed_phases
from pilar.people.views import Shown, page

NARROWING = ("group", "province", "kind", "q", "sort")
# The scopes of ranks that sources name in words; pages show them in the reader's language.
RANK_SCOPES = (gettext_noop("national"), gettext_noop("regular category"))


@public
def years(request: HttpRequest) -> HttpResponse:
    """The newest year that is not made up; somebody who searches without a year is looking for a region."""
    if request.GET.get("q"):
        return redirect(f"{reverse('evaluation:regions')}?{request.GET.urlencode()}")
    rows = queries.years(scope=PUBLIC)
    if rows:
        newest = next((row for row in rows if not row.synthetic), rows[0])
        return redirect("evaluation:results", year=newest.year)
    return render(request, "evaluation/no_results.html")


RESULTS = Table(
    gettext_lazy("Published results"),
    Column("name", gettext_lazy("Regency or city"), "region.name", sort=True),
    Column("code", gettext_lazy("Code"), "region.code", on_page=False),
    Column("province", gettext_lazy("Province"), "region.province.name", sort=True),
    Column("group", gettext_lazy("Group"), lambda row: row.group and str(row.group.title), sort=True),
    Column("final", gettext_lazy("Final"), number=True, sort=True, descending_first=True),
    Column("improvement", gettext_lazy("Improvement"), number=True, sort=True, descending_first=True),
    Column("rank", gettext_lazy("Rank"), number=True, sort=True),
    Column("rank_scope", gettext_lazy("Rank among"), on_page=False),
    Column("source_url", gettext_lazy("Source")),
)


@public
@page("evaluation/results.html", public=True)
def results(request: HttpRequest, year: int) -> Shown:
    """Show what sources print about one year, narrowed and ordered as asked."""
    given, asked = request.GET, Asked.of(request, sort=queries.DEFAULT_SORT)
    filters = Filters(
        year=year,
        group=given.get("group", ""),
        province=given.get("province", ""),
        kind=given.get("kind", ""),
        text=given.get("q", "").strip(),
    )
    years = queries.years(scope=PUBLIC)
    row = queries.year_row(year, years)
    choices, coverage = queries.choices(year, scope=PUBLIC), queries.coverage(year, scope=PUBLIC)
    page = queries.results(filters, scope=PUBLIC, sort=asked.sort, **asked.part)
    return {
        "year": row,
        "years": years,
        "computed": computed_phases(scope=PUBLIC, year=year) if row.computed else (),
        "results": RESULTS.of(page, asked, about=str(year), without=() if coverage.groups else ("group",)),
        "coverage": coverage,
        "filters": filters,
        "narrowed": filters != Filters(year=year),
        "sort": asked.sort,
        "scale": queries.scale_in(year, scope=PUBLIC),
        "query": urlencode({"year": year, **{name: given[name] for name in NARROWING if given.get(name)}}),
        "groups": [("", _("All groups")), *((group.group.code, str(group.group.title)) for group in choices.groups)],
        "provinces": [("", _("All provinces")), *((province.code, province.name) for province in choices.provinces)],
        "kinds": [("", _("All")), ("regency", _("Regencies")), ("city", _("Cities"))],
    }
