"""The cheapest steps against trying every set of steps."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from index.trees import instrument, node
from kit.selection import examples
from pilar.index import Level, LevelMark, MissingRule, Rounding, round_published, score
from pilar.index.next_steps import Conditions, Final, NextSteps, OutOfReach, marginal_gains, next_steps

LEVELS = LevelMark(tuple(Level(Decimal(value), {}) for value in range(4)), "assumption")
law = settings(deadline=None, max_examples=examples(60))


@law
@given(st.data())
def test_nothing_cheaper_reaches_the_goal(data: st.DataObject) -> None:
    """Small trees, every combination of levels tried in exact fractions; the goal is often met on the very digit."""
    codes = "abcde"[: data.draw(st.integers(1, 5))]
    weights = [data.draw(st.sampled_from([1, 2, 3, 7, Decimal("0.5")])) for _ in codes]
    of = instrument(
        node(
            "final",
            None,
            *(node(c, w, mark=LEVELS) for c, w in zip(codes, weights, strict=True)),
            missing=MissingRule.REWEIGHT,
        ),
        maximum=3,
        rounding=data.draw(st.sampled_from(Rounding)),
        decimals=data.draw(st.integers(0, 2)),
    )
    answers = {code: Decimal(data.draw(st.integers(0, 3))) for code in codes}
    efforts = {code: data.draw(st.lists(st.integers(0, 4), min_size=3, max_size=3)) for code in codes}
    money = {code: data.draw(st.sampled_from([0, 1, Decimal("1.5")])) for code in codes}
    budgets = data.draw(st.sampled_from([{}, {"money": Decimal("2.5")}, {"effort": 3}]))
    target = round_published(
        score(of, {code: Decimal(data.draw(st.integers(0, 3))) for code in codes}).final, of.decimals, of.rounding
    )

    tried: list[tuple[int, Fraction]] = []
    highest = Fraction(-1)
    for marks in product(*(range(int(answers[code]), 4) for code in codes)):
        raised = dict(zip(codes, map(Decimal, marks), strict=True))
        result = score(of, raised)
        up = {code: int(raised[code] - answers[code]) for code in codes}
        effort = sum(sum(efforts[code][: up[code]]) for code in codes)
        spent = sum((Fraction(money[code]) * up[code] for code in codes), Fraction(0))
        if spent > budgets.get("money", 1000) or effort > budgets.get("effort", 1000):
            continue
        highest = max(highest, result.final)
        if result.published() >= target:
            tried.append((effort, result.final))
    found = next_steps(of, answers, Final(target), Conditions(efforts=efforts, costs={"money": money}, budgets=budgets))
    if not tried:
        assert isinstance(found, OutOfReach)
        assert found.highest == highest
        return
    assert isinstance(found, NextSteps)
    cheapest = min(effort for effort, _ in tried)
    assert found.effort == cheapest
    assert found.proven
    if found.steps:
        assert found.final == max(final for effort, final in tried if effort == cheapest)
    assert score(of, found.answers).published() == found.published >= target


@law
@given(st.data())
def test_one_step_gains_what_the_final_gains(data: st.DataObject) -> None:
    codes = "abcd"
    of = instrument(
        node(
            "final",
            None,
            *(node(c, data.draw(st.integers(1, 9)), mark=LEVELS) for c in codes),
            missing=data.draw(st.sampled_from([MissingRule.ZERO, MissingRule.REWEIGHT])),
        ),
        maximum=3,
    )
    answers = {code: data.draw(st.none() | st.integers(0, 3).map(Decimal)) for code in codes}
    before = score(of, answers).final
    for gain in marginal_gains(of, answers):
        if gain.next_rung:
            after = score(of, {**answers, gain.code: gain.next_rung.value}).final
            assert after - before == gain.gain
            assert gain.weight is not None
            assert gain.gain == gain.weight * (Fraction(gain.next_rung.value) - (gain.mark or 0))


@law
@given(st.data())
def test_a_higher_goal_never_costs_less(data: st.DataObject) -> None:
    codes = "abcdef"
    of = instrument(
        node("final", None, *(node(code, data.draw(st.integers(1, 9)), mark=LEVELS) for code in codes)), maximum=3
    )
    answers = {code: Decimal(data.draw(st.integers(0, 3))) for code in codes}
    conditions = Conditions(efforts={code: data.draw(st.integers(0, 9)) for code in codes})
    goals = sorted(data.draw(st.lists(st.decimals(min_value=0, max_value=3, places=2), min_size=2, max_size=4)))
    costs = [next_steps(of, answers, Final(goal), conditions) for goal in goals]
    efforts = [found.effort for found in costs if isinstance(found, NextSteps)]
    assert efforts == sorted(efforts)
    assert len(efforts) == len(goals)  # all marks at 3 reach any of them
