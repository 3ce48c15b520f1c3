"""The self-assessment over the API: the same doors as the pages, and files of answers."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from evaluation.cycle.test_answers_operations import a_link, save
from evaluation.cycle.world import FAR, LEAVES, OWN, World
from pilar.evaluation.models import Allocation, Answer, AnswerEvidence
from pilar.evaluation.rules.stages import AssessmentState
from pilar.people.operations import create_token


class Caller:
    """A session that calls the API about one assessment."""

    def __init__(self, world: World, name: str, region: str = OWN) -> None:
        self.client = Client(headers={"Accept-Language": "en"})
        if name:
            self.client.force_login(world.user(name, region), "allauth.account.auth_backends.AuthenticationBackend")
        self.base = f"/api/v1/assessments/{world.assessment().pk}"

    def call(self, method: str, rest: str = "", body: Any = None, status: int = 200) -> Any:
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(self.client, method)(self.base + rest, **given)
        assert answer.status_code == status, answer.content.decode()[:800]
        return json.loads(answer.content) if answer.content else None


PIECE = UUID("00000000-0000-4000-8000-000000000036")
DOORS: list[tuple[str, str, Any]] = [
    ("get", "", None),
    ("get", "/readiness", None),
    ("get", "/answers/policy", None),
    ("get", "/form.xlsx", None),
    ("put", "/answers/policy", {"version": 0, "mark": "3"}),
    ("put", "/answers", {"answers": [{"node": "policy", "version": 0, "mark": "3"}]}),
    ("post", "/allocation", {"nodes": ["final"], "office": None}),
    ("post", "/answers/policy/evidence", {"evidence": str(PIECE)}),
    ("delete", f"/answers/policy/evidence/{PIECE}", None),
    ("post", "/answers/policy/verification", {"evidence": str(PIECE), "number": 1, "outcome": "verified"}),
    ("post", "/confirmation", {"answers": {"policy": 1}}),
    ("post", "/submission", None),
]


@pytest.mark.parametrize(("method", "rest", "body"), DOORS)
def test_doors_closed_to_others(opened: World, method: str, rest: str, body: Any) -> None:
    Caller(opened, "").call(method, rest, body, 401)
    for name, region in (("coordinator", FAR), ("contributor", FAR), ("assessor3", OWN)):
        assert Caller(opened, name, region).call(method, rest, body, 404)["code"] == "not-found"
    assert Caller(opened, "assessor1").call(method, rest, body, 403)["code"] == "not-allowed"
    assert not Answer.objects.exists()
    assert Allocation.objects.filter(participation__region=OWN).count() == 5
    assert opened.assessment().state == AssessmentState.PREPARING


def test_a_file_of_another_region_finds_no_door(opened: World) -> None:
    for name, region, status in (("coordinator", FAR, 404), ("assessor1", OWN, 403), ("", OWN, 401)):
        caller = Caller(opened, name, region)
        upload = SimpleUploadedFile("isi.csv", b"code,mark\npolicy,3\n")
        answer = caller.client.post(f"{caller.base}/import?apply=true", {"file": upload})
        assert answer.status_code == status
    assert not Answer.objects.exists()


def test_answers_are_read_and_saved(opened: World) -> None:
    caller = Caller(opened, "contributor")
    given = {"version": 0, "realised": "6.5", "planned": "10", "source": "Laporan"}
    assert caller.call("put", "/answers/programmes", given) == {"version": 1}
    found = caller.call("get", "/answers/programmes")
    assert (found["realised"], found["planned"], found["derived"], found["may_answer"]) == ("6.5", "10", "3", True)
    whole = caller.call("get")
    assert whole["progress"] == {"answered": 1, "total": 5}
    assert (whole["phase"], whole["phase_count"]) == (1, 2)
    assert [one["may_answer"] for one in whole["answers"]] == [True, False, True, False, True]
    assert whole["estimate"]["final"] is None
    assert caller.call("get", "/readiness")["ready"] is False
    mine = json.loads(caller.client.get("/api/v1/assessments").content)
    assert [(one["own"], one["state"]) for one in mine] == [({"answered": 1, "total": 3}, "preparing")]


def test_a_conflict_brings_what_is_stored(opened: World) -> None:
    save(opened, "policy")
    told = Caller(opened, "contributor").call("put", "/answers/policy", {"version": 0, "mark": "1"}, 409)
    assert (told["code"], told["version"], told["stored"]["mark"]) == ("outdated", 1, "3")


@pytest.mark.parametrize(
    ("rest", "body", "status", "code"),
    [
        ("/answers/policy", {"version": 0, "mark": "9"}, 422, "faults"),
        ("/answers/policy", {"version": 0, "mark": "tiga"}, 422, "faults"),
        ("/answers/policy", {"version": 0, "mark": "3", "explanation": "a\x00b"}, 422, "faults"),
        ("/answers/policy", {"version": -1, "mark": "3"}, 422, "invalid-request"),
        ("/answers/policy", {"version": 0, "mark": 3}, 422, "invalid-request"),
        ("/answers/no", {"version": 0, "mark": "3"}, 404, "unknown-indicator"),
        ("/answers/%00", {"version": 0, "mark": "3"}, 400, "unreadable-address"),
        ("/answers", {"answers": [{"node": "a\x00", "version": 0, "mark": "3"}]}, 422, "faults"),
    ],
)
def test_what_is_refused(opened: World, rest: str, body: Any, status: int, code: str) -> None:
    assert Caller(opened, "coordinator").call("put", rest, body, status)["code"] == code


def test_marks_from_a_file(opened: World) -> None:
    caller = Caller(opened, "coordinator")

    def send(text: str, query: str = "", status: int = 200) -> Any:
        upload = SimpleUploadedFile("isi.csv", text.encode())
        answer = caller.client.post(f"{caller.base}/import{query}", {"file": upload})
        assert answer.status_code == status, answer.content
        return json.loads(answer.content)

    text = "code,mark,quantity,explanation\npolicy,3,,Perbup\nbudget,,,\npoverty,,6.93,\n"
    report = send(text)
    assert (report["applied"], [row["outcome"] for row in report["rows"]]) == (
        False,
        ["changed", "unchanged", "changed"],
    )
    assert report["rows"][0]["changes"][0] == {"field": "mark", "before": "", "after": "3"}
    assert not Answer.objects.exists()
    assert send(text, "?apply=true")["applied"] is True
    assert Answer.objects.count() == 2
    refused = send("code,mark\npolicy,4\nbudget,2\n", "?apply=true", 422)
    assert refused["faults"][0]["code"] == "outdated"
    assert Answer.objects.count() == 2


def test_allocation_evidence_verification_and_submission(opened: World) -> None:
    coordinator, verifier = Caller(opened, "coordinator"), Caller(opened, "verifier")
    second = opened.offices[OWN][1]
    assert coordinator.call("post", "/allocation", {"nodes": ["final"], "office": second}) == {"changed": 3}
    piece = str(a_link(opened))
    coordinator.call("post", "/answers/policy/evidence", {"evidence": piece}, 204)
    check = {"evidence": piece, "number": 1, "outcome": "returned"}
    assert verifier.call("post", "/answers/policy/verification", check, 422)["faults"][0]["place"] == "reason"
    verifier.call("post", "/answers/policy/verification", check | {"outcome": "verified"}, 204)
    coordinator.call("delete", f"/answers/policy/evidence/{piece}", None, 204)
    assert not AnswerEvidence.objects.exists()
    first = coordinator.call("post", "/submission", None, 422)["faults"][0]
    assert (first["code"], first["place"]) == ("unanswered", "policy")
    for node in LEAVES:
        save(opened, node, now=timezone.now())
    coordinator.call("post", "/submission", None, 204)
    assert coordinator.call("post", "/submission", None, 409)["code"] == "wrong-state"


def test_a_token_does_what_its_owner_may(opened: World) -> None:
    made = create_token(by=opened.who("contributor"), name="Skrip", days=30, now=timezone.now())
    client = Client(headers={"Authorization": f"Bearer {made.secret}"})
    base = f"/api/v1/assessments/{opened.assessment().pk}/answers"
    body = json.dumps({"version": 0, "mark": "3"})
    assert client.put(f"{base}/policy", body, content_type="application/json").status_code == 200
    assert client.put(f"{base}/budget", body, content_type="application/json").status_code == 403
    assert Answer.objects.get().changed_by_id == opened.key("contributor")
