"""The instruments that are shipped."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from index.trees import DIMENSIONS, JAMBI_2024, KEDIRI_2022, TANGERANG_2023
from pilar import index

FOLDER = Path(__file__).parents[2] / "data" / "instruments"
INSTRUMENTS = {path.stem: index.read_instrument(path) for path in sorted(FOLDER.glob("*.yaml"))}
# The year of the evaluation that each page speaks of; None for the undated page, which retells letters of 2021, 2022.
SPEAKS_OF = {
    "pelitasumsel.com": 2021,
    "bangsaonline.com": 2022,
    "jambiekspres.disway.id": 2022,
    "ppid.kebumenkab.go.id": 2022,
    "www.inilahkoran.id": 2022,
    "sorotbanten.com": 2023,
    "diskominfo.semarangkab.go.id": 2023,
    "kontrasx.com": 2023,
    "simpan.muaraenimkab.go.id": 2023,
    "jambikota.go.id": 2024,
    "tvtabalong.com": 2024,
    "beritabeta.com": 2024,
    "suarantb.com": 2024,
    "wartabalionline.com": 2024,
    "kominfo.slemankab.go.id": None,
}
PILLARS = ("governance", "branding", "economy", "living", "society", "environment")


def test_which_there_are_and_what_is_known_of_them() -> None:
    assert {name: (of.code, of.year, of.status.value) for name, of in INSTRUMENTS.items()} == {
        "smart-city-2021": ("smart-city-2021", 2021, "inferred"),
        "smart-city-2022": ("smart-city-2022", 2022, "confirmed"),
        "smart-city-2023": ("smart-city-2023", 2023, "confirmed"),
        "smart-city-2024": ("smart-city-2024", 2024, "confirmed"),
        "smart-city-sleman": ("smart-city-sleman", None, "unmatched"),
    }
    assert len({of.sha256 for of in INSTRUMENTS.values()}) == 5


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_their_shape(name: str) -> None:
    of = INSTRUMENTS[name]
    assert tuple(child.code for child in of.root.children) == DIMENSIONS
    weights = [int(child.weight or 0) for child in of.root.children]
    assert weights == ([10, 20, 30, 30, 10] if name == "smart-city-sleman" else [10, 20, 30, 20, 20])
    assert of.root.missing is index.MissingRule.REQUIRE
    assert (of.scale.minimum, of.scale.maximum, of.decimals) == (0, 4, 2)
    assert of.scale.minimum_source == of.rounding_source == index.ASSUMPTION
    assert [child.code for child in of.node("output").children] == [
        "output_policy",
        "output_institutions",
        "output_budget",
    ]
    assert [child.code for child in of.node("outcome").children] == [f"outcome_{pillar}" for pillar in PILLARS]
    assert all(len(pillar.children) == 3 for pillar in of.node("outcome").children)
    assert [child.code for child in of.node("impact").children] == [f"impact_{pillar}" for pillar in PILLARS]
    assert len(of.node("quick_win").children) == 10
    assert of.node("baseline").meaning
    for node in of.nodes:
        assert node.is_leaf or node.missing_source == index.ASSUMPTION
        assert node.mark is None or node.mark.source == index.ASSUMPTION


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a_source_speaks_of_the_year_of_the_instrument(name: str) -> None:
    of = INSTRUMENTS[name]
    undated = {None: {None}, 2022: {2022, None}}
    assert {SPEAKS_OF[source.split("/")[2]] for source in of.sources} <= undated.get(of.year, {of.year})
    weights_are_printed = of.year in (2021, None)
    assert (of.root.weights_source != index.ASSUMPTION) is weights_are_printed
    assert all(child.source == index.ASSUMPTION for child in of.node("impact").children) is (of.year != 2023)


@pytest.mark.parametrize(
    ("name", "row", "exact"),
    [
        ("smart-city-2023", TANGERANG_2023, "3.354"),
        ("smart-city-2022", KEDIRI_2022, "3.315"),
        ("smart-city-2024", JAMBI_2024, "3.475"),
        ("smart-city-sleman", TANGERANG_2023, "3.261"),
        ("smart-city-sleman", KEDIRI_2022, "3.257"),
        ("smart-city-sleman", JAMBI_2024, "3.503"),
    ],
)
def test_the_rows_that_they_reproduce_or_do_not(name: str, row: dict[str, Decimal], exact: str) -> None:
    assert index.score(INSTRUMENTS[name], row).final == Fraction(exact)


def test_scoring_from_the_leaves() -> None:
    of = INSTRUMENTS["smart-city-2023"]
    answers: dict[str, index.Answer] = {}
    for leaf in of.leaves:
        if isinstance(leaf.mark, index.RatioMark):
            answers[leaf.code] = index.Ratio(Decimal(9), Decimal(10))
        else:
            answers[leaf.code] = Decimal(3)
    result = index.score(of, answers)
    assert (result.score("outcome"), result.score("impact")) == (4, 3)
    assert result.final == Fraction(3) * Fraction(7, 10) + Fraction(4) * Fraction(3, 10)
    del answers["outcome_governance_bureaucracy"], answers["output_policy_data"]
    result = index.score(of, answers)
    assert result.score("outcome") == 4
    assert result.score("output_policy") == Fraction(9, 4)
    del answers["impact_living"]
    assert index.score(of, answers).final is index.NoScore.INCOMPLETE


def test_percentages_printed_in_whole_numbers_fall_into_one_band() -> None:
    of = INSTRUMENTS["smart-city-2023"]
    code = "outcome_living_health"
    marks = {p: index.score(of, {code: Decimal(p)}).score(code) for p in (0, 25, 26, 50, 51, 75, 76, 100)}
    assert list(marks.values()) == [1, 1, 2, 2, 3, 3, 4, 4]
