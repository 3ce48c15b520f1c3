"""The pages of what nobody expected: a wrong address, a refused form, a bug. Below ``/api/`` it is problem JSON."""

from __future__ import annotations

import sys

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from pilar.design.refusals import refusal
from pilar.platform.language import N_, translate
from pilar.platform.limits import TooManyRequests
from pilar.platform.outage import database_is_away

RETRY_SECONDS = 15
"""When to ask again while the database is away: a restart takes about so long."""

log = structlog.get_logger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _bare(request, 400, "400.html", N_("The request could not be read"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(403, N_("Not allowed"))
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _problem(404, N_("There is nothing at this address"))
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """A limit of the sign-in library was reached: it counts by the minute."""
    return refusal(request, TooManyRequests(seconds=60))


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or a database that is away: whichever part of an answer asked it, the error ends up here."""
    error = sys.exc_info()[1]
    if database_is_away(error):
        return _unavailable(request, error)
    return _bare(request, 500, "500.html", N_("A fault of this server, which has been logged"))


def expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's check against forged forms failed (``CSRF_FAILURE_VIEW``)."""
    return _bare(request, 403, "403_csrf.html", N_("The form has expired"))


def _unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """503 for as long as the database is away, and one line in the log instead of a traceback a request."""
    log.warning("database-away", path=request.path, error=str(error).strip().splitlines()[:1])
    response = _bare(request, 503, "503.html", N_("Pilar cannot reach its data at the moment. Try again in a minute"))
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark, which spares the traceback
    return response


def _bare(request: HttpRequest, status: int, template: str, title: str) -> HttpResponse:
    """A page that needs neither the database nor a session: after a fault nothing else can be relied on."""
    if request.path.startswith("/api/"):
        return _problem(status, title)
    reference = getattr(request, "reference", "")
    return HttpResponse(render_to_string(template, {"reference": reference}), status=status)


def _problem(status: int, sentence: str) -> JsonResponse:
    code = f"http-{status}"
    body = {"type": f"urn:pilar:error:{code}", "title": translate(sentence), "status": status, "code": code}
    return JsonResponse(body, status=status, content_type="application/problem+json")
