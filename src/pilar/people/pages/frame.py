"""This room's part in the frame of every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pilar.people import queries
from pilar.people.signin import standing_of


def waiting(request: HttpRequest) -> dict[str, Any]:
    """``notices_waiting``: how many notices wait for a signed-in person; ``citizen_signed_in``: whether somebody is
    signed in by a code. Only computed for pages that show it."""

    def count() -> int:
        user = getattr(request, "user", None)
        return queries.count_open_notices(user.pk) if user is not None and user.is_authenticated else 0

    def citizen() -> bool:
        return hasattr(request, "user") and standing_of(request).citizen is not None

    return {"notices_waiting": SimpleLazyObject(count), "citizen_signed_in": SimpleLazyObject(citizen)}
