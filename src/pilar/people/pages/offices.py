"""Offices (perangkat daerah) of a region, for users who manage them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from pilar.areas import operations, queries
from pilar.areas.queries import OfficeRow, RegionRow
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.people import queries as people
from pilar.people.forms import OfficeForm
from pilar.people.rules import NotFound, Permission, Standing
from pilar.people.views import OWN_REGION, Shown, answer, page, regions_listed


@page(OWN_REGION)
def office_regions(request: HttpRequest, *, by: Standing) -> Shown:
    """Redirect to the offices of the reader's region; users who manage all regions see how many offices each has."""
    if by.may(Permission.MANAGE_OFFICES):
        texts = (gettext("Offices"), gettext("Choose the regency or city."))
        heads = {"count": gettext("Offices")}
        return regions_listed(request, "people:offices", texts, (heads, _counted))
    for held in by.memberships:
        if held.region and by.may(Permission.MANAGE_OFFICES, area=held.region):
            return redirect("people:offices", held.region)
    raise NotFound


@page("people/offices.html", sends=True)
def offices(request: HttpRequest, code: str, *, by: Standing) -> Shown:
    """A region's offices, and a form to add one."""
    region = managed_region(by, code)
    form = OfficeForm(posted(request))
    if stored(form, lambda: operations.add_office(by=by, region=code, **form.cleaned_data)):
        return done(request, gettext("The office is added"), "people:offices", code)
    rows = sorted(queries.offices(code, scope=by), key=lambda row: row.closed)
    return {"region": region, "offices": rows, "form": form}


@page("people/office.html", sends=True)
def office(request: HttpRequest, code: str, key: int, *, by: Standing) -> Shown:
    """One office: rename it or close it."""
    region = managed_region(by, code)
    row = _office(by, code, key)
    form = OfficeForm(posted(request), initial={"name": row.name, "abbreviation": row.abbreviation})
    if stored(form, lambda: operations.rename_office(by=by, office=key, **form.cleaned_data)):
        return done(request, gettext("The office has its new name"), "people:offices", code)
    return {"region": region, "office": row, "form": form}


@answer
def close_office(request: HttpRequest, code: str, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Close an office."""
    region = managed_region(by, code)

    def look() -> Check | Done:
        row = _office(by, code, key)
        if row.closed:
            return Done(gettext("The office is closed"), reverse("people:offices", args=[code]))
        return Check(
            title=gettext("Check before you close the office"),
            act=gettext("Close the office"),
            about=f"{row.name}, {region.name}",
            will=(
                gettext("Nobody acts for it any more: its contributors lose what they may do in its name."),
                gettext("What it answers, owns and measures stays with its name; give it to another office."),
                gettext("It cannot be opened again."),
            ),
            counts=((gettext("People who act for it"), str(people.members_of(key, now=now))),),
            trail=(
                (gettext("Offices"), reverse("people:offices", args=[code])),
                (row.name, reverse("people:office", args=[code, key])),
            ),
            state=row.name,
        )

    return confirm(request, look, lambda: operations.close_office(by=by, office=key, now=now))


def managed_region(by: Standing, code: str) -> RegionRow:
    """The region; raises :class:`NotFound` for users who do not manage its offices."""
    if not by.may(Permission.MANAGE_OFFICES, area=code):
        raise NotFound
    return queries.region(code)


def _counted() -> dict[str, dict[str, int]]:
    return {code: {"count": count} for code, count in queries.office_counts().items()}


def _office(by: Standing, code: str, key: int) -> OfficeRow:
    for row in queries.offices(code, scope=by):
        if row.key == key:
            return row
    raise NotFound
