"""The measures of a region."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.measures import queries
from pilar.measures.rules.authority import Action, Case, may, reports_in
from pilar.people.rules import NotFound, Role
from pilar.people.signin import standing_of


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Straight to the measures of the reader's region; the secretariat looks a region up first."""
    by = standing_of(request)
    for held in by.memberships:
        if held.region and may(by, Action.READ, Case(held.region)):
            return redirect("measures:measures", held.region)
    if not any(held.role is Role.SECRETARIAT for held in by.memberships):
        raise NotFound
    search = request.GET.get("q", "").strip()[:100]
    regions = areas.regions(search=search) if search else ()
    return render(request, "measures/regions.html", {"regions": regions, "q": search})


@require_safe
def measures(request: HttpRequest, code: str) -> HttpResponse:
    """What a region measures, as far as the reader reads it."""
    by, now = standing_of(request), timezone.now()
    search, office = request.GET.get("q", "").strip()[:100], _number(request.GET.get("office", ""))
    page = queries.measures(
        code, scope=by, now=now, search=search, office=office, page=_number(request.GET.get("page", "")) or 1
    )
    offices = areas.offices(code, scope=by)
    context = {
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
    return render(request, "measures/measures.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
