"""What the published figures allow: Kabupaten Tangerang 2023, and tables with more or less than that."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from index.trees import DIMENSIONS, TANGERANG_2023, five_dimensions
from pilar import index
from pilar.index.change import ChangeFaults, PublishedYear, explain_published

INSTRUMENTS = Path(__file__).parents[3] / "data" / "instruments"
FINAL, BEFORE = Decimal("3.35"), Decimal("3.23")  # the printed improvement of 2023 is 0.12


def year(number: int) -> index.Instrument:
    return index.read_instrument(INSTRUMENTS / f"smart-city-{number}.yaml")


def test_tangerang_2023() -> None:
    found = explain_published(PublishedYear(year(2022), BEFORE, {}), PublishedYear(year(2023), FINAL, TANGERANG_2023))
    assert (found.change, found.slack) == (Decimal("0.12"), Fraction(1, 100))
    assert (found.weights, found.missing) == (0, 0)
    assert found.unknown == Fraction("0.12")
    assert [(part.code, part.part) for part in found.parts] == [(code, None) for code in DIMENSIONS]
    impact = found.parts[3]
    # Nothing above 4 last year: at worst 0.2·(2.735 - 4). At best the others fell from 4:
    # 0.13 + 0.1·0.125 + 0.2·0.745 + 0.3·0.565 + 0.2·0.335.
    assert (impact.lowest, impact.highest) == (Fraction("-0.253"), Fraction("0.528"))
    assert [remark.code for remark in found.remarks] == [
        "printed",
        "same-weights",
        "not-printed",
        "below",
        "assumed",
    ]
    assert found.remarks[2].text() == (
        "The earlier scores of baseline, output, outcome, impact, quick_win are not printed: together they changed the "
        "final by about 0.12, but which of them rose and which fell is not known."
    )


@pytest.mark.parametrize("end", ["0", "4"])
def test_a_score_at_an_end_of_the_scale_is_one(end: str) -> None:
    printed = PublishedYear(year(2023), Decimal(end), dict.fromkeys(DIMENSIONS, Decimal(end)))
    found = explain_published(PublishedYear(year(2022), Decimal(end), {}), printed)
    assert (found.change, found.unknown) == (0, 0)


def test_the_dimensions_that_are_printed_for_both_years_are_known() -> None:
    before = {"baseline": Decimal("3.60"), "impact": Decimal("2.24")}
    found = explain_published(
        PublishedYear(year(2022), BEFORE, before), PublishedYear(year(2023), FINAL, TANGERANG_2023)
    )
    known = {part.code: part.part for part in found.parts if part.part is not None}
    assert known == {"baseline": Fraction("0.028"), "impact": Fraction("0.1")}
    assert found.unknown == Fraction("0.12") - Fraction("0.128")


def test_a_single_one_that_is_not_printed_follows_from_the_rest() -> None:
    before = {code: value for code, value in TANGERANG_2023.items() if code != "impact"}
    found = explain_published(
        PublishedYear(year(2022), BEFORE, before), PublishedYear(year(2023), FINAL, TANGERANG_2023)
    )
    impact = found.parts[3]
    assert (impact.part, impact.lowest, impact.highest) == (None, Fraction("0.11"), Fraction("0.13"))
    assert "one-derived" in [remark.code for remark in found.remarks]


def test_nothing_is_unknown_when_all_is_printed() -> None:
    found = explain_published(
        PublishedYear(year(2022), FINAL, TANGERANG_2023), PublishedYear(year(2023), FINAL, TANGERANG_2023)
    )
    assert found.unknown == 0
    assert {part.part for part in found.parts} == {0}


@pytest.mark.parametrize(
    ("before", "nodes", "code"),
    [
        (five_dimensions(), {}, "no-nodes"),
        (five_dimensions((20, 20, 20, 20, 20)), TANGERANG_2023, "other-rules"),
        (five_dimensions(missing=index.MissingRule.REWEIGHT), TANGERANG_2023, "not-a-sum"),
    ],
)
def test_what_moved_is_not_known(before: index.Instrument, nodes: dict[str, Decimal], code: str) -> None:
    found = explain_published(PublishedYear(before, BEFORE, {}), PublishedYear(five_dimensions(), FINAL, nodes))
    assert (found.change, found.parts, found.unknown, found.weights) == (Decimal("0.12"), (), None, None)
    assert [remark.code for remark in found.remarks] == ["printed", code]


def test_figures_that_cannot_be() -> None:
    with pytest.raises(ChangeFaults) as caught:
        explain_published(
            PublishedYear(five_dimensions(), Decimal("4.2"), {"nobody": Decimal(1)}),
            PublishedYear(five_dimensions(), FINAL, {"impact": Decimal(-1)}),
        )
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [
        ("out-of-scale", "test, final"),
        ("unknown-node", "test, nobody"),
        ("out-of-scale", "test, impact"),
    ]
