"""The one answer to an expected error: a page, below ``/api/`` problem JSON."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pilar.platform.errors import PilarError, RetryLater

SECRET = re.compile(r"password|code|token|credential|login|email")
NAMES = {"title", "note", "reason", "text", "name", "place"}
"""Fields whose text counts even if it is one word; elsewhere one word may be a key or a choice."""
MAX_TEXTS = 20


def refusal(request: HttpRequest, error: PilarError) -> HttpResponse:
    """Return what somebody gets instead of what they asked for."""
    if request.path.startswith("/api/"):
        return problem(error)
    response = render(request, "design/error.html", {"error": error, "typed": typed(request)}, status=error.status)
    for name, value in _headers(error).items():
        response[name] = value
    return response


def typed(request: HttpRequest) -> list[str]:
    """The texts of a form that was refused, so that nobody writes them twice; passwords and codes are none.

    A form that nobody has read yet is left unread: it may be refused for its size.
    """
    if request.method != "POST" or not hasattr(request, "_post"):
        return []
    return [
        text
        for name, values in request.POST.lists()
        for text in values
        if not SECRET.search(name) and (name in NAMES or len(text.split()) > 1)
    ][:MAX_TEXTS]


def problem(error: PilarError) -> JsonResponse:
    """RFC 9457 problem JSON of an expected error."""
    body = {
        "type": f"urn:pilar:error:{error.code}",
        "title": error.text(),
        "status": error.status,
        "code": error.code,
        **error.members(),
    }
    return JsonResponse(body, status=error.status, content_type="application/problem+json", headers=_headers(error))


def _headers(error: PilarError) -> dict[str, str]:
    """Return when to try again, where the error says so."""
    return {"Retry-After": str(error.retry_after)} if isinstance(error, RetryLater) else {}
