"""Decompose the change of a rank: own move, others' moves, and units that came or left."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from pilar.index.change.shapley import shapley
from pilar.index.instrument import Ties
from pilar.index.numbers import NoScore

Key = TypeVar("Key", bound=Hashable)
Exact = Fraction | Decimal


class Move(StrEnum):
    """The region whose move changes a rank."""

    OWN = "own"
    OTHERS = "others"
    COMPANY = "company"


@dataclass(frozen=True)
class RankChange:
    """A rank's change in places: below 0 is up. ``own`` + ``others`` + ``company`` = ``after`` - ``before``, exactly.

    ``own``: the unit's own score changed. ``others``: so did the scores of the units ranked in both years.
    ``company``: units were ranked that were not before, or no longer are.
    """

    before: int
    after: int
    own: Fraction
    others: Fraction
    company: Fraction


def rank_changes(
    before: Mapping[Key, Exact | NoScore],
    after: Mapping[Key, Exact | NoScore],
    ties: Ties | str = Ties.SHARED,
    *,
    of: Iterable[Key] | None = None,
) -> dict[Key, RankChange | None]:
    """The rank change of every unit of ``after``, or of those of ``of``; ``None`` where a year has no score of it.

    Give unrounded scores on one scale. A rank is 1 + the number of units (dense: of distinct scores) above. It is taken
    in the eight states in which own score, others' scores and company are of the one year or the other, and each cause
    has its Shapley value. A unit that was ranked in one year only has that year's score in every state.
    """
    old, new = (
        {key: score for key, score in year.items() if not isinstance(score, NoScore)} for year in (before, after)
    )
    tables = _tables(old, new, Ties(ties) is Ties.DENSE)
    changes: dict[Key, RankChange | None] = {}
    for key in after if of is None else of:
        if key not in old or key not in new:
            changes[key] = None
            continue
        own = old[key], new[key]
        parts = shapley(tuple(Move), lambda state, own=own: Fraction(_rank(tables, own, state)))  # type: ignore[misc]
        changes[key] = RankChange(
            _rank(tables, own, frozenset()),
            _rank(tables, own, frozenset(Move)),
            parts[Move.OWN],
            parts[Move.OTHERS],
            parts[Move.COMPANY],
        )
    return changes


@dataclass(frozen=True)
class _Table:
    """The scores of one state in order, and in dense ranking each once with how many units have it."""

    scores: list[Exact]
    distinct: list[Exact] | None


def _tables(old: Mapping[Key, Exact], new: Mapping[Key, Exact], dense: bool) -> dict[tuple[bool, bool], _Table]:
    """By (others' scores of the second year, company of the second year)."""
    tables = {}
    for moved in (False, True):
        taken, other = (new, old) if moved else (old, new)
        for joined in (False, True):
            scores = sorted(taken[key] if key in taken else other[key] for key in (new if joined else old))
            tables[moved, joined] = _Table(scores, list(dict.fromkeys(scores)) if dense else None)
    return tables


def _rank(tables: Mapping[tuple[bool, bool], _Table], own: tuple[Exact, Exact], state: frozenset[Move]) -> int:
    """1 + how many stand above; the unit itself, at its score among the others, does not stand above itself."""
    table = tables[Move.OTHERS in state, Move.COMPANY in state]
    score, listed = own[Move.OWN in state], own[Move.OTHERS in state]
    if table.distinct is None:
        return 1 + len(table.scores) - bisect_right(table.scores, score) - (listed > score)
    above = len(table.distinct) - bisect_right(table.distinct, score)
    alone = bisect_right(table.scores, listed) - bisect_left(table.scores, listed) == 1
    return 1 + above - (listed > score and alone)
