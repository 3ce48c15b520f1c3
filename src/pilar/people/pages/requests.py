"""Requests for accounts of those who came by single sign-on, for who gives roles there."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.tables import Column, Table
from pilar.design.views import done
from pilar.people import operations, queries
from pilar.people.forms import RequestForm
from pilar.people.pages.accounts import place_of, require_manager
from pilar.people.queries import AccountRequestRow
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer, page
from pilar.platform import audit

REQUESTS = Table(
    _("Requests for accounts"),
    Column("name", _("Name")),
    Column("email", _("E-mail address")),
    Column("role_name", _("Proposed role")),
    Column("region", _("Region")),
    Column("asked", _("Asked on"), "asked_at"),
)


@page("people/requests.html")
def requests(request: HttpRequest, *, by: Standing) -> Shown:
    """Who waits for an account that the reader may give."""
    require_manager(by)
    rows = queries.account_requests(scope=by)
    audit.read(by, "people.account-requests", 1, rows=len(rows))
    return {"requests": REQUESTS.of(rows)}


@page("people/request.html", sends=True)
def account_request(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """One request: what the provider says, and a form with it that the reader confirms or changes."""
    require_manager(by)
    try:
        return _request(request, key, by=by, now=now)
    except NotFound:
        # A second press, or somebody else was quicker: the request is gone.
        if request.method == "POST" and not _waits(key, by):
            return done(request, gettext("This request no longer waits"), "people:account-requests")
        raise


def _request(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    row = queries.account_request(key, scope=by)
    place = place_of(request, by, usual=row.region_code)
    form = RequestForm(posted(request), initial={"name": row.name, "role": row.role}, **place.choices)
    if stored(form, lambda: operations.grant_request(by=by, request=key, now=now, **form.granted(place.code))):
        said = gettext("The account is open: single sign-on leads into it from now on")
        return done(request, said, "people:account-of", form.outcome)
    if request.method != "POST":
        audit.read(by, "people.account-request", key, rows=1)
    return {"row": row, "form": form, "place": place, "nation": not row.region_code}


def _waits(key: int, by: Standing) -> bool:
    return any(row.key == key for row in queries.account_requests(scope=by))


@answer
def refuse(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Open no account."""
    require_manager(by)
    here = reverse("people:account-requests")

    def look() -> Check | Done:
        try:
            row = queries.account_request(key, scope=by)
        except NotFound:
            if request.method == "POST":
                return Done(gettext("The request is refused"), here)
            raise
        return _check(row, here)

    return confirm(request, look, lambda: operations.refuse_request(by=by, request=key, now=now))


def _check(row: AccountRequestRow, here: str) -> Check:
    return Check(
        title=gettext("Check before you refuse the request"),
        act=gettext("Refuse it"),
        about=row.name or row.email,
        will=(
            gettext("No account is opened, and what the provider said of the person is deleted."),
            gettext("Who signs in there again asks anew."),
        ),
        trail=((gettext("Requests for accounts"), here),),
        final=False,
    )
