"""The path of a number: mark, node, final, with weights, contributions and the rules that filled gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pilar.index.instrument import Aggregation, MissingRule, Node
from pilar.index.means import mean, parts
from pilar.index.numbers import NoScore, round_published
from pilar.index.plan import Plan


@dataclass(frozen=True)
class Explained:
    """One node on the path.

    ``weight``: as the instrument gives it (``None`` at the root and among equal siblings). ``effective_weight``: the
    node's weight in the final, after re-weighting; those of the answered nodes and of the gaps that count as the
    lowest score sum to 1. ``contribution``: what of the final comes from here; the contributions of those same nodes
    sum exactly to the final (below weighted means it is effective weight times score). ``rule``: at a gap, the missing
    rule of the parent that dealt with it. Nothing is listed below an answered or a blank node.
    """

    node: Node
    score: Fraction | NoScore
    published: Decimal | NoScore
    weight: Decimal | None
    effective_weight: Fraction
    contribution: Fraction | NoScore
    rule: str
    children: tuple[Explained, ...]

    def walk(self) -> Iterator[Explained]:
        """This node and all below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


def explain(plan: Plan, answers: Sequence[Any]) -> Explained:
    """The whole path of the final of one unit."""
    root = plan.instrument.root
    final = plan.score(root.code, answers)
    path = _Path(plan, answers, final if isinstance(final, NoScore) else None)
    gain = Fraction(0) if isinstance(final, NoScore) else Fraction(1)
    return path.explained(root, _Flow(gain, gain))


@dataclass(frozen=True)
class _Flow:
    """The flow that reaches a node from above: its weight in the final, and its contribution per unit of its score."""

    weight: Fraction
    gain: Fraction


NOTHING = _Flow(Fraction(0), Fraction(0))


@dataclass(frozen=True)
class _Path:
    plan: Plan
    answers: Sequence[Any]
    absent: NoScore | None

    def explained(self, node: Node, flow: _Flow, rule: str = "") -> Explained:
        instrument = self.plan.instrument
        score = self.plan.score(node.code, self.answers)
        if rule == MissingRule.ZERO:
            score = Fraction(instrument.scale.minimum)
        if isinstance(score, NoScore):
            published: Decimal | NoScore = score
            contribution = Fraction(0)
        else:
            published = round_published(score, instrument.decimals, instrument.rounding)
            contribution = flow.gain * score
        return Explained(
            node=node,
            score=score,
            published=published,
            weight=node.weight,
            effective_weight=flow.weight,
            contribution=contribution if self.absent is None else self.absent,
            rule=rule,
            children=tuple(self._children(node, flow)),
        )

    def _children(self, node: Node, flow: _Flow) -> Iterator[Explained]:
        if node.code in self.plan.codes or self.plan.unscored.get(node.code) is NoScore.BLANK:
            return
        terms = self.plan.terms.get(node.code, ())
        flows = dict(zip((term.node.code for term in terms), self._flows(node, flow), strict=True))
        for child, share in zip(node.children, node.shares, strict=True):
            gap = bool(share) and child.code in self.plan.unscored
            yield self.explained(child, flows.get(child.code, NOTHING), node.missing.value if gap else "")

    def _flows(self, node: Node, flow: _Flow) -> Iterator[_Flow]:
        """Return how a node's contribution divides among its terms; nothing where it has no score."""
        terms = self.plan.terms.get(node.code, ())
        if node.aggregation is Aggregation.WEIGHTED or not terms:
            for term in terms:
                yield _Flow(flow.weight * term.share, flow.gain * term.share)
            return
        weighted = self.plan.weighted(node.code, self.answers)
        contribution = flow.gain * mean(node, weighted)
        for (share, value), part in zip(weighted, parts(node, weighted), strict=True):
            yield _Flow(flow.weight * share, contribution * part / value if value else Fraction(0))
