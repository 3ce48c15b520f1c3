"""Position of a region: the final as a weighted sum of marks, and the rungs above each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar.index.answers import Answer
from pilar.index.instrument import Instrument, MissingRule
from pilar.index.next_steps.rungs import WHOLE, Rung, rungs
from pilar.index.numbers import NoScore
from pilar.index.plan import Plan, plan_for
from pilar.index.scoring import Result


@dataclass(frozen=True)
class Ladder:
    """A node that can be raised: its mark (``None`` for a blank that counts as the minimum), what that mark counts as,
    and the rungs above.
    """

    code: str
    mark: Fraction | None
    value: Fraction
    rungs: tuple[Rung, ...]


@dataclass(frozen=True)
class Standing:
    """A scored region, its blanks under the rule ``zero`` taken as answered with the minimum, which changes no score.

    ``open_blanks``: indicators without an answer whose answering changes how the others are weighted.
    """

    plan: Plan
    values: Mapping[str, Fraction]
    ladders: tuple[Ladder, ...]
    open_blanks: tuple[str, ...]

    def final(self, raised: Mapping[str, Fraction]) -> Fraction:
        """The final with some values raised."""
        answers = {**self.values, **raised}
        score = self.plan.score(self.plan.instrument.root.code, self.plan.pick(answers))
        assert isinstance(score, Fraction)  # the pattern of answers has a final
        return score


def standing(
    result: Result,
    answers: Mapping[str, Answer | None],
    caps: Mapping[str, Decimal],
    grains: Mapping[str, Decimal],
) -> Standing:
    """Return where the region of ``result``, which has a final, stands."""
    instrument = result.instrument
    marks = {code: score for code in result.answered if isinstance(score := result.score(code), Fraction)}
    blanks = list(_blank_leaves(instrument, marks))
    filled = [code for code in blanks if _counts_as_minimum(result, code)]
    values = marks | dict.fromkeys(filled, Fraction(instrument.scale.minimum))
    plan = plan_for(instrument, tuple(values))
    ladders = [
        Ladder(
            code,
            marks.get(code),
            values[code],
            rungs(
                instrument,
                code,
                values[code],
                answers.get(code),
                cap=caps.get(code),
                grain=grains.get(code, WHOLE),
            ),
        )
        for code in plan.codes
    ]
    return Standing(plan, values, tuple(ladders), tuple(code for code in blanks if code not in filled))


def _blank_leaves(instrument: Instrument, marks: Mapping[str, Fraction]) -> Iterator[str]:
    for leaf in instrument.leaves:
        if leaf.code not in marks and not any(above in marks for above in instrument.ancestors(leaf.code)):
            yield leaf.code


def _counts_as_minimum(result: Result, code: str) -> bool:
    """Return whether every mean up to the first that has a score takes what is blank for the minimum."""
    for above in result.instrument.ancestors(code):
        if result.instrument.node(above).missing is not MissingRule.ZERO:
            return False
        if not isinstance(result.score(above), NoScore):
            return True
    return False
