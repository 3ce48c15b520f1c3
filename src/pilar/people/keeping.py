"""Long forms outlive a sign-in: what is sent after its end is kept, and shown again to the same person.

The form carries a sign of whom it was drawn for. What comes without a sign-in is kept in the visitor's session under
the address of the page; after signing in the page shows it as it was typed, not saved yet.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict

SALT, SESSION = "people.form", "typed-before"
LARGEST = 2_000_000
"""Characters that are kept; no form that the rules take is as long."""


def kept_over_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As ``login_required``; a form that comes too late is kept for :func:`typed_before`."""
    asking = login_required(view)

    @wraps(view)
    def answered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return asking(request, *given, **named)
        person = _person(request.POST.get("person", ""))
        sent = request.POST.urlencode()
        if person and len(sent) <= LARGEST:
            request.session[SESSION] = {"person": person, "path": request.get_full_path(), "sent": sent}
        return redirect_to_login(request.get_full_path())

    return answered


def person_sign(request: HttpRequest) -> str:
    """Tell whom a form is drawn for, for its field ``person``."""
    return signing.dumps(request.user.pk, salt=SALT)


def typed_before(request: HttpRequest) -> QueryDict | None:
    """Return what the reader sent to this page after their sign-in had ended. It is given out once."""
    kept = request.session.get(SESSION)
    if kept is None or request.method != "GET" or kept["path"] != request.get_full_path():
        return None
    del request.session[SESSION]
    return QueryDict(kept["sent"]) if kept["person"] == str(request.user.pk) else None


def _person(sign: str) -> str:
    """The key of the account that a form was drawn for; empty for a sign that is not ours."""
    try:
        return str(signing.loads(sign, salt=SALT, max_age=7 * 24 * 3600))
    except signing.BadSignature:
        return ""
