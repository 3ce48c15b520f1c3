from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from pilar.index import Improvement, NoScore, improvement, rank, rank_within

SCORES = {"a": Fraction(10, 3), "b": Fraction(7, 2), "c": NoScore.BLANK, "d": Fraction(7, 2), "e": Fraction("3.3333")}


def test_ties_share_a_rank() -> None:
    assert rank(SCORES) == {"a": 3, "b": 1, "c": None, "d": 1, "e": 4}
    assert rank(SCORES, "dense") == {"a": 2, "b": 1, "c": None, "d": 1, "e": 3}
    assert list(rank(SCORES)) == list(SCORES)
    assert rank({}) == {}
    with pytest.raises(ValueError, match="other"):
        rank(SCORES, "other")


def test_ranks_come_from_unrounded_values() -> None:
    assert rank({"a": Fraction("3.4849"), "b": Fraction("3.4851")}) == {"a": 2, "b": 1}


def test_ranks_within_a_place() -> None:
    provinces = {"a": "35", "b": "36", "c": "36", "d": "35", "e": "35"}
    assert rank_within(SCORES, provinces) == {"a": 2, "b": 1, "c": None, "d": 1, "e": 3}
    tied = {"a": Fraction(7, 2), "d": Fraction(7, 2), "e": Fraction(3)}
    assert rank_within(tied, provinces, "dense") == {"a": 1, "d": 1, "e": 2}
    assert list(rank_within(SCORES, provinces)) == list(SCORES)
    with pytest.raises(KeyError):
        rank_within(SCORES, {"a": "35"})


def test_improvement_is_signed_and_may_be_absent() -> None:
    assert improvement(Decimal("3.35"), Decimal("3.23"), same_instrument=True) == Improvement(Decimal("0.12"), True)
    assert improvement(Decimal("3.17"), Decimal("3.21"), same_instrument=True).value == Decimal("-0.04")
    assert improvement(Decimal("3.35"), None, same_instrument=True) == Improvement(None, False)
    assert improvement(NoScore.BLANK, Decimal(3), same_instrument=True) == Improvement(None, False)
    assert improvement(Decimal(3), NoScore.BLANK, same_instrument=True) == Improvement(None, False)
    assert improvement(Decimal("3.35"), Decimal("3.23"), same_instrument=False) == Improvement(Decimal("0.12"), False)


def test_scores_that_are_one_float_keep_their_order() -> None:
    least = Fraction(1, 10**30)
    close = {"a": 3 - least, "b": Fraction(3), "c": 3 + least, "d": Decimal(3)}
    assert len(set(map(float, close.values()))) == 1
    assert rank(close) == {"a": 4, "b": 2, "c": 1, "d": 2}
    assert rank({"a": Fraction(10**400), "b": Fraction(10**401), "c": Fraction(-(10**400))}) == {"a": 2, "b": 1, "c": 3}
