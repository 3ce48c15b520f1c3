"""Pages of the management, the health office and the public: figures, rules by simulation, schedules."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from hospital.past import past
from hospital.world import BEYOND, HERE, OWN, World
from kit.worlds import once
from pilar.hospital.models import PolicyVersion
from pilar.people.models import User

FIGURES = reverse("hospital:figures", args=[HERE])
PLANNING = reverse("hospital:planning", args=[HERE, "dalam"])
TRIED = {"rule": "bailey-welch", "minutes": "12", "places": "5", "late": "", "weight": "10"}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    from hospital.world import NOW

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@once
def served(world: World) -> World:
    past(world, absent=0.2)
    return world


def as_who(client: Any, world: World, name: str) -> Any:
    client.force_login(User.objects.get(pk=world.keys[name]))
    return client


def test_the_management_reads_the_month_and_leads_on_to_the_rules(served: World, client: Any) -> None:
    shown = as_who(client, served, "manager").get(FIGURES + "?bulan=2026-02")
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "Penyakit Dalam" in text
    assert "dr. Ana" in text
    assert PLANNING in text
    assert "Siti" not in text
    for name in ("desk", "health", "elsewhere"):
        assert as_who(client, served, name).get(FIGURES).status_code == 404
    assert client.get(reverse("hospital:figures", args=[BEYOND])).status_code == 404


def test_days_to_come_count_in_no_month(served: World, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of March, on its ninth day: the sessions of its first week, though a quarter is open."""
    from hospital.world import DAY, NOW

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + 7 * DAY)
    found = as_who(client, served, "manager").get(FIGURES + "?bulan=2026-03").context["found"]
    assert found.whole.places == 2 * 5 * 4


def test_a_rule_is_tried_and_decided_with_what_it_leads_to(served: World, client: Any) -> None:
    manager = as_who(client, served, "manager")
    first = manager.get(PLANNING)
    assert first.status_code == 200
    assert first.context["plan"].absence_known
    assert first.context["plan"].seats == 4
    shown = manager.get(PLANNING, TRIED)
    tried = shown.context["tried"]
    assert (tried.rule, tried.places) == ("bailey-welch", 5)

    address = f"{PLANNING}?{'&'.join(f'{name}={value}' for name, value in TRIED.items())}"
    sent = manager.post(address, {"valid_from": "2026-04-01", "reason": "Dokter sering menunggu"})
    assert sent.status_code == 302
    row = PolicyVersion.objects.filter(clinic__hospital=HERE, clinic__code="dalam").order_by("-number")[0]
    assert (row.facts["rule"], row.facts["minutes"], row.facts["overbook"], row.facts["weight"]) == (
        "bailey-welch", 12, 1, 10,
    )  # fmt: skip
    assert row.effect["wait"] == pytest.approx(tried.outcome.wait)
    assert row.reason == "Dokter sering menunggu"


def test_a_rule_that_cannot_be_tried_is_not_decided(served: World, client: Any) -> None:
    before = PolicyVersion.objects.count()
    manager = as_who(client, served, "manager")
    shown = manager.post(PLANNING + "?rule=bailey-welch&minutes=0&places=5&weight=1", {"valid_from": "2026-04-01"})
    assert shown.status_code in (200, 422)
    assert PolicyVersion.objects.count() == before
    assert manager.get(PLANNING + "?rule=guess&minutes=5&places=5&weight=1").context["tried"] is None
    for name in ("desk", "elsewhere"):
        assert as_who(client, served, name).get(PLANNING).status_code == 404


def test_a_clinic_with_records_is_simulated_by_them(served: World, client: Any) -> None:
    past(served, clinic="jiwa", minutes=lambda _draw: 30, absent=0.2)
    manager = as_who(client, served, "manager")
    plan = manager.get(reverse("hospital:planning", args=[HERE, "jiwa"])).context["plan"]
    assert plan.consultations >= 100
    assert plan.crowd.lasting.mean == pytest.approx(30)
    assert plan.absence_known
    assert 10 < plan.absence < 35


def test_the_health_office_compares_hospitals_on_a_page_and_in_a_workbook(served: World, client: Any) -> None:
    address = reverse("hospital:compared", args=[OWN])
    health = as_who(client, served, "health")
    assert health.get(address).status_code == 200
    answer = health.get(address + "?bulan=2026-02&as=xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[:2] for row in rows[1:]] == [["RSU rsu-contoh", 76], ["RSU rsu-sebelah", 0]]
    for name in ("desk", "doctor"):
        assert as_who(client, served, name).get(address).status_code == 404


def test_everybody_sees_how_long_the_wait_usually_is(served: World, client: Any) -> None:
    rows = client.get(reverse("hospital:hospital", args=[HERE])).context["rows"]
    assert {row[0].code: row[2] is None for row in rows} == {"dalam": False, "jiwa": True}


def test_who_works_there_is_led_to_the_figures_and_the_health_office_to_its_hospitals(
    served: World, client: Any
) -> None:
    home = reverse("hospital:home")
    assert FIGURES in as_who(client, served, "manager").get(home).content.decode()
    assert reverse("hospital:compared", args=[OWN]) in as_who(client, served, "health").get(home).content.decode()
    assert "kelola" not in as_who(client, served, "desk").get(home).content.decode()
