"""Results of a year as a list."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from pilar.evaluation import queries
from pilar.evaluation.conditional import public
from pilar.evaluation.queries import PUBLIC, Filters
from pilar.evaluation.queries.computed import computed_phases

NARROWING = ("group", "province", "kind", "q", "sort")
# The scopes of ranks that sources name in words; pages show them in the reader's language.
RANK_SCOPES = (gettext_noop("national"), gettext_noop("regular category"))


@public
def years(request: HttpRequest) -> HttpResponse:
    """The newest year that is not made up; somebody who searches without a year is looking for a region."""
    if request.GET.get("q"):
        return redirect(f"{reverse('evaluation:regions')}?{request.GET.urlencode()}")
    found = queries.years(scope=PUBLIC)
    if found:
        newest = next((row for row in found if not row.synthetic), found[0])
        return redirect("evaluation:results", year=newest.year)
    return render(request, "evaluation/no_results.html")


@public
def results(request: HttpRequest, year: int) -> HttpResponse:
    """What sources print about one year, narrowed and ordered as asked."""
    asked = request.GET
    filters = Filters(
        year=year,
        group=asked.get("group", ""),
        province=asked.get("province", ""),
        kind=asked.get("kind", ""),
        text=asked.get("q", "").strip(),
    )
    years = queries.years(scope=PUBLIC)
    row = queries.year_row(year, years)
    sort = asked.get("sort") or queries.DEFAULT_SORT
    choices = queries.choices(year, scope=PUBLIC)
    return render(
        request,
        "evaluation/results.html",
        {
            "year": row,
            "years": years,
            "computed": computed_phases(scope=PUBLIC, year=year) if row.computed else (),
            "page": queries.results(filters, scope=PUBLIC, sort=sort, page=page_number(request)),
            "coverage": queries.coverage(year, scope=PUBLIC),
            "filters": filters,
            "narrowed": filters != Filters(year=year),
            "sort": sort,
            "scale": queries.scale_in(year, scope=PUBLIC),
            "query": urlencode({"year": year, **{name: asked[name] for name in NARROWING if asked.get(name)}}),
            "groups": [("", _("All groups")), *((one.group.code, str(one.group.title)) for one in choices.groups)],
            "provinces": [("", _("All provinces")), *((one.code, one.name) for one in choices.provinces)],
            "kinds": [("", _("Regencies and cities")), ("regency", _("Regencies")), ("city", _("Cities"))],
        },
    )


def page_number(request: HttpRequest) -> int:
    """The page asked for; anything but a number means the first."""
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
