"""The page of how cases go through the desks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kit.worlds import once
from permits.histories import at
from permits.test_case_pages import officer
from permits.test_mining_log import SERVICE, drawn, keep
from permits.world import OTHER, OWN, World
from pilar.people.models import User
from pilar.people.rules import NotFound
from pilar.permits.benchmark_log import load
from pilar.permits.models import Case
from pilar.permits.queries.forecasts import at_risk

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ALL = drawn(150)
YEAR = {"dari": "2025-01-01", "sampai": "2025-12-31"}


@once
def busy(world: World) -> World:
    """An office with the log of a year."""
    keep(ALL)
    return world


def seen(world: World, who: str, region: str = OWN, name: str = "flow", **asked: str) -> tuple[int, str]:
    client = Client()
    client.force_login(User.objects.get(pk=world.keys[who]), BACKEND)
    answer = client.get(reverse(f"permits:{name}", args=[region]), asked)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("who", "name", "leads"),
    [
        ("head", "desk", True),
        ("inspectorate", "desk", True),
        ("front", "desk", False),
        ("editor", "edit-services", True),
    ],
)
def test_the_desk_leads_to_it(world: World, who: str, name: str, leads: bool) -> None:
    assert (reverse("permits:flow", args=[OWN]) in seen(world, who, name=name)[1]) is leads


@pytest.mark.parametrize("who", ["head", "editor", "inspectorate"])
def test_it_is_shown_to_who_leads_edits_and_oversees(busy: World, who: str) -> None:
    status, page = seen(busy, who, **YEAR)
    assert status == 200
    assert "Rekomendasi kesehatan" in page
    assert "Pemeriksaan kelengkapan → Peninjauan → Rekomendasi kesehatan → Keputusan" in page
    assert "desk 1" in page
    assert "Median sebelum" not in page


@pytest.mark.parametrize(("who", "region"), [("front", OWN), ("technical", OWN), ("head", OTHER), ("neighbour", OWN)])
def test_others_find_nothing(busy: World, who: str, region: str) -> None:
    assert seen(busy, who, region, **YEAR)[0] == 404


def test_a_day_is_compared_and_a_service_chosen(busy: World) -> None:
    page = seen(busy, "head", layanan=SERVICE, banding="2025-07-01", **YEAR)[1]
    assert "Median sebelum" in page
    empty = seen(busy, "head", layanan="sip-perawat", **YEAR)[1]
    assert "Tidak ada permohonan pada hari-hari itu" in empty
    assert "Tidak ada permohonan pada hari-hari itu" in seen(busy, "head", dari="2030-01-01", sampai="2030-02-01")[1]
    assert 'name="dari"' in seen(busy, "head", dari="besok")[1]


def test_cases_that_will_miss_their_limit_come_before_they_do(busy: World) -> None:
    now = at(2026, 1, 15, 9)
    version = Case.objects.first().version_id  # type: ignore[union-attr]
    first = load([ALL[0][:8]] * 3, region=OWN, version=version)
    due = (at(2026, 1, 17), at(2026, 3, 2), at(2026, 1, 15, 8))
    for place, moment in enumerate(due):
        Case.objects.filter(pk=first + place).update(due_at=moment, state="running")
    found = at_risk(OWN, scope=busy.who("head"), now=now)
    assert [one.case for one in found] == [first], "the second has time, the third has missed it already"
    with pytest.raises(NotFound):
        at_risk(OTHER, scope=busy.who("head"), now=now)
    Case.objects.filter(pk=first).update(due_at=timezone.now() + timedelta(hours=1))
    page = officer(busy, "head").get(reverse("permits:flow", args=[OWN]))
    assert reverse("permits:desk-case", args=[first]) in page.content.decode(), "the head opens it from there"
