"""Cheapest steps worked by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from index.trees import SMALL, TANGERANG_2023, five_dimensions, instrument, node
from pilar import index
from pilar.index import Level, LevelMark, Predicate
from pilar.index.next_steps import (
    Conditions,
    Final,
    Gain,
    NextSteps,
    OutOfReach,
    Reach,
    StepsFaults,
    next_steps,
)

LEVELS = LevelMark(tuple(Level(Decimal(value), {}) for value in range(5)), "assumption")
FAIR = Predicate("fair", {}, Decimal("2.5"))


def leaves(weights: dict[str, int], **settings: object) -> index.Instrument:
    rules = {key: settings.pop(key) for key in ("missing", "aggregation") if key in settings}
    children = [node(code, weight, mark=LEVELS) for code, weight in weights.items()]
    return instrument(node("final", None, *children, **rules), **settings)


ABC = leaves({"a": 50, "b": 30, "c": 20}, predicates=(FAIR,))
ONES = {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)}


def taken(found: NextSteps | OutOfReach) -> dict[str, int]:
    assert isinstance(found, NextSteps)
    return {step.code: int(step.after) for step in found.steps}


def test_the_heaviest_indicator_first_when_every_step_costs_the_same() -> None:
    found = next_steps(ABC, ONES, Gain(Decimal("0.8")))
    assert taken(found) == {"a": 3}
    assert (found.final, found.effort, found.published) == (2, 2, Decimal("2.00"))
    assert found.proven


def test_efforts_turn_the_choice() -> None:
    """a costs 9 a step, b 2 and c 1: 0.6 by three steps of c, where 0.3 + 0.2 by one of each costs as much."""
    found = next_steps(ABC, ONES, Gain(Decimal("0.5")), Conditions(efforts={"a": 9, "b": 2}))
    assert taken(found) == {"c": 4}
    assert found.effort == 3


def test_a_step_may_cost_more_than_the_one_before() -> None:
    found = next_steps(ABC, ONES, Gain(Decimal(1)), Conditions(efforts={"a": [1, 5, 9], "b": 2, "c": 2}))
    assert taken(found) == {"a": 2, "b": 3}
    assert found.effort == 5
    assert [step.gain for step in found.steps] == [Fraction("0.5"), Fraction("0.6")]


def test_the_rounding_edge_is_exact() -> None:
    """Finals of 1.995 and 2.005: half-up goes up from both, half-even only to an even digit."""
    exact = instrument(node("final", None, node("a", "0.5", mark=LEVELS), node("b", "99.5", mark=LEVELS)))
    given = {"a": Decimal(1), "b": Decimal(2)}  # 1.995, printed 2.00
    found = next_steps(exact, given, Final(Decimal("2.00")))
    assert taken(found) == {}
    even = instrument(
        node("final", None, node("a", "0.5", mark=LEVELS), node("b", "99.5", mark=LEVELS)),
        rounding=index.Rounding.HALF_EVEN,
        decimals=2,
    )
    assert taken(next_steps(even, given, Final(Decimal("2.00")))) == {}  # 2.00 is even: the edge rounds up to it
    lower = {"a": Decimal(3), "b": Decimal(2)}  # 2.005: half-up 2.01, half-even 2.00
    assert taken(next_steps(exact, lower, Final(Decimal("2.01")))) == {}
    only_a = Conditions(caps={"b": Decimal(2)})
    assert taken(next_steps(even, lower, Final(Decimal("2.01")), only_a)) == {"a": 4}


def test_a_predicate_is_reached_by_the_printed_final() -> None:
    found = next_steps(ABC, ONES, Reach("fair"))
    assert isinstance(found, NextSteps)
    assert found.effort == 3
    assert found.predicate == FAIR
    assert found.published >= FAIR.threshold
    assert index.score(ABC, found.answers).final == found.final


def test_what_cannot_be_reached_says_what_can() -> None:
    found = next_steps(ABC, ONES, Final(Decimal(4)), Conditions(caps={"a": Decimal(3)}))
    assert found == OutOfReach(Decimal("4.00"), Fraction("3.5"), Decimal("3.50"), FAIR, ())
    budget = Conditions(costs={"money": {"a": 3, "b": 2, "c": 2}}, budgets={"money": 4})
    assert next_steps(ABC, ONES, Final(Decimal(4)), budget) == OutOfReach(
        Decimal("4.00"), Fraction("1.6"), Decimal("1.60"), None, ()
    )
    nothing = next_steps(ABC, ONES, Final(Decimal(2)), Conditions(at_most=0))
    assert isinstance(nothing, OutOfReach)
    assert nothing.highest == 1


def test_a_budget_of_another_cost_and_of_indicators() -> None:
    conditions = Conditions(costs={"money": {"a": 3, "b": 1, "c": 1}}, budgets={"money": 4})
    found = next_steps(ABC, ONES, Gain(Decimal("0.8")), conditions)
    assert taken(found) == {"a": 2, "b": 2}
    assert found.costs == {"money": 4}
    one = next_steps(ABC, ONES, Gain(Decimal("0.8")), Conditions(efforts={"a": 5}, at_most=1))
    assert taken(one) == {"b": 4}


def test_what_is_reached_already_takes_no_step() -> None:
    found = next_steps(ABC, {code: Decimal(3) for code in "abc"}, Reach("fair"))
    assert isinstance(found, NextSteps)
    assert (found.steps, found.effort) == ((), 0)


def test_the_best_of_equal_cost_is_taken() -> None:
    """One step of a is enough, and so is one of b; a gives more."""
    assert taken(next_steps(ABC, ONES, Gain(Decimal("0.3")))) == {"a": 2}


def test_a_blank_that_counts_as_the_minimum_can_be_raised() -> None:
    of = leaves({"a": 50, "b": 50}, missing=index.MissingRule.ZERO)
    found = next_steps(of, {"a": Decimal(4)}, Gain(Decimal(1)))
    assert isinstance(found, NextSteps)
    assert [(step.code, step.before, step.after) for step in found.steps] == [("b", None, 2)]


def test_a_blank_that_is_re_weighted_stays_blank_and_is_named() -> None:
    of = leaves({"a": 50, "b": 30, "c": 20}, missing=index.MissingRule.REWEIGHT)
    found = next_steps(of, {"a": Decimal(1), "b": Decimal(1)}, Final(Decimal(4)))
    assert taken(found) == {"a": 4, "b": 4}
    assert found.open_blanks == ("c",)


def test_bands_ratios_and_surveys_step_to_the_next_edge() -> None:
    of = index.parse_instrument(SMALL.replace("geometric-mean", "weighted-mean"))
    answers = {
        "policy": Decimal(2),
        "poverty": index.Quantity(Decimal("12.5")),
        "programmes": index.Ratio(Decimal(20), Decimal(60)),
        "survey": Decimal("2.4"),
    }
    found = next_steps(of, answers, Final(Decimal("3.2")))
    assert isinstance(found, NextSteps)
    steps = {step.code: step for step in found.steps}
    assert (steps["poverty"].after, steps["poverty"].edge.quantity, steps["poverty"].edge.rise) == (4, 5, False)
    edge = steps["programmes"].edge
    assert (edge.quantity, edge.rise, edge.realised) == (50, True, 30)
    assert [steps["survey"].after, steps["survey"].steps] == [4, 2]
    # What the edges ask for gives the marks that were planned with.
    asked = {"policy": 2, "poverty": Decimal("4.99"), "programmes": index.Ratio(Decimal(30), Decimal(60)), "survey": 4}
    assert index.score(of, asked).final == found.final


def test_dimensions_alone_step_by_the_grain_that_is_asked_for() -> None:
    of = five_dimensions()
    given = dict.fromkeys(("baseline", "output", "outcome", "impact", "quick_win"), Decimal("3.25"))
    found = next_steps(of, given, Gain(Decimal("0.03")), Conditions(grains={"outcome": Decimal("0.1")}))
    assert isinstance(found, NextSteps)
    assert found.effort == 1
    assert [step.steps for step in found.steps] == [1]
    fine = next_steps(of, given, Gain(Decimal("0.03")), Conditions(grains=dict.fromkeys(given, Decimal("0.1"))))
    assert isinstance(fine, NextSteps)
    assert fine.effort == 2  # 3.3 and 3.4 of Outcome: 0.3 · 0.15 = 0.045


def test_every_fault_of_the_conditions_at_once() -> None:
    wrong = Conditions(
        efforts={"a": -1, "nobody": 1},
        costs={"money": {"b": 0.5}},  # type: ignore[dict-item]
        budgets={"days": 3},
        grains={"c": Decimal(0)},
    )
    with pytest.raises(StepsFaults) as caught:
        next_steps(ABC, ONES, Reach("best"), wrong)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [
        ("negative", "efforts, a"),
        ("unknown-node", "efforts, nobody"),
        ("negative", "money, b"),
        ("no-grain", "grains, c"),
        ("unknown-cost", "budgets, days"),
        ("unknown-predicate", "goal"),
    ]


def test_costs_for_too_few_steps_no_final_and_other_means() -> None:
    with pytest.raises(StepsFaults, match="efforts, a: a has 3 steps above its mark, but costs are given for 2"):
        next_steps(ABC, ONES, Gain(Decimal(1)), Conditions(efforts={"a": [1, 2]}))
    with pytest.raises(StepsFaults, match="no final"):
        next_steps(ABC, {}, Gain(Decimal(1)))
    with pytest.raises(StepsFaults, match="weighted"):
        next_steps(
            leaves({"a": 50, "b": 50}, aggregation=index.Aggregation.GEOMETRIC), {"a": 1, "b": 1}, Gain(Decimal(1))
        )


def test_tangerang_2023_to_the_next_predicate_in_tenths() -> None:
    """Ten steps end at 3.594, printed 3.59; the eleventh reaches 3.60."""
    of = five_dimensions()
    goal = Final(Decimal("3.60"))
    found = next_steps(of, TANGERANG_2023, goal, Conditions(grains=dict.fromkeys(TANGERANG_2023, Decimal("0.1"))))
    assert isinstance(found, NextSteps)
    assert [(step.code, step.after, step.steps) for step in found.steps] == [
        ("outcome", 4, 6),
        ("impact", Decimal("3.2"), 5),
    ]
    assert (found.final, found.published) == (Fraction("3.614"), Decimal("3.61"))
    ten = {**TANGERANG_2023, "outcome": Decimal(4), "impact": Decimal("3.1")}
    assert index.score(of, ten).published() == Decimal("3.59")
