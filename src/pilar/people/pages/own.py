"""The page of one's own account, and its API tokens."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from pilar.areas import reference
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import sent, shown_on
from pilar.people import operations, queries
from pilar.people.forms import LanguageForm, TokenForm
from pilar.people.queries import TokenRow
from pilar.people.rules import NotFound, manages_accounts
from pilar.people.signin import standing_of


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, which roles I hold, in which language, and how I sign in."""
    by = standing_of(request)
    own = queries.own_account(scope=by, now=timezone.now())
    form = LanguageForm(sent(request), initial={"language": own.language})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        operations.set_language(by=by, language=chosen)
        with translation.override(chosen):
            messages.success(request, gettext("Your language is kept"))
            return redirect(reverse("people:account"))
    return render(request, "people/account.html", {"account": own, "form": form, "manages": manages_accounts(by)})


@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """My API tokens, and a form for a new one, whose secret the answer shows once."""
    by, now = standing_of(request), timezone.now()
    form, made = TokenForm(sent(request), initial={"days": 90}), None
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            made = operations.create_token(by=by, now=now, **form.cleaned_data)
            form = TokenForm(initial={"days": 90})
    rows = [(row, row.works(now)) for row in queries.own_tokens(scope=by)]
    return render(request, "people/tokens.html", {"tokens": rows, "form": form, "made": made})


@login_required
def revoke_token(request: HttpRequest, key: int) -> HttpResponse:
    """End a token."""
    by = standing_of(request)
    trail = ((gettext("API tokens"), reverse("people:tokens")),)

    def look() -> Check | Done:
        return token_check(queries.own_tokens(scope=by), key, trail)

    def act() -> None:
        operations.revoke_token(by=by, token=key, now=timezone.now())

    return confirm(request, look, act)


def token_check(tokens: Iterable[TokenRow], key: int, trail: tuple[tuple[str, str], ...]) -> Check | Done:
    """What is told before one of these tokens is revoked. Raises :class:`NotFound` if it is none of them."""
    token = next((one for one in tokens if one.key == key), None)
    if token is None:
        raise NotFound
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
