"""The two years of a comparison, brought to one cut through the tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from pilar.index.answers import Answer, BandMark, Mark, RatioMark, mark_of
from pilar.index.faults import Fault
from pilar.index.instrument import Instrument, Node
from pilar.index.numbers import NoScore
from pilar.index.scoring import Result


@dataclass(frozen=True, eq=False)
class Side:
    """One year: its instrument, its answers as given, and the score of every node that counts as answered."""

    instrument: Instrument
    answers: Mapping[str, Answer | None]
    marks: Mapping[str, Fraction]

    @cached_property
    def shares(self) -> dict[str, Fraction]:
        """Each node's share among its siblings."""
        return {
            child.code: share
            for node in self.instrument.nodes
            for child, share in zip(node.children, node.shares, strict=True)
        }

    def parent(self, code: str) -> str | None:
        above = self.instrument.parents.get(code)
        return above.code if above else None


def sides(before: Result, after: Result, raw: tuple[Mapping[str, Answer | None], ...]) -> tuple[Side, Side]:
    """Both years at one cut: where one year has an answer and the other has answers below, those become their score."""
    first, second = (
        {code: score for code in result.answered if isinstance(score := result.score(code), Fraction)}
        for result in (before, after)
    )
    return (
        Side(before.instrument, raw[0], _collapsed(before, first, second)),
        Side(after.instrument, raw[1], _collapsed(after, second, first)),
    )


def _collapsed(result: Result, own: dict[str, Fraction], other: dict[str, Fraction]) -> dict[str, Fraction]:
    marks: dict[str, Fraction] = {}
    for code, value in own.items():
        above = [name for name in result.instrument.ancestors(code) if name in other]
        if not above:
            marks[code] = value
            continue
        score = result.score(above[-1])
        if not isinstance(score, NoScore):
            marks[above[-1]] = score
    return marks


def translated(code: str, of: Side, into: Side) -> Fraction:
    """The score of ``code`` in one year as the other year's instrument would have it.

    A raw quantity or ratio goes through the other year's bands, if it lies within them; any other score keeps its
    place between the ends of the scale.
    """
    raw = of.answers.get(code)
    node = into.instrument.node(code)
    if raw is not None and _measured(raw, of.instrument.node(code), node):
        mark = mark_of(node, raw, into.instrument.scale)
        if not isinstance(mark, Fault):
            return Fraction(mark)
    old, new = of.instrument.scale, into.instrument.scale
    if (old.minimum, old.maximum) == (new.minimum, new.maximum):
        return of.marks[code]
    place = (of.marks[code] - Fraction(old.minimum)) / Fraction(old.maximum - old.minimum)
    return Fraction(new.minimum) + place * Fraction(new.maximum - new.minimum)


def _measured(answer: Answer, old: Node, new: Node) -> bool:
    """Return whether the answer is a quantity or a ratio that both instruments measure alike."""
    if isinstance(answer, Mark):
        return False
    if isinstance(old.mark, BandMark) and isinstance(new.mark, BandMark):
        return old.mark.unit == new.mark.unit
    return isinstance(old.mark, RatioMark) and isinstance(new.mark, RatioMark)
