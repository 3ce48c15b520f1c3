"""The one answer to an expected error: a page, below ``/api/`` problem JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pilar.platform.errors import PilarError, RetryLater


def refusal(request: HttpRequest, error: PilarError) -> HttpResponse:
    """What somebody gets instead of what they asked for."""
    if request.path.startswith("/api/"):
        return problem(error)
    response = render(request, "design/error.html", {"error": error}, status=error.status)
    for name, value in _headers(error).items():
        response[name] = value
    return response


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
    """When to try again, where the error says so."""
    return {"Retry-After": str(error.retry_after)} if isinstance(error, RetryLater) else {}
