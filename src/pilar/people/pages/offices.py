"""Offices (perangkat daerah) of a region, for who manages them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from pilar.areas import operations, queries
from pilar.areas.queries import OfficeRow, RegionRow
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import sent, shown_on
from pilar.people import queries as people
from pilar.people.forms import OfficeForm
from pilar.people.rules import NotFound, Permission, Standing
from pilar.people.signin import standing_of


@login_required
@require_safe
def office_regions(request: HttpRequest) -> HttpResponse:
    """Straight to the own region's offices; whoever manages those of all regions looks one up first."""
    by = standing_of(request)
    search = request.GET.get("q", "").strip()[:100]
    if by.may(Permission.MANAGE_OFFICES):
        regions = queries.regions(search=search) if search else ()
        return render(request, "people/office_regions.html", {"regions": regions, "q": search})
    for held in by.memberships:
        if held.region and by.may(Permission.MANAGE_OFFICES, area=held.region):
            return redirect("people:offices", held.region)
    raise NotFound


@login_required
def offices(request: HttpRequest, code: str) -> HttpResponse:
    """A region's offices, and a form to add one."""
    by = standing_of(request)
    region = _region(by, code)
    form = OfficeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.add_office(by=by, region=code, **form.cleaned_data)
            messages.success(request, gettext("The office is added"))
            return redirect("people:offices", code)
    rows = sorted(queries.offices(code, scope=by), key=lambda row: row.closed)
    return render(request, "people/offices.html", {"region": region, "offices": rows, "form": form})


@login_required
def office(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """One office: rename it or close it."""
    by = standing_of(request)
    region = _region(by, code)
    found = _office(by, code, key)
    form = OfficeForm(sent(request), initial={"name": found.name, "abbreviation": found.abbreviation})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.rename_office(by=by, office=key, **form.cleaned_data)
            messages.success(request, gettext("The office has its new name"))
            return redirect("people:offices", code)
    return render(request, "people/office.html", {"region": region, "office": found, "form": form})


@login_required
def close_office(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """Close an office."""
    by = standing_of(request)
    region = _region(by, code)

    def look() -> Check | Done:
        found = _office(by, code, key)
        if found.closed:
            return Done(gettext("The office is closed"), reverse("people:offices", args=[code]))
        return Check(
            title=gettext("Check before you close the office"),
            act=gettext("Close the office"),
            about=f"{found.name}, {region.name}",
            will=(
                gettext("Nobody acts for it any more: its contributors lose what they may do in its name."),
                gettext("What it answers, owns and measures stays with its name; give it to another office."),
                gettext("It cannot be opened again."),
            ),
            counts=((gettext("People who act for it"), str(people.members_of(key, now=timezone.now()))),),
            trail=(
                (gettext("Offices"), reverse("people:offices", args=[code])),
                (found.name, reverse("people:office", args=[code, key])),
            ),
            state=found.name,
        )

    def act() -> None:
        operations.close_office(by=by, office=key, now=timezone.now())

    return confirm(request, look, act)


def _region(by: Standing, code: str) -> RegionRow:
    """The region; raises :class:`NotFound` for who does not manage its offices."""
    if not by.may(Permission.MANAGE_OFFICES, area=code):
        raise NotFound
    return queries.region(code)


def _office(by: Standing, code: str, key: int) -> OfficeRow:
    for row in queries.offices(code, scope=by):
        if row.key == key:
            return row
    raise NotFound
