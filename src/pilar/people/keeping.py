"""Keep long forms that are sent after the session has ended, and show them again to the same person.

The form carries a signed mark of the account it was rendered for. If it is sent without a sign-in, it is kept in the
visitor's session under the address of the page; after signing in, the page shows it as typed, not saved yet.
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
"""The most characters that are kept; every valid form is shorter."""


def kept_over_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As ``login_required``; a form that is sent too late is kept for :func:`typed_before`."""
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
    """Return the mark of the account that a form is rendered for, for its field ``person``."""
    return signing.dumps(request.user.pk, salt=SALT)


def typed_before(request: HttpRequest) -> QueryDict | None:
    """Return what the reader sent to this page after their sign-in had ended. It is returned only once."""
    kept = request.session.get(SESSION)
    if kept is None or request.method != "GET" or kept["path"] != request.get_full_path():
        return None
    del request.session[SESSION]
    return QueryDict(kept["sent"]) if kept["person"] == str(request.user.pk) else None


def _person(sign: str) -> str:
    """The key of the account that a form was rendered for; empty for an invalid mark."""
    try:
        return str(signing.loads(sign, salt=SALT, max_age=7 * 24 * 3600))
    except signing.BadSignature:
        return ""
