from __future__ import annotations

from fractions import Fraction

from pilar.index import NoScore
from pilar.index.change import RankChange, rank_changes


def scores(**given: float) -> dict[str, Fraction]:
    return {key: Fraction(value) for key, value in given.items()}


def test_standing_still_while_others_pass() -> None:
    found = rank_changes(scores(me=2, a=1, b=1), scores(me=2, a=3, b=3))
    assert found["me"] == RankChange(1, 3, Fraction(0), Fraction(2), Fraction(0))


def test_own_rise_against_others_rise() -> None:
    """From 2 to 2, between a (3, later 5) and b (1, later 3): alone to 4 it would be first, standing still third."""
    found = rank_changes(scores(me=2, a=3, b=1), scores(me=4, a=5, b=3))
    assert found["me"] == RankChange(2, 2, Fraction(-1), Fraction(1), Fraction(0))


def test_who_joins_above_is_company() -> None:
    found = rank_changes(scores(me=2, a=3), {**scores(me=2, a=3, b=4), "c": NoScore.BLANK})
    assert found["me"] == RankChange(2, 3, Fraction(0), Fraction(0), Fraction(1))
    assert found["b"] is None
    assert found["c"] is None
