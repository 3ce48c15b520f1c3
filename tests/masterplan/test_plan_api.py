"""Plans by the API: the same operations, rules and readers as the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from masterplan.pages import client_of
from masterplan.shown import planted, revised
from masterplan.world import LATER, OTHER, OWN, World, content
from pilar.areas.reference import today_in
from pilar.masterplan import operations
from pilar.masterplan.api.plans import PlanVersion
from pilar.masterplan.rules.stages import VersionState
from pilar.people.operations import create_token

pytestmark = pytest.mark.django_db

API = "/api/v1"


def asked(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(API + path)
    assert answer.status_code == status, answer.content
    return answer.json()


def sent(client: Client, path: str, given: dict[str, Any], status: int = 200, method: str = "post") -> Any:
    answer = getattr(client, method)(API + path, given, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_plan_is_begun_written_and_moved(world: World) -> None:
    client = client_of(world, "coordinator")
    wrong = sent(client, f"/regions/{OWN}/plans", {"title": " ", "first_year": 2031, "last_year": 2033}, 422)
    assert {(one["code"], one["place"]) for one in wrong["faults"]} == {
        ("no-title", "title"), ("period-length", "last_year"),
    }  # fmt: skip
    given = {"title": "Rencana berikutnya", "first_year": 2031, "last_year": 2035}
    key = sent(client, f"/regions/{OWN}/plans", given, 201)["key"]
    at = f"/plan-versions/{key}"
    seen = asked(client, at)["seen"]
    said = {"statements": [{"text": "Cerdas dan melayani"}], "seen": seen["vision"]}
    newer = sent(client, f"{at}/statements/vision", said, method="put")["seen"]
    assert newer["vision"] != seen["vision"]
    assert newer["mission"] == seen["mission"]
    late = sent(client, f"{at}/statements/vision", said, 409, "put")
    assert (late["code"], late["stored"]) == ("outdated", {"rows": ["Cerdas dan melayani"]})
    said = {"statements": [{"text": "Satu"}, {"text": ""}], "seen": newer["mission"]}
    assert sent(client, f"{at}/statements/mission", said, 422, "put")["faults"][0]["place"] == "1.text"
    (vision,) = asked(client, f"{at}/statements")
    assert (vision["part"], vision["text"], vision["decision"]) == ("vision", "Cerdas dan melayani", None)
    assert sent(client, f"{at}/step", {"state": "meeting"}, 422)["faults"][0]["code"] == "no-meeting"
    assert sent(client, f"{at}/step", {"state": "dropped"})["state"] == "dropped"


def test_a_version_becomes_law(world: World) -> None:
    world.call()
    world.met(world.submitted())
    client, at = client_of(world, "coordinator"), f"/plan-versions/{world.version}"
    assert sent(client, f"{at}/step", {"state": "legal_review"})["state"] == "legal_review"
    assert sent(client, f"{at}/return", {"reason": "Rumusan pasal"})["state"] == "meeting"
    sent(client, f"{at}/step", {"state": "legal_review"})
    given = {"form": "mayor", "number": "7 Tahun 2026", "day": "2026-04-30"}
    assert sent(client, f"{at}/decree", given, 422)["faults"][0]["place"] == "form"
    made = sent(client, f"{at}/decree", given | {"form": "regent"})
    assert (made["state"], made["decree_number"], made["decreed_on"]) == ("decreed", "7 Tahun 2026", "2026-04-30")
    assert sent(client, f"{at}/force", {"since": "2026-05-01"})["in_force_until"] == "2030-12-31"
    public = asked(Client(), f"/regions/{OWN}/plan")
    assert (public["key"], public["programmes"]) == (world.version, 1)
    listed = [(one["version"]["region"], one["programmes"], one["quick_wins"]) for one in asked(Client(), "/plans")]
    assert sorted(listed) == [(OWN, 1, 0), (OTHER, 1, 0)]
    assert sent(client, f"{at}/revision", {"reason": "Rekomendasi"}, 201)["key"] != world.version


def test_a_programme_is_told_whole(world: World) -> None:
    world.in_force()
    at = f"/plan-versions/{world.version}/programmes"
    (short,) = asked(Client(), at)
    assert (short["code"], short["pillar"], short["money"]) == ("P001", "governance", "850000000")
    one = asked(Client(), f"{at}/P001")
    assert one["targets"][0]["yearly"] == {"2026": "80", "2027": "246"}
    assert one["budgets"][0] == {"year": 2026, "fund": "apbd", "amount": "750000000"}
    assert one["activities"][0]["starts"] == "2026-Q1"
    assert one["decision"]["decided_by"] == "Sekretaris Daerah"
    assert one["description"] == content(world.office).description
    asked(Client(), f"{at}/P002", 404)


def test_a_revision_tells_what_it_changes(world: World) -> None:
    revised(world)
    client = client_of(world, "verifier")
    found = asked(client, f"/plan-versions/{world.version}/changes")
    kinds = {one["code"]: one["kinds"] for one in found["programmes"]}
    assert kinds == {"P001": ["moved", "retargeted"], "P002": ["dropped"], "P003": ["added"]}
    fields = {one["name"]: (one["before"], one["after"]) for one in found["programmes"][0]["fields"]}
    assert fields["Indikator sasaran: Desa terhubung, Target 2026"] == ("80", "100")
    asked(Client(), f"/plan-versions/{world.version}/changes", 404)


def test_bodies_by_the_api(world: World) -> None:
    client, plan = client_of(world, "coordinator"), world.row().plan.key
    member = {"duty": "ketua", "position": "Bupati", "office": world.office, "pillar": "living"}
    given = {"kind": "council", "title": "Dewan", "members": [member]}
    made = sent(client, f"/plans/{plan}/bodies", given, 201)
    at = f"/plans/{plan}/bodies/{made['key']}"
    sent(client, at, given | {"title": "Lain"}, 409, "put")
    assert sent(client, at, given | {"title": "Lain", "seen": made["seen"]}, method="put")["title"] == "Lain"
    wrong = sent(client, f"/plans/{plan}/bodies", given | {"members": [member | {"office": 0}]}, 422)
    assert wrong["faults"][0]["place"] == "members.0.office"
    assert asked(client, f"/plan-versions/{world.version}/bodies")[0]["members"][0]["pillar"] == "living"


def test_a_token_acts_as_its_owner(world: World) -> None:
    secret = create_token(by=world.who("coordinator"), name="impor", days=30, now=timezone.now()).secret
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    sent(client, f"/plan-versions/{world.version}/step", {"state": "dropped"})
    assert world.state() is VersionState.DROPPED


@pytest.mark.thorough
def test_lists_ask_as_often_with_many_programmes_as_with_few(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    planted(world, 300)
    world.in_force()
    operations.start_revision(by=world.who("coordinator"), version=world.version, reason="Baru", now=LATER)
    for path, most in {
        "/plans": 1,
        f"/regions/{OWN}/plan": 3,
        f"/plan-versions/{world.version}/programmes": 2,
        f"/regions/{OWN}/plan-versions": 1,
    }.items():
        with django_assert_max_num_queries(most):
            asked(Client(), path)
    assert world.row().in_force_since == date(2026, 4, 30)


def test_what_begins_later_is_not_in_force_yet(world: World) -> None:
    world.in_force()
    row, today = world.row(), today_in(OWN, timezone.now())
    for days, held in ((-1, True), (0, True), (1, False)):
        since = today + timedelta(days=days)
        told = PlanVersion.model_validate(replace(row, in_force_since=since, in_force_until=today.replace(year=2099)))
        assert (told.state, told.in_force) == ("in_force", held)
    assert PlanVersion.model_validate(replace(row, in_force_since=None, in_force_until=None)).in_force is False
    assert "in_force" in asked(Client(), f"/plan-versions/{world.version}")
