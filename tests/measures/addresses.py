"""Every address of the room, and what each of those who ask finds there.

The private measure ``desa-daring`` of Kabupaten Tangerang is asked for; its office is the contributor's. Columns: a
visitor, the coordinator of another region, an assessor, the secretariat, the coordinator, the verifier, the
contributor, the contributor of another office.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from measures.world import OWN
from pilar.config.api import api

API, TAG = "/api/v1", "measures"
PEOPLE = ("visitor", "neighbour", "assessor", "secretariat", "coordinator", "verifier", "contributor", "colleague")

VALUES: dict[str, Any] = {
    "code": OWN,
    "measure": "desa-daring",
    "source": "sipinter",
    "period": "2026-02",
    "shape": "b" * 64,
}

PAGES = """
own            302 302 404 200 302 302 302 302
measures       200 200 200 200 200 200 200 200
define         302 404 404 403 200 403 403 403
import         302 404 404 403 403 403 200 200
import-book    302 404 404 403 403 403 200 200
import-portal  302 404 404 403 403 403 200 200
mappings       302 404 404 200 200 200 200 200
mapping        302 404 404 200 200 200 200 200
remove-mapping 302 404 404 403 200 403 200 200
import-sample  302 404 404 403 403 403 200 200
sources        302 404 404 200 200 200 200 200
source         302 404 404 404 200 404 404 404
switch-source  302 302 302 302 302 302 302 302
revoke-token   302 404 404 403 200 403 403 403
measure        404 404 404 200 200 200 200 200
report         302 404 404 403 403 403 200 403
period         404 404 404 200 200 200 200 200
correct        302 404 404 403 403 403 200 403
revise         302 404 404 403 200 403 403 403
assign         302 404 404 403 200 403 403 403
close          302 404 404 403 200 403 403 403
"""
"""What a page answers when it is read."""

SENT = """
own            302 405 405 405 405 405 405 405
measures       405 405 405 405 405 405 405 405
define         302 404 404 403 422 403 403 403
import         302 404 404 403 403 403 422 422
import-book    302 405 405 405 405 405 405 405
import-portal  302 404 404 403 403 403 422 422
mappings       302 405 405 405 405 405 405 405
mapping        302 405 405 405 405 405 405 405
remove-mapping 302 404 404 403 409 403 409 409
import-sample  302 405 405 405 405 405 405 405
sources        302 404 404 403 422 403 403 403
source         302 404 404 404 422 404 404 404
switch-source  302 404 404 403 302 403 403 403
revoke-token   302 404 404 403 409 403 403 403
measure        405 405 405 405 405 405 405 405
report         302 404 404 403 403 403 422 403
period         405 405 405 405 405 405 405 405
correct        302 404 404 403 403 403 422 403
revise         302 404 404 403 422 403 403 403
assign         302 404 404 403 422 403 403 403
close          302 404 404 403 409 403 403 403
"""
"""What it answers to an empty form."""

ROUTES = """
GET   /regions/{code}/measures                             200 200 200 200 200 200 200 200
GET   /regions/{code}/measures/{measure}                   404 404 404 200 200 200 200 200
GET   /regions/{code}/measures/{measure}/series            404 404 404 200 200 200 200 200
GET   /regions/{code}/measures/{measure}/values/{period}   404 404 404 200 200 200 200 200
POST  /regions/{code}/values                               401 404 404 403 403 403 200 200
"""


def read(table: str, words: int = 1) -> dict[str, dict[str, int]]:
    """Status by person, by name of page or by method and path."""
    found = {}
    for line in table.strip().splitlines():
        parts = line.split()
        found[" ".join(parts[:words])] = dict(zip(PEOPLE, map(int, parts[words:]), strict=True))
    return found


def page_arguments() -> dict[str, list[str]]:
    """The arguments of every page of the room, by its name."""
    room = next(one for one in _namespaces(get_resolver()) if one.namespace == "measures")
    return {pattern.name: [*pattern.pattern.converters] for pattern in room.url_patterns}


def route_arguments() -> dict[str, list[str]]:
    """The path arguments of every API route of the room, by method and path."""
    return {
        f"{method.upper()} {path}": [one["name"] for one in route.get("parameters", ()) if one["in"] == "path"]
        for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items()
        for method, route in methods.items()
        if TAG in route["tags"]
    }


def _namespaces(resolver: Any) -> Iterator[Any]:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield one
            yield from _namespaces(one)
