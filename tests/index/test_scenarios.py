from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from index.trees import five_dimensions, instrument, node
from pilar import index
from pilar.index.scenarios import ScenarioFaults, compare_scenario, draft_instrument, rebalanced

FILE = Path(__file__).parents[2] / "data" / "instruments" / "smart-city-2023.yaml"
FAIR = index.Predicate("fair", {}, Decimal("2.5"))


def test_a_draft_is_an_instrument_of_its_own_that_claims_less() -> None:
    of = index.read_instrument(FILE)
    draft = draft_instrument(of, {"impact": Decimal(30), "outcome": Decimal(20)})
    assert index.compare(of, draft) == (
        index.Difference("", "version", "1.1", "1.1.1"),
        index.Difference("", "status", "confirmed", "inferred"),
        index.Difference("final/outcome", "weight", "30", "20"),
        index.Difference("final/impact", "weight", "20", "30"),
    )
    assert draft.sha256 != of.sha256
    assert draft_instrument(of, {"impact": Decimal(20)}, version="1.1").sha256 == of.sha256


def test_a_changed_weight_has_no_source_any_more() -> None:
    root = node("final", None, node("a", 50), node("b", 50), weights_source="https://example.org/letter")
    draft = draft_instrument(instrument(root), {"a": Decimal(60), "b": Decimal(40)})
    assert draft.root.weights_source == "assumption"


def test_every_fault_of_the_weights_at_once() -> None:
    of = instrument(node("final", None, node("g", 40, node("a"), node("b")), node("h", 60, node("c", 100))))
    with pytest.raises(ScenarioFaults) as caught:
        draft_instrument(
            of,
            {
                "nobody": Decimal(1),
                "final": Decimal(1),
                "c": Decimal(-1),
                "a": Decimal(70),
                "g": Decimal("40.5"),
                "h": Decimal("60"),
            },
        )
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [
        ("unknown-node", "nobody"),
        ("root-weight", "final"),
        ("negative-weight", "final/h/c"),
        ("weights-sum", "final"),
        ("weights-partly", "final/g"),
    ]
    with pytest.raises(ScenarioFaults, match="at most 12 decimals"):
        draft_instrument(of, {"g": Decimal("NaN")})


def test_the_others_keep_their_proportions_and_all_sum_to_100() -> None:
    assert rebalanced(five_dimensions(), "impact", Decimal(28)) == {
        "baseline": Decimal("9.00"),
        "output": Decimal("18.00"),
        "outcome": Decimal("27.00"),
        "impact": Decimal(28),
        "quick_win": Decimal("18.00"),
    }
    thirds = instrument(node("final", None, node("a"), node("b"), node("c"), node("d")))
    assert rebalanced(thirds, "a", Decimal(0)) == {
        "a": Decimal(0),
        "b": Decimal("33.34"),
        "c": Decimal("33.33"),
        "d": Decimal("33.33"),
    }
    odd = rebalanced(thirds, "a", Decimal("0.0005"))
    assert sum(odd.values()) == 100
    draft_instrument(thirds, odd)
    with pytest.raises(ScenarioFaults):
        rebalanced(thirds, "a", Decimal(101))


def test_who_moves() -> None:
    """a high, b low, and the other way round; the third is in the middle and the fourth has no final."""
    of = instrument(node("final", None, node("a", 60), node("b", 40)), predicates=(FAIR,))
    answers = {
        "first": {"a": Decimal(4), "b": Decimal(1)},
        "second": {"a": Decimal(1), "b": Decimal(4)},
        "third": {"a": Decimal("2.5"), "b": Decimal("2.5")},
        "none": {"a": Decimal(4)},
    }
    draft = draft_instrument(of, {"a": Decimal(40), "b": Decimal(60)})
    found = compare_scenario(of, draft, answers)
    assert found.draft is draft
    first = found.moves["first"]
    assert (first.before, first.after, first.difference) == (Fraction("2.8"), Fraction("2.2"), Fraction("-0.6"))
    assert (first.rank_before, first.rank_after, first.places) == (1, 3, 2)
    assert (first.predicate_before, first.predicate_after) == (FAIR, None)
    assert found.movers == ("first", "second")
    assert found.new_predicates == ("first", "second")
    assert found.mean_rank_shift == Fraction(4, 3)
    none = found.moves["none"]
    assert (none.rank_after, none.places, none.difference) == (None, None, None)
    apart = compare_scenario(of, draft, answers, groups={"first": 1, "second": 2, "third": 2, "none": 1})
    assert apart.movers == ("second", "third")
