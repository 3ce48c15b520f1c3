"""Peers of a region: what they share, what was dropped, and never a rank without its range."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from evaluation.cycle.agreed import agree, approve, compute, publish, published
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, OWN, World
from pilar.areas.models import District, Village
from pilar.evaluation.models import AgreedMark
from pilar.evaluation.queries.computed import ComputedNotFound, published_version
from pilar.evaluation.queries.intervals import rank_intervals
from pilar.evaluation.queries.peers import peers
from pilar.evaluation.rules.peers import Place, edges_of, peers_of, traits_of
from pilar.evaluation.rules.stages import PhaseState
from pilar.index.peers import Trait
from pilar.people.rules import PUBLIC

PAGE = f"/en/hasil/pilar/{CODE}/1/{OWN}/sebanding/"


def test_bands_hold_as_many_regions_as_can_be() -> None:
    counts = list(range(1, 101))
    edges = edges_of(counts)
    assert edges == (25, 50, 75)
    sizes = traits_of({str(count): Place("city", "36", count) for count in counts}, {"city": counts})
    bands = [trait.size for trait in sizes.values()]
    assert [bands.count(band) for band in range(4)] == [24, 25, 25, 26]


@given(st.lists(st.integers(0, 900), max_size=60))
def test_edges_always_rise_and_unknown_sizes_are_shared_with_nobody(counts: list[int]) -> None:
    edges = edges_of(counts)
    assert list(edges) == sorted(set(edges))
    found = traits_of({"a": Place("city", "36", 0)}, {"city": counts})
    assert found["a"].size is None


def test_a_region_is_compared_with_its_own_kind_and_size_first() -> None:
    places = {f"r{number:02}": Place("regency", "36" if number < 15 else "32", 100) for number in range(30)}
    places |= {f"c{number:02}": Place("city", "36", 100) for number in range(30)}
    counts = {"regency": [10, 20, 100, 300] * 5, "city": [10, 20, 100, 300] * 5}
    group = peers_of("r00", traits_of(places, counts))
    assert group.shared == (Trait.KIND, Trait.SIZE, Trait.PROVINCE)
    assert group.members == tuple(f"r{number:02}" for number in range(1, 15))


def test_the_page_says_what_was_dropped(world: World) -> None:
    published(world)
    answer = Client().get(PAGE)
    said = " ".join(answer.content.decode().split())
    assert "2 regions of this evaluation share with it: nothing but the evaluation" in said
    assert "kind (regency or city), size, province: One of these is not known of the region itself." in said
    assert "kind (regency or city): 1 other region. Too few regions share all of these." in said
    assert "Even so there are fewer than asked for" in said
    assert "Size is an assumption: the number of villages and urban wards stands in for it" in said


def test_size_is_the_number_of_villages(world: World) -> None:
    published(world)
    for region, count in ((OWN, 3), (NEIGHBOUR, 5)):
        district = District.objects.filter(region=region).first() or District.objects.create(
            code=f"{region}.90", region_id=region, name="Uji"
        )
        Village.objects.filter(district__region=region).delete()
        for number in range(count):
            Village.objects.create(
                code=f"{district.code}.{2001 + number}", district=district, kind="village", name=f"Desa {number}"
            )
    rows = {row.line.region.code: row.villages for row in peers(CODE, 1, OWN, scope=PUBLIC).rows}
    assert (rows[OWN], rows[NEIGHBOUR]) == (3, 5)


def test_every_rank_stands_with_its_range_and_it_is_that_of_the_analysis(world: World) -> None:
    published(world)
    found = peers(CODE, 1, OWN, scope=PUBLIC)
    phase, _known, snapshot = published_version(CODE, 1, None)
    same = rank_intervals(phase.pk, snapshot)
    assert {row.line.region.code: row.interval for row in found.rows} == same
    assert set(same) == {OWN, NEIGHBOUR, FAR}
    assert [row.own for row in found.rows] == [row.line.region.code == OWN for row in found.rows]


def test_the_comparison_by_hand(world: World) -> None:
    published(world)
    compared = peers(CODE, 1, OWN, scope=PUBLIC).comparison
    # 3.25 against 3.25 and 1.9: the median of the peers is 2.575.
    assert (compared.rank, compared.ranked) == (1, 3)
    assert (compared.median, compared.difference) == (Decimal("2.575"), Decimal("0.675"))
    said = " ".join(Client().get(PAGE).content.decode().split())
    assert "2.58" in said
    assert "+0.67<" in said, "readers subtract the two printed numbers"


def test_dimensions_stand_beside_their_median_by_hand(world: World) -> None:
    """Output 1.5 against 3.5 and 3.5; outcome 13/6 = 2.17 against 37/12 = 3.08, without the region itself."""
    published(world)
    found = peers(CODE, 1, FAR, scope=PUBLIC).parts
    assert [(one.code, one.score, one.median, one.difference) for one in found] == [
        ("output", Decimal("1.50"), Decimal("3.50"), Decimal("-2.00")),
        ("outcome", Decimal("2.17"), Decimal("3.08"), Decimal("-0.91")),
    ]
    said = " ".join(Client().get(PAGE.replace(OWN, FAR)).content.decode().split())
    assert "Dimensions beside the median of the peers" in said
    assert "−0.91" in said
    (output, _outcome) = Client().get(f"/api/v1/computed-results/{CODE}/1/{FAR}/peers").json()["dimensions"]
    assert (output["code"], output["score"], output["median"]) == ("output", "1.50", "3.50")


def test_a_region_without_a_final_still_stands_beside_its_peers(world: World) -> None:
    agree(world)
    AgreedMark.objects.filter(assessment=world.assessment(FAR), node__in=["programmes", "poverty", "survey"]).delete()
    compute(world)
    approve(world)
    world.set_phase(PhaseState.FINAL)
    publish(world)
    found = peers(CODE, 1, FAR, scope=PUBLIC)
    assert (found.comparison.rank, found.interval) == (None, None)
    assert [(one.code, one.difference) for one in found.parts] == [("output", Decimal("-2.00")), ("outcome", None)]
    assert Client().get(PAGE.replace(OWN, FAR)).status_code == 200


def test_what_is_not_published_is_not_there(world: World) -> None:
    assert Client().get(PAGE).status_code == 404
    published(world)
    assert Client().get(f"/en/hasil/pilar/{CODE}/1/99.99/sebanding/").status_code == 404
    with pytest.raises(ComputedNotFound):
        peers(CODE, 1, OWN, scope=PUBLIC, version=7)


def test_the_same_as_json(world: World) -> None:
    published(world)
    found = Client().get(f"/api/v1/computed-results/{CODE}/1/{OWN}/peers").json()
    assert found["interval"] == {"lowest": 1, "highest": 1}
    assert (found["rank"], found["ranked"], found["median"], found["enough"]) == (1, 3, "103/40", False)
    assert [one["reason"] for one in found["dropped"]] == ["unknown", "unknown", "too_few"]
    assert all(row["interval"]["lowest"] <= row["interval"]["highest"] for row in found["regions"])


def test_a_page_costs_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    published(world)
    with django_assert_max_num_queries(13):
        peers(CODE, 1, OWN, scope=PUBLIC)
