"""Sign-in of citizens, patients and businesses: by a code, on the device that asked for it, without a password.

Their sessions are separate from those of people with roles: signing in as one signs out the other.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme

from pilar.people import queries
from pilar.people.public import CODE_LIFE, TIME_TO_OPEN
from pilar.people.signin import CITIZEN

COOKIE, SALT = "kode-warga", "people.public-code"
WAY, WAY_SALT = "tujuan-warga", "people.public-way"
AGE = int((CODE_LIFE + TIME_TO_OPEN).total_seconds())


def sign_in(request: HttpRequest, account: int) -> str:
    """Open a session of a public account that only keeps the page they wanted to go to, which is returned, so that a
    second click leads there, too."""
    same = (request.session.get(CITIZEN) or [None])[0] == account
    way = _kept_way(request) or (request.session.get(WAY, "") if same else "")
    logout(request)
    request.session[CITIZEN], request.session[WAY] = (account, queries.sessions_of(account)), way
    rotate_token(request)
    return way


def keep_reference(response: HttpResponse, reference: UUID, *, secure: bool) -> None:
    """Mark the device that requested a code; the code is only valid on this device."""
    response.set_signed_cookie(
        COOKIE, str(reference), salt=SALT, max_age=AGE, secure=secure, httponly=True, samesite="Lax"
    )


def keep_way(response: HttpResponse, address: str, *, secure: bool) -> None:
    """Remember the page somebody wanted before signing in: a path of this site."""
    response.set_signed_cookie(WAY, address, salt=WAY_SALT, max_age=AGE, secure=secure, httponly=True, samesite="Lax")


def drop_way(response: HttpResponse) -> None:
    """Forget the page, so that it does not affect the next person on the device."""
    response.delete_cookie(WAY, samesite="Lax")


def _kept_way(request: HttpRequest) -> str:
    """Return the page they wanted; empty if they came to the sign-in directly, or too long ago."""
    kept = request.get_signed_cookie(WAY, default="", salt=WAY_SALT, max_age=AGE)
    return kept if url_has_allowed_host_and_scheme(kept, allowed_hosts=None) else ""


def kept_reference(request: HttpRequest) -> UUID | None:
    """Return the mark of the device; None if it requested no code, or too long ago."""
    kept = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=AGE)
    return UUID(kept) if kept else None
