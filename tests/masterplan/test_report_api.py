"""Reports and progress by the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kit.neighbours import own
from masterplan.pages import client_of
from masterplan.reporting import IN_TIME, TOO_LATE, clock, in_force
from masterplan.world import World
from pilar.masterplan.models import Report
from pilar.masterplan.rules.reports import Given

pytestmark = pytest.mark.django_db

AT = "/api/v1"
BODY: dict[str, Any] = {
    "done": {"1": 60, "2": 0}, "readings": {"1": "50.5"}, "there": [1], "spent": 200_000_000, "obstacles": "Listrik",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, IN_TIME)


def post(client: Client, line: int, quarter: str = "2026-Q2", **changed: Any) -> Any:
    path = f"{AT}/plan-programmes/{line}/reports/{quarter}"
    return client.post(path, BODY | changed, content_type="application/json")


def test_a_report_is_given_corrected_and_read(world: World) -> None:
    line = world.in_force()
    client = client_of(world, "contributor")
    (due,) = client.get(f"{AT}/plan-reports").json()
    assert (due["line"], due["quarter"], due["state"], due["due"]) == (line, "2026-Q2", "due", "2026-07-20")
    assert post(client, line).json() == {"number": 1}
    assert client.get(f"{AT}/plan-reports").json() == []
    refused = post(client, line)
    assert (refused.status_code, refused.json()["code"]) == (409, "outdated")
    assert refused.json()["stored"]["done"] == {"1": 60, "2": 0}
    missing = post(client, line, seen=1)
    assert [one["place"] for one in missing.json()["faults"]] == ["reason"]
    assert post(client, line, seen=1, reason="Salah ketik", spent=1).json() == {"number": 2}

    path = f"{AT}/plan-versions/{world.version}/programmes/P001/progress"
    own = client.get(path).json()
    assert [one["number"] for one in own["reports"]] == [2, 1]
    assert own["quarters"][0]["standing"]["light"] == "good"
    assert Client().get(path).json()["reports"] is None

    found = Client().get(f"{AT}/plan-versions/{world.version}/progress").json()
    assert (found["quarter"], found["total"]["done"], found["total"]["spent"]) == ("2026-Q2", "30.00", "1")
    (programme,) = found["programmes"]
    assert programme["figures"][0] == {
        "number": 1, "title": "Desa terhubung", "unit": "desa", "measure": "", "target": "80", "value": "50.5",
        "share": "50.83",
    }  # fmt: skip
    assert found["rule"]["source"] == "assumption"


def test_faults_name_their_places(world: World) -> None:
    line = world.in_force()
    client = client_of(world, "contributor")
    refused = post(client, line, done={"1": 101, "9": 1}, spent=-5, there=[7], readings={"4": "1"})
    assert refused.status_code == 422
    assert {one["place"] for one in refused.json()["faults"]} == {
        "done.1", "done.2", "done.9", "spent", "there", "readings.4"
    }  # fmt: skip
    for quarter in ("2031-Q1", "2026-Q1", "2026-Q3", "x"):
        refused = post(client, line, quarter)
        assert [one["place"] for one in refused.json()["faults"]] == ["quarter"], quarter
    refused = client.get(f"{AT}/plan-versions/{world.version}/progress?quarter=2026-Q1")
    assert [one["place"] for one in refused.json()["faults"]] == ["quarter"]
    assert not own(Report).exists()


def test_late_reports_by_office(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = in_force(world, 2)
    world.report(lines[0], given=Given(done={1: 0, 2: 0}, spent=Decimal(0)))
    clock(monkeypatch, TOO_LATE)
    (office,) = client_of(world, "coordinator").get(f"{AT}/plan-versions/{world.version}/late-reports").json()
    assert (office["office"], [one["line"] for one in office["late"]]) == (world.office, [lines[1]])


def test_a_quarter_that_is_none_is_told_at_its_field(world: World) -> None:
    world.in_force()
    for place in ("since", "seen"):
        given = {"since": "2026-Q2", "reason": "Berjalan", place: "besok"}
        path = f"{AT}/plan-versions/{world.version}/reporting"
        refused = client_of(world, "coordinator").put(path, given, content_type="application/json")
        assert refused.status_code == 422
        assert [one["place"] for one in refused.json()["faults"]] == [place]
