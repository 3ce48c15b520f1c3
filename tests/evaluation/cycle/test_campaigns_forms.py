"""The page that sets a campaign up tells all that is wrong with it at once, and answers 422."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from evaluation.cycle.test_campaigns_pages import NEW
from evaluation.cycle.test_results_pages import signed_in
from evaluation.cycle.world import CODE, World
from pilar.evaluation.models import Campaign

BASE = f"/kerja/periode/{CODE}/"
ADDRESS = "/kerja/periode-baru/"


@pytest.fixture
def office(world: World) -> Client:
    return signed_in(world, "secretariat")


def refused(office: Client, address: str, given: dict[str, str]) -> set[str]:
    """The fields at which something is told."""
    answer = office.post(address, given)
    assert answer.status_code == 422
    assert Campaign.objects.count() == 1
    return set(re.findall(r'id="id_(\w+)_error"', answer.content.decode()))


ALL = {
    "code": CODE, "year": "2026", "title_en": "", "evidence_hours": "0", "objection_days": "91",
    "smallest_panel": "7", "largest_panel": "6", "closes_1": "2027-05-01T00:00", "opens_2": "bukan tanggal",
    "group": "Reguler!",
}  # fmt: skip


def test_all_that_is_wrong_is_told_at_once(office: Client) -> None:
    assert refused(office, ADDRESS, NEW | ALL) == {
        "code", "title_en", "evidence_hours", "objection_days", "largest_panel", "closes_1", "opens_2", "group",
        "previous",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"code": CODE}, {"code"}),
        ({"year": "2026"}, {"previous"}),
        ({"year": "1900"}, {"year"}),
        ({"year": "x", "code": "Tidak Pas"}, {"code", "year"}),
        ({"smallest_panel": "", "largest_panel": "99"}, {"largest_panel", "smallest_panel"}),
        ({"opens_1": "", "closes_2": "2027-09-01T00:00"}, {"closes_2", "opens_1"}),
        ({"opens_1": "9999-12-30T00:00", "opens_2": ""}, {"opens_1", "opens_2"}),
        ({"opens_1": "", "opens_2": "", "group_title_id": " "}, {"group_title_id", "opens_1", "opens_2"}),
    ],
)
def test_each_is_told_at_its_field(office: Client, given: dict[str, str], fields: set[str]) -> None:
    assert refused(office, ADDRESS, NEW | given) == fields


def test_the_form_asks_for_as_many_phases_as_are_wanted(office: Client) -> None:
    """Two where nothing is said, or nonsense."""
    for asked, phases in {"": 2, "?phases=1": 1, "?phases=3": 3, "?phases=7": 2, "?phases=x": 2}.items():
        page = office.get(ADDRESS + asked).content.decode()
        assert re.findall(r'name="(?:opens|closes)_(\d)"', page) == [str(n) for n in range(1, phases + 1) for _ in "oc"]
        assert f'<option value="{phases}" selected>' in page


THREE = {"opens_3": "2027-11-01T08:00", "closes_3": "2027-11-20T23:59"}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"closes_3", "opens_3"}),
        (THREE | {"opens_3": "2027-10-10T00:00"}, {"opens_3"}),
        (THREE | {"opens_2": "", "opens_3": "2027-06-10T00:00"}, {"opens_2"}),
        (THREE | {"closes_1": "2027-10-02T00:00", "closes_3": "2027-10-30T00:00"}, {"closes_3", "opens_2"}),
    ],
)
def test_dates_of_three_phases_are_told_at_their_fields(
    office: Client, given: dict[str, str], fields: set[str]
) -> None:
    assert refused(office, f"{ADDRESS}?phases=3", NEW | given) == fields


@pytest.mark.parametrize("phases", [1, 3])
def test_a_campaign_of_one_or_three_phases_is_set_up_and_shown(office: Client, phases: int) -> None:
    code = f"{phases}-tahap"
    page = office.post(f"{ADDRESS}?phases={phases}", NEW | THREE | {"code": code}, follow=True).content.decode()
    assert Campaign.objects.get(code=code).phases.count() == phases
    assert re.findall(r"Tahap (\d) dari (\d)", page) == [(str(n), str(phases)) for n in range(1, phases + 1)]
    assert office.get(f"/kerja/periode/{code}/kemajuan/{phases}/").status_code == 200
    listed = office.get("/kerja/periode/").content.decode()
    assert f"Tahap {phases} dari {phases}: Draf" in listed
    assert "Tahap 2 dari 2: Draf" in listed


def test_nothing_sent_is_refused_too(office: Client) -> None:
    assert "code" in refused(office, ADDRESS, {})
    assert "title_id" in refused(office, f"{BASE}ubah/", {})
    assert refused(office, f"{BASE}tahap/2/jadwal/", {}) == {"closes_at", "opens_at"}


def test_what_is_in_order_is_not_doubted(office: Client) -> None:
    assert office.post(ADDRESS, NEW | {"code": "2028-uji"}).status_code == 302
    assert Campaign.objects.filter(code="2028-uji").exists()
