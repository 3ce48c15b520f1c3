"""Published results: what a source states, kept apart from what Pilar computes, and the check of one by the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pilar import index
from pilar.evaluation.rules.engine import asked

Phase = Literal["I", "II", ""]
ImprovementOrigin = Literal["printed", "derived", ""]


@dataclass(frozen=True, slots=True)
class Group:
    """Regions that are ranked among each other in one year (kelompok); ``size`` as the source states it."""

    code: str
    year: int
    title_id: str
    title_en: str
    size: int
    source_url: str


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One statement of one source on one region and year; two sources may contradict each other.

    ``scores`` holds printed scores by node code; ``final`` is the achievement index (indeks pencapaian), None if only
    the improvement is printed. ``improvement_origin`` says whether the source prints the improvement or it follows
    from two printed finals. ``rank`` counts within ``rank_scope``, worded as in the source. ``letter`` is the number
    of the ministry's result letter where the source quotes it.
    """

    region_code: str
    region: str
    year: int
    phase: Phase
    group: str
    scores: Mapping[str, Decimal]
    final: Decimal | None
    improvement: Decimal | None
    improvement_origin: ImprovementOrigin
    rank: int | None
    rank_scope: str
    letter: str
    source_url: str
    note_en: str
    note_id: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """The contribution of one node directly below the root to the final: ``weight``, a share of 1, times ``score``."""

    node: index.Node
    weight: Fraction
    score: Fraction
    contribution: Fraction


@dataclass(frozen=True, slots=True)
class Recomputation:
    """A published final computed again from the published scores below it.

    ``unrounded`` is exact; ``rounded`` is it at the instrument's decimals; ``difference`` is ``unrounded`` minus the
    printed final, None if no final is printed.
    """

    result: index.Result
    unrounded: Fraction
    rounded: Decimal
    difference: Fraction | None

    @property
    def largest_rounding(self) -> Decimal:
        """Return what the rounding of printed figures can explain: one unit of the last decimal.

        The printed scores are off by half a unit at most, hence their mean too, and the printed final again by half.
        """
        return Decimal(1).scaleb(-self.result.instrument.decimals)

    @property
    def differs(self) -> bool:
        """Return whether the difference is more than rounding can explain."""
        return self.difference is not None and abs(self.difference) > Fraction(self.largest_rounding)

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """One for each scored node below the root, in the instrument's order; they sum exactly to ``unrounded``."""
        return tuple(
            Contribution(part.node, part.effective_weight, part.score, part.contribution)
            for part in self.result.explain().children
            if not isinstance(part.score, index.NoScore) and not isinstance(part.contribution, index.NoScore)
        )


def recompute(row: PublishedRow, instrument: index.Instrument) -> Recomputation | None:
    """The final of ``row`` computed from its scores, or None if the scores do not suffice.

    Raises Faults if the scores do not fit the instrument.
    """
    if not row.scores:
        return None
    result = asked(lambda: index.score(instrument, row.scores))
    unrounded, rounded = result.final, result.published()
    if isinstance(unrounded, index.NoScore) or isinstance(rounded, index.NoScore):
        return None
    difference = None if row.final is None else unrounded - Fraction(row.final)
    return Recomputation(result, unrounded, rounded, difference)
