from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilar.areas import operations, queries
from pilar.areas.models import Office, Region
from pilar.areas.rules import UnknownRegion
from pilar.people.rules import OPERATOR, PUBLIC, HeldRole, Role, Standing
from pilar.platform.actors import Actor

pytestmark = pytest.mark.usefixtures("places")


@pytest.mark.parametrize(
    ("search", "codes"),
    [
        ("", ["32.01", "36.03", "36.71"]),
        ("tangerang", ["36.03", "36.71"]),
        ("Kab. Tangerang", ["36.03"]),
        ("tangerang kota", ["36.71"]),
        ("36", ["36.03", "36.71"]),
        ("36.7", ["36.71"]),
        ("atlantis", []),
        ("100%", []),
    ],
)
def test_regions_are_found_by_words_or_code(search: str, codes: list[str]) -> None:
    assert [row.code for row in queries.regions(search=search)] == codes


def test_regions_of_a_province_come_with_its_name() -> None:
    (row,) = queries.regions(province="32")
    assert (row.code, row.name, row.kind, row.province_code, row.province) == (
        "32.01", "Kabupaten Bogor", "regency", "32", "Jawa Barat",
    )  # fmt: skip
    assert [row.code for row in queries.provinces()] == ["32", "36"]


def test_one_region_by_code_also_when_it_has_ended() -> None:
    assert not queries.region("36.03").ended
    Region.objects.filter(code="36.03").update(ended_at="2026-01-01T00:00Z")
    assert queries.region("36.03").ended
    assert [row.code for row in queries.regions(province="36")] == ["36.71"]
    with pytest.raises(UnknownRegion, match=r"99\.99"):
        queries.region("99.99")


def test_districts_and_villages_of_a_region() -> None:
    assert [row.name for row in queries.districts("36.03")] == ["Balaraja", "Jayanti"]
    assert [(row.code, row.kind, row.district) for row in queries.villages("36.03")] == [
        ("36.03.01.1001", "urban_ward", "Balaraja"),
        ("36.03.01.2002", "village", "Balaraja"),
    ]


def test_closed_offices_are_seen_by_those_who_manage_them_only() -> None:
    Office.objects.create(region_id="36.03", name="Bappeda")
    Office.objects.create(region_id="36.03", name="Arsip", closed_at="2099-01-01T00:00Z")
    Office.objects.create(region_id="36.71", name="Dinas lain")
    coordinator = Standing(Actor("user", "1", "x"), (HeldRole(Role.COORDINATOR, "36.03"),))
    neighbour = Standing(Actor("user", "2", "x"), (HeldRole(Role.COORDINATOR, "36.71"),))
    assert [row.name for row in queries.offices("36.03", scope=PUBLIC)] == ["Bappeda"]
    assert [row.name for row in queries.offices("36.03", scope=neighbour)] == ["Bappeda"]
    assert [(row.name, row.closed) for row in queries.offices("36.03", scope=coordinator)] == [
        ("Arsip", True),
        ("Bappeda", False),
    ]


def test_each_list_is_one_query_however_long() -> None:
    for number in range(200):
        operations.add_office(by=OPERATOR, region="36.03", name=f"Dinas {number}")
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.offices("36.03", scope=OPERATOR)) == 200
        queries.regions()
        queries.provinces()
        queries.districts("36.03")
        queries.villages("36.03")
    assert len(asked) == 5
