"""Accounts for who manages them: the secretariat all of them, a coordinator those that work in the region."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from pilar.areas import queries as areas
from pilar.areas import reference
from pilar.areas.queries import OfficeRow, RegionRow
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import sent, shown_on
from pilar.people import operations, queries
from pilar.people.forms import AccountForm, NameForm, RoleForm
from pilar.people.pages.own import token_check
from pilar.people.rules import NotFound, Permission, Role, Standing, led_regions, manages_accounts, roles_to_give
from pilar.people.signin import standing_of
from pilar.platform import audit
from pilar.platform.errors import PilarError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is about to be given: a region or the nation; ``given`` and ``error`` are what was asked for."""

    region: RegionRow | None
    roles: tuple[Role, ...]
    offices: tuple[OfficeRow, ...]
    given: str
    error: str

    @property
    def code(self) -> str | None:
        """The region's code, None for the nation."""
        return self.region.code if self.region else None


@login_required
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that the reader manages, by e-mail address."""
    by = _manager(request)
    search = request.GET.get("q", "").strip()[:100]
    page = queries.accounts_page(scope=by, now=timezone.now(), search=search, number=request.GET.get("page"))
    audit.read(by=by.actor, what="people.accounts", key=page.number, rows=len(page.object_list))
    return render(request, "people/accounts.html", {"page": page, "q": search})


@login_required
def new_account(request: HttpRequest) -> HttpResponse:
    """Open an account with its first role; its owner gets a link by e-mail."""
    by = _manager(request)
    place = _place(request, by)
    form = AccountForm(sent(request), roles=place.roles, offices=place.offices)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            key = operations.create_account(
                by=by,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                now=timezone.now(),
                **form.held_in(place.code),
            )
            messages.success(request, gettext("The account is open. A link to choose a password is on its way"))
            return redirect("people:account-of", key)
    return render(request, "people/new_account.html", {"form": form, "place": place, "nation": _national(by)})


@login_required
def account_of(request: HttpRequest, key: int) -> HttpResponse:
    """One account, its roles, and a form to give another one."""
    by, now = _manager(request), timezone.now()
    found = queries.account(key, scope=by, now=now)
    place = _place(request, by)
    form = RoleForm(sent(request), roles=place.roles, offices=place.offices)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.grant_membership(by=by, user=key, now=now, **form.held_in(place.code))
            messages.success(request, gettext("The role is given"))
            return redirect("people:account-of", key)
    if key != by.account:
        audit.read(by=by.actor, what="people.account", key=key, rows=1)
    tokens = queries.tokens_of(key, scope=by) if _national(by) else ()
    held = [(row, row.role in roles_to_give(by, row.region_code)) for row in found.memberships]
    return render(
        request,
        "people/account_of.html",
        {
            "account": found,
            "held": held,
            "form": form,
            "place": place,
            "nation": _national(by),
            "tokens": [(row, row.works(now)) for row in tokens],
        },
    )


@login_required
def end_role(request: HttpRequest, key: int, membership: int) -> HttpResponse:
    """End a role of an account. It can be given again, so nothing needs to be ticked."""
    by = _manager(request)

    def look() -> Check | Done:
        now = timezone.now()
        here = reverse("people:account-of", args=[key])
        if queries.has_ended(membership, user=key, scope=by, now=now):
            return Done(gettext("The role has ended"), here if _remains(by, key) else reverse("people:accounts"))
        found = queries.account(key, scope=by, now=now)
        row = next((one for one in found.memberships if one.key == membership), None)
        if row is None or row.role not in roles_to_give(by, row.region_code):
            raise NotFound
        will = [
            gettext("%(name)s does no more what the role allows, from the next click on."),
            gettext("What was done in the role stays, with the name."),
        ]
        if len(found.memberships) == 1:
            will.append(gettext("It is the last role: the account then sees only what is public."))
        return Check(
            title=gettext("Check before you end the role"),
            act=gettext("End the role"),
            about=f"{row.role_name}, {row.place}" if row.place else row.role_name,
            will=tuple(said % {"name": found.name} for said in will),
            trail=((gettext("Accounts"), reverse("people:accounts")), (found.name, here)),
            final=False,
        )

    def act() -> None:
        operations.end_membership(by=by, membership=membership, now=timezone.now())

    return confirm(request, look, act)


@login_required
def set_active(request: HttpRequest, key: int) -> HttpResponse:
    """Block an account, or open it again at once (``active`` is 1)."""
    by = _manager(request)
    here = reverse("people:account-of", args=[key])
    if request.POST.get("active") == "1":
        operations.set_active(by=by, user=key, active=True, now=timezone.now())
        messages.success(request, gettext("The account is open again"))
        return redirect(here)

    def look() -> Check | Done:
        by.require(Permission.MANAGE_ACCOUNTS)
        found = queries.account(key, scope=by, now=timezone.now())
        if not found.is_active:
            return Done(gettext("The account is blocked"), here)
        will = (
            gettext("%(name)s is signed out with the next click, and can no longer sign in."),
            gettext("API tokens of the account open nothing."),
            gettext("Its roles and all that was done with it stay; the account can be opened again."),
        )
        return Check(
            title=gettext("Check before you block the account"),
            act=gettext("Block the account"),
            about=f"{found.name}, {found.email}",
            will=tuple(said % {"name": found.name} for said in will),
            counts=((gettext("Roles"), str(len(found.memberships))),),
            trail=((gettext("Accounts"), reverse("people:accounts")), (found.name, here)),
            final=False,
        )

    def act() -> None:
        operations.set_active(by=by, user=key, active=False, now=timezone.now())

    return confirm(request, look, act)


@login_required
def name(request: HttpRequest, key: int) -> HttpResponse:
    """Correct the name of a person who asks for it."""
    by = _manager(request)
    found = queries.account(key, scope=by, now=timezone.now())
    by.require(Permission.MANAGE_ACCOUNTS)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            operations.correct_name(by=by, user=key, name=form.cleaned_data["name"])
            messages.success(request, gettext("The name is corrected"))
            return redirect("people:account-of", key)
    status = 422 if form.errors else 200
    return render(request, "people/name.html", {"account": found, "form": form}, status=status)


@login_required
@require_POST
def invite(request: HttpRequest, key: int) -> HttpResponse:
    """Send the link to choose a password once more."""
    operations.invite(by=_manager(request), user=key, now=timezone.now())
    messages.success(request, gettext("A link to choose a password is on its way"))
    return redirect("people:account-of", key)


@login_required
def revoke_token(request: HttpRequest, key: int, token: int) -> HttpResponse:
    """End an API token of somebody's account."""
    by = _manager(request)
    here = reverse("people:account-of", args=[key])

    def look() -> Check | Done:
        return token_check(queries.tokens_of(key, scope=by), token, ((gettext("Account"), here),))

    def act() -> None:
        operations.revoke_token(by=by, token=token, now=timezone.now())

    return confirm(request, look, act)


@login_required
def remove_second_factor(request: HttpRequest, key: int) -> HttpResponse:
    """Take a lost second factor off an account."""
    by = _manager(request)
    here = reverse("people:account-of", args=[key])

    def look() -> Check | Done:
        found = queries.account(key, scope=by, now=timezone.now())
        by.require(Permission.MANAGE_ACCOUNTS)
        if not found.second_factor:
            return Done(gettext("The second factor is removed, and the account is signed out everywhere"), here)
        return Check(
            title=gettext("Check before you remove the second factor"),
            act=gettext("Remove the second factor"),
            about=f"{found.name}, {found.email}",
            will=(
                gettext("Whoever knows the password of the account can sign in with it alone."),
                gettext("The account is signed out everywhere; whoever needs a second factor sets one up anew."),
                gettext("Make sure by a call or in person that its owner has lost phone and recovery codes."),
            ),
            trail=((gettext("Accounts"), reverse("people:accounts")), (found.name, here)),
        )

    def act() -> None:
        operations.remove_second_factor(by=by, user=key)

    return confirm(request, look, act)


def _remains(by: Standing, key: int) -> bool:
    """Whether the reader still knows of an account."""
    try:
        queries.account(key, scope=by, now=timezone.now())
    except NotFound:
        return False
    return True


def _manager(request: HttpRequest) -> Standing:
    """Who asks; raises :class:`NotFound` unless they manage any accounts."""
    by = standing_of(request)
    if not manages_accounts(by):
        raise NotFound
    return by


def _national(by: Standing) -> bool:
    return by.may(Permission.MANAGE_ACCOUNTS)


def _place(request: HttpRequest, by: Standing) -> Place:
    """The region that the address names, by code or name; without one, a coordinator's first or the nation."""
    given = request.GET.get("region", "").strip()[:100]
    led = led_regions(by)
    code, error = (None if _national(by) or given else led[0]), ""
    if given:
        try:
            code = reference.directory().find(given).code
        except PilarError as refused:
            error = refused.text()
    if code is not None and not by.may(Permission.MANAGE_TEAM, area=code):
        raise NotFound
    region = areas.region(code) if code else None
    offices = areas.offices(code, scope=by) if code else ()
    return Place(region, roles_to_give(by, code) if not error else (), offices, given, error)
