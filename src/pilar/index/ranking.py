"""Ranks and the improvement on the previous year."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import TypeVar

from pilar.index.instrument import Ties
from pilar.index.numbers import NoScore

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Improvement:
    """This year's published final minus last year's (improvement).

    ``value`` is ``None`` for a unit without a previous final. ``comparable`` is false if there is no value, or if the
    two finals come from different instruments.
    """

    value: Decimal | None
    comparable: bool


def rank(scores: Mapping[Key, Fraction | Decimal | NoScore], ties: Ties | str = Ties.SHARED) -> dict[Key, int | None]:
    """Rank of each unit, 1 for the highest score, in the order given; ``None`` without a score.

    Give the unrounded scores: equal ones share a rank. ``ties``: after a tie 1, 1, 3 (shared) or 1, 1, 2 (dense).
    """
    known = sorted((score for score in scores.values() if not isinstance(score, NoScore)), key=_order, reverse=True)
    distinct = list(dict.fromkeys(known)) if Ties(ties) is Ties.DENSE else known
    places: dict[Fraction | Decimal, int] = {}
    for place, score in enumerate(distinct, 1):
        places.setdefault(score, place)
    return {key: None if isinstance(score, NoScore) else places[score] for key, score in scores.items()}


def _order(score: Fraction | Decimal) -> tuple[float, Fraction | Decimal]:
    """Order by the nearest float, and exactly where two have the same: no score changes its place by it."""
    try:
        return float(score), score
    except OverflowError:
        return (inf if score > 0 else -inf), score


def rank_within(
    scores: Mapping[Key, Fraction | Decimal | NoScore], place_of: Mapping[Key, Hashable], ties: Ties | str = Ties.SHARED
) -> dict[Key, int | None]:
    """Rank of each unit among those of its place (group, province), in the order given; else as :func:`rank`.

    ``place_of`` names the place of every unit; KeyError for one without.
    """
    places: dict[Hashable, dict[Key, Fraction | Decimal | NoScore]] = {}
    for key, score in scores.items():
        places.setdefault(place_of[key], {})[key] = score
    ranked = {key: place for among in places.values() for key, place in rank(among, ties).items()}
    return {key: ranked[key] for key in scores}


def improvement(final: Decimal | NoScore, previous: Decimal | NoScore | None, *, same_instrument: bool) -> Improvement:
    """The signed improvement, from published finals, since readers subtract the printed numbers."""
    if isinstance(final, NoScore) or previous is None or isinstance(previous, NoScore):
        return Improvement(None, False)
    return Improvement(final - previous, same_instrument)
