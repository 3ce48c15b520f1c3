"""The frame around all pages of a version: the reader's place, and links to the version's other pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from pilar.areas.reference import today_in
from pilar.design.views import drawn
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.rules.authority import Action, Case, holds, offices_of, works_for
from pilar.masterplan.rules.stages import LAW
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import page
from pilar.platform.language import N_, translate

TABS = {
    "version": N_("Overview"),
    "texts": N_("Texts"),
    "programmes": N_("Programmes"),
    "proposals": N_("Proposals"),
    "meetings": N_("Workshops and meeting"),
    "bodies": N_("Bodies"),
    "progress": N_("Progress"),
    "documents": N_("Documents"),
}
"""The pages of a version by the name of their address, in the order of the work."""
FEW = 12
"""The most rows of a list in groups that stands unfolded."""


def frame(context: Mapping[str, Any], by: Standing, tab: str) -> dict[str, Any]:
    """Return the values of the frame around pages of the version ``row``; their templates extend
    ``masterplan/frame.html``."""
    row = context["row"]
    return {
        "plan": row.plan,
        "region_page": reverse(f"masterplan:{region_page(by, row.plan.region)}", args=[row.plan.region]),
        "state": row.state_on(today_in(row.plan.region, timezone.now())),
        "tabs": [
            (translate(TABS[name]), reverse(f"masterplan:{name}", args=[row.key]), name == tab)
            for name in tabs_of(row, by)
        ],
    }


def framed(
    request: HttpRequest, row: VersionRow, tab: str, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Draw a page of a version, for a view that answers the request itself."""
    shown = {"row": row, **frame({"row": row}, standing_of(request), tab), **context}
    return drawn(request, template, shown, status=status)


version_page = partial(page, frame=frame)
"""A page of a version: ``row`` is the version, ``tab`` the page among those of :data:`TABS`."""


def region_page(by: Standing, region: str) -> str:
    """Return the name of the page of a region's plans: with all versions for those who work there, otherwise the public
    one."""
    return "region" if works_for(by, region) else "plan"


def tabs_of(row: VersionRow, scope: Standing) -> list[str]:
    """Return the names of the pages of a version that the reader may open."""
    region = row.plan.region
    case = Case(region, None, row.state)
    oversees = holds(scope, Action.READ_PLAN, case)
    proposes = offices_of(scope, Action.READ_PROPOSALS, region) != ()
    law = row.state in LAW
    shown = {
        "version": oversees or law,
        "texts": oversees or law,
        "programmes": oversees or law,
        "proposals": proposes,
        "meetings": holds(scope, Action.READ_MEETINGS, case),
        "bodies": oversees or law,
        "progress": law,
        "documents": oversees or law,
    }
    return [name for name in TABS if shown[name]]
