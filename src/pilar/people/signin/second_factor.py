"""Second factors: users who need one set it up first, users who have one must pass it (``PILAR_SECOND_FACTOR``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from pilar.design.refusals import refusal
from pilar.people import operations, queries
from pilar.people.rules import SECOND_FACTOR, needs_second_factor
from pilar.people.signin import standing_of
from pilar.people.signin.limits import attempt_of, require_open
from pilar.platform import secrets
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

SET_UP = "second-factor-set-up"
"""Mark of a session in which the second factor was set up, which counts as passed."""
ALWAYS = {"account_logout", "account_login", "health-live", "health-ready"}
TO_SHOW = ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
TO_SET_UP = ALWAYS | {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}


class SecondFactorMissing(PilarError):
    """Raised if the account holds a role that needs a second factor, and the session has not passed one."""

    code = "second-factor-missing"
    status = 403
    sentence = N_("Your role works only with a second factor. Set it up, or pass it, on the pages of this site")


class SecondFactors(DefaultMFAAdapter):
    """Answers to what the sign-in library asks about second factors (``MFA_ADAPTER``)."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Users who need a second factor cannot remove the last one."""
        by = queries.standing(authenticator.user, timezone.now())
        if not (settings.PILAR_SECOND_FACTOR and needs_second_factor(by)):
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def encrypt(self, text: str) -> str:
        """Encrypt the secrets of authenticator apps and the seed of recovery codes for the database."""
        return secrets.encrypt(text, context=SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """An unencrypted one from older versions is read unchanged, until ``./pilar migrate`` encrypts it."""
        if not secrets.is_encrypted(encrypted_text):
            return encrypted_text
        return secrets.decrypt(encrypted_text, context=SECOND_FACTOR)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = 1 + Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": number}


class PasskeyForm(AddWebAuthnForm):
    """Add a passkey; its owner chooses whether it is enough to sign in by itself."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, required=False)
    passwordless = forms.BooleanField(
        label=gettext_lazy("Sign in with it alone, without the password"), required=False, initial=True
    )


class PasskeyNameForm(EditWebAuthnForm):
    """Rename a passkey."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)


class _Counted(forms.Form):
    """Count wrong codes like wrong passwords."""

    user: Any

    def clean_code(self) -> str:
        attempt = attempt_of(context.request, self.user.email, "code")
        require_open(attempt)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            operations.note_failure(attempt, now=timezone.now())
            require_open(attempt)
            raise
        return code


class CodeForm(_Counted, AuthenticateForm):
    """Ask for a code after the password."""


class CodeAgainForm(_Counted, ReauthenticateForm):
    """Ask for a code before security settings of the account are changed."""


def _by_token(request: HttpRequest) -> bool:
    """Return whether the request is made, or refused, with an API token, whatever session comes with it."""
    given = request.headers.get("Authorization", "").lower()
    return request.path.startswith("/api/") and given.startswith("bearer ")


class SecondFactorFirst:
    """Redirect users who need a second factor to set it up or pass it, whatever page they request (middleware)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_given: object) -> HttpResponse | None:
        if not settings.PILAR_SECOND_FACTOR or _by_token(request) or not request.user.is_authenticated:
            return None
        if not needs_second_factor(standing_of(request)):
            return None
        kinds = queries.second_factors(request.user.pk)
        request.second_factor_missing = not kinds  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        if (kinds and _shown(request)) or name in (TO_SHOW if kinds else TO_SET_UP):
            return None
        if request.path.startswith("/api/"):
            return refusal(request, SecondFactorMissing())
        target = _way_to_show(request, kinds) if kinds else reverse("mfa_index")
        return HttpResponseClientRedirect(target) if request.htmx else HttpResponseRedirect(target)  # type: ignore[attr-defined]


def keep_set_up(*, request: HttpRequest, **_signal: object) -> None:
    """Mark the session after a second factor was set up (signal ``authenticator_added``)."""
    request.session[SET_UP] = True


def _shown(request: HttpRequest) -> bool:
    """Return whether this session has shown a second factor, or is the one in which it was set up."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return SET_UP in request.session or any(record.get("method") == "mfa" for record in records)


def _way_to_show(request: HttpRequest, kinds: frozenset[str]) -> str:
    """The page that asks for the second factor, then leads to the page that the reader wanted."""
    view = "mfa_reauthenticate" if Authenticator.Type.TOTP in kinds else "mfa_reauthenticate_webauthn"
    after = request.get_full_path() if request.method == "GET" else reverse(settings.LOGIN_REDIRECT_URL)
    return f"{reverse(view)}?{urlencode({'next': after})}"
