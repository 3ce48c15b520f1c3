"""Sign-in: accounts with roles are given, nobody can register; repeated failures lock for a while.

The adapters for the sign-in library are in the modules of this package and named in the settings.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils import timezone

from pilar.people import queries
from pilar.people.rules import PUBLIC, Standing

CITIZEN = "citizen"
"""The session keys of a public account signed in by a code (:mod:`pilar.people.signin.citizens`)."""


def standing_of(request: HttpRequest) -> Standing:
    """Return the user of a request, with the roles held now; looked up once per request."""
    known: Standing | None = getattr(request, "_standing", None)
    if known is None:
        known = queries.standing(request.user, timezone.now())
        if known == PUBLIC and (citizen := getattr(request, "session", {}).get(CITIZEN)):
            known = queries.public_standing(*citizen)
        act_as(request, known)
    return known


def act_as(request: HttpRequest, standing: Standing) -> None:
    """Set the user of a request, such as the owner of an API token, who has no session."""
    request._standing = standing  # type: ignore[attr-defined]


def change_mark(*, request: HttpRequest | None, **_signal: object) -> None:
    """Another token against forged requests once somebody has signed out, as after signing in.

    So a page that was kept without a line knows that it is no longer theirs: the cookie is all it can look at.
    """
    if request is not None:
        rotate_token(request)
