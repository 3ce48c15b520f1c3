"""Citizens, patients and businesses: signing in and up by a code, their account and their proxies."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done, file
from pilar.people import operations, queries, reference
from pilar.people.forms import CodeForm, ContactForm, DeclareForm, GrantForm, OpenForm
from pilar.people.pages import own
from pilar.people.public import CODE_LIFE, PURPOSES, WAYS, Side
from pilar.people.rules import Standing, existing
from pilar.people.signin import standing_of
from pilar.people.signin.citizens import drop_way, keep_reference, keep_way, kept_reference, sign_in
from pilar.people.signin.devices import device_of, remember_device
from pilar.people.views import Shown, View, knowing, page
from pilar.platform.language import reader_language, translate
from pilar.platform.network import client_address, network_of

SIGN_IN = "people:citizen-sign-in"


def citizens(view: View) -> View:
    """A page for people who have signed in by a code; others are redirected to sign in. It is never cached."""

    @wraps(view)
    def answered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if standing_of(request).citizen is None:
            return to_sign_in(request)
        return view(request, *given, **named)

    return never_cache(answered)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in, which leads back to this page."""
    response = redirect(SIGN_IN)
    keep_way(response, request.get_full_path(), secure=settings.SESSION_COOKIE_SECURE)
    return response


@never_cache
@page("people/citizen/sign_in.html", sends=True, public=True)
def ask(request: HttpRequest, *, now: datetime) -> Shown:
    """An e-mail address or phone number, to which a code is sent, whether there is an account or not."""
    if standing_of(request).citizen is not None:
        return redirect("people:account")
    form = ContactForm(posted(request))
    network, language = network_of(client_address(request) or ""), reader_language()
    given = {"network": network, "language": language, "device_of": partial(device_of, request), "now": now}
    if stored(form, lambda: operations.ask_code(**given, **form.cleaned_data)):
        response = redirect("people:citizen-code")
        keep_reference(response, form.outcome, secure=settings.SESSION_COOKIE_SECURE)
        return response
    return {"form": form}


@never_cache
@page("people/citizen/code.html", sends=True, public=True)
def enter(request: HttpRequest, *, now: datetime) -> Shown:
    """Enter the code, then continue to the account, or to opening one."""
    kept = kept_reference(request)
    if kept is None:
        return redirect(SIGN_IN)
    form = CodeForm(posted(request))
    if stored(form, lambda: operations.enter_code(reference=kept, now=now, **form.cleaned_data)):
        return _entered(request, kept, form.outcome)
    contact = queries.contact_of_code(kept)
    shown = {"form": form, "hint": contact.hint if contact else "–", "demo": settings.DEMO}
    return shown | {"minutes": CODE_LIFE.seconds // 60}


@never_cache
@page("people/citizen/open.html", sends=True, public=True)
def open_account(request: HttpRequest, *, now: datetime) -> Shown:
    """Name, date of birth and consent of the person who has entered a code and has no account yet."""
    kept = kept_reference(request)
    if kept is None:
        return redirect(SIGN_IN)
    text = reference.consent()
    form = OpenForm(posted(request), initial={"consent": text.version})
    if stored(form, lambda: operations.open_public_account(reference=kept, now=now, **form.account())):
        return _entered(request, kept, form.outcome)
    return {"form": form, "text": text}


def _entered(request: HttpRequest, reference: UUID, account: int | None) -> HttpResponse:
    if account is None:
        return redirect("people:citizen-open")
    contact = queries.contact_of_code(reference)
    if contact is not None:
        remember_device(request, contact.text)
    response = redirect(sign_in(request, account) or "people:account")
    drop_way(response)
    return response


@citizens
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    response = done(request, gettext("You are signed out"), SIGN_IN)
    drop_way(response)
    return response


def account(request: HttpRequest) -> HttpResponse:
    """The page of one's own account, whichever it is."""
    return own_account(request) if standing_of(request).citizen is not None else own.account(request)


@citizens
@page("people/citizen/account.html", public=True)
def own_account(request: HttpRequest, *, by: Standing) -> Shown:
    """Show the reader's stored data, their consent, and who has read the data."""
    citizen = queries.citizen(scope=by)
    ways = [(translate(PURPOSES[purpose]), reverse(to)) for purpose, to in WAYS.items()]
    return {
        "citizen": citizen,
        "text": reference.consent(),
        "readings": queries.public_readings(scope=by),
        "ways": ways,
    }


@citizens
@require_POST
@knowing
def consent(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Agree to the present text."""
    operations.give_consent(by=by, version=request.POST.get("version", ""), now=now)
    return done(request, gettext("Your consent is kept"), "people:account")


@citizens
@knowing
def withdraw(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Withdraw one's consent."""
    here = reverse("people:account")

    def look() -> Check | Done:
        citizen = queries.citizen(scope=by)
        if not citizen.agreed:
            return Done(gettext("Your consent is withdrawn"), here)
        return Check(
            title=gettext("Check before you withdraw your consent"),
            act=gettext("Withdraw my consent"),
            will=(
                gettext("With this account no service is used any more, by you or by those who act for you."),
                gettext("What services have done for you stays. When you agreed and withdrew is kept."),
                gettext("You can agree again at any time, take a copy of your data, or erase your account."),
            ),
            trail=((gettext("My account"), here),),
            final=False,
        )

    return confirm(request, look, lambda: operations.withdraw_consent(by=by, now=now))


@citizens
@knowing
def erase(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """Erase one's own account for good."""
    here = reverse("people:account")

    def look() -> Check | Done:
        citizen = queries.citizen(scope=by)
        open_ones = [proxy for proxy in queries.proxies(scope=by, now=now) if proxy.open and not proxy.mine]
        return Check(
            title=gettext("Check before you erase your account"),
            act=gettext("Erase my account for good"),
            about=citizen.name,
            will=(
                gettext(
                    "Name, e-mail address, phone number and date of birth are deleted; nobody can sign in any more."
                ),
                gettext("Nobody acts for you any more, and you act for nobody."),
                gettext("What stays is a number, with when you agreed and withdrew, and what services have done."),
            ),
            counts=((gettext("Authorities that end"), str(len(open_ones))),),
            trail=((gettext("My account"), here),),
        )

    def act() -> Done:
        operations.erase_public_account(by=by, account=by.citizen or 0, now=now)
        logout(request)
        return Done(gettext("Your account is erased"), reverse(SIGN_IN))

    return confirm(request, look, act)


@citizens
@require_safe
@knowing
def copy(request: HttpRequest, *, by: Standing, now: datetime) -> HttpResponse:
    """All stored data of the reader, as JSON."""
    data = queries.public_data(by.citizen or 0, scope=by, now=now)
    content = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return file(content, "data-saya.json", "application/json")


@citizens
@require_POST
@knowing
def end_sessions(request: HttpRequest, *, by: Standing) -> HttpResponse:
    """Sign out on every device."""
    operations.end_public_sessions(by=by)
    logout(request)
    return done(request, gettext("You are signed out everywhere"), SIGN_IN)


@citizens
@page("people/citizen/proxies.html", sends=True, public=True)
def proxies(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """List who may act for the reader, and who the reader may act for; with forms to request or declare it."""
    sent, first = posted(request), {"valid_until": now.date() + timedelta(days=90)}
    declaring = sent is not None and sent.get("do") == "declare"
    grant = GrantForm(None if declaring else sent, initial={"side": Side.PRINCIPAL, **first})
    declare = DeclareForm(sent if declaring else None, initial=first, prefix="declare")
    if stored(grant, lambda: operations.grant_proxy(by=by, now=now, **grant.cleaned_data)):
        said = gettext("A message is on its way. It holds once the other person has signed in and confirmed it")
        return done(request, said, "people:proxies")
    if stored(declare, lambda: operations.declare_proxy(by=by, now=now, **declare.cleaned_data)):
        return done(request, gettext("It is declared, and marked so wherever it counts"), "people:proxies")
    shown = {"rows": queries.proxies(scope=by, now=now), "grant": grant, "declare": declare}
    return shown, (declare if declaring else grant).status


@citizens
@require_POST
@knowing
def confirm_proxy(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Confirm what the other side asks for."""
    operations.confirm_proxy(by=by, proxy=key, now=now)
    return done(request, gettext("It is confirmed"), "people:proxies")


@citizens
@knowing
def end_proxy(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """End a proxy from either side, or decline a waiting one."""
    here = reverse("people:proxies")

    def look() -> Check | Done:
        row = existing(next((proxy for proxy in queries.proxies(scope=by, now=now) if proxy.key == key), None))
        if not row.open:
            return Done(gettext("It has ended"), here)
        who = gettext("You act for this person no more.") if row.side is Side.HOLDER else gettext(
            "This person acts for you no more."
        )  # fmt: skip
        return Check(
            title=gettext("Check before you end it"),
            act=gettext("End it"),
            about=f"{row.name}, {row.purpose_name}",
            will=(who, gettext("What was done until now stays. It can be agreed on again.")),
            trail=((gettext("My account"), reverse("people:account")), (gettext("Who acts for whom"), here)),
            final=False,
        )

    def act() -> Done:
        operations.end_proxy(by=by, proxy=key, now=now)
        return Done(gettext("It has ended"), here)

    return confirm(request, look, act)
