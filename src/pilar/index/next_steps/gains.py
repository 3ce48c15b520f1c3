"""Compute the gain from raising each indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pilar.index.answers import Answer, score_range
from pilar.index.instrument import Instrument
from pilar.index.next_steps.ladders import Ladder, Standing, standing
from pilar.index.next_steps.rungs import Rung
from pilar.index.numbers import NoScore
from pilar.index.plan import plan_for
from pilar.index.scoring import Result, score


@dataclass(frozen=True)
class MarginalGain:
    """The gain that one indicator, alone, could add to the unrounded final.

    ``mark``: its mark, ``None`` if blank. ``weight``: its weight in the final after re-weighting, which below weighted
    means is the gain of one point; ``None`` where another mean stands above. ``next_rung``: the next mark, with
    ``gain`` in the final; ``highest_gain``: that of its highest mark.
    """

    code: str
    mark: Fraction | None
    weight: Fraction | None
    next_rung: Rung | None
    gain: Fraction
    highest_gain: Fraction


@dataclass(frozen=True)
class BlankEffect:
    """The effect of answering a blank that is re-weighted today: the unrounded final with its lowest and highest mark.

    ``breakeven``: the mark at which the final stays; below it, answering lowers the final. ``None`` if the final does
    not depend on the answer, or if a mean other than the weighted one is above it.
    """

    code: str
    at_lowest: Fraction
    at_highest: Fraction
    breakeven: Fraction | None


def marginal_gains(
    instrument: Instrument, answers: Mapping[str, Answer | None], *, unit: str = ""
) -> tuple[MarginalGain, ...]:
    """The gain of every indicator that counts today, the largest next step first; empty without a final."""
    result = score(instrument, answers, unit=unit)
    if isinstance(result.final, NoScore):
        return ()
    at = standing(result, answers, {}, {})
    weights = at.plan.weights()
    gains = [_gain(at, ladder, result.final, weights) for ladder in at.ladders]
    return tuple(sorted(gains, key=lambda gain: -gain.gain))


def _gain(at: Standing, ladder: Ladder, final: Fraction, weights: Mapping[str, Fraction] | None) -> MarginalGain:
    raised = [at.final({ladder.code: Fraction(rung.value)}) - final for rung in (*ladder.rungs[:1], *ladder.rungs[-1:])]
    return MarginalGain(
        ladder.code,
        ladder.mark,
        weights[ladder.code] if weights else None,
        ladder.rungs[0] if ladder.rungs else None,
        raised[0] if raised else Fraction(0),
        raised[-1] if raised else Fraction(0),
    )


def blank_effects(
    instrument: Instrument, answers: Mapping[str, Answer | None], *, unit: str = ""
) -> tuple[BlankEffect, ...]:
    """Every indicator that is blank and re-weighted, in the order of the tree; empty without a final."""
    result = score(instrument, answers, unit=unit)
    if isinstance(result.final, NoScore):
        return ()
    return tuple(_effects(result, standing(result, answers, {}, {})))


def _effects(result: Result, at: Standing) -> Iterator[BlankEffect]:
    for code in at.open_blanks:
        lowest, highest = map(Fraction, score_range(result.instrument.node(code), result.instrument.scale))
        plan = plan_for(result.instrument, (*at.values, code))
        ends = [
            plan.score(result.instrument.root.code, plan.pick({**at.values, code: mark})) for mark in (lowest, highest)
        ]
        low, high = ends
        if isinstance(low, NoScore) or isinstance(high, NoScore):
            continue  # answering it alone would leave the region without a final
        breakeven = None
        if plan.weights() and low < high:
            assert isinstance(result.final, Fraction)
            breakeven = lowest + (result.final - low) * (highest - lowest) / (high - low)
        yield BlankEffect(code, low, high, breakeven)
