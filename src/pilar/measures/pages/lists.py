"""The measures of a region."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.design.conditional import everybody
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import number, searched
from pilar.measures import queries
from pilar.measures.rules.authority import Action, Case, may, reports_in
from pilar.people.rules import Standing
from pilar.people.views import OWN_REGION, Shown, own_region, page

MEASURES = Table(
    gettext_lazy("Measures"),
    Column("title", gettext_lazy("Measure")),
    Column("code", gettext_lazy("Code"), on_page=False),
    Column("kind_name", gettext_lazy("How often reported"), on_page=False),
    Column("latest_value", gettext_lazy("Newest figure")),
    Column("unit", gettext_lazy("Unit of measure"), on_page=False),
    Column("latest_text", gettext_lazy("Period")),
    Column("office_name", gettext_lazy("Reported by")),
    Column("source_title", gettext_lazy("Source system"), on_page=False),
    Column("late_since", gettext_lazy("Late since"), on_page=False),
)


@page(OWN_REGION)
def own(request: HttpRequest, *, by: Standing) -> Shown:
    """Straight to the measures of the reader's region; the secretariat sees those of all."""
    texts = (_("Measures"), _("What the regions measure, and the figures that came in."))
    heads = {"count": _("Measures"), "newest": _("Newest period from")}
    read = partial(queries.measures_by_region, scope=by)
    reads = partial(_reads, by)
    return own_region(request, by, "measures:measures", texts, reads, overview=(heads, read))


def _reads(by: Standing, region: str) -> bool:
    return may(by, Action.READ, Case(region))


@everybody
@page("measures/measures.html", public=True)
def measures(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Show what a region measures, as far as the reader reads it."""
    search, office = searched(request), number(request, "office")
    asked = Asked.of(request)
    page = queries.measures(code, scope=by, now=now, search=search, office=office, **asked.part)
    offices = areas.offices(code, scope=by)
    return {
        "region": areas.region(code),
        "measures": MEASURES.of(page, asked, about=code),
        "q": search,
        "office": "" if office is None else str(office),
        "offices": [("", _("All offices")), *((str(row.key), row.name) for row in offices if not row.closed)],
        "synthetic": any(row.synthetic for row in page),
        "may_manage": may(by, Action.MANAGE_MEASURES, Case(code)),
        "may_manage_sources": may(by, Action.MANAGE_SOURCES, Case(code)),
        "may_report": reports_in(by, code),
    }
