"""The typed client that is made from the description of the API: whole, current, and understood by the API itself."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from datetime import date
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from areas.places import PLACES, load
from kit.worlds import once
from measures.world import OWN, World, make_world
from pilar.config.api import api
from pilar.config.client import client, name_of, takes_files

DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    path = tmp_path_factory.mktemp("client") / "pilar_client.py"
    path.write_text(client(DESCRIPTION), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("pilar_client", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pilar_client"] = module  # dataclasses look their annotations up there
    spec.loader.exec_module(module)
    yield module
    del sys.modules["pilar_client"]


@once
def world() -> World:
    load(PLACES)
    return make_world()


def told(made: ModuleType, token: str = "") -> Any:
    """A client that asks the API of this process."""

    def send(method: str, address: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        parts = urlsplit(address)
        kind = headers.pop("Content-Type", "application/octet-stream")
        where = f"{parts.path}?{parts.query}"
        answer = Client().generic(method, where, body or b"", content_type=kind, headers=headers)
        return answer.status_code, answer.content

    return made.Pilar("https://pilar.example.go.id", token=token, send=send)


def test_each_operation_without_files_is_a_method_of_its_own(made: ModuleType) -> None:
    operations = [one for ways in DESCRIPTION["paths"].values() for one in ways.values()]
    names = [name_of(one) for one in operations if not takes_files(one)]
    assert len(names) == len(set(names)) > 150
    assert [name for name in names if not callable(getattr(made.Pilar, name, None))] == []


def test_each_annotation_means_something(made: ModuleType) -> None:
    for name in DESCRIPTION["components"]["schemas"]:
        if "properties" in DESCRIPTION["components"]["schemas"][name]:
            assert made._hints(getattr(made, name)), name
    for name, method in vars(made.Pilar).items():
        if name[0] != "_":
            assert "return" in made._hints(method) or name == "ask", name


@pytest.mark.django_db
def test_a_source_system_reports_and_reads_by_it(world: World, made: ModuleType) -> None:
    pilar = told(made, world.secret)
    rows = [made.ValueIn(measure="izin-terbit", period="2026-03-01", value="85")]
    verdicts = pilar.measures_report(OWN, sent=made.ValuesIn(rows=rows))
    assert (verdicts.accepted, verdicts.rows[0].outcome) == (1, "accepted")
    (one,) = pilar.measures_values(OWN, "izin-terbit", "2026-03-01")
    assert (one.value, one.reported_at.tzinfo is not None) == ("85", True)
    series = pilar.measures_series(OWN, "izin-terbit", first="2026-03-01", last="2026-03-01")
    assert [point.value for point in series.points] == ["85"]
    assert isinstance(pilar.measures_measure(OWN, "izin-terbit").starts_on, date)


@pytest.mark.django_db
def test_a_refusal_is_the_problem_that_the_api_tells(world: World, made: ModuleType) -> None:
    with pytest.raises(made.Refused) as refused:
        told(made).measures_report(OWN, sent=made.ValuesIn(rows=[]))
    assert (refused.value.status, refused.value.problem["status"]) == (401, 401)
    with pytest.raises(made.Refused) as refused:
        told(made).measures_measure(OWN, "../../../me")
    assert refused.value.status == 404


def test_only_addresses_of_the_web_are_asked(made: ModuleType) -> None:
    with pytest.raises(ValueError, match="file:"):
        made.send("GET", "file:///etc/passwd", {}, None)
