"""Every address of the room for those who work with surveys, and what each reader finds there.

A survey of Kabupaten Tangerang about a programme of the contributor's office and one of the colleague's is asked for,
while it is drawn up, open and closed. Columns: a visitor, the coordinator of another region, an assessor, the
secretariat, the coordinator, the verifier, the contributor, the contributor of another office.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from pilar.config.api import api

API, TAG = "/api/v1", "surveys"
PEOPLE = ("visitor", "neighbour", "assessor", "secretariat", "coordinator", "verifier", "contributor", "colleague")
ANSWERING = frozenset({"answer", "section", "last", "thanks"})
"""Asked for in test_answering.py: they are everybody's."""

READ = {
    "draft": """
own        302 302 404 200 302 302 302 302
surveys    302 404 404 200 200 200 200 200
create     302 404 404 403 200 403 403 403
survey     302 404 404 200 200 200 200 200
uncounted  302 404 404 200 200 200 200 200
counts     302 404 404 200 200 200 200 200
links      302 404 404 200 200 200 200 200
code       302 404 404 200 200 200 200 404
cells      302 404 404 403 200 403 403 403
open       302 404 404 403 200 403 403 403
close      302 404 404 403 409 403 403 403
dates      302 404 404 403 200 403 403 403
end        302 404 404 403 409 403 403 403
statement  302 404 404 403 409 403 403 403
follow-up  302 404 404 403 409 403 403 403
result     404 404 404 404 404 404 404 404
report     404 404 404 404 404 404 404 404
enumerator 302 404 404 403 409 403 409 404
worker     200 200 200 200 200 200 200 200
scores     302 404 404 409 409 409 409 409
charts     302 404 404 409 409 409 409 409
recap      302 404 404 409 409 409 409 409
answers    302 404 404 409 409 403 403 403
words        302 404 404 403 409 403 403 403
contacts   302 404 404 403 409 403 403 403
papers          302 404 404 200 200 200 200 200
paper-forms     302 404 404 200 200 200 200 200
paper-form      302 404 404 200 200 200 200 404
paper-entry     302 404 404 403 409 403 409 404
import          302 404 404 403 409 403 409 409
import-template 302 404 404 403 409 403 409 409
send-questionnaire         302 403 403 200 403 403 403 403
questionnaire-file         302 403 403 200 403 403 403 403
questionnaire-workbook     302 403 403 200 403 403 403 403
questionnaire-draft        302 403 403 200 403 403 403 403
questionnaire-draft-file   302 403 403 200 403 403 403 403
release-questionnaire      302 403 403 200 403 403 403 403
drop-questionnaire-draft   302 403 403 200 403 403 403 403
""",
    "open": """
own        302 302 404 200 302 302 302 302
surveys    302 404 404 200 200 200 200 200
create     302 404 404 403 200 403 403 403
survey     302 404 404 200 200 200 200 200
uncounted  302 404 404 200 200 200 200 200
counts     302 404 404 200 200 200 200 200
links      302 404 404 200 200 200 200 200
code       302 404 404 200 200 200 200 404
cells      302 404 404 403 409 403 403 403
open       302 404 404 403 302 403 403 403
close      302 404 404 403 200 403 403 403
dates      302 404 404 403 200 403 403 403
end        302 404 404 403 200 403 403 403
statement  302 404 404 403 409 403 403 403
follow-up  302 404 404 403 409 403 403 403
result     404 404 404 404 404 404 404 404
report     404 404 404 404 404 404 404 404
enumerator 302 404 404 403 200 403 200 404
worker     200 200 200 200 200 200 200 200
scores     302 404 404 409 409 409 409 409
charts     302 404 404 409 409 409 409 409
recap      302 404 404 409 409 409 409 409
answers    302 404 404 409 409 403 403 403
words        302 404 404 403 409 403 403 403
contacts   302 404 404 403 409 403 403 403
papers          302 404 404 200 200 200 200 200
paper-forms     302 404 404 200 200 200 200 200
paper-form      302 404 404 200 200 200 200 404
paper-entry     302 404 404 403 200 403 200 404
import          302 404 404 403 200 403 200 200
import-template 302 404 404 403 200 403 200 200
send-questionnaire         302 403 403 200 403 403 403 403
questionnaire-file         302 403 403 200 403 403 403 403
questionnaire-workbook     302 403 403 200 403 403 403 403
questionnaire-draft        302 403 403 200 403 403 403 403
questionnaire-draft-file   302 403 403 200 403 403 403 403
release-questionnaire      302 403 403 200 403 403 403 403
drop-questionnaire-draft   302 403 403 200 403 403 403 403
""",
    "closed": """
own        302 302 404 200 302 302 302 302
surveys    302 404 404 200 200 200 200 200
create     302 404 404 403 200 403 403 403
survey     302 404 404 200 200 200 200 200
uncounted  302 404 404 200 200 200 200 200
counts     302 404 404 200 200 200 200 200
links      302 404 404 200 200 200 200 200
code       302 404 404 200 200 200 200 404
cells      302 404 404 403 409 403 403 403
open       302 404 404 403 409 403 403 403
close      302 404 404 403 302 403 403 403
dates      302 404 404 403 409 403 403 403
end        302 404 404 403 409 403 403 403
statement  302 404 404 403 200 403 403 403
follow-up  302 404 404 403 409 403 403 403
result     404 404 404 404 404 404 404 404
report     404 404 404 404 404 404 404 404
enumerator 302 404 404 403 200 403 200 404
worker     200 200 200 200 200 200 200 200
scores     302 404 404 200 200 200 200 200
charts     302 404 404 200 200 200 200 200
recap      302 404 404 200 200 200 200 200
answers    302 404 404 200 200 403 403 403
words        302 404 404 403 200 403 403 403
contacts   302 404 404 403 200 403 403 403
papers          302 404 404 200 200 200 200 200
paper-forms     302 404 404 200 200 200 200 200
paper-form      302 404 404 200 200 200 200 404
paper-entry     302 404 404 403 409 403 409 404
import          302 404 404 403 409 403 409 409
import-template 302 404 404 403 409 403 409 409
send-questionnaire         302 403 403 200 403 403 403 403
questionnaire-file         302 403 403 200 403 403 403 403
questionnaire-workbook     302 403 403 200 403 403 403 403
questionnaire-draft        302 403 403 200 403 403 403 403
questionnaire-draft-file   302 403 403 200 403 403 403 403
release-questionnaire      302 403 403 200 403 403 403 403
drop-questionnaire-draft   302 403 403 200 403 403 403 403
""",
}
"""What a page answers when it is read."""

SENT = {
    "draft": """
worker     405 405 405 405 405 405 405 405
counts     405 405 405 405 405 405 405 405
create     302 404 404 403 422 403 403 403
cells      302 404 404 403 422 403 403 403
open       302 404 404 403 409 403 403 403
close      302 404 404 403 409 403 403 403
dates      302 404 404 403 422 403 403 403
end        302 404 404 403 409 403 403 403
statement  302 404 404 403 409 403 403 403
follow-up  302 404 404 403 409 403 403 403
result     405 405 405 405 405 405 405 405
report     405 405 405 405 405 405 405 405
paper-entry     302 404 404 403 409 403 409 404
import          302 404 404 403 409 403 409 409
send-questionnaire         302 403 403 422 403 403 403 403
release-questionnaire      302 403 403 409 403 403 403 403
drop-questionnaire-draft   302 403 403 409 403 403 403 403
""",
    "open": """
worker     405 405 405 405 405 405 405 405
counts     405 405 405 405 405 405 405 405
create     302 404 404 403 422 403 403 403
cells      302 404 404 403 409 403 403 403
open       302 404 404 403 302 403 403 403
close      302 404 404 403 409 403 403 403
dates      302 404 404 403 422 403 403 403
end        302 404 404 403 409 403 403 403
statement  302 404 404 403 409 403 403 403
follow-up  302 404 404 403 409 403 403 403
result     405 405 405 405 405 405 405 405
report     405 405 405 405 405 405 405 405
paper-entry     302 404 404 403 422 403 422 404
import          302 404 404 403 422 403 422 422
send-questionnaire         302 403 403 422 403 403 403 403
release-questionnaire      302 403 403 409 403 403 403 403
drop-questionnaire-draft   302 403 403 409 403 403 403 403
""",
    "closed": """
worker     405 405 405 405 405 405 405 405
counts     405 405 405 405 405 405 405 405
create     302 404 404 403 422 403 403 403
cells      302 404 404 403 409 403 403 403
open       302 404 404 403 409 403 403 403
close      302 404 404 403 302 403 403 403
dates      302 404 404 403 409 403 403 403
end        302 404 404 403 409 403 403 403
statement  302 404 404 403 422 403 403 403
follow-up  302 404 404 403 409 403 403 403
result     405 405 405 405 405 405 405 405
report     405 405 405 405 405 405 405 405
paper-entry     302 404 404 403 409 403 409 404
import          302 404 404 403 409 403 409 409
send-questionnaire         302 403 403 422 403 403 403 403
release-questionnaire      302 403 403 409 403 403 403 403
drop-questionnaire-draft   302 403 403 409 403 403 403 403
""",
}
"""What it answers to an empty form; all others take none (405)."""


ROUTES = {
    "draft": """
GET   /regions/{code}/surveys            401 404 404 200 200 200 200 200
POST  /regions/{code}/surveys            401 404 404 403 201 403 403 403
GET   /surveys/{survey}                  401 404 404 200 200 200 200 200
GET   /surveys/{survey}/uncounted        401 404 404 200 200 200 200 200
GET   /surveys/{survey}/plan-programmes  401 404 404 403 200 403 403 403
PUT   /surveys/{survey}/cells            401 404 404 403 200 403 403 403
POST  /surveys/{survey}/open             401 404 404 403 200 403 403 403
POST  /surveys/{survey}/close            401 404 404 403 409 403 403 403
PUT   /surveys/{survey}/dates            401 404 404 403 200 403 403 403
POST  /surveys/{survey}/end              401 404 404 403 409 403 403 403
PUT   /surveys/{survey}/follow-up        401 404 404 403 409 403 403 403
GET   /surveys/{survey}/satisfaction     404 404 404 404 404 404 404 404
PUT   /surveys/{survey}/statement        401 404 404 403 409 403 403 403
GET   /surveys/{survey}/scores           401 404 404 409 409 409 409 409
GET   /surveys/{survey}/recap            401 404 404 409 409 409 409 409
GET   /surveys/{survey}/answers          401 404 404 409 409 403 403 403
POST  /survey-cells/{cell}/answers       401 404 404 403 409 403 409 403
GET   /survey-links/{token}              200 200 200 200 200 200 200 200
POST  /survey-links/{token}/answers      410 410 410 410 410 410 410 410
""",
    "open": """
GET   /regions/{code}/surveys            401 404 404 200 200 200 200 200
POST  /regions/{code}/surveys            401 404 404 403 201 403 403 403
GET   /surveys/{survey}                  401 404 404 200 200 200 200 200
GET   /surveys/{survey}/uncounted        401 404 404 200 200 200 200 200
GET   /surveys/{survey}/plan-programmes  401 404 404 403 409 403 403 403
PUT   /surveys/{survey}/cells            401 404 404 403 409 403 403 403
POST  /surveys/{survey}/open             401 404 404 403 409 403 403 403
POST  /surveys/{survey}/close            401 404 404 403 422 403 403 403
PUT   /surveys/{survey}/dates            401 404 404 403 422 403 403 403
POST  /surveys/{survey}/end              401 404 404 403 200 403 403 403
PUT   /surveys/{survey}/follow-up        401 404 404 403 409 403 403 403
GET   /surveys/{survey}/satisfaction     404 404 404 404 404 404 404 404
PUT   /surveys/{survey}/statement        401 404 404 403 409 403 403 403
GET   /surveys/{survey}/scores           401 404 404 409 409 409 409 409
GET   /surveys/{survey}/recap            401 404 404 409 409 409 409 409
GET   /surveys/{survey}/answers          401 404 404 409 409 403 403 403
POST  /survey-cells/{cell}/answers       401 404 404 403 200 403 200 403
GET   /survey-links/{token}              200 200 200 200 200 200 200 200
POST  /survey-links/{token}/answers      201 201 201 201 201 201 201 201
""",
    "closed": """
GET   /regions/{code}/surveys            401 404 404 200 200 200 200 200
POST  /regions/{code}/surveys            401 404 404 403 201 403 403 403
GET   /surveys/{survey}                  401 404 404 200 200 200 200 200
GET   /surveys/{survey}/uncounted        401 404 404 200 200 200 200 200
GET   /surveys/{survey}/plan-programmes  401 404 404 403 409 403 403 403
PUT   /surveys/{survey}/cells            401 404 404 403 409 403 403 403
POST  /surveys/{survey}/open             401 404 404 403 409 403 403 403
POST  /surveys/{survey}/close            401 404 404 403 409 403 403 403
PUT   /surveys/{survey}/dates            401 404 404 403 409 403 403 403
POST  /surveys/{survey}/end              401 404 404 403 409 403 403 403
PUT   /surveys/{survey}/follow-up        401 404 404 403 409 403 403 403
GET   /surveys/{survey}/satisfaction     404 404 404 404 404 404 404 404
PUT   /surveys/{survey}/statement        401 404 404 403 200 403 403 403
GET   /surveys/{survey}/scores           401 404 404 200 200 200 200 200
GET   /surveys/{survey}/recap            401 404 404 200 200 200 200 200
GET   /surveys/{survey}/answers          401 404 404 200 200 403 403 403
POST  /survey-cells/{cell}/answers       401 404 404 403 409 403 409 403
GET   /survey-links/{token}              200 200 200 200 200 200 200 200
POST  /survey-links/{token}/answers      410 410 410 410 410 410 410 410
""",
}
"""What a route answers; the survey of the state “open” takes answers at the time of the clock."""


def read(table: str, words: int = 1) -> dict[str, dict[str, int]]:
    """Status by person, by name of page or by method and path."""
    found = {}
    for line in table.strip().splitlines():
        parts = line.split()
        found[" ".join(parts[:words])] = dict(zip(PEOPLE, map(int, parts[words:]), strict=True))
    return found


def route_arguments() -> dict[str, list[str]]:
    """The path arguments of every API route of the room, by method and path."""
    return {
        f"{method.upper()} {path}": [one["name"] for one in route.get("parameters", ()) if one["in"] == "path"]
        for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items()
        for method, route in methods.items()
        if TAG in route["tags"]
    }


def page_arguments() -> dict[str, list[str]]:
    """The arguments of every page of the room, by its name."""
    room = next(one for one in _namespaces(get_resolver()) if one.namespace == "surveys")
    return {one.name: [*one.pattern.converters] for one in room.url_patterns if one.name not in ANSWERING}


def _namespaces(resolver: Any) -> Iterator[Any]:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield one
            yield from _namespaces(one)
