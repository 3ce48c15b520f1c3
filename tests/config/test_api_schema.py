"""The API against its own description, by made-up requests of a region's coordinator: it keeps its word."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ninja import Schema
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from evaluation.cycle.addresses import API, route_arguments, routes
from evaluation.cycle.plan import ask_for_figures
from evaluation.cycle.planted import Planted, plant
from evaluation.cycle.world import OWN, make_world
from kit.selection import QUICK
from masterplan import addresses as masterplan
from masterplan.world import plan_of
from measures import addresses as measures
from measures.world import measures_of
from permits import addresses as permits
from pilar.config.api import api
from pilar.config.openapi import PROBLEM
from pilar.people.models import User
from surveys import addresses as surveys
from surveys.world import surveys_of
from villagefinance import addresses as villages

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CSRF = "a" * 32
HEADERS = {"X-CSRFToken": CSRF, "Accept-Encoding": "identity"}
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=2 if QUICK else 6,  # a route, of each kind of request in turn
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations() -> Iterator[APIOperation]:
    described = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix=API))
    described.app = get_wsgi_application()
    for found in described.get_all_operations():
        yield found.ok()


def plan_arguments() -> dict[str, list[str]]:
    return masterplan.route_arguments() | masterplan.route_arguments("masterplan meetings")


def requests_of(operation: APIOperation, planted: Planted) -> st.SearchStrategy[schemathesis.Case]:
    """Requests that fit the description, about what is there and about anything, and requests that do not fit it."""
    name = f"{operation.method.upper()} {operation.path.removeprefix(API)}"
    planned = plan_arguments()
    if name in measures.route_arguments():
        there: dict[str, object] = {one: measures.VALUES[one] for one in measures.route_arguments()[name]}
    elif name in surveys.route_arguments():
        there = {one: planted.values[f"survey.{one}"] for one in surveys.route_arguments()[name]}
    elif name in villages.route_arguments():
        there = dict(villages.route_arguments()[name])
    elif name in permits.route_arguments():
        there = dict(permits.route_arguments()[name])
    elif name in planned:
        there = {one: planted.values[f"plan.{one}"] for one in planned[name]}
    else:
        there = routes()[name].arguments(route_arguments()[name], planted.values)
    kinds = [operation.as_strategy(path_parameters=there), operation.as_strategy()]
    if operation.body or operation.query or operation.path_parameters:
        kinds.append(operation.as_strategy(GenerationMode.NEGATIVE))
    return st.one_of(kinds)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As Django's own test client has it: no request closes the connection whose transaction the test rolls back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def session(db: None, one_connection: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Planted, dict[str, str]]:
    """The planted world, and the cookies of its coordinator."""
    ask_for_figures(monkeypatch, "policy")
    planted = plant(make_world())
    measures_of(planted.world.who("coordinator"), planted.world.offices[OWN][0])
    version = planted.values["plan_version"]
    keys = masterplan.VALUES | plan_of(planted.world.who("coordinator"), planted.world.offices[OWN][0], version)
    planted.values.update({f"plan.{name}": key for name, key in keys.items()})
    asked = surveys_of(planted.world.who("coordinator"), planted.world.offices[OWN][0])
    planted.values.update({f"survey.{name}": key for name, key in asked.items()})
    client = Client()
    client.force_login(User.objects.get(pk=planted.world.key("coordinator")), BACKEND)
    return planted, {"sessionid": client.cookies["sessionid"].value, "csrftoken": CSRF}


def test_every_route_keeps_its_word(session: tuple[Planted, dict[str, str]]) -> None:
    planted, cookies = session
    broken: list[str] = []
    asked: set[str] = set()
    answered: set[int] = set()
    for operation in operations():

        @FEW
        @given(requests_of(operation, planted))
        def keeps_its_word(case: schemathesis.Case) -> None:
            with transaction.atomic():
                answer = case.call(cookies=cookies, headers=HEADERS)
                transaction.set_rollback(True)
            answered.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)
            if answer.status_code >= HTTPStatus.BAD_REQUEST:
                assert answer.headers["content-type"] == [PROBLEM], answer.text

        asked.add(operation.label)
        try:
            keeps_its_word()
        except (AssertionError, FailureGroup) as error:
            broken.append(f"{operation.label}: {error}")
    swept = (
        route_arguments(),
        measures.route_arguments(),
        plan_arguments(),
        surveys.route_arguments(),
        villages.route_arguments(),
        permits.route_arguments(),
    )
    assert len(asked) == sum(map(len, swept))
    assert not broken, "\n\n".join(broken)
    assert answered >= {200, 204, 403, 404, 409, 422}


def test_two_schemas_of_one_name_are_alike() -> None:
    """The description keeps one schema a name: of two that differ it would tell the wrong one."""
    named: dict[str, dict[str, object]] = {}
    for one in ours(Schema):
        shape = {name: value for name, value in one.model_json_schema().items() if name != "description"}
        assert named.setdefault(one.__name__, shape) == shape, one


def ours(parent: type[Schema]) -> Iterator[type[Schema]]:
    for one in parent.__subclasses__():
        if one.__module__.startswith("pilar."):
            yield one
        yield from ours(one)
