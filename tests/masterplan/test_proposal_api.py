"""Proposals and workbooks by the API: the same operations, permissions and faults as by the pages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kit.neighbours import own
from kit.worlds import once
from masterplan.books import many
from masterplan.pages import client_of
from masterplan.world import NOW, World
from pilar.masterplan import operations
from pilar.masterplan.models import Proposal
from pilar.platform.imports import keeping

pytestmark = pytest.mark.django_db

CONTENT: dict[str, Any] = {
    "title": "Surat desa daring",
    "part": "governance_public_service",
    "description": "Satu pintu",
    "need": "Jarak jauh",
    "targets": [{"title": "Desa", "unit": "desa", "base": "20,5", "yearly": {"2026": "80"}}],
    "budgets": [{"year": 2026, "fund": "apbd", "amount": "750000000"}],
    "activities": [{"number": 4, "title": "Mulai", "starts": "2026-Q1", "ends": "2026-Q4"},
                   {"title": "Bagian", "starts": "2026-Q2", "ends": "2026-Q3", "parent": 4}],
    "risks": [{"text": "Listrik"}],
    "monitored": [{"group": "application", "title": "Aplikasi", "year": 2027}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    kept = {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}
    return tmp_path


@once
def called(world: World) -> World:
    by, closes_at = world.who("coordinator"), timezone.now() + timedelta(days=9)
    operations.open_call(by=by, version=world.version, text="", closes_at=closes_at, now=NOW)
    return world


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    sent = () if body is None else (client._encode_json(body, "application/json"), "application/json")
    return client.generic(method, f"/api/v1{path}", *sent)


def test_from_a_proposal_to_the_secretariat(called: World) -> None:
    office, coordinator = client_of(called, "contributor"), client_of(called, "coordinator")
    made = send(
        office, "POST", f"/plan-versions/{called.version}/proposals", {"office": called.office, "content": CONTENT}
    )
    assert made.status_code == 201
    found = made.json()
    assert (found["state"], found["money"], found["seen"]) == ("draft", "750000000", 1)
    assert found["content"]["targets"][0]["yearly"] == {"2026": "80"}
    assert [one["number"] for one in found["content"]["activities"]] == [4, 5]
    key = found["key"]
    changed = {"content": {**CONTENT, "title": "Surat"}, "seen": 1}
    assert send(office, "PUT", f"/plan-proposals/{key}", changed).json()["title"] == "Surat"
    again = send(office, "PUT", f"/plan-proposals/{key}", changed)
    assert (again.status_code, again.json()["code"]) == (409, "outdated")
    assert send(office, "POST", f"/plan-proposals/{key}/submit").json()["state"] == "submitted"
    asked = send(coordinator, "POST", f"/plan-proposals/{key}/question", {"question": "Berapa desa?"})
    assert asked.json()["state"] == "returned"
    assert send(coordinator, "POST", f"/plan-proposals/{key}/question", {"question": "?"}).status_code == 409
    assert send(office, "POST", f"/plan-proposals/{key}/submit").json()["state"] == "submitted"
    other = called.submitted("Surat desa", by="colleague")
    assert send(coordinator, "GET", f"/plan-versions/{called.version}/similar-proposals").status_code == 200
    merged = send(coordinator, "POST", f"/plan-proposals/{key}/merge", {"merged": [other], "reason": "Sama"})
    assert merged.status_code == 200
    rows = send(coordinator, "GET", f"/plan-versions/{called.version}/proposals").json()
    assert [(one["state"], one["merged_into"]) for one in rows] == [("submitted", None), ("merged", key)]
    assert [one["key"] for one in send(office, "GET", f"/plan-versions/{called.version}/proposals").json()] == [key]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"title": " "}, "title"),
        ({"part": "langit"}, "part"),
        ({"targets": [{"title": "Desa", "unit": "desa", "base": "1.234.567"}]}, "targets.0.base"),
        ({"targets": [{"title": "Desa", "unit": "desa", "yearly": {"2031": "1"}}]}, "targets.0.yearly.2031"),
        ({"budgets": [{"year": 2026, "fund": "apbd", "amount": "-1"}]}, "budgets.0.amount"),
        ({"activities": [{"title": "A", "starts": "kapan", "ends": "2026-Q1"}]}, "activities.0.starts"),
        (
            {"monitored": [{"number": 1, "group": "policy", "title": "A", "year": 2026}] * 2},
            "monitored.1.number",
        ),
    ],
)
def test_faults_name_their_places(called: World, changed: dict[str, Any], place: str) -> None:
    answer = send(
        client_of(called, "contributor"), "POST", f"/plan-versions/{called.version}/proposals",
        {"office": called.office, "content": {**CONTENT, **changed}},
    )  # fmt: skip
    assert answer.status_code == 422
    assert place in [one["place"] for one in answer.json()["faults"]]
    assert own(Proposal).count() == 0


def test_the_call(world: World) -> None:
    coordinator, path = client_of(world, "coordinator"), f"/plan-versions/{world.version}/call"
    assert send(coordinator, "GET", path).json() is None
    assert send(coordinator, "PUT", path, {"closes_at": "2020-01-01T00:00:00Z"}).status_code == 422
    assert send(coordinator, "PUT", path, {"closes_at": "2099-01-01T00:00:00"}).status_code == 422
    assert send(coordinator, "PUT", path, {"closes_at": "2099-01-01T00:00:00Z", "text": "Tulis"}).json()["open"]
    assert send(client_of(world, "contributor"), "GET", path).json()["text"] == "Tulis"


def test_a_workbook(called: World) -> None:
    coordinator = client_of(called, "coordinator")
    path = f"/api/v1/plan-versions/{called.version}/imports"
    made = coordinator.post(path, {"file": SimpleUploadedFile("a.xlsx", many(called, 3))})
    assert (made.status_code, made.json()["state"]) == (202, "waiting")
    key = made.json()["key"]
    keeping.work(key=key)
    found = send(coordinator, "GET", f"/plan-imports/{key}").json()
    assert (found["applicable"], found["counts"]["new"], found["done"]) == (True, 3, found["total"])
    assert send(coordinator, "POST", f"/plan-imports/{key}/confirm", {"judged": "x"}).status_code == 409
    assert send(coordinator, "POST", f"/plan-imports/{key}/confirm", {"judged": found["judged"]}).status_code == 202
    keeping.work(key=key)
    assert send(coordinator, "GET", f"/plan-imports/{key}").json()["state"] == "done"
    assert own(Proposal).count() == 3
    assert coordinator.post(path, {"file": SimpleUploadedFile("a.csv", b"a;b")}).status_code == 422
    assert client_of(called, "contributor").post(
        path, {"file": SimpleUploadedFile("a.xlsx", many(called, 1))}
    ).status_code in (403, 404)
