"""Devices that an account has been used on: locks caused elsewhere do not affect them, and each has its own limit.

The mark is a signed cookie with a number of the device and, as keyed hashes, the accounts that signed in on it. It
grants no access: it only decides which limit counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE, SALT = "perangkat-akun", "people.device"
AGE = 400 * 24 * 3600  # browsers do not keep cookies longer
MAX_ACCOUNTS = 12


@dataclass(frozen=True, slots=True)
class Device:
    """A device by its number, and the hashes of accounts that signed in on it, the newest last."""

    number: str
    accounts: tuple[str, ...] = ()


def device_of(request: HttpRequest, email: str) -> str:
    """The number of the device if this account signed in on it before, otherwise empty."""
    device = _read(request)
    return device.number if device is not None and _hash(email) in device.accounts else ""


def remember_device(request: HttpRequest, email: str) -> None:
    """Mark the device, with the response, as one on which this account signed in."""
    known, mine = _read(request) or Device(uuid.uuid4().hex), _hash(email)
    accounts = (*(account for account in known.accounts if account != mine), mine)[-MAX_ACCOUNTS:]
    request._device = Device(known.number, accounts)  # type: ignore[attr-defined]


class KnownDevices:
    """Sets the cookie after a sign-in (middleware)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        device: Device | None = getattr(request, "_device", None)
        if device is not None:
            response.set_cookie(
                COOKIE,
                signing.dumps([device.number, *device.accounts], salt=SALT),
                max_age=AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _read(request: HttpRequest) -> Device | None:
    try:
        number, *accounts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except (signing.BadSignature, ValueError):
        return None
    return Device(number, tuple(accounts))


def _hash(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:20]
