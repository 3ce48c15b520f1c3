from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from index.trees import SMALL, instrument, node
from pilar import index
from pilar.index.next_steps import BlankEffect, blank_effects, marginal_gains


def test_the_gain_of_a_step_is_the_effective_weight_after_re_weighting() -> None:
    """c is blank, so that a and b weigh 5/8 and 3/8."""
    of = instrument(
        node("final", None, node("a", 50), node("b", 30), node("c", 20), missing=index.MissingRule.REWEIGHT)
    )
    answers = {"a": Decimal("2.5"), "b": Decimal(1)}
    found = {gain.code: gain for gain in marginal_gains(of, answers)}
    assert (found["a"].weight, found["a"].gain, found["a"].highest_gain) == (
        Fraction(5, 8),
        Fraction(5, 16),
        Fraction(15, 16),
    )
    assert (found["b"].weight, found["b"].gain) == (Fraction(3, 8), Fraction(3, 8))
    assert list(found) == ["b", "a"]
    # (2.5·50 + 1·30)/80 = 1.9375; with c it is 0.8 of that plus 0.2·c, so c pays from 1.9375 on.
    assert blank_effects(of, answers) == (BlankEffect("c", Fraction("1.55"), Fraction("2.35"), Fraction("1.9375")),)


def test_below_another_mean_the_gain_is_scored() -> None:
    of = index.parse_instrument(SMALL)
    answers = {"policy": Decimal(2), "poverty": Decimal(3), "programmes": Decimal(60), "survey": Decimal(1)}
    found = {gain.code: gain for gain in marginal_gains(of, answers)}
    assert found["survey"].weight is None
    assert found["survey"].highest_gain == Fraction("0.3") * 2  # √(4·1) = 2 to √(4·4) = 4
    assert (found["poverty"].next_rung, found["poverty"].gain) == (None, 0)


def test_without_a_final_there_is_nothing_to_gain_from() -> None:
    of = instrument(node("final", None, node("a", 50), node("b", 50)))
    assert marginal_gains(of, {"a": Decimal(1)}) == ()
    assert blank_effects(of, {"a": Decimal(1)}) == ()
