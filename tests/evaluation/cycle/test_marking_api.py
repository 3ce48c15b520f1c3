"""The panel's work over the API: the same doors as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.cycle.panel import SELF, finish, give, mark_all
from evaluation.cycle.world import FAR, LEAVES, OWN, World
from pilar.evaluation.models import AgreedMark, EvidenceRequest, Finding, Mark, MarkingDone, Meeting
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.operations import create_token

Caller = Callable[..., Any]


@pytest.fixture
def call(world: World) -> Caller:
    def ask(who: str, method: str, path: str, body: Any = None, *, region: str = OWN, expect: int = 200) -> Any:
        token = create_token(by=world.who(who, region), name="uji", days=30, now=timezone.now())
        client = Client(headers={"authorization": f"Bearer {token.secret}"})
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(client, method)(f"/api/v1{path}", **data)
        assert answer.status_code == expect, answer.content.decode()
        return json.loads(answer.content) if answer.content else None

    return ask


def test_an_assessor_marks_a_region_from_list_to_finish(world: World, key: int, call: Caller) -> None:
    (duty,) = call("assessor1", "get", "/marking")
    assert (duty["assessment"], duty["marked"], duty["total"], duty["region"]) == (key, 0, 5, OWN)
    form = call("assessor1", "get", f"/marking/{key}")
    assert {item["node"]: item["self_mark"] for item in form["items"]} == SELF
    assert {item["node"]: item["levels"] for item in form["items"]}["poverty"] == ["0", "1", "2", "4"]
    assert call("assessor1", "put", f"/marking/{key}/marks/policy", {"value": "3"}) == {"version": 1}
    rest = {node: {"value": SELF[node]} for node in LEAVES if node != "policy"}
    assert call("assessor1", "put", f"/marking/{key}/marks", {"marks": rest})["versions"] == dict.fromkeys(rest, 1)
    call("assessor1", "post", f"/marking/{key}/finish", expect=204)
    assert MarkingDone.objects.get().assessor_id == world.key("assessor1")
    assert call("assessor1", "get", f"/marking/{key}")["why_not"]


def test_several_marks_are_kept_all_or_none(key: int, call: Caller) -> None:
    marks = {"policy": {"value": "3"}, "budget": {"value": "0"}, "poverty": {"value": "3", "reason": "x"}}
    problem = call("assessor1", "put", f"/marking/{key}/marks", {"marks": marks}, expect=422)
    assert [(fault["code"], fault["place"]) for fault in problem["faults"]] == [
        ("no-reason", "budget reason"),
        ("no-such-level", "poverty value"),
    ]
    assert not Mark.objects.exists()


@pytest.mark.parametrize("value", ["-1", "NaN", "Infinity", "1e30", "x", None])
def test_what_is_no_mark_is_refused(key: int, call: Caller, value: Any) -> None:
    call("assessor1", "put", f"/marking/{key}/marks/policy", {"value": value, "reason": "x"}, expect=422)


def test_a_stale_version_is_a_conflict(key: int, call: Caller) -> None:
    call("assessor1", "put", f"/marking/{key}/marks/policy", {"value": "3"})
    problem = call(
        "assessor1", "put", f"/marking/{key}/marks/policy", {"value": "1", "reason": "x", "version": 0}, expect=409
    )
    assert problem["code"] == "outdated"
    assert (problem["version"], problem["stored"]) == (1, {"value": "3", "reason": ""})


def test_a_body_that_is_no_json_is_told_so(world: World, key: int) -> None:
    client = Client()
    client.force_login(world.user("assessor1"))
    answer = client.put(f"/api/v1/marking/{key}/marks/policy", "{", content_type="application/json")
    assert (answer.status_code, answer.json()["title"][:30]) == (400, "Permintaan tidak dapat dibaca:")


def test_the_chair_sees_the_board_settles_and_reopens(world: World, key: int, call: Caller) -> None:
    give(world, key, "chair")
    finish(world, key, "chair")
    board = call("chair", "get", f"/marking/{key}/panel")
    assert (board["open"], board["rows"]) == (False, [])
    call("chair", "put", f"/marking/{key}/agreed/policy", {"value": "2", "reason": "x"}, expect=409)
    call("chair", "post", f"/marking/{key}/reopen/{world.key('chair')}", {"reason": "Salah"}, expect=204)
    call("chair", "post", f"/marking/{key}/finish", expect=204)
    for who in ("assessor1", "assessor2"):
        give(world, key, who, **({"policy": 1} if who == "assessor1" else {}))
        finish(world, key, who)
    board = call("assessor2", "get", f"/marking/{key}/panel")
    assert [row["node"] for row in board["rows"] if row["agreed"] is None] == ["policy"]
    assert sorted(one["value"] for one in board["rows"][0]["marks"]) == ["1", "3", "3"]
    call("assessor2", "put", f"/marking/{key}/agreed/policy", {"value": "2", "reason": "x"}, expect=403)
    call("chair", "put", f"/marking/{key}/agreed/policy", {"value": "2", "reason": "Bukti lemah"}, expect=204)
    assert AgreedMark.objects.get(node="policy").value == Decimal(2)
    told = call("chair", "put", f"/marking/{key}/agreed/policy", {"value": "1", "reason": "Lagi"}, expect=409)
    (row,) = (one for one in call("chair", "get", f"/marking/{key}/panel")["rows"] if one["node"] == "policy")
    assert (told["code"], told["version"], told["stored"]["value"]) == ("outdated", row["version"], "2")
    again = {"value": "1", "reason": "Lagi", "version": row["version"]}
    call("chair", "put", f"/marking/{key}/agreed/policy", again, expect=204)
    assert world.assessment().state == AssessmentState.AGREED


def test_the_region_reads_agreed_marks_when_they_show(world: World, key: int, call: Caller) -> None:
    mark_all(world, key)
    call("coordinator", "get", f"/assessments/{key}/agreed", expect=409)
    world.set_phase(PhaseState.OBJECTION)
    rows = call("coordinator", "get", f"/assessments/{key}/agreed")
    assert rows[0] == {
        "node": "policy",
        "applies": True,
        "own": "3",
        "agreed": {"value": "3", "how": "unanimous", "reason": "", "by": ""},
        "reasons": [],
    }
    call("coordinator", "get", f"/assessments/{key}/agreed", region=FAR, expect=404)
    call("assessor1", "get", f"/assessments/{key}/agreed", expect=403)


def test_findings(key: int, call: Caller) -> None:
    given = {"kind": "weakness", "node": "policy", "text": "Belum ada"}
    made = call("assessor1", "post", f"/assessments/{key}/findings", given, expect=201)["id"]
    assert call("assessor2", "get", f"/assessments/{key}/findings") == []
    (row,) = call("assessor1", "get", f"/assessments/{key}/findings")
    assert (row["id"], row["text"], row["mine"]) == (made, "Belum ada", True)
    assert call("assessor1", "put", f"/findings/{made}", given | {"text": "Ada", "version": 1}) == {"version": 2}
    call("assessor2", "delete", f"/findings/{made}", expect=404)
    call("assessor1", "delete", f"/findings/{made}", expect=204)
    assert not Finding.objects.exists()
    call("coordinator", "get", f"/assessments/{key}/findings", expect=409)


def test_meetings(key: int, call: Caller) -> None:
    start = timezone.now() + timedelta(days=1)
    slot = {
        "kind": "field_review",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=1)).isoformat(),
        "place": "Pendopo",
    }
    made = call("assessor1", "post", f"/assessments/{key}/meetings", slot, expect=201)["id"]
    call("assessor2", "post", f"/assessments/{key}/meetings", slot, expect=409)
    assert [row["id"] for row in call("chair", "get", "/meetings")] == [made]
    minutes = {"notes": "Lancar", "attendance": [{"name": "Siti", "capacity": "Diskominfo"}], "version": 1}
    assert call("assessor2", "put", f"/meetings/{made}/minutes", minutes) == {"version": 2}
    assert call("assessor2", "put", f"/meetings/{made}", slot | {"place": "Zoom", "version": 2}) == {"version": 3}
    (row,) = call("coordinator", "get", f"/assessments/{key}/meetings")
    assert (row["place"], row["notes"], row["attendance"][0]["name"]) == ("Zoom", "", "Siti")
    call("chair", "delete", f"/meetings/{made}", expect=409)
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize("moment", ["2030-01-01T10:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_without_offset_or_out_of_all_years_is_refused(key: int, call: Caller, moment: str) -> None:
    slot = {"kind": "interview", "starts_at": moment, "ends_at": moment, "place": "Zoom"}
    call("assessor1", "post", f"/assessments/{key}/meetings", slot, expect=422)
    asked = {"node": "policy", "text": "Salinan", "deadline": moment}
    call("assessor1", "post", f"/assessments/{key}/evidence-requests", asked, expect=422)


def test_requests_for_evidence(world: World, key: int, call: Caller) -> None:
    asked = {"node": "policy", "text": "Salinan"}
    made = call("secretariat", "post", f"/assessments/{key}/evidence-requests", asked, expect=201)["id"]
    call("coordinator", "post", f"/assessments/{key}/evidence-requests", asked, expect=403)
    call("colleague", "post", f"/evidence-requests/{made}/answer", {"reply": "x"}, expect=403)
    call("contributor", "post", f"/evidence-requests/{made}/answer", {"reply": "x"}, region=FAR, expect=404)
    call("contributor", "post", f"/evidence-requests/{made}/answer", {"reply": "Terlampir"}, expect=204)
    call("contributor", "post", f"/evidence-requests/{made}/answer", {"reply": "Lagi"}, expect=409)
    (row,) = call("assessor1", "get", f"/assessments/{key}/evidence-requests")
    assert (row["state"], row["reply"]) == ("answered", "Terlampir")
    assert EvidenceRequest.objects.get().answered_by_id == world.key("contributor")


@pytest.mark.parametrize(
    "path",
    [
        "/marking/{}",
        "/marking/{}/panel",
        "/assessments/{}/findings",
        "/assessments/{}/meetings",
        "/assessments/{}/evidence-requests",
        "/assessments/{}/agreed",
    ],
)
def test_every_read_is_closed_to_strangers(world: World, key: int, call: Caller, path: str) -> None:
    call("assessor3", "get", path.format(key), expect=404)
    call("coordinator", "get", path.format(key), region=FAR, expect=404)
    assert Client().get(f"/api/v1{path.format(key)}").status_code == 401
    call("chair", "get", path.format(key + 10_000), expect=404)


@pytest.mark.parametrize("who", ["secretariat", "coordinator", "verifier", "contributor"])
def test_region_and_secretariat_read_no_marks(key: int, call: Caller, who: str) -> None:
    assert call(who, "get", "/marking") == []
    call(who, "get", f"/marking/{key}", expect=403)
    call(who, "get", f"/marking/{key}/panel", expect=403)
    call(who, "put", f"/marking/{key}/marks/policy", {"value": "3"}, expect=403)
