"""The measures of a region."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.design.views import number, searched
from pilar.measures import queries
from pilar.measures.rules.authority import Action, Case, may, reports_in
from pilar.people.rules import Standing
from pilar.people.views import OWN_REGION, Shown, own_region, page


@page(OWN_REGION)
def own(request: HttpRequest, *, by: Standing) -> Shown:
    """Straight to the measures of the reader's region; the secretariat looks a region up first."""
    texts = (_("Measures"), _("What the regions measure, and the figures that came in."))
    return own_region(request, by, "measures:measures", texts, lambda code: may(by, Action.READ, Case(code)))


@page("measures/measures.html", public=True)
def measures(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """What a region measures, as far as the reader reads it."""
    search, office = searched(request), number(request, "office")
    page = queries.measures(code, scope=by, now=now, search=search, office=office, page=number(request, "page") or 1)
    offices = areas.offices(code, scope=by)
    return {
        "region": areas.region(code),
        "page": page,
        "q": search,
        "office": "" if office is None else str(office),
        "offices": [("", _("All offices")), *((str(row.key), row.name) for row in offices if not row.closed)],
        "synthetic": any(row.synthetic for row in page),
        "may_manage": may(by, Action.MANAGE_MEASURES, Case(code)),
        "may_manage_sources": may(by, Action.MANAGE_SOURCES, Case(code)),
        "may_report": reports_in(by, code),
    }
