"""The page of one's own account, and its API tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from pilar.areas import reference
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.people import operations, queries
from pilar.people.forms import ChannelsForm, LanguageForm, TokenForm
from pilar.people.queries import TokenRow
from pilar.people.rules import NotFound, Standing, existing, manages_accounts, manages_offices
from pilar.people.views import Shown, answer, page


@page("people/account.html", sends=True)
def account(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Show the reader's account: name, roles, language and ways to sign in."""
    own = queries.own_account(scope=by, now=now)
    form = LanguageForm(posted(request), initial={"language": own.language})
    if stored(form, lambda: operations.set_language(by=by, **form.cleaned_data)):
        with translation.override(form.cleaned_data["language"]):
            return done(request, gettext("Your language is kept"), reverse("people:account"))
    return {"account": own, "form": form, "manages": manages_accounts(by), "manages_offices": manages_offices(by)}


@never_cache
@page("people/channels.html", sends=True)
def channels(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The reader's channels for notices: e-mail, and phones if this installation supports them."""
    if by.account is None:
        raise NotFound
    form = ChannelsForm(posted(request), chosen=queries.channels_of(by.account), rhythm=queries.rhythm_of(by.account))
    if stored(form, lambda: operations.choose_channels(
        by=by, chosen=form.chosen(), rhythm=form.cleaned_data["rhythm"], now=now
    )):  # fmt: skip
        return done(request, gettext("Notices reach you in this way from now on"), "people:channels")
    return {"form": form, "simulated": settings.DEMO}


@never_cache
@page("people/tokens.html", sends=True)
def tokens(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The reader's API tokens, and a form for a new one, whose secret is shown only once."""
    form, made = TokenForm(posted(request), initial={"days": 90}), None
    if stored(form, lambda: operations.create_token(by=by, now=now, **form.cleaned_data)):
        form, made = TokenForm(initial={"days": 90}), form.outcome
    rows = [(row, row.works(now)) for row in queries.own_tokens(scope=by)]
    return {"tokens": rows, "form": form, "made": made}


@answer
def revoke_token(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """End a token."""
    trail = ((gettext("API tokens"), reverse("people:tokens")),)

    def look() -> Check | Done:
        return token_check(queries.own_tokens(scope=by), key, trail)

    return confirm(request, look, lambda: operations.revoke_token(by=by, token=key, now=now))


def token_check(tokens: Iterable[TokenRow], key: int, trail: tuple[tuple[str, str], ...]) -> Check | Done:
    """Return the texts shown before a token is revoked. Raises :class:`NotFound` if it is not one of these tokens."""
    token = existing(next((row for row in tokens if row.key == key), None))
    if token.revoked_at is not None:
        return Done(gettext("The token no longer opens anything"), trail[-1][1])
    used = reference.local_time(token.last_used_at, None) if token.last_used_at else gettext("never")
    return Check(
        title=gettext("Check before you revoke the token"),
        act=gettext("Revoke"),
        about=token.name,
        will=(
            gettext("What a program sends with it is refused from now on."),
            gettext("The token never works again: the program needs a new one."),
        ),
        counts=((gettext("Last used"), used),),
        trail=trail,
    )


def closed(request: HttpRequest, **_: str) -> HttpResponse:
    """An address of the sign-in library that Pilar does not offer."""
    raise NotFound
