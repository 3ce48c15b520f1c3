"""The coordination meeting by the API, from the calendar to its minutes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kit.neighbours import own
from kit.worlds import once
from masterplan.test_meeting_pages import client_of
from masterplan.world import World, content
from pilar.masterplan import queries
from pilar.masterplan.models import Decision, Meeting
from pilar.masterplan.rules.content import stored

pytestmark = pytest.mark.django_db

API = "/api/v1"
JSON = "application/json"


@once
def meeting(world: World) -> int:
    world.call()
    for title, by in (("Surat desa daring", "contributor"), ("Antrean puskesmas", "colleague")):
        world.submitted(title, by)
    return world.meeting()


def send(client: Client, method: str, path: str, given: Any, status: int = 200) -> Any:
    answer = client.generic(method, API + path, client._encode_json(given, JSON), JSON)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def get(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(API + path)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def as_given(world: World, **changed: Any) -> dict[str, Any]:
    said = stored(content(world.office, **changed))
    for one in said["targets"]:
        one["yearly"] = dict(one["yearly"])
    del said["owner"]
    return said


def test_a_meeting_from_the_calendar_to_its_minutes(world: World) -> None:
    world.call()
    proposal = world.submitted("Surat desa daring")
    client = client_of(world)
    given = {"kind": "finalisation", "title": "Rapat", "held_at": "2026-04-14T09:00:00+07:00", "agenda": "Usulan"}
    key = send(client, "POST", f"/plan-versions/{world.version}/meetings", given, 201)["key"]
    assert [one["key"] for one in get(client, f"/plan-versions/{world.version}/meetings")] == [key]
    change = {k: v for k, v in given.items() if k != "kind"} | {"notes": "Catatan", "seen": 1}
    assert send(client, "PUT", f"/plan-meetings/{key}", change)["saves"] == 2
    people = [{"name": "Sekretaris Daerah", "present": True, "signs": True}, {"name": "Kepala Dinas"}]
    said = send(client, "PUT", f"/plan-meetings/{key}/attendance", {"attendance": people, "seen": 2})
    assert (said["invited"], said["present"]) == (2, 1)
    assert send(client, "POST", f"/plan-meetings/{key}/begin", {})["state"] == "running"
    found = get(client, f"/plan-meetings/{key}")
    assert {one["code"] for one in found["missing"]} == {"undecided", "general-undecided"}
    chair = next(one["key"] for one in found["attendance"] if one["signs"])
    path = f"/plan-meetings/{key}/decisions"
    changed = {
        "proposal": proposal, "outcome": "changed", "decided_by": chair, "reason": "Dua desa dulu",
        "content": as_given(world, title="Surat dua desa daring"),
    }  # fmt: skip
    assert send(client, "POST", path, changed, 201) == {"number": 1}
    assert send(client, "POST", path, {"outcome": "accepted", "decided_by": chair}, 201) == {"number": 1}
    agenda = get(client, f"/plan-meetings/{key}/agenda")
    assert (agenda["decided"], agenda["total"], agenda["general"]["outcome"]) == (2, 2, "accepted")
    (row,) = agenda["proposals"]
    assert (row["decision"]["outcome"], row["decision"]["decided_by"]) == ("changed", "Sekretaris Daerah")
    assert [(one["before"], one["after"]) for one in row["changes"]] == [("Surat desa daring", "Surat dua desa daring")]
    office = client_of(world, "contributor")
    assert get(office, f"/plan-proposals/{proposal}/decisions") == [], "not before the minutes are signed off"
    signed = send(client, "POST", f"/plan-meetings/{key}/sign-off", {"seen": agenda["saves"]})
    assert signed["state"] == "signed"
    assert send(client, "POST", f"/plan-meetings/{key}/sign-off", {"seen": 0}) == signed, "a second time"
    (told,) = get(office, f"/plan-proposals/{proposal}/decisions")
    assert (told["outcome"], told["reason"]) == ("changed", "Dua desa dulu")
    assert [one["after"] for one in told["changes"]] == ["Surat dua desa daring"]
    checked = get(Client(), f"/plan-minutes/{signed['minutes']}")
    assert (checked["whole"], checked["present"]) == (True, 1)
    assert {one["outcome"]: one["count"] for one in checked["outcomes"]} == {"accepted": 1, "changed": 1}
    (programme,) = queries.programmes(world.row())
    assert programme.content.title == "Surat dua desa daring"


def test_the_later_of_two_gets_what_was_decided(world: World, meeting: int) -> None:
    client = client_of(world)
    proposal = get(client, f"/plan-meetings/{meeting}/agenda")["proposals"][0]["proposal"]
    given = {"proposal": proposal, "outcome": "refused", "decided_by": world.chair(meeting), "reason": "Tidak"}
    send(client, "POST", f"/plan-meetings/{meeting}/decisions", given, 201)
    told = send(client, "POST", f"/plan-meetings/{meeting}/decisions", {**given, "outcome": "deferred"}, 409)
    assert (told["code"], told["version"], told["stored"]["outcome"]) == ("outdated", 1, "refused")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"decided_by": None}, "decided_by"),
        ({"outcome": "deferred"}, "reason"),
        ({"outcome": "changed", "reason": "x"}, "outcome"),
        ({"outcome": "merged", "reason": "x"}, "into"),
        ({"decided_by": 999}, "decided_by"),
    ],
)
def test_faults_name_their_field(world: World, meeting: int, changed: dict[str, Any], place: str) -> None:
    client = client_of(world)
    proposal = get(client, f"/plan-meetings/{meeting}/agenda")["proposals"][0]["proposal"]
    given = {"proposal": proposal, "outcome": "accepted", "decided_by": world.chair(meeting), **changed}
    told = send(client, "POST", f"/plan-meetings/{meeting}/decisions", given, 422)
    assert place in {one["place"] for one in told["faults"]}
    assert not own(Decision).exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"title": "a\x00b"},
        {"budgets": [{"year": 2026, "fund": "apbd", "amount": "-1"}]},
        {"budgets": [{"year": 2026, "fund": "apbd", "amount": "Infinity"}]},
        {"budgets": [{"year": 2099, "fund": "apbd", "amount": "1"}]},
        {"activities": [{"number": 1, "title": "x", "starts": "0000-Q1", "ends": "2026-Q1"}]},
        {"activities": [{"number": 1, "title": "x", "starts": "2026-Q5", "ends": "2026-Q1"}]},
        {"activities": [{"number": n, "title": "x", "starts": "2026-Q1", "ends": "2026-Q1"} for n in (1, 1)]},
        {"targets": [{"number": 1, "title": "x", "unit": "y", "yearly": {"2026": "viele"}}]},
        {"partners": [999_999]},
        {"part": "nowhere"},
        {"title": ""},
        {"targets": []},
    ],
)
def test_a_content_that_is_none_is_refused(world: World, meeting: int, broken: dict[str, Any]) -> None:
    client = client_of(world)
    proposal = get(client, f"/plan-meetings/{meeting}/agenda")["proposals"][0]["proposal"]
    given = {
        "proposal": proposal, "outcome": "changed", "decided_by": world.chair(meeting), "reason": "Lain",
        "content": as_given(world) | broken,
    }  # fmt: skip
    told = send(client, "POST", f"/plan-meetings/{meeting}/decisions", given, 422)
    assert told["faults"]
    assert not own(Decision).exists()


def test_wrong_addresses_are_not_there(world: World, meeting: int) -> None:
    client = client_of(world)
    assert get(client, "/plan-meetings/999999", 404)["status"] == 404
    assert get(client, "/plan-meetings/99999999999", 422)["status"] == 422
    chair = world.chair(meeting)
    given = {"proposal": 999_999, "outcome": "accepted", "decided_by": chair}
    send(client, "POST", f"/plan-meetings/{meeting}/decisions", given, 404)
    assert own(Meeting).count() == 1
