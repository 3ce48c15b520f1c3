"""The same as JSON: the way from setting up to a moved phase, and the closed doors."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, OWN, World
from pilar.evaluation.models import Participation, Phase, Seat
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people import operations as people

BASE = f"/api/v1/campaigns/{CODE}"
NEW = {
    "code": "2027-uji", "year": 2027, "title_id": "Evaluasi 2027", "title_en": "Evaluation 2027",
    "instrument": "cycle-test", "instrument_version": "1.0", "previous": CODE,
    "phases": [
        {"opens_at": "2027-06-01T08:00:00+07:00", "closes_at": "2027-06-20T23:59:00+07:00"},
        {"opens_at": "2027-10-01T08:00:00+07:00", "closes_at": "2027-10-20T23:59:00+07:00"},
    ],
    "groups": [{"code": "regular", "title_id": "Reguler", "title_en": "Regular"}],
}  # fmt: skip


class Caller:
    """Asks the API with the token of somebody."""

    def __init__(self, world: World, name: str, region: str = OWN) -> None:
        by = world.who(name, region, timezone.now())
        token = people.create_token(by=by, name="Uji", days=1, now=timezone.now())
        self._headers = {"Authorization": f"Bearer {token.secret}"}

    def __call__(self, method: str, path: str, given: Any = None) -> Any:
        answer = Client().generic(
            method, path, "" if given is None else json.dumps(given), "application/json",
            headers=self._headers,
        )  # fmt: skip
        return answer.status_code, (answer.json() if answer.content else None)


@pytest.fixture
def ask(world: World) -> Caller:
    return Caller(world, "secretariat")


def test_a_campaign_is_set_up_changed_and_read(ask: Caller) -> None:
    status, made = ask("POST", "/api/v1/campaigns", NEW)
    assert (status, made["phases"][0]["state"], made["groups"][0]["regions"]) == (201, "draft", 0)
    assert made["phases"][0]["moves"][0]["obstacles"][0]["code"] == "no-regions"
    rules = {"title_id": "Baru", "title_en": "New", "evidence_hours": 48}
    assert ask("PUT", "/api/v1/campaigns/2027-uji", rules)[1]["evidence_hours"] == 48
    assert [one["code"] for one in ask("GET", "/api/v1/campaigns")[1]] == ["2027-uji", CODE]
    period = {"opens_at": "2027-06-02T08:00:00+07:00", "closes_at": "2027-06-21T08:00:00+07:00"}
    assert ask("PUT", "/api/v1/campaigns/2027-uji/phases/1/dates", period)[0] == HTTPStatus.NO_CONTENT
    assert ask("GET", "/api/v1/campaigns/2027-uji")[1]["phases"][0]["opens_at"] == "2027-06-02T01:00:00Z"


def test_a_campaign_may_have_one_phase_and_not_none_nor_seven(ask: Caller) -> None:
    first = NEW["phases"][:1]
    status, made = ask("POST", "/api/v1/campaigns", NEW | {"phases": first})
    assert (status, [one["number"] for one in made["phases"]]) == (201, [1])
    period = {"opens_at": "2027-06-02T08:00:00+07:00", "closes_at": "2027-06-21T08:00:00+07:00"}
    for number, said in {2: HTTPStatus.NOT_FOUND, 7: HTTPStatus.UNPROCESSABLE_ENTITY}.items():
        assert ask("PUT", f"/api/v1/campaigns/2027-uji/phases/{number}/dates", period)[0] == said
    for phases in ([], first * 7):
        assert ask("POST", "/api/v1/campaigns", NEW | {"code": "lain", "phases": phases})[0] == 422


def test_faults_are_told_with_their_places(ask: Caller) -> None:
    status, problem = ask("POST", "/api/v1/campaigns", NEW | {"year": 1999, "groups": []})
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert {(one["code"], one["place"]) for one in problem["faults"]} == {
        ("unfit-year", "year"),
        ("no-group", "groups"),
    }


def test_groups_and_regions(world: World, ask: Caller) -> None:
    group = {"code": "new", "title_id": "Baru", "title_en": "New"}
    assert ask("POST", f"{BASE}/groups", group)[0] == HTTPStatus.NO_CONTENT
    assert ask("PUT", f"{BASE}/groups", group | {"title_en": "Newer"})[0] == HTTPStatus.NO_CONTENT
    assert ask("PUT", f"{BASE}/regions", {"group": "new", "regions": [FAR]}) == (200, {"moved": 1})
    assert ask("DELETE", f"{BASE}/groups/new")[0] == HTTPStatus.CONFLICT
    assert ask("DELETE", f"{BASE}/regions/{FAR}")[0] == HTTPStatus.NO_CONTENT
    assert ask("DELETE", f"{BASE}/groups/new")[0] == HTTPStatus.NO_CONTENT
    assert ask("POST", f"{BASE}/regions", {"group": "regular", "regions": [FAR, OWN]}) == (
        200,
        {"new": 1, "already": 1},
    )
    page = ask("GET", f"{BASE}/regions?q=bogor")[1]
    assert [one["region"] for one in page["regions"]] == [FAR]


def test_a_phase_moves_or_says_why_not(world: World, ask: Caller) -> None:
    assert ask("POST", f"{BASE}/phases/1/move", {"target": "open"})[0] == HTTPStatus.NO_CONTENT
    assert Phase.objects.get(pk=world.phases[1].pk).state == PhaseState.OPEN
    status, problem = ask("POST", f"{BASE}/phases/2/move", {"target": "review"})
    assert (status, problem["code"]) == (409, "unknown-move")
    world.set_phase(PhaseState.CLOSED, 2)
    status, problem = ask("POST", f"{BASE}/phases/2/move", {"target": "desk_check"})
    assert (status, problem["faults"][0]["code"]) == (422, "nothing-submitted")


def test_progress_and_return(world: World, ask: Caller) -> None:
    world.set_phase(PhaseState.OPEN)
    world.set_assessment(AssessmentState.SUBMITTED)
    page = ask("GET", f"{BASE}/phases/1/progress?state=submitted")[1]
    assert page["states"] == {"preparing": 2, "submitted": 1, "agreed": 0, "set_aside": 0}
    assert [(one["region"], one["seats"]) for one in page["regions"]] == [(OWN, 3)]
    address = f"/api/v1/assessments/{world.assessment().pk}/return"
    assert ask("POST", address, {"reason": ""})[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ask("POST", address, {"reason": "Bukti belum terbaca"})[0] == HTTPStatus.NO_CONTENT
    assert world.assessment().state == AssessmentState.PREPARING


def test_panels_are_proposed_applied_and_changed_by_hand(world: World, ask: Caller) -> None:
    Seat.objects.all().delete()
    proposal = ask("GET", f"{BASE}/panel-proposal?size=3&draw=1")[1]
    assert [panel["region"] for panel in proposal["panels"]] == [FAR, OWN, NEIGHBOUR]
    assert all(seat["reason"] for panel in proposal["panels"] for seat in panel["seats"])
    seats = [
        {"region": panel["region"], "assessor": seat["assessor"], "chair": seat["chair"]}
        for panel in proposal["panels"]
        for seat in panel["seats"]
    ]
    given = {"seen": proposal["seen"], "seats": seats}
    assert ask("POST", f"{BASE}/panel-proposal", given) == (200, {"changed": 3})
    assert ask("POST", f"{BASE}/panel-proposal", given | {"seen": "old"}) == (200, {"changed": 0})
    chair = world.key("chair")
    assert ask("DELETE", f"{BASE}/panels/{OWN}/{chair}")[0] == HTTPStatus.NO_CONTENT
    assert ask("GET", f"{BASE}/panels?incomplete=true")[1]["incomplete"] == 1
    assert ask("PUT", f"{BASE}/panels/{OWN}/{chair}", {"chair": True})[0] == HTTPStatus.NO_CONTENT
    assert Seat.objects.get(participation__region=OWN, is_chair=True).assessor_id == chair


def test_conflicts(world: World, ask: Caller) -> None:
    given = {"assessor": world.key("assessor3"), "region": OWN, "kind": "mentor"}
    status, made = ask("POST", "/api/v1/conflicts", given)
    assert status == HTTPStatus.CREATED
    assert ask("POST", "/api/v1/conflicts", given)[0] == HTTPStatus.CONFLICT
    assert ask("PUT", f"{BASE}/panels/{OWN}/{world.key('assessor3')}", {})[1]["code"] == "conflict-of-interest"
    assert [one["kind"] for one in ask("GET", "/api/v1/conflicts")[1]] == ["mentor"]
    assert ask("POST", f"/api/v1/conflicts/{made['key']}/remove", {"reason": "Salah"})[0] == HTTPStatus.NO_CONTENT


DOORS = [
    ("PUT", BASE, {"title_id": "x", "title_en": "x"}),
    ("PUT", f"{BASE}/phases/1/dates", NEW["phases"][0]),
    ("POST", f"{BASE}/phases/1/move", {"target": "open"}),
    ("POST", f"{BASE}/groups", NEW["groups"][0]),
    ("PUT", f"{BASE}/groups", NEW["groups"][0]),
    ("DELETE", f"{BASE}/groups/regular", None),
    ("GET", f"{BASE}/regions", None),
    ("POST", f"{BASE}/regions", {"group": "regular", "regions": [OWN]}),
    ("PUT", f"{BASE}/regions", {"group": "regular", "regions": [OWN]}),
    ("DELETE", f"{BASE}/regions/{OWN}", None),
    ("GET", f"{BASE}/phases/1/progress", None),
    ("GET", f"{BASE}/panels", None),
    ("GET", f"{BASE}/panel-proposal", None),
    ("POST", f"{BASE}/panel-proposal", {"seen": "", "seats": []}),
    ("PUT", f"{BASE}/panels/{OWN}/1", {}),
    ("DELETE", f"{BASE}/panels/{OWN}/1", None),
]
NATIONAL = [
    ("POST", "/api/v1/campaigns", NEW, 403),
    ("GET", "/api/v1/conflicts", None, 404),
    ("POST", "/api/v1/conflicts", {"assessor": 1, "region": OWN, "kind": "home"}, 403),
    ("POST", "/api/v1/conflicts/1/remove", {"reason": "x"}, 403),
]


@pytest.mark.parametrize(("name", "status"), [("coordinator", 403), ("chair", 403), ("assessor4", 404)])
def test_doors_are_closed_to_others(world: World, name: str, status: int) -> None:
    ask = Caller(world, name)
    assert {ask(*door)[0] for door in DOORS} == {status}
    for method, path, given, expected in NATIONAL:
        assert ask(method, path, given)[0] == expected
    assert Participation.objects.count() == 3
    assert ask("GET", BASE)[0] == (404 if status == 404 else 200)


def test_nobody_asks_without_signing_in(world: World) -> None:
    for method, path, *_ in [*DOORS, *NATIONAL]:
        assert Client().generic(method, path).status_code == HTTPStatus.UNAUTHORIZED
