"""Scenario before approval: other weights, and who would move. Nothing is stored; the draft can be.

Scores are exact, as published ones are, so ties and rounding edges are those that publication would show. How far a
move is within the noise of a rank is said by ``pilar.index.robustness`` and not here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Generic, TypeVar

from pilar.index.answers import Answer
from pilar.index.faults import Fault, IndexFaults
from pilar.index.instrument import ASSUMPTION, Instrument, Node, Predicate, Status
from pilar.index.numbers import NoScore
from pilar.index.ranking import rank, rank_within
from pilar.index.scoring import Result, score_all

Key = TypeVar("Key", bound=Hashable)
HUNDRED = Decimal(100)
DIGITS = 12  # what an instrument file takes after the decimal point


class ScenarioFaults(IndexFaults):
    """The weights of a scenario cannot be used."""


def draft_instrument(instrument: Instrument, weights: Mapping[str, Decimal], *, version: str = "") -> Instrument:
    """The instrument with other weights, by node code; the version is ``version``, or the old one with ``.1``.

    Nodes that are not named keep their weight, so siblings must be named until they sum to 100 again. Where a weight
    changed, its source is an assumption, and the draft is no longer confirmed by published results. Raises
    :class:`ScenarioFaults` with every fault at once.
    """
    faults = list(_faults(instrument, weights))
    if faults:
        raise ScenarioFaults(faults)
    root = _reweighted(instrument.root, weights)
    changed = any(instrument.node(code).weight != weight for code, weight in weights.items())
    status = Status.INFERRED if changed else instrument.status
    return replace(instrument, root=root, status=status, version=version or f"{instrument.version}.1")


def rebalanced(instrument: Instrument, code: str, weight: Decimal, *, decimals: int = 2) -> dict[str, Decimal]:
    """Weights of a node and its siblings when the node gets ``weight``: the others keep their proportions.

    They are rounded to ``decimals`` and sum to exactly 100: units that rounding down leaves over go to the largest
    remainders (Hamilton's method), the first sibling among equals. Raises :class:`ScenarioFaults` for a weight
    outside 0 to 100 and for a node without siblings; ``KeyError`` for the root.
    """
    parent = instrument.parents[code]
    others = [child.code for child in parent.children if child.code != code]
    shares = dict(zip((child.code for child in parent.children), parent.shares, strict=True))
    if not 0 <= weight <= HUNDRED or (not others and weight != HUNDRED):
        fault = Fault("weight-range", "The weight of %(node)s must lie between 0 and 100.", {"node": code}, code)
        raise ScenarioFaults([fault])
    unit = Fraction(1, 10**decimals)
    total = sum((shares[other] for other in others), Fraction(0))
    rest = Fraction(HUNDRED - weight)
    ideal = {other: rest * (shares[other] / total if total else Fraction(1, len(others))) / unit for other in others}
    units = {other: floor(value) for other, value in ideal.items()}
    left = rest / unit - sum(units.values())
    by_remainder = sorted(others, key=lambda other: units[other] - ideal[other])
    for other in by_remainder[: floor(left)]:
        units[other] += 1
    sums = {code: weight, **{other: Decimal(count).scaleb(-decimals) for other, count in units.items()}}
    short = HUNDRED - sum(sums.values())
    if short:  # a weight with more decimals than the others are given
        sums[by_remainder[0]] += short
    return {child.code: sums[child.code] for child in parent.children}


@dataclass(frozen=True)
class Move:
    """One unit before and under the scenario. Ranks are within its group, where groups were given."""

    before: Fraction | NoScore
    after: Fraction | NoScore
    published_before: Decimal | NoScore
    published_after: Decimal | NoScore
    rank_before: int | None
    rank_after: int | None
    predicate_before: Predicate | None
    predicate_after: Predicate | None

    @property
    def difference(self) -> Fraction | None:
        """The unrounded final's change; ``None`` without a score on either side."""
        if isinstance(self.before, NoScore) or isinstance(self.after, NoScore):
            return None
        return self.after - self.before

    @property
    def places(self) -> int | None:
        """The rank's change; below 0 is up."""
        return None if self.rank_before is None or self.rank_after is None else self.rank_after - self.rank_before


@dataclass(frozen=True)
class Scenario(Generic[Key]):
    """The units that would move. ``draft``: the instrument with the other weights, as it could be saved."""

    draft: Instrument
    moves: Mapping[Key, Move]

    @property
    def movers(self) -> tuple[Key, ...]:
        """The units whose rank changes, the longest way first, in the order given among equals."""
        moved = [key for key, move in self.moves.items() if move.places]
        return tuple(sorted(moved, key=lambda key: -abs(self.moves[key].places or 0)))

    @property
    def new_predicates(self) -> tuple[Key, ...]:
        """The units whose predicate changes."""
        return tuple(key for key, move in self.moves.items() if move.predicate_before != move.predicate_after)

    @property
    def mean_rank_shift(self) -> Fraction | None:
        """The mean of |rank after - rank before| over the units ranked on both sides; ``None`` if there are none.

        Source: M. Saisana, A. Saltelli and S. Tarantola, Uncertainty and sensitivity analysis techniques as tools for
        the quality assessment of composite indicators, Journal of the Royal Statistical Society A 168 (2005).
        """
        shifts = [abs(move.places) for move in self.moves.values() if move.places is not None]
        return Fraction(sum(shifts), len(shifts)) if shifts else None


def compare_scenario(
    instrument: Instrument,
    draft: Instrument,
    answers: Mapping[Key, Mapping[str, Answer | None]],
    *,
    groups: Mapping[Key, Hashable] | None = None,
) -> Scenario[Key]:
    """Score all units by both instruments, exactly. ``groups``: within which ranks count; all units together if none.

    Raises ScoringFaults for answers that either instrument cannot score.
    """
    sides = score_all(instrument, answers), score_all(draft, answers)
    ranks = [_ranks(side, groups, instrument) for side in sides]
    moves = {}
    for key, old in sides[0].items():
        new = sides[1][key]
        moves[key] = Move(
            before=old.final,
            after=new.final,
            published_before=old.published(),
            published_after=new.published(),
            rank_before=ranks[0][key],
            rank_after=ranks[1][key],
            predicate_before=old.predicate,
            predicate_after=new.predicate,
        )
    return Scenario(draft, moves)


def _ranks(
    results: Mapping[Key, Result], groups: Mapping[Key, Hashable] | None, instrument: Instrument
) -> dict[Key, int | None]:
    finals = {key: result.final for key, result in results.items()}
    return rank(finals, instrument.ties) if groups is None else rank_within(finals, groups, instrument.ties)


def _reweighted(node: Node, weights: Mapping[str, Decimal]) -> Node:
    children = tuple(_reweighted(child, weights) for child in node.children)
    changed = any(new.weight != old.weight for new, old in zip(children, node.children, strict=True))
    return replace(
        node,
        weight=weights.get(node.code, node.weight),
        children=children,
        weights_source=ASSUMPTION if changed else node.weights_source,
    )


def _faults(instrument: Instrument, weights: Mapping[str, Decimal]) -> Iterator[Fault]:
    """Faults of single weights, in the order given, then those of siblings together, in the order of the tree."""
    usable: dict[str, Decimal] = {}
    for code, weight in weights.items():
        fault = _weight_fault(instrument, code, weight)
        if fault is None:
            usable[code] = weight
        else:
            yield replace(fault, place=instrument.path(code) if code in instrument.by_code else code)
    for node in instrument.nodes:
        if any(child.code in usable for child in node.children) and all(
            child.code in usable or child.code not in weights for child in node.children
        ):
            yield from _sum_faults(instrument, node, [usable.get(child.code, child.weight) for child in node.children])


def _weight_fault(instrument: Instrument, code: str, weight: Decimal) -> Fault | None:
    if code not in instrument.by_code:
        return Fault("unknown-node", "The instrument has no node %(node)s.", {"node": code})
    if code == instrument.root.code:
        return Fault("root-weight", "The root of the tree has no weight.")
    if not isinstance(weight, Decimal) or not weight.is_finite() or -int(weight.as_tuple().exponent) > DIGITS:
        fields = {"digits": DIGITS}
        return Fault("weight-number", "A weight must be a number with at most %(digits)s decimals.", fields)
    return Fault("negative-weight", "A weight must not be below 0.") if weight < 0 else None


def _sum_faults(instrument: Instrument, parent: Node, weights: Sequence[Decimal | None]) -> Iterator[Fault]:
    place = instrument.path(parent.code)
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights):
        yield Fault("weights-partly", "Either all children have a weight or none has.", {}, place)
    elif sum(known) != HUNDRED:
        fields = {"sum": sum(known)}
        yield Fault("weights-sum", "The weights of the children sum to %(sum)s; they must sum to 100.", fields, place)
