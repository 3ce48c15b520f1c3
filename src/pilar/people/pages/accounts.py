"""Pages for managing accounts: the secretariat manages all of them, others those whose roles they give in their
region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilar.areas import queries as areas
from pilar.areas import reference
from pilar.areas.queries import OfficeRow, RegionRow
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done, searched
from pilar.people import operations, queries
from pilar.people.forms import AccountForm, EndForm, NameForm, RoleForm
from pilar.people.pages.own import token_check
from pilar.people.rules import (
    ROLES,
    AnyRole,
    NotFound,
    Permission,
    Standing,
    led_regions,
    manages_accounts,
    manages_offices,
    may_confirm,
    roles_to_give,
)
from pilar.people.views import Shown, answer, button, page
from pilar.platform import audit
from pilar.platform.errors import PilarError
from pilar.platform.units import KINDS


@dataclass(frozen=True, slots=True)
class Place:
    """The place for which a role is about to be given: a region or the nation; ``given`` and ``error`` belong to the
    place in the address.

    ``units``: names by code of the kinds of unit that one of the roles is held at."""

    region: RegionRow | None
    roles: tuple[AnyRole, ...]
    offices: tuple[OfficeRow, ...]
    units: Mapping[str, Mapping[str, str]]
    given: str
    error: str

    @property
    def code(self) -> str | None:
        """The region's code, None for the nation."""
        return self.region.code if self.region else None

    @property
    def choices(self) -> dict[str, Any]:
        """Return the choices of the form of a role."""
        return {"roles": self.roles, "offices": self.offices, "units": self.units}


def _roles(row: queries.AccountRow) -> str:
    return "; ".join(", ".join(filter(None, (held.role_name, held.place))) for held in row.roles)


ACCOUNTS = Table(
    _("Accounts"),
    Column("name", _("Name")),
    Column("email", _("E-mail address")),
    Column("roles", _("Roles"), _roles),
    Column("state", _("State"), lambda row: gettext("open") if row.is_active else gettext("blocked"), on_page=False),
)


@page("people/accounts.html")
def accounts(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The accounts that the reader manages, by e-mail address."""
    require_manager(by)
    search, asked = searched(request), Asked.of(request)
    page = queries.accounts(scope=by, now=now, search=search, **asked.part)
    audit.read(by, "people.accounts", asked.file or page.number, rows=len(page))
    return {
        "accounts": ACCOUNTS.of(page, asked),
        "q": search,
        "manages_offices": manages_offices(by),
        "requests": len(queries.account_requests(scope=by)),
    }


@page("people/new_account.html", sends=True)
def new_account(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Open an account with its first role; its owner gets a link by e-mail."""
    require_manager(by)
    place = place_of(request, by)
    form = AccountForm(posted(request), **place.choices)
    if stored(form, lambda: operations.create_account(by=by, now=now, **form.account(place.code))):
        said = gettext("The account is open. A link to choose a password is on its way")
        return done(request, said, "people:account-of", form.outcome)
    return {"form": form, "place": place, "nation": _national(by)}


@page("people/account_of.html", sends=True)
def account_of(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """One account, its roles, and a form to give another one."""
    require_manager(by)
    account = queries.account(key, scope=by, now=now)
    place = place_of(request, by)
    form = RoleForm(posted(request), **place.choices)
    if stored(form, lambda: operations.grant_membership(by=by, user=key, now=now, **form.held_in(place.code))):
        return done(request, gettext("The role is given"), "people:account-of", key)
    if key != by.account:
        audit.read(by, "people.account", key, rows=1)
    tokens = queries.tokens_of(key, scope=by) if _national(by) else ()
    roles = [
        (row, row.role in roles_to_give(by, row.region_code), may_confirm(by, row.role, row.region_code))
        for row in account.roles
    ]
    return {
        "account": account,
        "roles": roles,
        "form": form,
        "place": place,
        "nation": _national(by),
        "tokens": [(row, row.works(now)) for row in tokens],
    }


@answer
def end_role(request: HttpRequest, key: int, membership: int, *, by: Standing, now: datetime) -> HttpResponse:
    """End a role of an account, immediately or with a day. It can be given again, so there is no box to tick."""
    require_manager(by)
    here, form = reverse("people:account-of", args=[key]), EndForm(posted(request))

    def look() -> Check | Done:
        if queries.has_ended(membership, user=key, scope=by, now=now):
            return Done(gettext("The role has ended"), here if _remains(by, key) else reverse("people:accounts"))
        account = queries.account(key, scope=by, now=now)
        row = next((role for role in account.roles if role.key == membership), None)
        if row is None or row.role not in roles_to_give(by, row.region_code):
            raise NotFound
        will = [
            gettext("%(name)s does no more what the role allows: from the next click on, or after the last day."),
            gettext("What was done in the role stays, with the name."),
        ]
        if len(account.roles) == 1:
            will.append(gettext("It is the last role: the account then sees only what is public."))
        return Check(
            title=gettext("Check before you end the role"),
            act=gettext("End the role"),
            about=f"{row.role_name}, {row.place}" if row.place else row.role_name,
            will=tuple(said % {"name": account.name} for said in will),
            trail=((gettext("Accounts"), reverse("people:accounts")), (account.name, here)),
            final=False,
        )

    def act() -> Done | None:
        day = form.cleaned_data["valid_until"]
        operations.end_membership(by=by, membership=membership, valid_until=day, now=now)
        return Done(gettext("The role ends with that day"), here) if day else None

    return confirm(request, look, act, form=form)


@button
def confirm_role(request: HttpRequest, key: int, membership: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Confirm a role as the second person."""
    require_manager(by)
    operations.confirm_membership(by=by, membership=membership, now=now)
    return done(request, gettext("The role is confirmed"), "people:account-of", key)


@answer
def set_active(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Block an account, or open it again at once (``active`` is 1)."""
    require_manager(by)
    here = reverse("people:account-of", args=[key])
    if request.POST.get("active") == "1":
        operations.set_active(by=by, user=key, active=True, now=now)
        return done(request, gettext("The account is open again"), here)

    def look() -> Check | Done:
        by.require(Permission.MANAGE_ACCOUNTS)
        account = queries.account(key, scope=by, now=now)
        if not account.is_active:
            return Done(gettext("The account is blocked"), here)
        will = (
            gettext("%(name)s is signed out with the next click, and can no longer sign in."),
            gettext("API tokens of the account open nothing."),
            gettext("Its roles and all that was done with it stay; the account can be opened again."),
        )
        return Check(
            title=gettext("Check before you block the account"),
            act=gettext("Block the account"),
            about=f"{account.name}, {account.email}",
            will=tuple(said % {"name": account.name} for said in will),
            counts=((gettext("Roles"), str(len(account.memberships))),),
            trail=((gettext("Accounts"), reverse("people:accounts")), (account.name, here)),
            final=False,
        )

    return confirm(request, look, lambda: operations.set_active(by=by, user=key, active=False, now=now))


@page("people/name.html", sends=True)
def name(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Correct the name of a person on request."""
    require_manager(by)
    account = queries.account(key, scope=by, now=now)
    by.require(Permission.MANAGE_ACCOUNTS)
    form = NameForm(posted(request), initial={"name": account.name})
    if stored(form, lambda: operations.correct_name(by=by, user=key, name=form.cleaned_data["name"])):
        return done(request, gettext("The name is corrected"), "people:account-of", key)
    return {"account": account, "form": form}


@button
def invite(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Send the link to choose a password once more."""
    require_manager(by)
    operations.invite(by=by, user=key, now=now)
    return done(request, gettext("A link to choose a password is on its way"), "people:account-of", key)


@answer
def revoke_token(request: HttpRequest, key: int, token: int, *, by: Standing, now: datetime) -> HttpResponse:
    """End an API token of somebody's account."""
    require_manager(by)
    here = reverse("people:account-of", args=[key])

    def look() -> Check | Done:
        return token_check(queries.tokens_of(key, scope=by), token, ((gettext("Account"), here),))

    return confirm(request, look, lambda: operations.revoke_token(by=by, token=token, now=now))


@answer
def remove_second_factor(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Remove a lost second factor from an account."""
    require_manager(by)
    here = reverse("people:account-of", args=[key])

    def look() -> Check | Done:
        account = queries.account(key, scope=by, now=now)
        by.require(Permission.MANAGE_ACCOUNTS)
        if not account.second_factor:
            return Done(gettext("The second factor is removed, and the account is signed out everywhere"), here)
        return Check(
            title=gettext("Check before you remove the second factor"),
            act=gettext("Remove the second factor"),
            about=f"{account.name}, {account.email}",
            will=(
                gettext("Anybody who knows the password of the account can sign in with it alone."),
                gettext("The account is signed out everywhere; a second factor, where needed, is set up again."),
                gettext("Make sure by a call or in person that its owner has lost phone and recovery codes."),
            ),
            trail=((gettext("Accounts"), reverse("people:accounts")), (account.name, here)),
        )

    return confirm(request, look, lambda: operations.remove_second_factor(by=by, user=key))


def _remains(by: Standing, key: int) -> bool:
    """Return whether the reader still knows of an account."""
    try:
        queries.account(key, scope=by, now=timezone.now())
    except NotFound:
        return False
    return True


def require_manager(by: Standing) -> None:
    """Raise :class:`NotFound` unless the reader manages any accounts."""
    if not manages_accounts(by):
        raise NotFound


def _national(by: Standing) -> bool:
    return by.may(Permission.MANAGE_ACCOUNTS)


def place_of(request: HttpRequest, by: Standing, *, usual: str = "") -> Place:
    """The region that the address names, by code or name; without one, ``usual``, a coordinator's first or the
    nation."""
    given = request.GET.get("region", usual).strip()[:100]
    led = led_regions(by)
    code, error = (None if _national(by) or given else led[0]), ""
    if given:
        try:
            code = reference.directory().find(given).code
        except PilarError as refused:
            error = refused.text()
    if code is not None and not roles_to_give(by, code):
        raise NotFound
    region = areas.region(code) if code else None
    offices = areas.offices(code, scope=by) if code else ()
    roles = roles_to_give(by, code) if not error else ()
    kinds = dict.fromkeys(ROLES[role].unit for role in roles if ROLES[role].unit)
    return Place(region, roles, offices, {kind: KINDS[kind].names(region=code or "") for kind in kinds}, given, error)
