"""A reference for each request, and the one place where an expected error becomes an answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pilar.platform.errors import Faults, PilarError

REFERENCE = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestMark:
    """Gives each request a reference that stands in every log line, in the answer's header and on an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.reference = given if REFERENCE.fullmatch(given) else uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(reference=request.reference)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.reference  # type: ignore[attr-defined]
        return response


class ExpectedErrors:
    """Turns a :class:`PilarError` that reaches the top into a page (or JSON below ``/api/``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PilarError):
            return None
        if request.path.startswith("/api/"):
            return problem(exception)
        return render(request, "design/error.html", {"error": exception}, status=exception.status)


def problem(error: PilarError) -> JsonResponse:
    """RFC 9457 problem JSON of an expected error."""
    body = {
        "type": f"urn:pilar:error:{error.code}",
        "title": error.text(),
        "status": error.status,
        "code": error.code,
    }
    if isinstance(error, Faults):
        body["faults"] = [{"code": fault.code, "place": fault.place, "text": fault.text()} for fault in error.faults]
    return JsonResponse(body, status=error.status, content_type="application/problem+json")
