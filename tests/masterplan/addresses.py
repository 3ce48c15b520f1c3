"""Every address of the room, and what each of those who ask finds there.

Two versions of Kabupaten Tangerang are asked for: one in force, and its revision, a draft. The programme and the
proposals are those of the contributor's office. Columns: a visitor, the coordinator of another region, an assessor,
the secretariat of the ministry, the coordinator, the verifier, the contributor, the contributor of another office.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from masterplan.world import OWN
from pilar.config.api import api

API, TAG = "/api/v1", "masterplan"
PEOPLE = ("visitor", "neighbour", "assessor", "secretariat", "coordinator", "verifier", "contributor", "colleague")

VALUES: dict[str, Any] = {
    "code": OWN, "part": "vision", "programme": "P001", "quarter": "2026-Q2", "name": "ringkasan", "form": "pdf",
    "batch": 1, "target": "dropped",
}  # fmt: skip
"""Arguments of addresses; the keys of versions, programmes, bodies, proposals and imports are those of the world."""

DRAFT_PAGES = """
plans          200 200 200 200 200 200 200 200
plan           200 200 200 200 200 200 200 200
own            302 302 404 200 302 302 302 302
region         302 404 404 200 200 200 200 200
start          302 404 404 403 200 403 403 403
version        404 404 404 200 200 200 404 404
revise         302 404 404 403 200 403 404 404
step           302 404 404 403 200 403 404 404
decree         302 404 404 403 409 403 404 404
force          302 404 404 403 409 403 404 404
return         302 404 404 403 409 403 404 404
texts          404 404 404 200 200 200 404 404
write          302 404 404 403 200 403 404 404
programmes     404 404 404 200 200 200 404 404
programme      404 404 404 200 200 200 404 404
quick-wins     404 404 404 200 200 200 404 404
changes        404 404 404 200 200 200 404 404
bodies         404 404 404 200 200 200 404 404
add-body       302 404 404 403 200 403 404 404
change-body    302 404 404 403 200 403 404 404
proposals            302 404 404 200 200 200 200 200
call                 302 404 404 403 200 403 403 403
propose              302 404 404 403 403 403 200 200
alike                302 404 404 403 200 403 403 403
merge                302 404 404 403 200 403 403 403
programmes-workbook  404 404 404 200 200 200 404 404
proposals-workbook   302 404 404 200 200 200 200 200
imports              302 404 404 403 200 403 403 403
list-imports         302 404 404 403 200 403 403 403
import               302 404 404 403 302 403 403 403
proposal             302 404 404 200 200 200 200 404
proposal-edit        302 404 404 403 403 403 409 404
proposal-submit      302 404 404 403 403 403 302 404
proposal-withdraw    302 404 404 403 403 403 200 404
proposal-ask         302 302 302 302 302 302 302 302
progress       404 404 404 404 404 404 404 404
road-map            404 404 404 404 404 404 404 404
programme-progress  404 404 404 404 404 404 404 404
late-reports        302 404 404 404 404 404 404 404
reports             302 404 404 404 404 404 200 200
report              302 403 403 403 200 403 200 403
begin-reporting     302 404 404 403 200 403 404 404
past-reports        302 404 404 403 200 403 404 404
past-template       302 404 404 403 404 403 404 404
documents      404 404 404 200 200 200 404 404
order-papers   302 302 302 302 302 302 302 302
papers-archive 302 404 404 404 404 404 404 404
paper          404 404 404 200 200 200 404 404
"""
"""What a page of the draft answers when it is read."""

DRAFT_SENT = """
plans          405 405 405 405 405 405 405 405
plan           405 405 405 405 405 405 405 405
own            302 405 405 405 405 405 405 405
region         302 405 405 405 405 405 405 405
start          302 404 404 403 422 403 403 403
version        405 405 405 405 405 405 405 405
revise         302 404 404 403 422 403 404 404
step           302 404 404 403 409 403 404 404
decree         302 404 404 403 409 403 404 404
force          302 404 404 403 409 403 404 404
return         302 404 404 403 409 403 404 404
texts          405 405 405 405 405 405 405 405
write          302 404 404 403 409 403 404 404
programmes     405 405 405 405 405 405 405 405
programme      405 405 405 405 405 405 405 405
quick-wins     405 405 405 405 405 405 405 405
changes        405 405 405 405 405 405 405 405
bodies         405 405 405 405 405 405 405 405
add-body       302 404 404 403 422 403 404 404
change-body    302 404 404 403 422 403 404 404
proposals            302 405 405 405 405 405 405 405
call                 302 404 404 403 422 403 403 403
propose              302 404 404 403 403 403 422 422
alike                302 405 405 405 405 405 405 405
merge                302 404 404 403 409 403 403 403
programmes-workbook  405 405 405 405 405 405 405 405
proposals-workbook   302 405 405 405 405 405 405 405
imports              302 404 404 403 422 403 403 403
list-imports         302 404 404 403 422 403 403 403
import               302 405 405 405 405 405 405 405
proposal             302 405 405 405 405 405 405 405
proposal-edit        302 404 404 403 403 403 422 404
proposal-submit      302 404 404 403 403 403 302 404
proposal-withdraw    302 404 404 403 403 403 409 404
proposal-ask         302 404 404 403 422 403 403 404
progress            405 405 405 405 405 405 405 405
road-map            405 405 405 405 405 405 405 405
programme-progress  405 405 405 405 405 405 405 405
late-reports        302 405 405 405 405 405 405 405
reports             302 405 405 405 405 405 405 405
report              302 403 403 403 422 403 422 403
begin-reporting     302 404 404 403 422 403 404 404
past-reports        302 404 404 403 422 403 404 404
past-template       302 405 405 405 405 405 405 405
documents      405 405 405 405 405 405 405 405
order-papers   302 404 404 302 302 302 404 404
papers-archive 302 405 405 405 405 405 405 405
paper          405 405 405 405 405 405 405 405
"""
"""What it answers to an empty form."""

LAW_PAGES = """
version        200 200 200 200 200 200 200 200
revise         302 403 403 403 200 403 403 403
decree         302 403 403 403 409 403 403 403
force          302 403 403 403 302 403 403 403
return         302 403 403 403 409 403 403 403
texts          200 200 200 200 200 200 200 200
write          302 403 403 403 409 403 403 403
programmes     200 200 200 200 200 200 200 200
programme      200 200 200 200 200 200 200 200
quick-wins     200 200 200 200 200 200 200 200
changes        404 404 404 404 404 404 404 404
bodies         200 200 200 200 200 200 200 200
add-body       302 403 403 403 200 403 403 403
change-body    302 403 403 403 200 403 403 403
programmes-workbook  200 200 200 200 200 200 200 200
progress            200 200 200 200 200 200 200 200
road-map            200 200 200 200 200 200 200 200
programme-progress  200 200 200 200 200 200 200 200
late-reports        302 404 404 200 200 200 200 200
begin-reporting     302 403 403 403 200 403 403 403
past-reports        302 403 403 403 200 403 403 403
past-template       302 403 403 403 404 403 403 403
documents      200 200 200 200 200 200 200 200
papers-archive 302 404 404 404 404 404 404 404
paper          200 200 200 200 200 200 200 200
"""
"""What a page of the version in force answers when it is read; one that is not here answers as for the draft."""

ROUTES = """
GET   /plans                                                 200 200 200 200 200 200 200 200
GET   /regions/{code}/plan                                   200 200 200 200 200 200 200 200
GET   /regions/{code}/plan-versions                          200 200 200 200 200 200 200 200
GET   /plan-versions/{version}                               404 404 404 200 200 200 404 404
GET   /plan-versions/{version}/programmes                    404 404 404 200 200 200 404 404
GET   /plan-versions/{version}/programmes/{programme}        404 404 404 200 200 200 404 404
GET   /plan-versions/{version}/statements                    404 404 404 200 200 200 404 404
GET   /plan-versions/{version}/changes                       404 404 404 200 200 200 404 404
GET   /plan-versions/{version}/bodies                        404 404 404 200 200 200 404 404
POST  /regions/{code}/plans                                  401 404 404 403 201 403 404 404
POST  /plan-versions/{version}/revision                      401 404 404 403 409 403 404 404
PUT   /plan-versions/{version}/statements/{part}             401 404 404 403 409 403 404 404
POST  /plan-versions/{version}/step                          401 404 404 403 200 403 404 404
POST  /plan-versions/{version}/return                        401 404 404 403 409 403 404 404
POST  /plan-versions/{version}/decree                        401 404 404 403 409 403 404 404
POST  /plan-versions/{version}/force                         401 404 404 403 409 403 404 404
PUT   /plan-versions/{version}/reporting                     401 404 404 403 200 403 404 404
POST  /plans/{plan}/bodies                                   401 403 403 403 201 403 403 403
PUT   /plans/{plan}/bodies/{body}                            401 403 403 403 409 403 403 403
GET     /plan-versions/{version}/call                        401 404 404 200 200 200 200 200
PUT     /plan-versions/{version}/call                        401 404 404 403 200 403 404 404
GET     /plan-versions/{version}/proposals                   401 404 404 200 200 200 200 200
GET     /plan-versions/{version}/similar-proposals           401 404 404 200 200 200 200 200
POST    /plan-versions/{version}/proposals                   401 404 404 403 403 403 404 404
GET     /plan-proposals/{proposal}                           401 404 404 200 200 200 200 404
PUT     /plan-proposals/{proposal}                           401 404 404 403 403 403 409 404
POST    /plan-proposals/{proposal}/submit                    401 404 404 403 403 403 200 404
POST    /plan-proposals/{proposal}/withdraw                  401 404 404 403 403 403 200 404
POST    /plan-proposals/{proposal}/question                  401 404 404 403 200 403 403 404
POST    /plan-proposals/{proposal}/merge                     401 404 404 403 422 403 403 404
POST    /plan-versions/{version}/imports                     401 422 422 422 422 422 422 422
GET     /plan-imports/{key}                                  401 404 404 403 200 403 403 403
POST    /plan-imports/{key}/confirm                          401 404 404 403 409 403 403 403
DELETE  /plan-imports/{key}                                  401 404 404 403 409 403 403 403
GET   /plan-versions/{version}/progress                      404 404 404 404 404 404 404 404
GET   /plan-versions/{version}/programmes/{programme}/progress 404 404 404 404 404 404 404 404
GET   /plan-versions/{version}/late-reports                  401 404 404 404 404 404 404 404
GET   /plan-reports                                          401 200 200 200 200 200 200 200
POST  /plan-programmes/{line}/reports/{quarter}              401 403 403 403 200 403 200 403
"""
"""What a route answers about the draft."""

BODIES: dict[str, dict[str, Any]] = {
    "plans": {"title": "Rencana induk berikutnya", "first_year": 2031, "last_year": 2035},
    "revision": {"reason": "Rekomendasi"},
    "{part}": {"statements": [{"text": "Cerdas"}], "seen": "lama"},
    "step": {"state": "dropped"},
    "return": {"reason": "Rumusan pasal"},
    "decree": {"form": "regent", "number": "7 Tahun 2026", "day": "2026-04-30"},
    "reporting": {"since": "2026-Q2", "reason": "Berjalan sejak Januari"},
    "force": {"since": "2026-04-30"},
    "bodies": {"kind": "team", "title": "Tim Pelaksana"},
    "{quarter}": {"done": {"1": 60, "2": 0}, "spent": 0},
    "{body}": {"kind": "council", "title": "Dewan", "seen": "lama"},
    "proposals": {"office": 2_147_483_647},
    "call": {"text": "", "closes_at": "2099-01-01T00:00:00Z"},
    "{proposal}": {"reason": "", "seen": 1},
    "question": {"question": "Berapa desa?"},
    "merge": {"merged": [1], "reason": "Sama"},
    "confirm": {"judged": "lama"},
}
"""What is sent to a route, by the last part of its path."""


def read(table: str, words: int = 1) -> dict[str, dict[str, int]]:
    """Status by person, by name of page or by method and path."""
    found = {}
    for line in table.strip().splitlines():
        parts = line.split()
        found[" ".join(parts[:words])] = dict(zip(PEOPLE, map(int, parts[words:]), strict=True))
    return found


def page_arguments() -> dict[str, list[str]]:
    """The arguments of every page of the room, by its name."""
    room = next(one for one in _namespaces(get_resolver()) if one.namespace == "masterplan")
    return {pattern.name: [*pattern.pattern.converters] for pattern in room.url_patterns}


def route_arguments(tag: str = TAG) -> dict[str, list[str]]:
    """The path arguments of every API route with a tag, by method and path."""
    return {
        f"{method.upper()} {path}": [one["name"] for one in route.get("parameters", ()) if one["in"] == "path"]
        for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items()
        for method, route in methods.items()
        if tag in route["tags"]
    }


def _namespaces(resolver: Any) -> Iterator[Any]:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield one
            yield from _namespaces(one)
