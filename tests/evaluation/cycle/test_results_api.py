"""The JSON twins of results: same answers, same doors, by token and by session."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.cycle.agreed import LETTER, agree, approve, compute, published, recommend
from evaluation.cycle.test_results_pages import period
from evaluation.cycle.world import CODE, FAR, OWN, World
from pilar.evaluation.models import AgreedMark, FollowUp, Objection, Snapshot
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.operations import create_token

PHASE = f"/api/v1/campaigns/{CODE}/phases/1"


class Caller:
    """Somebody with a token."""

    def __init__(self, world: World, name: str, region: str = OWN) -> None:
        made = create_token(by=world.who(name, region), name="uji", days=30, now=timezone.now())
        self._headers = {"Authorization": f"Bearer {made.secret}"}
        self._client = Client()

    def get(self, path: str, status: int = 200) -> Any:
        return self._read(self._client.get(path, headers=self._headers), status)

    def post(self, path: str, body: object = None, status: int = 200) -> Any:
        return self._read(self._client.post(path, body or {}, "application/json", headers=self._headers), status)

    def put(self, path: str, body: object = None, status: int = 200) -> Any:
        return self._read(self._client.put(path, body or {}, "application/json", headers=self._headers), status)

    def delete(self, path: str, status: int = 200) -> Any:
        return self._read(self._client.delete(path, headers=self._headers), status)

    @staticmethod
    def _read(answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None


def test_the_whole_way_to_publication(world: World) -> None:
    agree(world)
    caller = Caller(world, "secretariat")
    assert caller.get(f"{PHASE}/ranking")["scored"] == 3
    assert not caller.get(f"{PHASE}/results")["approve"]["possible"]
    assert caller.post(f"{PHASE}/results") == {"version": 1, "new": True}
    assert caller.post(f"{PHASE}/results") == {"version": 1, "new": False}
    refused = caller.get(f"{PHASE}/results")["approve"]
    reason = "Anda menghitung versi 1: orang lain di sekretariat harus menyetujuinya"
    assert refused == {"possible": False, "reasons": [reason]}
    assert caller.post(f"{PHASE}/results/1/approval", status=403)["code"] == "approves-own"
    approver = Caller(world, "approver")
    approver.post(f"{PHASE}/results/1/approval", status=204)
    letter = {"letter_number": LETTER, "letter_date": timezone.localdate().isoformat()}
    assert caller.post(f"{PHASE}/results/1/publication", letter, 409)["code"] == "wrong-state"
    world.set_phase(PhaseState.FINAL)
    assert approver.post(f"{PHASE}/results/1/publication", letter, 403)["code"] == "publishes-own"
    caller.post(f"{PHASE}/results/1/publication", letter, 204)
    (version,) = caller.get(f"{PHASE}/results")["versions"]
    assert (version["letter_number"], version["superseded_by"]) == (LETTER, None)
    correction = {"region": OWN, "marks": {"policy": "2"}, "reason": "Salah ketik"}
    assert caller.post(f"{PHASE}/corrections", correction) == {"version": 2, "new": True}


def test_faults_are_told_with_their_place(world: World) -> None:
    agree(world, state=PhaseState.FINAL)
    compute(world)
    approve(world)
    caller = Caller(world, "secretariat")
    told = caller.post(f"{PHASE}/results/1/publication", {"letter_number": " ", "letter_date": "2020-01-01"}, 422)
    assert [fault["place"] for fault in told["faults"]] == ["letter_number", "letter_date"]
    caller.post(f"{PHASE}/results/9/approval", status=404)
    caller.get("/api/v1/campaigns/none/phases/1/results", 404)
    caller.get(f"/api/v1/campaigns/{CODE}/phases/3/results", 404)
    caller.get(f"/api/v1/campaigns/{CODE}/phases/7/results", 422)


def test_objections_by_the_region_and_their_decision(world: World) -> None:
    agree(world)
    compute(world)
    approve(world)
    period(world)
    key = world.assessment().pk
    region, secretariat = Caller(world, "coordinator"), Caller(world, "secretariat")
    made = region.post(f"/api/v1/assessments/{key}/objections", {"node": "policy", "text": "Perbup terbit"}, 201)
    region.post(f"/api/v1/assessments/{key}/objections", {"node": "policy", "text": "Lagi"}, 409)
    assert [one["id"] for one in secretariat.get(f"{PHASE}/objections")] == [made["id"]]
    decision = {"accepted": True, "reason": "Terbukti", "value": "4"}
    region.post(f"/api/v1/objections/{made['id']}/decision", decision, 403)
    secretariat.post(f"/api/v1/objections/{made['id']}/decision", decision, 204)
    found = region.get(f"/api/v1/assessments/{key}/result")
    assert found["objections"][0]["decision"] == "accepted"
    assert {row["node"]: row["agreed"] for row in found["indicators"]}["policy"] == "4"
    assert (found["version"], found["result"]["final"], found["accepted_at"]) == (1, "3.25", None)
    region.post(f"/api/v1/assessments/{key}/acceptance", status=204)
    assert region.get(f"/api/v1/assessments/{key}/result")["accepted_at"] is not None


def test_follow_ups_are_versioned(world: World) -> None:
    recommend(world)
    published(world)
    caller, key = Caller(world, "coordinator"), FollowUp.objects.get().pk
    (row,) = caller.get(f"/api/v1/assessments/{world.assessment().pk}/follow-ups")
    assert (row["id"], row["version"], row["state"]) == (key, 1, "open")
    given = {"office": world.offices[OWN][0], "due": "2026-06-01", "state": "under_way", "note": "", "version": 1}
    assert caller.put(f"/api/v1/follow-ups/{key}", given) == {"version": 2}
    late = caller.put(f"/api/v1/follow-ups/{key}", given | {"note": "x"}, 409)
    assert (late["code"], late["version"]) == ("outdated", 2)
    assert late["stored"] == {name: given[name] for name in ("office", "due", "state", "note")}
    none = "00000000-0000-0000-0000-000000000000"
    caller.put(f"/api/v1/follow-ups/{key}/evidence/{none}", status=404)
    caller.delete(f"/api/v1/follow-ups/{key}/evidence/{none}", status=404)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", f"{PHASE}/ranking", None),
        ("get", f"{PHASE}/results", None),
        ("get", f"{PHASE}/objections", None),
        ("post", f"{PHASE}/results", {}),
        ("post", f"{PHASE}/results/1/approval", None),
        ("post", f"{PHASE}/results/1/publication", {"letter_number": "1", "letter_date": "2026-03-01"}),
        ("post", f"{PHASE}/corrections", {"region": OWN, "marks": {"policy": "2"}, "reason": "x"}),
    ],
)
def test_what_is_the_secretariats_is_closed_to_others(world: World, method: str, path: str, body: object) -> None:
    published(world)
    for name, status in (("coordinator", 403), ("chair", 403), ("assessor4", 404)):
        call = getattr(Caller(world, name), method)
        call(path, *([] if method == "get" else [body]), status=status)
    assert getattr(Client(), method)(path).status_code == 401
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/api/v1/assessments/{key}/result", None),
        ("get", "/api/v1/assessments/{key}/follow-ups", None),
        ("post", "/api/v1/assessments/{key}/objections", {"node": "policy", "text": "x"}),
        ("post", "/api/v1/assessments/{key}/acceptance", None),
        (
            "put",
            "/api/v1/follow-ups/{follow_up}",
            {"office": None, "due": None, "state": "open", "note": "x", "version": 1},
        ),
        ("put", "/api/v1/follow-ups/{follow_up}/evidence/00000000-0000-0000-0000-000000000000", None),
        ("delete", "/api/v1/follow-ups/{follow_up}/evidence/00000000-0000-0000-0000-000000000000", None),
        ("post", "/api/v1/objections/{objection}/decision", {"accepted": False, "reason": "x"}),
    ],
)
def test_what_is_a_regions_is_not_there_for_another(world: World, method: str, path: str, body: object) -> None:
    recommend(world)
    published(world)
    objection = Objection.objects.create(
        assessment=world.assessment(), node="policy", text="x", made_by_id=world.key("coordinator")
    )
    address = path.format(key=world.assessment().pk, follow_up=FollowUp.objects.get().pk, objection=objection.pk)
    call = getattr(Caller(world, "coordinator", FAR), method)
    call(address, *([] if body is None else [body]), status=404)
    assert AgreedMark.objects.get(assessment=world.assessment(), node="policy").value == 3


def test_published_results_are_open_to_everybody(world: World) -> None:
    assert Client().get("/api/v1/computed-results").json() == []
    published(world)
    (phase,) = Client().get("/api/v1/computed-results").json()
    assert (phase["campaign"], phase["phase"], phase["synthetic"], phase["regions"]) == (CODE, 1, True, 3)
    page = Client().get(f"/api/v1/computed-results/{CODE}/1").json()
    assert [one["final"] for one in page["results"]] == ["3.25", "3.25", "1.90"]
    one = Client().get(f"/api/v1/computed-results/{CODE}/1/{OWN}").json()
    assert (one["final_exact"], one["version"]) == ("13/4", 1)
    assert {part["code"]: part["score"] for part in one["parts"]} == {"output": "7/2", "outcome": "37/12"}
    assert "computed_by" not in phase["versions"][0]
    assert Client().get(f"/api/v1/computed-results/{CODE}/1/{OWN}?version=2").status_code == 404
    (year,) = [row for row in Client().get("/api/v1/years").json() if row["year"] == 2026]
    assert year["statements"] == 0
