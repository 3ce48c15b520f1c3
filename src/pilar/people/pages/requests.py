"""Requests for accounts: made by people signed in with a code, and shown to users who give roles in the region."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.tables import Column, Table
from pilar.design.views import done
from pilar.people import operations, queries
from pilar.people.forms import RegionForm, RequestForm
from pilar.people.pages.accounts import place_of, require_manager
from pilar.people.pages.citizens import citizens
from pilar.people.queries import AccountRequestRow
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer, knowing, page
from pilar.platform import audit

REQUESTS = Table(
    _("Requests for accounts"),
    Column("name", _("Name")),
    Column("email", _("E-mail address")),
    Column("role_name", _("Proposed role")),
    Column("region", _("Region")),
    Column("asked", _("Asked on"), "asked_at"),
)


@citizens
@page("people/citizen/region.html", sends=True, public=True)
def ask(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Request an account that works for a region, and show the waiting request."""
    waits = queries.own_request(scope=by)
    kept = {"region": waits.region, "position": waits.position, "letter": waits.letter} if waits else {}
    form = RegionForm(posted(request), initial=kept)
    if stored(form, lambda: operations.ask_for_region(by=by, now=now, **form.cleaned_data)):
        return done(request, gettext("Your request is kept. You get word by e-mail"), "people:ask-for-region")
    return {"form": form, "waits": waits, "citizen": queries.citizen(scope=by)}


@citizens
@require_POST
@knowing
def take_back(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Withdraw the request."""
    operations.take_back_request(by=by, now=now)
    return done(request, gettext("Your request is taken back"), "people:ask-for-region")


@page("people/requests.html")
def requests(request: HttpRequest, *, by: Standing) -> Shown:
    """Show the requests that the reader may decide."""
    require_manager(by)
    rows = queries.account_requests(scope=by)
    audit.read(by, "people.account-requests", 1, rows=len(rows))
    _told(by, *rows)
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
        if row.position:
            said = gettext("The account is open. A link to choose a password is on its way")
        return done(request, said, "people:account-of", form.outcome)
    if request.method != "POST":
        audit.read(by, "people.account-request", key, rows=1)
        _told(by, row)
    return {"row": row, "form": form, "place": place, "nation": not row.region_code}


def _told(by: Standing, *rows: AccountRequestRow) -> None:
    """Record the reading of names, since people with a public account can see who has read theirs."""
    accounts = [row.account for row in rows if row.account is not None]
    audit.read_each(by=by.actor, what="people.public.name", keys=accounts)


def _waits(key: int, by: Standing) -> bool:
    return any(row.key == key for row in queries.account_requests(scope=by))


@answer
def refuse(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Decline the request."""
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
            gettext("No account is opened, and what was asked is deleted."),
            gettext("The person is told by e-mail, and may ask again.")
            if row.position
            else gettext("Signing in there again asks again."),
        ),
        trail=((gettext("Requests for accounts"), here),),
        final=False,
    )
