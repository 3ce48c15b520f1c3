from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from index.trees import (
    DIMENSIONS,
    JAMBI_2024,
    KEDIRI_2022,
    SMALL,
    TANGERANG_2023,
    five_dimensions,
    instrument,
    known,
    node,
)
from pilar import index
from pilar.index import Aggregation, MissingRule, NoScore, Predicate

SMALL_INSTRUMENT = index.parse_instrument(SMALL)


def faults(of: index.Instrument, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(index.ScoringFaults) as caught:
        index.score(of, answers, unit="36.03")
    assert all(fault.fields["unit"] == "36.03" for fault in caught.value.faults)
    assert all(fault.place == f"36.03, {fault.fields['node']}" for fault in caught.value.faults)
    assert str(caught.value)
    return [(fault.code, fault.fields["node"]) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("answers", "exact", "rounded", "published"),
    [
        (TANGERANG_2023, "3.354", "3.35", "3.35"),
        (KEDIRI_2022, "3.315", "3.32", "3.31"),
        (JAMBI_2024, "3.475", "3.48", "3.48"),
    ],
)
def test_known_results(answers: dict[str, Decimal], exact: str, rounded: str, published: str) -> None:
    result = index.score(five_dimensions(), answers)
    assert result.final == Fraction(exact)
    assert index.decimal_text(known(result.final)) == exact
    assert str(result.published()) == rounded
    assert abs(known(result.final) - Fraction(published)) <= Fraction(1, 100)
    assert (result.observed, result.missing, result.lowest, result.highest) == (1, (), result.final, result.final)
    assert result.score("impact") == Fraction(answers["impact"])
    assert result.published("impact") == answers["impact"]
    with pytest.raises(KeyError):
        result.score("nothing")


def test_the_pillars_of_kediri_are_its_impact() -> None:
    pillars = ("governance", "branding", "economy", "society", "living", "environment")
    marks = (Fraction("2.75"), Fraction("2.75"), Fraction("3.5"), Fraction(10, 3), Fraction(10, 3), Fraction("2.75"))
    impact = instrument(node("final", None, *(node(pillar) for pillar in pillars)))
    result = index.score(impact, dict(zip(pillars, marks, strict=True)))
    assert result.final == Fraction(221, 72)
    assert index.decimal_text(known(result.final)).startswith("3.069")
    assert str(result.published()) == "3.07"


def test_half_even_rounding_and_decimals_of_the_instrument() -> None:
    of = instrument(node("final", None, node("a"), node("b")), rounding="half-even", decimals=1)
    assert str(index.score(of, {"a": 3, "b": Decimal("3.5")}).published()) == "3.2"


def test_predicates_compare_with_the_published_final() -> None:
    best = Predicate("very_good", {}, Decimal("3.6"))
    of = instrument(node("final"), predicates=(best,))
    assert index.score(of, {"final": Decimal("3.595")}).predicate is best
    assert index.score(of, {"final": Decimal("3.594")}).predicate is None
    assert index.score(of, {}).predicate is None


def test_answers_at_any_level() -> None:
    tree = node("final", None, node("a", 50), node("b", 50, node("c"), node("d", None, node("e"), node("f"))))
    of = instrument(tree)
    low = index.score(of, {"a": 1, "c": 2, "e": 3, "f": 4})
    assert low.final == Fraction(1, 2) + Fraction(1, 4) * 2 + Fraction(1, 8) * 7
    assert (low.score("d"), low.score("b")) == (Fraction(7, 2), Fraction(11, 4))
    high = index.score(of, {"b": Fraction(11, 4), "a": 1})
    assert high.final == low.final
    assert high.score("d") is NoScore.BLANK
    assert index.score(of, {"final": 3}).final == 3


def test_every_fault_of_a_call_is_told_with_its_unit_and_node() -> None:
    of = instrument(node("final", None, node("a", 50), node("b", 50, node("c"), node("d"))))
    assert faults(of, {"a": Decimal(5), "b": 1, "c": 2, "d": "x", "z": 1}) == [
        ("out-of-scale", "a"),
        ("mixed-levels", "c"),
        ("not-a-number", "d"),
        ("mixed-levels", "d"),
        ("unknown-node", "z"),
    ]
    assert faults(of, {"a": 1, "b": 1, "c": 2}) == [("mixed-levels", "c")]
    with pytest.raises(index.ScoringFaults) as caught:
        index.score_all(of, {"36.03": {"a": -1}, "36.71": {"a": 1}, 7: {"z": 1}})
    assert [fault.place for fault in caught.value.faults] == ["36.03, a", "7, z"]
    with pytest.raises(index.ScoringFaults) as caught:
        index.score(of, {"a": 9})
    assert caught.value.faults[0].place == "a"


@pytest.mark.parametrize(
    "answer",
    [
        3.0,
        float("nan"),
        "3",
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1e-600"),
        [],
        object(),
    ],
)
def test_what_is_no_number(answer: object) -> None:
    assert faults(five_dimensions(), {"impact": answer}) == [("not-a-number", "impact")]


def test_numbers_of_mixed_types_below_a_final_that_is_absent() -> None:
    of = instrument(node("final", None, node("a"), node("b", None, node("c"), node("d"))))
    result = index.score(of, {"c": Fraction(1, 3), "d": Decimal("0.5")})
    assert result.final is NoScore.INCOMPLETE
    assert result.score("b") == Fraction(5, 12)
    assert index.score(of, {"a": 1, "c": Fraction(1, 3), "d": Decimal("0.5")}).final == Fraction(17, 24)
    assert faults(of, {"c": 1, "d": 0.5}) == [("not-a-number", "d")]


def test_tiny_and_huge_numbers_are_refused_without_being_expanded() -> None:
    of = five_dimensions()
    assert faults(of, dict.fromkeys(DIMENSIONS, Decimal("1e-999999999"))) == [("not-a-number", d) for d in DIMENSIONS]
    assert faults(of, {"final": Decimal("1e-999999999")}) == [("not-a-number", "final")]
    assert faults(of, {"impact": Decimal("1e999999999")}) == [("not-a-number", "impact")]


def test_digits_are_never_lost() -> None:
    precise = Decimal("3." + "1" * 60)
    result = index.score(five_dimensions(), dict.fromkeys(DIMENSIONS, precise))
    assert result.final == Fraction(precise)


def test_blank_answers() -> None:
    result = index.score(five_dimensions(), {**TANGERANG_2023, "impact": None})
    assert result.final is NoScore.INCOMPLETE
    assert (result.missing, result.observed) == (("impact",), Fraction(4, 5))
    assert (result.published(), result.score("impact")) == (NoScore.INCOMPLETE, NoScore.BLANK)
    impact = Fraction(1, 5) * Fraction("2.74")
    assert result.lowest == Fraction("3.354") - impact
    assert result.highest == Fraction("3.354") - impact + Fraction(4, 5)
    nothing = index.score(five_dimensions(), {"impact": None})
    assert (nothing.final, nothing.missing, nothing.observed) == (NoScore.BLANK, ("final",), 0)
    assert (nothing.lowest, nothing.highest) == (0, 4)


def test_missing_rules() -> None:
    def final(rule: MissingRule, answers: dict[str, int], **more: Any) -> Fraction | NoScore:
        of = instrument(node("final", None, node("a", 75), node("b", 25), missing=rule, **more), 1, 4)
        return index.score(of, answers).final

    assert final(MissingRule.REQUIRE, {"a": 4}) is NoScore.INCOMPLETE
    assert final(MissingRule.REWEIGHT, {"a": 4}) == 4
    assert final(MissingRule.REWEIGHT, {"b": 3}, minimum_share=Decimal("0.25")) == 3
    assert final(MissingRule.REWEIGHT, {"b": 3}, minimum_share=Decimal("0.26")) is NoScore.TOO_LITTLE
    assert final(MissingRule.ZERO, {"a": 4}) == Fraction(3, 4) * 4 + Fraction(1, 4) * 1
    for rule in MissingRule:
        assert final(rule, {}) is NoScore.BLANK


def test_a_partly_answered_branch_under_each_rule_above() -> None:
    """``b`` has no score, since ``d`` is required; what is answered in it still counts as observed."""

    def result(rule: MissingRule) -> index.Result:
        branch = node("b", 50, node("c"), node("d"))
        return index.score(instrument(node("final", None, node("a", 50), branch, missing=rule)), {"a": 4, "c": 0})

    assert result(MissingRule.REQUIRE).final is NoScore.INCOMPLETE
    assert result(MissingRule.REWEIGHT).final == 4
    assert result(MissingRule.ZERO).final == 2
    assert result(MissingRule.ZERO).missing == ("d",)
    assert result(MissingRule.ZERO).observed == Fraction(3, 4)
    # The branch was left out, so the final lies above what any answer in it could give.
    assert (result(MissingRule.REWEIGHT).lowest, result(MissingRule.REWEIGHT).highest) == (2, 3)


def test_a_child_of_weight_zero_never_matters() -> None:
    of = instrument(node("final", None, node("a", 100), node("b", 0)))
    assert index.score(of, {"a": 3}).final == 3
    assert index.score(of, {"a": 3, "b": 0}).final == 3
    assert index.score(of, {"b": 3}).final is NoScore.INCOMPLETE
    geometric = instrument(node("final", None, node("a", 100), node("b", 0), aggregation=Aggregation.GEOMETRIC))
    assert index.score(geometric, {"a": 3, "b": 0}).final == 3


def test_weights_given_to_some_siblings_only_are_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="some children"):
        node("final", None, node("a", 1), node("b")).shares  # noqa: B018
    assert node("final").shares == ()


def test_nonlinear_means() -> None:
    def final(answers: dict[str, int], **rules: Any) -> Fraction:
        return known(index.score(instrument(node("final", None, node("a"), node("b"), **rules)), answers).final)

    assert final({"a": 1, "b": 4}, aggregation=Aggregation.GEOMETRIC) == 2
    assert final({"a": 1, "b": 4}, aggregation=Aggregation.HARMONIC) == Fraction(8, 5)
    assert final({"a": 1, "b": 4}, aggregation=Aggregation.POWER, power=Decimal(1)) == Fraction(5, 2)
    square = final({"a": 1, "b": 4}, aggregation=Aggregation.POWER, power=Decimal(2))
    assert abs(square**2 - Fraction(17, 2)) < Fraction(1, 10**48)
    root = final({"a": 1, "b": 4}, aggregation=Aggregation.POWER, power=Decimal("0.5"))
    assert root == Fraction(9, 4)
    assert final({"a": 0, "b": 0}, aggregation=Aggregation.POWER, power=Decimal(2)) == 0
    minus = final({"a": 1, "b": 4}, aggregation=Aggregation.POWER, power=Decimal(-1))
    assert abs(minus - Fraction(8, 5)) < Fraction(1, 10**48)
    third = index.score(
        instrument(node("final", None, node("a"), node("b"), aggregation=Aggregation.GEOMETRIC)),
        {"a": Fraction(10, 3), "b": Fraction(10, 3)},
    )
    assert third.final == Fraction(10, 3)


def test_nonlinear_means_with_missing_children_and_linear_ones_above() -> None:
    branch = node("b", 50, node("c"), node("d"), aggregation=Aggregation.HARMONIC, missing=MissingRule.REWEIGHT)
    of = instrument(node("final", None, node("a", 50), branch))
    assert index.score(of, {"a": 2, "c": 3}).final == Fraction(5, 2)
    assert index.score(of, {"a": 2, "c": 1, "d": 4}).final == Fraction(9, 5)
    assert index.score(of, {"a": 2, "c": 3}).lowest == 1
    filled = node("final", None, node("a"), node("b"), aggregation=Aggregation.HARMONIC, missing=MissingRule.ZERO)
    assert index.score(instrument(filled, 1, 4), {"a": 4}).final == Fraction(8, 5)


@pytest.mark.parametrize(
    "rules",
    [
        {"aggregation": Aggregation.GEOMETRIC},
        {"aggregation": Aggregation.HARMONIC},
        {"aggregation": Aggregation.POWER, "power": Decimal(-2)},
    ],
)
def test_a_zero_where_a_mean_has_no_place_for_it_names_node_and_unit(rules: dict[str, Any]) -> None:
    inner = node("b", None, node("c"), node("d"), **rules)
    of = instrument(node("final", None, node("a"), inner, **rules))
    assert faults(of, {"a": 1, "c": 0, "d": 4}) == [("zero-in-mean", "b")]
    assert faults(of, {"a": 0, "c": 1, "d": 4}) == [("zero-in-mean", "final")]
    with pytest.raises(index.ScoringFaults, match=r"36\.03, b: c is zero"):
        index.score_all(of, {"36.03": {"a": 1, "c": 0, "d": 4}})


def test_raw_answers_at_the_leaves() -> None:
    def mark(code: str, answer: Any) -> Fraction | NoScore:
        return index.score(SMALL_INSTRUMENT, {code: answer}).score(code)

    assert [mark("poverty", Decimal(q)) for q in ("0", "4.99", "5", "20.49", "20.5", "100")] == [4, 4, 2, 2, 0, 0]
    assert mark("poverty", index.Quantity(Decimal("5"))) == 2
    assert mark("poverty", index.Mark(Decimal("2.5"))) == Fraction(5, 2)
    ratios = [("0", "9"), ("4", "9"), ("9", "18"), ("9", "10"), ("11", "10")]
    assert [mark("programmes", index.Ratio(Decimal(r), Decimal(p))) for r, p in ratios] == [1, 1, 4, 4, 4]
    assert mark("programmes", Decimal("49.9")) == 1
    assert mark("programmes", index.Mark(3)) == 3
    assert mark("policy", Decimal("2.0")) == 2
    assert mark("survey", Fraction(10, 3)) == Fraction(10, 3)
    assert mark("people", index.Mark(Decimal("2.5"))) == Fraction(5, 2)


@pytest.mark.parametrize(
    ("code", "answer", "fault"),
    [
        ("poverty", Decimal("-0.1"), "outside-bands"),
        ("poverty", Decimal("100.1"), "outside-bands"),
        ("poverty", index.Ratio(Decimal(1), Decimal(2)), "not-a-ratio"),
        ("poverty", index.Quantity(Decimal("NaN")), "not-a-number"),
        ("poverty", index.Mark(Decimal(5)), "out-of-scale"),
        ("programmes", index.Quantity(Decimal(5)), "not-a-quantity"),
        ("programmes", index.Ratio(Decimal(1), Decimal(0)), "ratio"),
        ("programmes", index.Ratio(Decimal(-1), Decimal(2)), "ratio"),
        ("programmes", index.Ratio(Decimal(1), Decimal("NaN")), "not-a-number"),
        ("policy", Decimal("1.5"), "not-whole"),
        ("policy", Decimal(3), "out-of-scale"),
        ("policy", index.Quantity(Decimal(1)), "not-a-quantity"),
        ("survey", Decimal("0.5"), "out-of-scale"),
        ("people", index.Ratio(Decimal(1), Decimal(2)), "not-a-ratio"),
    ],
)
def test_raw_answers_that_are_refused(code: str, answer: Any, fault: str) -> None:
    assert faults(SMALL_INSTRUMENT, {code: answer}) == [(fault, code)]


def test_scoring_many_keeps_the_order_and_names_the_instrument() -> None:
    of = five_dimensions()
    results = index.score_all(of, {"c": TANGERANG_2023, "a": JAMBI_2024, "b": {}})
    assert list(results) == ["c", "a", "b"]
    assert {result.instrument for result in results.values()} == {of}
    assert index.rank({key: result.final for key, result in results.items()}) == {"c": 2, "a": 1, "b": None}


def test_a_single_answer_and_whole_numbers_as_int() -> None:
    of = instrument(node("final", None, node("a", 50), node("b", 50), missing=MissingRule.REWEIGHT))
    assert index.score(of, {"a": 3}).final == 3
    assert index.score(of, {"b": 4, "a": 3}).final == Fraction(7, 2)


def test_the_scores_of_all_branches_are_those_of_each() -> None:
    result = index.score(five_dimensions(), TANGERANG_2023)
    branches = [one.code for one in result.instrument.nodes if one.children]
    assert list(result.instrument.inner) == branches
    assert result.scores() == {code: result.score(code) for code in branches}
