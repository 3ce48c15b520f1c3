"""Peer groups: regions of the same kind, size and province, with a stated fall-back where there are too few, or those
nearest by figures that are known of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Generic, TypeVar

from pilar.index.faults import N_, Said
from pilar.index.instrument import Ties
from pilar.index.numbers import NoScore
from pilar.index.ranking import rank

Key = TypeVar("Key", bound=Hashable)


class Trait(StrEnum):
    """A trait that peers share: kind (kabupaten or kota), size band, province."""

    KIND = "kind"
    SIZE = "size"
    PROVINCE = "province"


FALL_BACK: tuple[tuple[Trait, ...], ...] = (
    (Trait.KIND, Trait.SIZE, Trait.PROVINCE),
    (Trait.KIND, Trait.SIZE),
    (Trait.KIND,),
    (),
)
"""Which traits are asked for, one set after the other, until enough regions share them. An assumption of ours."""
MINIMUM = 10
"""How many peers are enough. An assumption of ours."""


@dataclass(frozen=True)
class Traits:
    """The traits of one region; ``None`` where one is not known."""

    kind: Hashable | None = None
    size: Hashable | None = None
    province: Hashable | None = None

    def value(self, trait: Trait) -> Hashable | None:
        values: dict[Trait, Hashable | None] = {
            Trait.KIND: self.kind,
            Trait.SIZE: self.size,
            Trait.PROVINCE: self.province,
        }
        return values[trait]


class Dropped(Said):
    """The reason for which a set of traits was not used."""

    UNKNOWN = N_("One of these is not known of the region itself.")
    TOO_FEW = N_("Too few regions share all of these.")


@dataclass(frozen=True)
class Attempt:
    """A set of traits that was tried and dropped; ``count``: how many other regions share them, ``None`` if unknown."""

    traits: tuple[Trait, ...]
    count: int | None
    reason: Dropped


@dataclass(frozen=True)
class PeerGroup(Generic[Key]):
    """``members``: the peers of ``unit``, itself not among them, in the order given; ``shared``: the traits they share.

    ``dropped``: what was tried before, in order. ``enough`` is false if even the last set gave fewer than asked for.
    """

    unit: Key
    members: tuple[Key, ...]
    shared: tuple[Trait, ...]
    dropped: tuple[Attempt, ...]
    enough: bool


def peer_group(
    unit: Key,
    traits: Mapping[Key, Traits],
    *,
    minimum: int = MINIMUM,
    fall_back: Sequence[Sequence[Trait]] = FALL_BACK,
) -> PeerGroup[Key]:
    """The first set of ``fall_back`` that at least ``minimum`` other regions share with ``unit``, or the last.

    A region of which a trait is not known shares it with none. ``KeyError`` for a unit without traits, ``ValueError``
    for an empty ``fall_back``.
    """
    if not fall_back:
        raise ValueError("no set of traits was given")
    own = traits[unit]
    dropped: list[Attempt] = []
    for wanted in map(tuple, fall_back):
        known = all(own.value(trait) is not None for trait in wanted)
        members = tuple(
            key
            for key, other in traits.items()
            if key != unit and all(other.value(trait) == own.value(trait) for trait in wanted)
        )
        if known and len(members) >= minimum:
            return PeerGroup(unit, members, wanted, tuple(dropped), enough=True)
        reason = Dropped.TOO_FEW if known else Dropped.UNKNOWN
        dropped.append(Attempt(wanted, len(members) if known else None, reason))
    last = dropped.pop()
    return PeerGroup(unit, members if last.count is not None else (), last.traits, tuple(dropped), enough=False)


@dataclass(frozen=True)
class Nearest(Generic[Key]):
    """``members``: the nearest first, each with its distance; ``left_out``: of which a figure is not known."""

    members: tuple[Key, ...]
    distances: Mapping[Key, Fraction]
    left_out: tuple[Key, ...]


def nearest(unit: Key, figures: Mapping[Key, Sequence[Fraction | Decimal | None]], *, count: int) -> Nearest[Key]:
    """The ``count`` nearest to ``unit`` by one or several figures, all that there are if they are fewer.

    Each figure puts those of which all are known in an order, equal ones on the mean of their places. The distance is
    the number of places between two, summed over the figures: so no unit and no outlier weighs more than another. Equal
    distances keep the order given. ``KeyError`` for a unit that is not in ``figures``, ``ValueError`` if a figure of
    its own is not known.
    """
    if any(value is None for value in figures[unit]):
        raise ValueError("a figure of the unit itself is not known")
    known = {key: own for key, own in figures.items() if all(value is not None for value in own)}
    columns = list(zip(*known.values(), strict=True))
    distances = dict.fromkeys(known, Fraction(0))
    for column in columns:
        places = _places([Fraction(value) for value in column if value is not None])
        by_key = dict(zip(known, places, strict=True))
        for key, place in by_key.items():
            distances[key] += abs(place - by_key[unit])
    others = [key for key in known if key != unit]
    members = tuple(sorted(others, key=distances.__getitem__)[:count])
    left_out = tuple(key for key in figures if key not in known)
    return Nearest(members, {key: distances[key] for key in members}, left_out)


def _places(values: Sequence[Fraction]) -> list[Fraction]:
    """The place of each in rising order, from 0; equal ones share the mean of their places."""
    ordered = sorted(values)
    return [Fraction(bisect_left(ordered, value) + bisect_right(ordered, value) - 1, 2) for value in values]


def size_band(value: Decimal | int, edges: Sequence[Decimal | int]) -> int:
    """The number of the band that holds ``value``: 0 below the first edge; an edge belongs to the band above it.

    The edges are data with a source (population, budget). ``ValueError`` unless each is above the one before.
    """
    if any(low >= high for low, high in pairwise(edges)):
        raise ValueError("the edges of size bands must rise")
    return bisect_right(edges, value)


@dataclass(frozen=True)
class PeerComparison:
    """A region among its peers with a score. ``rank`` is among them and itself, ``None`` without a score of its own.

    ``median``: of the peers' scores, exact, ``None`` if none has a score; ``difference``: own score less the median.
    """

    rank: int | None
    ranked: int
    median: Fraction | None
    difference: Fraction | None


def compare_with_peers(
    scores: Mapping[Key, Fraction | NoScore], group: PeerGroup[Key], ties: Ties | str = Ties.SHARED
) -> PeerComparison:
    """Return where the unit of ``group`` stands by unrounded ``scores``; a region that is not in them has no score."""
    own = scores.get(group.unit, NoScore.BLANK)
    others = [score for key in group.members if isinstance(score := scores.get(key), Fraction)]
    middle = Fraction(median(others)) if others else None
    place = rank({0: own, **dict(enumerate(others, 1))}, ties)[0]
    known = isinstance(own, Fraction)
    return PeerComparison(
        rank=place,
        ranked=len(others) + known,
        median=middle,
        difference=own - middle if isinstance(own, Fraction) and middle is not None else None,
    )
