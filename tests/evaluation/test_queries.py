"""What the lists and profiles say, in which order, and at what cost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from evaluation.samples import group, row
from kit.worlds import once
from pilar import index
from pilar.areas.models import Region
from pilar.evaluation import operations, queries
from pilar.evaluation.models import PublishedResult, PublishedScore
from pilar.evaluation.queries import PUBLIC, Filters
from pilar.people.rules import OPERATOR

pytestmark = pytest.mark.usefixtures("regions")


def _state(**changed: Any) -> None:
    operations.record_statement(by=OPERATOR, row=row(**changed))


def _bare(code: str, **changed: Any) -> None:
    """A statement with the final only."""
    bare = {"scores": {}, "improvement": None, "improvement_origin": "", "rank_scope": ""}
    _state(region_code=code, **{**bare, **changed})


def _codes(filters: Filters, sort: str = "-final") -> list[str]:
    return [one.region.code for one in queries.results(filters, scope=PUBLIC, sort=sort)]


@once
def three(regions: None) -> None:
    operations.record_group(by=OPERATOR, group=group())
    _state(group="2023-regular", rank=13)
    _bare("36.71", final=Decimal("3.40"))
    _bare("32.73", final=None, improvement=Decimal("-0.10"), improvement_origin="printed")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("narrowed", "codes"),
    [
        ({}, ["36.71", "36.03", "32.73"]),
        ({"group": "2023-regular"}, ["36.03"]),
        ({"province": "36"}, ["36.71", "36.03"]),
        ({"province": "99"}, []),
        ({"kind": "city"}, ["36.71", "32.73"]),
        ({"text": "tangerang"}, ["36.71", "36.03"]),
        ({"text": "Kab. Tangerang"}, ["36.03"]),
        ({"text": "36."}, ["36.71", "36.03"]),
        ({"text": "%"}, []),
        ({"text": "bandung", "kind": "regency"}, []),
        ({"text": "\0tang\0erang"}, ["36.71", "36.03"]),
    ],
)
def test_lists_are_narrowed(narrowed: dict[str, Any], codes: list[str]) -> None:
    assert _codes(Filters(year=2023, **narrowed)) == codes


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("sort", "codes"),
    [
        ("final", ["36.03", "36.71", "32.73"]),
        ("-final", ["36.71", "36.03", "32.73"]),
        ("improvement", ["32.73", "36.03", "36.71"]),
        ("name", ["36.03", "32.73", "36.71"]),
        ("-name", ["36.71", "32.73", "36.03"]),
        ("province", ["36.03", "36.71", "32.73"]),
        ("rank", ["36.03", "32.73", "36.71"]),
        ("-impact", ["36.03", "32.73", "36.71"]),
        ("group", ["36.03", "32.73", "36.71"]),
    ],
)
def test_lists_are_ordered_with_blanks_last(sort: str, codes: list[str]) -> None:
    assert _codes(Filters(year=2023), sort) == codes


@pytest.mark.usefixtures("regions")
@pytest.mark.parametrize(
    ("sort", "listed"),
    [
        ("rank", ["2024 A 1", "2024 A 3", "2024 A None", "2024 B 1", "2024 B 2", "2023 100 2", "2023 141 1"]),
        ("-rank", ["2024 A 3", "2024 A 1", "2024 A None", "2024 B 2", "2024 B 1", "2023 100 2", "2023 141 1"]),
    ],
)
def test_ranks_of_different_lists_are_never_mixed(sort: str, listed: list[str]) -> None:
    """In a group the wording of the scope plays no part: sources word one list differently."""
    operations.record_group(by=OPERATOR, group=group(code="A", year=2024, size=191))
    operations.record_group(by=OPERATOR, group=group(code="B", year=2024, size=50))
    for code, (year, of, rank, scope) in zip(
        ["36.71", "36.03", "32.73", "35.71", "15.71", "34.04", "33.72", "36.02"],
        [
            (2024, "A", None, "191"),
            (2024, "A", 3, "191"),
            (2024, "A", 1, "regular category"),
            (2024, "B", 2, "50"),
            (2024, "B", 1, "50"),
            (2023, "", 1, "141"),
            (2023, "", 2, "100"),
            (2022, "", None, "130"),
        ],
        strict=True,
    ):
        _bare(code, year=year, group=of, rank=rank, rank_scope=scope, final=Decimal("3.00"))
    found = queries.results(Filters(), scope=PUBLIC, sort=sort, size=None)
    assert [f"{one.year} {one.group.code if one.group else one.rank_scope} {one.rank}" for one in found] == [
        *listed,
        "2022 130 None",
    ]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("sort", ["", "password", "-", "--final", "region__name", "baseline; drop table"])
def test_an_unknown_order_is_refused(sort: str) -> None:
    with pytest.raises(queries.UnknownOrder):
        _codes(Filters(), sort)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("narrowed", [{"group": "nowhere"}, {"kind": "village"}, {"province": "3\0"}, {"group": "\0"}])
def test_an_unknown_choice_is_refused(narrowed: dict[str, Any]) -> None:
    with pytest.raises(queries.UnknownChoice):
        _codes(Filters(**narrowed))


def test_years_are_counted_newest_first(tangerang: object) -> None:
    _state(source_url="https://example.org/other")
    _bare("36.03", year=2020)
    found = queries.years(scope=PUBLIC)
    assert [(one.year, one.statements, one.regions) for one in found] == [(2023, 2, 1), (2020, 1, 1)]
    assert [one.instrument for one in found] == [("smart-city-2023", "1.0"), None]


def test_an_unknown_year_names_the_known_ones(tangerang: object) -> None:
    with pytest.raises(queries.UnknownYear, match="2023"):
        queries.year_row(1999, queries.years(scope=PUBLIC))


@pytest.mark.usefixtures("three")
def test_coverage_counts_regions_of_a_group() -> None:
    found = queries.coverage(2023, scope=PUBLIC)
    assert (found.statements, found.regions) == (3, 3)
    assert [(one.group.size, one.regions) for one in found.groups] == [(191, 1)]


def test_coverage_names_the_sizes_that_sources_speak_of() -> None:
    _state()
    _bare("36.71", rank_scope="130")
    _bare("32.73", rank_scope="national")
    assert queries.coverage(2023, scope=PUBLIC).sizes == (130, 141)


@pytest.mark.parametrize(
    ("first", "second", "conflicting"),
    [
        ({}, {"final": Decimal("3.88")}, True),
        ({}, {}, False),
        ({}, {"final": None}, False),
        ({"phase": "I"}, {"phase": "II", "final": Decimal("3.88")}, False),
        ({"phase": "II"}, {"phase": "", "final": Decimal("3.88")}, True),
        ({"phase": ""}, {"phase": "I", "final": Decimal("3.88")}, True),
        ({}, {"year": 2022, "final": Decimal("3.88")}, False),
        ({}, {"region_code": "36.71", "final": Decimal("3.88")}, False),
    ],
)
def test_two_finals_for_the_same_thing_contradict_each_other(
    first: dict[str, Any], second: dict[str, Any], conflicting: bool
) -> None:
    _state(**first)
    _state(**{"source_url": "https://example.org/other", **second})
    found = queries.results(Filters(), scope=PUBLIC, size=None)
    assert {one.conflicting for one in found} == {conflicting}
    assert len(found) == 2, "both are shown"


def test_the_final_is_computed_again(tangerang: object) -> None:
    (year,) = queries.region_profile("36.03", scope=PUBLIC).years
    (one,) = year.explained
    assert one.obstacle is None
    assert one.recomputation is not None
    assert one.recomputation.unrounded == Fraction("3.354")
    assert one.recomputation.rounded == Decimal("3.35")
    assert not one.recomputation.differs
    assert sum(step.contribution for step in one.steps) == one.recomputation.unrounded
    assert all(step.weight * Fraction(step.score) == step.contribution for step in one.steps)
    assert one.instrument is not None
    assert one.instrument[0].sha256 == one.instrument[1].sha256


@pytest.mark.parametrize(("final", "differs"), [("3.36", False), ("3.37", True), ("3.34", True), (None, False)])
def test_a_difference_beyond_rounding_is_told(instrument: index.Instrument, final: str | None, differs: bool) -> None:
    _state(final=None if final is None else Decimal(final))
    ((one,),) = [year.explained for year in queries.region_profile("36.03", scope=PUBLIC).years]
    assert one.recomputation is not None
    assert one.recomputation.differs is differs


@pytest.mark.parametrize(
    ("changed", "obstacle"),
    [
        ({"scores": {}}, "only-final"),
        ({"year": 2020}, "no-instrument"),
        ({"scores": {"impact": Decimal(3)}}, "incomplete"),
        ({"scores": {"unheard_of": Decimal(3)}}, "does-not-fit"),
    ],
)
def test_what_cannot_be_computed_again_says_why(
    instrument: index.Instrument, changed: dict[str, Any], obstacle: str
) -> None:
    _state(**changed)
    ((one,),) = [year.explained for year in queries.region_profile("36.03", scope=PUBLIC).years]
    assert (one.obstacle, one.recomputation, one.steps) == (obstacle, None, ())
    assert len(one.scores) == len(one.statement.scores)


def test_scores_of_a_year_without_instrument_have_titles(instrument: index.Instrument) -> None:
    _state(year=2020)
    ((one,),) = [year.explained for year in queries.region_profile("36.03", scope=PUBLIC).years]
    assert one.scores[0][0].en == "baseline en"


def test_a_region_without_statements_has_an_empty_profile() -> None:
    profile = queries.region_profile("11.01", scope=PUBLIC)
    assert (profile.region.code, profile.years) == ("11.01", ())


@pytest.mark.parametrize("code", ["99.99", "", "3603", "36\0.05"])
def test_an_unknown_region_is_refused(code: str) -> None:
    with pytest.raises(queries.RegionNotFound):
        queries.region_profile(code, scope=PUBLIC)


def test_regions_are_found_and_counted(tangerang: object) -> None:
    _state(year=2022)
    found = {
        one.region.code: (one.statements, one.newest_year) for one in queries.regions(scope=PUBLIC, text="tangerang")
    }
    assert found == {"36.03": (2, 2023), "36.71": (0, None), "36.74": (0, None)}
    assert queries.regions(scope=PUBLIC).paginator.count == 514
    assert {one.region.province.code for one in queries.regions(scope=PUBLIC, province="36")} == {"36"}


@pytest.mark.parametrize(
    ("scope", "size"), [("13", 13), ("75 (cohorts 2017-2018)", 75), ("national", None), ("regular category", None)]
)
def test_the_size_of_a_rank_is_read_from_its_scope(scope: str, size: int | None) -> None:
    _state(rank=1, rank_scope=scope)
    (one,) = queries.results(Filters(), scope=PUBLIC, size=None)
    assert one.rank_size == size


@once
def thousands(instrument: index.Instrument) -> None:
    """2,000 statements with scores, two sources for every second region."""
    operations.record_group(by=OPERATOR, group=group())
    codes = list(Region.objects.values_list("code", flat=True))[:500]
    made = PublishedResult.objects.bulk_create(
        PublishedResult(
            region_id=code, year=year, final=Decimal(number % 400) / 100, source_url=f"https://example.org/{source}"
        )
        for number, code in enumerate(codes)
        for year in (2022, 2023)
        for source in ("a", "b")
    )
    PublishedScore.objects.bulk_create(
        PublishedScore(result=result, node=node, value=Decimal("3.10"))
        for result in made
        for node in ("baseline", "output", "outcome", "impact", "quick_win")
    )


@pytest.mark.usefixtures("thousands")
@pytest.mark.parametrize("sort", ["-final", "name", "outcome"])
def test_a_page_of_results_costs_the_same_whatever_their_number(sort: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        page = queries.results(Filters(year=2023), scope=PUBLIC, sort=sort)
        assert len(page) == 50
        assert page.paginator.count == 1000
        assert all(len(one.scores) == 5 and one.region.province.name for one in page)


@pytest.mark.usefixtures("thousands")
def test_no_list_costs_a_query_a_row(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        assert len(queries.results(Filters(), scope=PUBLIC, size=None)) == 2000
    with django_assert_num_queries(4):
        assert queries.years(scope=PUBLIC)[0].regions == 500
    with django_assert_num_queries(3):
        queries.coverage(2023, scope=PUBLIC)
    with django_assert_num_queries(2):
        assert sum(one.statements for one in queries.regions(scope=PUBLIC)) > 0
    with django_assert_num_queries(6):
        assert len(queries.region_profile("36.03", scope=PUBLIC).years) == 2
    with django_assert_num_queries(3):
        queries.instruments(scope=PUBLIC)


@pytest.mark.usefixtures("thousands")
def test_beyond_the_last_page_is_the_last() -> None:
    assert queries.results(Filters(), scope=PUBLIC, page=10_000).number == 40
