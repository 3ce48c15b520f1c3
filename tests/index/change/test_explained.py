"""Changes worked by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from index.trees import SMALL, instrument, node
from pilar import index
from pilar.index import Instrument, Scale
from pilar.index.change import ChangeFaults, explain_change

A_B = {"a": Decimal(2), "b": Decimal(3)}


def flat(weights: dict[str, int], **rules: object) -> Instrument:
    return instrument(node("final", None, *(node(code, weight) for code, weight in weights.items()), **rules))


def test_weights_and_scores_share_their_common_part_equally() -> None:
    """2.5 to 3.0. Score of a first: +0.5, then weights 0; weights first: -0.1, then the score +0.6."""
    change = explain_change(
        (flat({"a": 50, "b": 50}), A_B), (flat({"a": 60, "b": 40}), {"a": Decimal(3), "b": Decimal(3)})
    )
    assert change.performance == {"a": Fraction("0.55"), "b": 0}
    assert change.weights == Fraction("-0.05")
    assert (change.missing, change.instrument) == (0, 0)
    assert (change.published, change.rounding) == (Decimal("0.50"), 0)


def test_leaving_out_the_weak_part_is_the_missing_rules_doing() -> None:
    of = flat({"a": 50, "b": 50}, missing=index.MissingRule.REWEIGHT)
    change = explain_change((of, A_B), (of, {"b": Decimal(3)}))
    assert (change.own, change.weights, change.missing, change.instrument) == (0, 0, Fraction(1, 2), 0)
    assert (change.now_blank, change.no_longer_blank) == (("a",), ())


def test_another_rule_for_blanks() -> None:
    reweight = flat({"a": 50, "b": 50}, missing=index.MissingRule.REWEIGHT)
    zero = flat({"a": 50, "b": 50}, missing=index.MissingRule.ZERO)
    change = explain_change((reweight, {"b": Decimal(3)}), (zero, {"b": Decimal(3)}))
    assert (change.total, change.missing) == (Fraction(-3, 2), Fraction(-3, 2))


def test_a_new_indicator_is_the_instruments_doing_and_weighs_what_it_weighs_now() -> None:
    """a and b keep their proportion, so that no weight changed: 2.5 to 0.5·2.5 + 0.5·4."""
    change = explain_change(
        (flat({"a": 50, "b": 50}), A_B), (flat({"a": 25, "b": 25, "c": 50}), {**A_B, "c": Decimal(4)})
    )
    assert (change.own, change.weights, change.missing) == (0, 0, 0)
    assert change.instrument == Fraction(3, 4)
    assert (change.added, change.removed, change.moved) == (("c",), (), ())


def test_a_moved_indicator() -> None:
    first = instrument(node("final", None, node("g", 50, node("a", 50), node("b", 50)), node("h", 50, node("c", 100))))
    second = instrument(node("final", None, node("g", 50, node("a", 100)), node("h", 50, node("b", 50), node("c", 50))))
    answers = {**A_B, "c": Decimal(1)}
    change = explain_change((first, answers), (second, answers))
    assert change.moved == ("b",)
    assert change.instrument == change.total == Fraction(2 - Fraction(5, 2), 2) + Fraction(2 - 1, 2)


def test_a_longer_scale_keeps_each_score_in_its_place() -> None:
    of = flat({"a": 50, "b": 50})
    longer = replace(of, scale=Scale(Decimal(0), Decimal(8)))
    change = explain_change((of, A_B), (longer, {"a": Decimal(4), "b": Decimal(7)}))
    assert change.instrument + change.own == Fraction(11, 2) - Fraction(5, 2)
    assert change.performance == {"a": 0, "b": Fraction(1, 2) * Fraction(1 + Fraction(1, 2), 2)}
    assert [remark.code for remark in change.remarks] == ["scale"]


def test_other_bands_for_the_same_quantity_are_the_instruments_doing() -> None:
    old = index.parse_instrument(SMALL)
    new = index.parse_instrument(SMALL.replace("{from: 0, to: 5, value: 4}", "{from: 0, to: 5, value: 3}"))
    answers = {
        "policy": Decimal(2),
        "poverty": index.Quantity(Decimal(4)),
        "programmes": index.Ratio(Decimal(9), Decimal(10)),
        "survey": Decimal(4),
    }
    change = explain_change((old, answers), (new, answers))
    assert (change.own, change.instrument) == (0, Fraction("-0.3"))
    worse = explain_change((old, answers), (new, {**answers, "poverty": index.Quantity(Decimal(6))}))
    assert worse.total == Fraction("-0.6")
    # From 4 or 3, by the bands of either year, down to 2 in both.
    assert (worse.own, worse.instrument) == (Fraction("-0.45"), Fraction("-0.15"))


def test_one_year_at_dimensions_and_the_other_at_indicators() -> None:
    of = instrument(node("final", None, node("g", 50, node("a", 50), node("b", 50)), node("h", 50)))
    change = explain_change((of, {"g": Decimal(2), "h": Decimal(2)}), (of, {**A_B, "h": Decimal(1)}))
    assert change.performance == {"g": Fraction(1, 4), "h": Fraction(-1, 2)}
    assert change.below("g") == Fraction(1, 4)
    assert change.below("final") == change.total


def test_a_geometric_mean_is_divided_by_logarithms() -> None:
    """From √(1·4) = 2 to √(4·4) = 4: all of it is of a."""
    of = flat({"a": 50, "b": 50}, aggregation=index.Aggregation.GEOMETRIC)
    change = explain_change((of, {"a": Decimal(1), "b": Decimal(4)}), (of, {"a": Decimal(4), "b": Decimal(4)}))
    assert change.performance == {"a": 2, "b": 0}
    # From √(1·4) to √(4·1): what a gains, b loses, as logarithms have it: 2·½·ln 4 each.
    turned = explain_change((of, {"a": Decimal(1), "b": Decimal(4)}), (of, {"a": Decimal(4), "b": Decimal(1)}))
    assert turned.performance["a"] == -turned.performance["b"]
    assert float(turned.performance["a"]) == pytest.approx(1.3862943611198906)


def test_a_year_without_a_final_is_told_with_its_region() -> None:
    of = flat({"a": 50, "b": 50})
    with pytest.raises(ChangeFaults) as caught:
        explain_change((of, {"a": Decimal(2)}), (of, {}), unit="36.03")
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("no-final", "36.03, final")] * 2
