"""The Shapley value of a game whose value is known, and against every order tried."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

from pilar.index.change.shapley import contexts, shapley


def test_the_glove_game() -> None:
    """One left glove and two right ones, a pair being worth 1: 2/3 for the left, 1/6 for each right one."""

    def worth(gloves: frozenset[str]) -> Fraction:
        return Fraction("left" in gloves and len(gloves) > 1)

    found = shapley(("left", "right", "other right"), worth)
    assert found == {"left": Fraction(2, 3), "right": Fraction(1, 6), "other right": Fraction(1, 6)}


def test_it_is_the_mean_over_all_orders() -> None:
    players = "abcd"
    values = {
        frozenset(c for c in players if number >> "abcd".index(c) & 1): Fraction(number**3 % 17) for number in range(16)
    }
    orders = list(permutations(players))
    for player in players:
        gains = []
        for order in orders:
            before = frozenset(order[: order.index(player)])
            gains.append(values[before | {player}] - values[before])
        assert shapley(players, values.__getitem__)[player] == sum(gains) / len(orders)
    assert sum(weight for _, weight in contexts("a", players)) == 1
