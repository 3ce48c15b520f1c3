"""The routes that take answers against their own description, by answers that are nearly right."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from kit.selection import examples
from pilar.config.api import api
from pilar.config.openapi import PROBLEM
from surveys.addresses import API, ROUTES, TAG, read, route_arguments
from surveys.world import IMPACT, NOW, PROFILE, World, surveys_of

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
CSRF = "a" * 32
HEADERS = {"X-CSRFToken": CSRF, "Accept-Encoding": "identity"}
SOME = settings(
    max_examples=examples(30),
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
VALUES = st.sampled_from([0, 1, 4, 5, "4", "often", "x", ""]) | st.text(max_size=5) | st.integers()
ANSWER = st.fixed_dictionaries(
    {
        "key": st.sampled_from([str(UUID(int=number)) for number in range(3)]),
        "answers": st.just(IMPACT) | st.dictionaries(st.sampled_from([*IMPACT, "suggestion"]) | st.text(), VALUES),
        "profile": st.just(PROFILE) | st.dictionaries(st.sampled_from([*PROFILE]) | st.text(), st.text(max_size=5)),
        "consent": st.booleans(),
        "group": st.sampled_from(["public", "owner", ""]) | st.text(max_size=5),
        "ended_at": st.just(NOW.isoformat()),
    },
    optional={"began_at": st.none() | st.just(NOW.isoformat()), "contact": st.text(max_size=5)},
)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """No request closes the connection whose transaction the test rolls back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations() -> dict[str, APIOperation]:
    described = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix=API))
    described.app = get_wsgi_application()
    found = (one.ok() for one in described.get_all_operations())
    return {
        f"{one.method.upper()} {one.path.removeprefix(API)}": one
        for one in found
        if TAG in (one.definition.raw["tags"])
    }


@pytest.mark.parametrize(
    "name", [one for one in read(ROUTES["open"], words=2) if one[:4] == "POST" and one[-8:] == "/answers"]
)
@pytest.mark.usefixtures("one_connection")
def test_every_answer_is_taken_or_refused(world: World, name: str) -> None:
    values = surveys_of(world.who("coordinator"), world.cast.office)
    there = {one: values[one] for one in route_arguments()[name]}
    client = world.client("coordinator")
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": CSRF}
    operation, answered = operations()[name], set()

    @SOME
    @given(
        st.one_of(
            operation.as_strategy(path_parameters=there),
            operation.as_strategy(),
            operation.as_strategy(GenerationMode.NEGATIVE),
        ),
        ANSWER,
    )
    def keeps_its_word(case: schemathesis.Case, answer: dict[str, object]) -> None:
        if isinstance(case.body, dict) and case.path_parameters == there:
            case.body = {"mode": "paper", "answers": [answer]} if "cells" in name else answer
        with transaction.atomic():
            found = case.call(cookies=cookies, headers=HEADERS)
            transaction.set_rollback(True)
        answered.add(found.status_code)
        case.validate_response(found, checks=CHECKS)
        if found.status_code >= 400:
            assert found.headers["content-type"] == [PROBLEM], found.text

    keeps_its_word()
    assert answered
