"""The JSON API: one router a room, errors as RFC 9457 problem JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from pilar.config.middleware import problem
from pilar.evaluation.api import router as evaluation
from pilar.platform.errors import PilarError

api = NinjaAPI(
    title="Pilar",
    version="1",
    urls_namespace="api",
    description="Smart-city evaluation results of Indonesia's regencies and cities.",
)
api.add_router("", evaluation)


@api.exception_handler(PilarError)
def expected(request: HttpRequest, error: PilarError) -> HttpResponse:
    return problem(error)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults: list[dict[str, Any]] = [
        {"code": fault["type"], "place": ".".join(str(part) for part in fault["loc"]), "text": fault["msg"]}
        for fault in error.errors
    ]
    return _problem(422, "invalid-request", "The request does not fit the description of this address", faults=faults)


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(error.status_code, "http-error", str(error))


def _problem(status: int, code: str, title: str, **more: Any) -> JsonResponse:
    body = {"type": f"urn:pilar:error:{code}", "title": title, "status": status, "code": code, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")
