"""What the solver's rounding would get wrong is mended exactly."""

from __future__ import annotations

from fractions import Fraction

from pilar.index.next_steps.programme import Column, Limits, cheapest, most

HAIR = Fraction(1, 10**12)


def column(ladder: int, gain: Fraction | int, effort: Fraction | int, **costs: Fraction | int) -> Column:
    return Column(ladder, Fraction(gain), {"effort": Fraction(effort), **{k: Fraction(v) for k, v in costs.items()}})


def chosen(columns: list[Column], needed: Fraction | int, limits: Limits | None = None) -> tuple[int, ...] | None:
    found = cheapest(columns, limits or Limits(), lambda gain: gain >= needed, Fraction(needed))
    return found.chosen if found else None


def test_a_hair_too_little_is_too_little() -> None:
    columns = [column(0, 2 - HAIR, 1), column(1, 2, 5), column(2, 1, 9)]
    assert chosen(columns, 2) == (1,)
    assert chosen(columns, 2 - HAIR) == (0,)


def test_a_hair_too_little_in_many_ways() -> None:
    """All pairs of the cheap ones fall short by a hair; the dear one is needed."""
    columns = [column(place, 1 - HAIR, 1) for place in range(6)] + [column(6, 1 + 4 * HAIR, 10)]
    best = cheapest(columns, Limits(), lambda gain: gain >= 2, Fraction(2))
    assert best is not None
    assert sum(columns[j].costs["effort"] for j in best.chosen) == 3  # three cheap ones, 3 - 3 hairs


def test_nothing_is_enough_by_a_hair() -> None:
    assert chosen([column(0, 1 - HAIR, 1), column(1, 1, 1)], 2) is None


def test_a_budget_passed_by_a_hair_is_passed() -> None:
    columns = [column(0, 3, 1, money=1 + HAIR), column(1, 2, 2, money=1)]
    limits = Limits({"money": Fraction(1)})
    assert chosen(columns, 2, limits) == (1,)
    assert most(columns, limits).chosen == (1,)
    assert most([], limits).chosen == ()


def test_a_rung_needs_the_one_below() -> None:
    """The second step of the ladder is free and large, the first dear: both or none."""
    columns = [column(0, 1, 9), column(0, 5, 0), column(1, 5, 10)]
    assert chosen(columns, 5) == (0, 1)
