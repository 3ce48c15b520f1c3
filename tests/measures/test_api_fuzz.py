"""The API of measures against its own description, by made-up requests of a source system."""

from __future__ import annotations

from collections.abc import Iterator

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
from measures.addresses import API, ROUTES, TAG, VALUES, read, route_arguments
from measures.world import World
from pilar.config.api import api
from pilar.config.openapi import PROBLEM

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
SOME = settings(
    max_examples=examples(40, one_in=5),
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
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


REAL = {
    "measure": st.sampled_from(["izin-terbit", "desa-daring", "tidak-ada"]),
    "period": st.sampled_from(["2026-03-01", "2026-03-02", "2026-02", "2999-01-01", "x"]),
}


@pytest.mark.parametrize("name", read(ROUTES, words=2))
@pytest.mark.usefixtures("one_connection")
def test_every_route_keeps_its_word_to_a_source(world: World, name: str) -> None:
    operation = operations()[name]
    there = {one: VALUES[one] for one in route_arguments()[name]} | {"measure": "izin-terbit", "period": "2026-03-01"}
    there = {one: there[one] for one in route_arguments()[name]}
    headers = {"Authorization": f"Bearer {world.secret}", "Accept-Encoding": "identity"}
    answered = set()

    @SOME
    @given(
        st.one_of(
            operation.as_strategy(path_parameters=there),
            operation.as_strategy(),
            operation.as_strategy(GenerationMode.NEGATIVE),
        ),
        st.lists(st.fixed_dictionaries({**REAL, "value": st.integers(-2, 2) | st.text(max_size=5) | st.floats()},
                                       optional={"reason": st.text(max_size=5), "key": st.text(max_size=3)}),
                 min_size=1, max_size=5),
    )  # fmt: skip
    def keeps_its_word(case: schemathesis.Case, rows: list[dict[str, object]]) -> None:
        if isinstance(case.body, dict) and case.path_parameters == there:
            case.body = {**case.body, "rows": [one for one in rows if one["value"] == one["value"]]}
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        answered.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == [PROBLEM], answer.text

    keeps_its_word()
    assert 200 in answered, answered
