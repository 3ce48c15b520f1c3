"""The Shapley value: a change that has several causes, divided among them with no rest and no order preferred.

Source: L. S. Shapley, A value for n-person games, in Contributions to the Theory of Games II (1953). Its use to
divide a change among causes: A. F. Shorrocks, Decomposition procedures for distributional analysis: a unified framework
based on the Shapley value, Journal of Economic Inequality 11 (2013).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TypeVar

Player = TypeVar("Player")


def contexts(player: Player, players: Sequence[Player]) -> Iterator[tuple[frozenset[Player], Fraction]]:
    """Each set S of the other players with its weight |S|!·(n - |S| - 1)!/n!, the share of the orders in which
    exactly S comes before the player. The weights sum to 1.
    """
    others = [other for other in players if other != player]
    for size in range(len(players)):
        weight = Fraction(factorial(size) * factorial(len(others) - size), factorial(len(players)))
        for before in combinations(others, size):
            yield frozenset(before), weight


def shapley(players: Sequence[Player], worth: Callable[[frozenset[Player]], Fraction]) -> dict[Player, Fraction]:
    """Each player's part of ``worth`` of all less ``worth`` of none: its mean gain over all orders of the players."""
    return {
        player: sum(
            (weight * (worth(before | {player}) - worth(before)) for before, weight in contexts(player, players)),
            Fraction(0),
        )
        for player in players
    }
