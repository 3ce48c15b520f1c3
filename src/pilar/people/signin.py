"""How people sign in: accounts are given, nobody registers; five failures lock an address for a while."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as account_adapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from axes.helpers import get_cool_off
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.utils import timezone, translation

from pilar.people import queries
from pilar.people.rules import Standing
from pilar.platform.errors import PilarError
from pilar.platform.language import mark


class TooManyAttempts(PilarError):
    """Sign-in with this address from this place is locked."""

    code = "too-many-attempts"
    status = 429
    sentence = mark("Too many failed attempts to sign in. Try again in %(minutes)s minutes, or reset your password")


def standing_of(request: HttpRequest) -> Standing:
    """Who asks, with the roles held now; looked up once a request."""
    known: Standing | None = getattr(request, "_standing", None)
    if known is None:
        known = queries.standing(request.user, timezone.now())
        act_as(request, known)
    return known


def act_as(request: HttpRequest, standing: Standing) -> None:
    """Fix who a request acts as, such as the owner of an API token, whom no session names."""
    request._standing = standing  # type: ignore[attr-defined]


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the secretariat or a coordinator; who signs in lands in their own language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        with translation.override(request.user.language):
            return super().get_login_redirect_url(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens existing accounts only: those whose address the provider says it has verified.

    Matching by verified address is allauth's own (SOCIALACCOUNT_EMAIL_AUTHENTICATION in the settings).
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False


def change_mark(*, request: HttpRequest | None, **_signal: object) -> None:
    """Another token against forged requests once somebody has signed out, as after signing in.

    So a page that was kept without a line knows that it is no longer theirs: the cookie is all it can look at.
    """
    if request is not None:
        rotate_token(request)


def lockout_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str | None:
    """Under which name failures are counted: the address in lower case, however it was typed (for axes)."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    if not given and request is not None:
        given = request.POST.get("login")
    return str(given).strip().lower()[:255] if given else None


def client_address(request: HttpRequest) -> str | None:
    """The network address of who asks, behind a trusted proxy too (for axes; allauth knows how); None off the net."""
    try:
        return str(account_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return None


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page of a locked address (for axes, whose middleware stands inside that of expected errors)."""
    cool_off = get_cool_off(request)
    assert cool_off is not None
    error = TooManyAttempts(minutes=round(cool_off.total_seconds() / 60))
    return render(request, "design/error.html", {"error": error}, status=error.status)
