"""A scoring plan: everything about a pattern of answered nodes that does not depend on the answers themselves.

Which nodes have a score, which are blank, how much of the weight was observed, and, for every node below which only
weighted means stand, its score as one integer dot product over the answers. Regions answer by few patterns, so plans
are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from operator import ge, itemgetter, le, mul
from typing import Any, NamedTuple

from pilar.index.answers import BandMark, LevelMark, RatioMark, score_range
from pilar.index.instrument import Aggregation, Instrument, MissingRule, Node
from pilar.index.means import mean
from pilar.index.numbers import NoScore

PLANS_KEPT = 1024
WHOLE = Decimal(1)


class Term(NamedTuple):
    """A child that enters its parent's mean: share after re-weighting; ``filled`` if the rule ``zero`` stands in."""

    node: Node
    share: Fraction
    filled: bool


class LinearForm(NamedTuple):
    """A node's score as (constant + Σ coefficient·answer) / denominator over ``answers[start:stop]``, all integers."""

    start: int
    stop: int
    constant: int
    integers: tuple[int, ...]
    decimals: tuple[Decimal, ...]
    denominator: int

    def value(self, answers: Sequence[Any]) -> Fraction:
        """The exact score. The answers are all Decimals, under a context that loses no digit, or all Fractions."""
        coefficients = self.integers if isinstance(answers[0], Fraction) else self.decimals
        total: Any = sum(map(mul, coefficients, answers[self.start : self.stop]), self.constant)
        numerator, denominator = total.as_integer_ratio()
        return Fraction(numerator, denominator * self.denominator)


@lru_cache(maxsize=PLANS_KEPT)
def plan_for(instrument: Instrument, codes: tuple[str, ...]) -> Plan:
    """The plan of a pattern; ``KeyError`` for an unknown code, ``ValueError`` for two levels of one branch."""
    return Plan(instrument, codes)


class Plan:
    """The plan of one pattern of answered codes in one instrument.

    ``codes``: the answered nodes in tree order; answers are sequences in this order. ``observed``: share of the
    weight that was answered. ``missing``: the highest nodes below which nothing was answered. ``terms``: what enters
    the mean of each computed node. ``unscored``: why a node has no score.
    """

    def __init__(self, instrument: Instrument, codes: Sequence[str]) -> None:
        self.instrument = instrument
        answered = {instrument.node(code).code for code in codes}
        if any(above in answered for code in answered for above in instrument.ancestors(code)):
            raise ValueError("answers at two levels of one branch")
        self.codes = tuple(node.code for node in instrument.nodes if node.code in answered)
        self.observed = Fraction(0)
        self.terms: dict[str, tuple[Term, ...]] = {}
        self.unscored: dict[str, NoScore] = {}
        self._positions = {code: position for position, code in enumerate(self.codes)}
        self._spans: dict[str, tuple[int, int]] = {}
        self._settle(instrument.root, Fraction(1), 0)
        self.missing = tuple(self._blanks(instrument.root))
        self._forms: dict[str, LinearForm | None] = {}
        self._zero_free = [node for node in instrument.nodes if node.code in self.terms and node.refuses_zero]
        self._prepare_check()

    def _settle(self, node: Node, weight: Fraction, start: int) -> int:
        """Settle ``node`` and all below it; ``start`` answers come before. Returns how many come before the next."""
        stop = start
        if node.code in self._positions:
            self.observed += weight
            stop += 1
        else:
            for child, share in zip(node.children, node.shares, strict=True):
                stop = self._settle(child, weight * share, stop)
            self._combine(node)
        self._spans[node.code] = (start, stop)
        return stop

    def _combine(self, node: Node) -> None:
        """Apply the missing rule of a node without an answer of its own."""
        weighed = [(child, share) for child, share in zip(node.children, node.shares, strict=True) if share]
        present = sum((share for child, share in weighed if child.code not in self.unscored), Fraction(0))
        if all(self.unscored.get(child.code) is NoScore.BLANK for child in node.children):
            self.unscored[node.code] = NoScore.BLANK
        elif present == 0 or (present < 1 and node.missing is MissingRule.REQUIRE):
            self.unscored[node.code] = NoScore.INCOMPLETE
        elif node.missing is MissingRule.REWEIGHT and present < Fraction(node.minimum_share or 0):
            self.unscored[node.code] = NoScore.TOO_LITTLE
        elif node.missing is MissingRule.ZERO:
            self.terms[node.code] = tuple(Term(child, share, child.code in self.unscored) for child, share in weighed)
        else:
            self.terms[node.code] = tuple(
                Term(child, share / present, False) for child, share in weighed if child.code not in self.unscored
            )

    def _blanks(self, node: Node) -> Iterator[str]:
        if self.unscored.get(node.code) is NoScore.BLANK:
            yield node.code
        elif node.code not in self._positions:
            for child in node.children:
                yield from self._blanks(child)

    def _prepare_check(self) -> None:
        nodes = [self.instrument.node(code) for code in self.codes]
        ranges = [score_range(node, self.instrument.scale) for node in nodes]
        whole = [position for position, node in enumerate(nodes) if isinstance(node.mark, LevelMark)]
        self.pick = _picker(self.codes)
        raw = any(isinstance(node.mark, (BandMark, RatioMark)) for node in nodes)
        root = self.instrument.root
        self._plain = not raw and root.code in self.terms and self._is_linear(root)
        self._lowest = [lowest for lowest, _ in ranges]
        self._highest = [highest for _, highest in ranges]
        self._pick_whole = _picker(whole)

    def accepts(self, answers: Sequence[Any]) -> bool:
        """Return whether the answers are scores as they stand: plain numbers within range, whole where they must be.

        Quick and strict: what it turns down (a raw quantity, a whole mark written 3.0) may still be right. It leaves
        types and the number of digits to the final's dot product, so it accepts only where there is one.
        """
        return (
            self._plain
            and all(map(le, self._lowest, answers))
            and all(map(ge, self._highest, answers))
            and all(map(WHOLE.same_quantum, self._pick_whole(answers)))
        )

    def score(self, code: str, answers: Sequence[Any]) -> Fraction | NoScore:
        """The score of the node ``code``."""
        if code in self._positions:
            return Fraction(answers[self._positions[code]])
        if code not in self.terms:
            return self.unscored.get(code, NoScore.BLANK)
        form = self._form(code)
        return form.value(answers) if form else mean(self.instrument.node(code), self.weighted(code, answers))

    def weights(self) -> dict[str, Fraction] | None:
        """Weight of each answered node in the final, after re-weighting; ``None`` unless all means are weighted.

        They sum to 1 less the weight of the gaps that count as the lowest score. ``None`` also without a final.
        """
        root = self.instrument.root
        if not self._is_linear(root):
            return None
        sums = dict.fromkeys(self.codes, Fraction(0))
        for position, share in self._shares(root, Fraction(1)):
            if position is not None:
                sums[self.codes[position]] = share
        return sums

    def weighted(self, code: str, answers: Sequence[Any]) -> list[tuple[Fraction, Fraction]]:
        """Share and value of each term of a computed node."""
        lowest = Fraction(self.instrument.scale.minimum)
        terms = []
        for term in self.terms[code]:
            value = lowest if term.filled else self.score(term.node.code, answers)
            assert isinstance(value, Fraction)  # an unscored child is no term, or it is filled
            terms.append((term.share, value))
        return terms

    def zeros(self, answers: Sequence[Any]) -> Iterator[tuple[str, str]]:
        """Pairs of a node whose mean has no place for zero and its child that is zero, each cause once."""
        caused: set[str] = set()
        for node in reversed(self._zero_free):
            for term, (_, value) in zip(self.terms[node.code], self.weighted(node.code, answers), strict=True):
                if value == 0:
                    if term.node.code not in caused:
                        yield node.code, term.node.code
                    caused.add(node.code)

    def _form(self, code: str) -> LinearForm | None:
        if code not in self._forms:
            node = self.instrument.node(code)
            self._forms[code] = self._linear_form(node) if self._is_linear(node) else None
        return self._forms[code]

    def _is_linear(self, node: Node) -> bool:
        """Return whether the node's score is a weighted mean of weighted means of answers."""
        return node.code in self._positions or (
            node.aggregation is Aggregation.WEIGHTED
            and node.code in self.terms
            and all(term.filled or self._is_linear(term.node) for term in self.terms[node.code])
        )

    def _linear_form(self, node: Node) -> LinearForm:
        start, stop = self._spans[node.code]
        exact = [Fraction(0)] * (stop - start)
        constant = Fraction(0)
        for position, share in self._shares(node, Fraction(1)):
            if position is None:
                constant += share * Fraction(self.instrument.scale.minimum)
            else:
                exact[position - start] = share
        denominator = lcm(constant.denominator, *(share.denominator for share in exact))
        integers = tuple(int(share * denominator) for share in exact)
        decimals = tuple(map(Decimal, integers))
        return LinearForm(start, stop, int(constant * denominator), integers, decimals, denominator)

    def _shares(self, node: Node, share: Fraction) -> Iterator[tuple[int | None, Fraction]]:
        """Share of each answer in the node's score; position ``None`` for a gap that counts as the lowest score."""
        if node.code in self._positions:
            yield self._positions[node.code], share
            return
        for term in self.terms[node.code]:
            if term.filled:
                yield None, share * term.share
            else:
                yield from self._shares(term.node, share * term.share)


def _picker(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Takes the values at ``keys`` as a tuple, for any number of keys."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: tuple(values[key] for key in keys)
