"""Answers of pages to the script that sends what is typed (``design/autosave.js``).

It sends a form as it stands with the header ``X-Autosave``. The answer carries the same header (``saved``,
``conflict`` or ``refused``), and elements that replace those of the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilar.platform.errors import PilarError
from pilar.platform.language import N_

HEADER = "X-Autosave"


class OtherPerson(PilarError):
    """The form was opened by somebody else who used this browser before."""

    code = "other-person"
    status = 409
    sentence = N_("This form was opened with another account. Open the page again with yours")


def is_autosave(request: HttpRequest) -> bool:
    """Return whether the script asks, and not a person who pressed a button."""
    return HEADER in request.headers


def autosaved(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As ``login_required``; the script is answered with 401, since it cannot fill in a sign-in page."""
    asking = login_required(view)

    @wraps(view)
    def answered(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if is_autosave(request) and not (request.user.is_authenticated and _same(request)):
            return HttpResponse(status=401)
        return asking(request, *given, **named)

    return answered


def require_same_person(request: HttpRequest) -> None:
    """Raise :class:`OtherPerson` if the form was drawn for another account."""
    if not _same(request):
        raise OtherPerson


def told(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, outcome: str, status: int = 200
) -> HttpResponse:
    """The answer to the script: ``outcome`` is ``saved``, ``conflict`` or ``refused``."""
    response = render(request, template, dict(context), status=status)
    response[HEADER] = outcome
    return response


def _same(request: HttpRequest) -> bool:
    return request.POST.get("person", str(request.user.pk)) == str(request.user.pk)
