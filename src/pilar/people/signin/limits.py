"""Settings of django-axes, which locks after repeated failures. The limits stand in ``people.limits``."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import structlog
from axes.handlers.database import AxesDatabaseHandler
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from pilar.design.refusals import refusal
from pilar.people import operations, queries
from pilar.people.queries import Attempt
from pilar.people.signin.devices import device_of, remember_device
from pilar.platform.errors import RetryLater
from pilar.platform.language import N_
from pilar.platform.network import client_address, network_of

log = structlog.get_logger(__name__)


class TooManyAttempts(RetryLater):
    """Raised while sign-in is locked for this account from this network."""

    code = "too-many-attempts"
    sentence = N_(
        "Too many failed attempts to sign in. Try again in %(minutes)s minutes, or sign in on a device that you have "
        "used before. Who has lost the password resets it: after that the account is open at once"
    )


class Doorkeeper(AxesDatabaseHandler):
    """Counts failures by account, network and device; axes asks it before a password is looked at."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        request._closed_until = queries.closed_until(  # type: ignore[attr-defined]
            attempt_of(request, account_name(request, credentials) or ""), now=timezone.now()
        )
        return request._closed_until is not None  # type: ignore[attr-defined]

    def user_login_failed(
        self, sender: object, credentials: dict[str, Any], request: Any = None, **_signal: object
    ) -> None:
        name = account_name(request, credentials)
        if request is None or name is None:
            return
        if not request.axes_locked_out:
            operations.note_failure(attempt_of(request, name), now=timezone.now())
            request.axes_locked_out = self.is_locked(request, credentials)
        if request.axes_locked_out:
            log.warning("sign-in-closed", account=attempt_of(request, name).account[:16])

    def user_logged_in(self, sender: object, request: HttpRequest, user: Any, **signal: object) -> None:
        super().user_logged_in(sender, request, user, **signal)
        operations.forget_failures(attempt_of(request, user.email))
        remember_device(request, user.email)


def attempt_of(request: HttpRequest, email: str, what: Literal["password", "code"] = "password") -> Attempt:
    """Return the attempt to sign in made by this request."""
    return Attempt(email, network_of(client_address(request) or ""), device_of(request, email), what)


def require_open(attempt: Attempt) -> None:
    """Raise :class:`TooManyAttempts` while sign-in is locked."""
    now = timezone.now()
    until = queries.closed_until(attempt, now=now)
    if until is not None:
        raise TooManyAttempts(seconds=(until - now).total_seconds())


def password_chosen(*, request: HttpRequest, user: Any, **_signal: object) -> None:
    """Forget the failures of a person who has reset the password by mail, and mark their device (signal
    ``password_reset``)."""
    operations.forget_all_failures(attempt_of(request, user.email))
    remember_device(request, user.email)


def account_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str | None:
    """The name under which failures are counted: the address in lower case, however it was typed."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    if not given and request is not None:
        given = request.POST.get("login")
    return str(given).strip().lower()[:255] if given else None


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page shown while locked (for axes, whose middleware is inside that of expected errors)."""
    now = timezone.now()
    until: datetime = getattr(request, "_closed_until", None) or now
    return refusal(request, TooManyAttempts(seconds=(until - now).total_seconds()))
