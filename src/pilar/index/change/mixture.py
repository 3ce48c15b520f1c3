"""Scores of a region in states that never were: some causes of a change as this year, the others as last year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from pilar.index.change.sides import Side, translated
from pilar.index.instrument import Instrument, MissingRule, Node
from pilar.index.means import mean


class Cause(StrEnum):
    """A cause by which a final can change.

    ``PERFORMANCE``: other scores of nodes that were answered in both years. ``WEIGHTS``: other proportions among
    siblings that both years have. ``MISSING``: other answers left out, or another rule for them. ``INSTRUMENT``: nodes
    added, removed or moved, other means, scale or bands.
    """

    PERFORMANCE = "performance"
    WEIGHTS = "weights"
    MISSING = "missing"
    INSTRUMENT = "instrument"


CAUSES = tuple(Cause)


@dataclass(frozen=True, eq=False)
class Scored:
    """One state, scored: the value of each node that has one and the terms (child, share, filled) of each mean.

    ``lenient``: some required part had no answer in this state, so that the rest was re-weighted.
    """

    final: Fraction
    values: Mapping[str, Fraction]
    terms: Mapping[str, tuple[tuple[str, Fraction, bool], ...]]
    instrument: Instrument
    lenient: bool


@dataclass(frozen=True, eq=False)
class Mixture:
    """Both years, ready to be mixed. A state is the set of the causes that stand as in the second year."""

    years: tuple[Side, Side]
    _kept: dict[frozenset[Cause], Scored] = field(default_factory=dict)

    def scored(self, state: frozenset[Cause]) -> Scored:
        """The state's scores.

        A required part may have no answer in a state that never was; then the rest is re-weighted, and if that leaves
        nothing, the blanks and at last the weights are those of the year whose instrument it is.
        """
        at = state & self._live
        if at not in self._kept:
            self._kept[at] = self._first(at)
        return self._kept[at]

    @cached_property
    def _live(self) -> frozenset[Cause]:
        """The causes that can matter: with one instrument and the same answers left out, only performance can."""
        first, second = self.years
        alike = first.instrument.sha256 == second.instrument.sha256 and first.marks.keys() == second.marks.keys()
        return frozenset({Cause.PERFORMANCE}) if alike else frozenset(CAUSES)

    def all(self) -> list[Scored]:
        """All states that were asked for so far."""
        return list(self._kept.values())

    def _first(self, state: frozenset[Cause]) -> Scored:
        tree, weights, missing, marks = (
            int(cause in state) for cause in (Cause.INSTRUMENT, Cause.WEIGHTS, Cause.MISSING, Cause.PERFORMANCE)
        )
        tries = ((weights, missing, False), (weights, missing, True), (weights, tree, True), (tree, tree, True))
        for one_weights, one_missing, lenient in tries:
            run = _Run(self.years, tree, one_weights, one_missing, marks, lenient)
            final = run.score(run.side.instrument.root)
            if final is not None:
                return Scored(final, run.values, run.terms, run.side.instrument, lenient)
        raise ValueError("one of the years has no final")


@dataclass(eq=False)
class _Run:
    """One pass through the tree; each of the numbers says which year's tree, weights, blanks and scores are taken."""

    years: tuple[Side, Side]
    tree: int
    weights: int
    missing: int
    marks: int
    lenient: bool
    values: dict[str, Fraction] = field(default_factory=dict)
    terms: dict[str, tuple[tuple[str, Fraction, bool], ...]] = field(default_factory=dict)

    @property
    def side(self) -> Side:
        return self.years[self.tree]

    def score(self, node: Node) -> Fraction | None:
        value = self._answer(node.code) if self._answered(node.code) else self._mean(node)
        if value is not None:
            self.values[node.code] = value
        return value

    def _answered(self, code: str) -> bool:
        """By the year whose blanks are taken; a node that year did not have is as in the other year."""
        has = code in self.years[self.missing].instrument.by_code
        return code in self.years[self.missing if has else 1 - self.missing].marks

    def _answer(self, code: str) -> Fraction:
        """The score of the year that is taken; a node without one keeps its score of the other year."""
        year = self.marks if code in self.years[self.marks].marks else 1 - self.marks
        return self.years[year].marks[code] if year == self.tree else translated(code, self.years[year], self.side)

    def _mean(self, node: Node) -> Fraction | None:
        terms = [(child, share, self.score(child)) for child, share in self._shares(node)]
        weighed = [(child, share, value) for child, share, value in terms if share]
        present = sum((share for _, share, value in weighed if value is not None), Fraction(0))
        rule, least = self._rule(node)
        if present == 0 or (rule is MissingRule.REQUIRE and present < 1) or present < least:
            return None
        lowest = Fraction(self.side.instrument.scale.minimum)
        if rule is MissingRule.ZERO:
            filled = [(child, share, lowest if value is None else value) for child, share, value in weighed]
        else:
            filled = [(child, share / present, value) for child, share, value in weighed if value is not None]
        self.terms[node.code] = tuple((child.code, share, child.code not in self.values) for child, share, _ in filled)
        return mean(node, [(share, value) for _, share, value in filled])

    def _rule(self, node: Node) -> tuple[MissingRule, Fraction]:
        """The missing rule and the least share that must be present."""
        at = self.years[self.missing].instrument.by_code.get(node.code, node)
        least = at.minimum_share if at.missing is MissingRule.REWEIGHT and at.minimum_share else 0
        if self.lenient and at.missing is not MissingRule.ZERO:
            return MissingRule.REWEIGHT, Fraction(0)
        return at.missing, Fraction(least)

    def _shares(self, node: Node) -> list[tuple[Node, Fraction]]:
        """The children with their shares: of what the children of both years weigh together in this tree, each has
        its part by the weights of the year that is taken; the others keep their share.
        """
        own = {child.code: share for child, share in zip(node.children, node.shares, strict=True)}
        if self.weights != self.tree:
            other = self.years[self.weights]
            both = [code for code in own if code in other.shares and other.parent(code) == node.code]
            room = sum((own[code] for code in both), Fraction(0))
            total = sum((other.shares[code] for code in both), Fraction(0))
            if total:
                own |= {code: room * other.shares[code] / total for code in both}
        return [(child, own[child.code]) for child in node.children]
