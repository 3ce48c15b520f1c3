"""Robustness of a rank: the choices varied, the table that ranks come from, the simulation's figures by region,
and the ranks of each region under a draft instrument.

The mathematics is :mod:`pilar.index.robustness`; here stands what a page asks of it, and how much of it is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pilar import index
from pilar.evaluation.rules.engine import asked
from pilar.index import robustness

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

SEED = 2026
DRAWS = (1_000, 10_000)
SPREADS = (0, 10, 25, 50)
SPREAD = 25
"""Per cent. How sure the weights are is not known: an assumption of ours, said on every page."""
FIRST = 10
CERTAINTY = 0.95
NEAR = 3
"""Neighbours on either side."""
AFFORDABLE = 60_000_000
"""Marks that are resampled for one answer, about half a second of work; more would keep a reader waiting."""


class Missing(StrEnum):
    """The rule for blank parts: the instrument's own rules, or in each draw one of the two other rules."""

    INSTRUMENT = "instrument"
    VARIED = "varied"


class Levels(StrEnum):
    """The weights that vary: those of the parts that everybody sees, or those of the indicators too."""

    PARTS = "parts"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Choices:
    """The inputs that vary at once. ``spread``: weights, ± per cent of each; ``assessors``: whether panels are drawn
    again.

    ``group``: rank inside this group only; all regions if empty.
    """

    spread: int = SPREAD
    assessors: bool = False
    missing: Missing = Missing.INSTRUMENT
    draws: int = DRAWS[0]
    group: str = ""
    levels: Levels = Levels.PARTS


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """The scores of regions in one version, NaN blank: ``values`` of the indicators, shape (regions, indicators).

    ``parts``: the lowest nodes above the indicators, and their scores, shape (regions, parts); every final follows from
    either.
    """

    regions: tuple[str, ...]
    groups: tuple[str, ...]
    indicators: tuple[str, ...]
    values: Floats
    parts: tuple[str, ...]
    part_values: Floats

    def within(self, group: str) -> ScoreTable:
        """Only the regions of a group; all if ``group`` is empty."""
        if not group:
            return self
        return self._kept([place for place, other in enumerate(self.groups) if other == group])

    def among(self, regions: Collection[str]) -> ScoreTable:
        """Only these regions, in the order of the table."""
        return self._kept([place for place, code in enumerate(self.regions) if code in regions])

    def _kept(self, kept: list[int]) -> ScoreTable:
        return replace(
            self,
            regions=tuple(self.regions[place] for place in kept),
            groups=tuple(self.groups[place] for place in kept),
            values=self.values[kept],
            part_values=self.part_values[kept],
        )


def score_table(instrument: index.Instrument, rows: Iterable[tuple[str, str, Mapping[str, str]]]) -> ScoreTable:
    """The table of stored results: region, group and exact scores as text of every node that has one."""
    listed = list(rows)
    indicators, parts = tuple(leaf.code for leaf in instrument.leaves), lowest_parts(instrument)
    numbers: dict[str, float] = {}

    def number(text: str | None) -> float:
        if text is None:
            return float("nan")
        if text not in numbers:
            numbers[text] = float(Fraction(text))
        return numbers[text]

    def values(codes: Sequence[str]) -> Floats:
        table = [[number(scores.get(code)) for code in codes] for _region, _group, scores in listed]
        return np.array(table, dtype=np.float64).reshape(len(listed), len(codes))

    regions, groups = tuple(row[0] for row in listed), tuple(row[1] for row in listed)
    return ScoreTable(regions, groups, indicators, values(indicators), parts, values(parts))


def lowest_parts(instrument: index.Instrument) -> tuple[str, ...]:
    """The nodes right above the indicators; an indicator stands for itself where its parent has other nodes below."""

    def below(node: index.Node) -> Iterable[str]:
        for child in node.children:
            if child.is_leaf or all(node.is_leaf for node in child.children):
                yield child.code
            else:
                yield from below(child)

    return tuple(below(instrument.root))


def free_nodes(instrument: index.Instrument, levels: Levels) -> tuple[str, ...] | None:
    """The nodes whose children's weights vary; None for all."""
    if levels is Levels.ALL:
        return None
    return tuple(
        node.code
        for node in instrument.nodes
        if node is instrument.root or any(not child.is_leaf for child in node.children)
    )


def draws_made(choices: Choices, table: ScoreTable, assessors: int) -> int:
    """Return how many draws are made: fewer than asked for where so many marks would be resampled that it takes
    long."""
    if not choices.assessors:
        return choices.draws
    affordable = AFFORDABLE // max(1, len(table.regions) * len(table.indicators) * assessors)
    return min(choices.draws, max(100, affordable // 100 * 100))


@dataclass(frozen=True, eq=False)
class Study:
    """The result of a simulation, by place in ``regions``; ranks are 0 and shares NaN for a region without a final.

    ``order``: places with a final, best first. ``lowest``, ``highest``: ranks at 5 and 95 per cent. ``tier``: the group
    that cannot be told apart, from 1. ``shares``: share of the draws at each rank, shape (regions, regions). ``above``:
    probability to be above the neighbour that stands ``NEAR``, …, 1 places higher and 1, …, ``NEAR`` lower.
    """

    regions: tuple[str, ...]
    seed: int
    draws: int
    order: tuple[int, ...]
    rank: Integers
    median: Integers
    lowest: Integers
    highest: Integers
    first: Floats
    holds: Floats
    tier: Integers
    shares: NDArray[np.float32]
    above: Floats
    shift: float

    def place(self, region: str) -> int:
        """Raises ``ValueError`` for a region that is not in it."""
        return self.regions.index(region)

    def neighbours(self, place: int) -> tuple[tuple[int, float], ...]:
        """List who stands near in the ranking, best first, with the probability to be above each."""
        if place not in self.order:
            return ()
        own = self.order.index(place)
        steps = [step for step in range(-NEAR, NEAR + 1) if step]
        return tuple(
            (self.order[own + step], float(self.above[place, at]))
            for at, step in enumerate(steps)
            if 0 <= own + step < len(self.order)
        )


def study(instrument: index.Instrument, table: ScoreTable, choices: Choices, marks: Floats | None = None) -> Study:
    """Ranks over the draws; ``table``: the regions ranked, ``marks``: shape (regions, indicators, assessors).

    Raises Faults, as a mean that has no place for zero.
    """
    simulated = asked(
        lambda: robustness.simulate(
            instrument,
            table.indicators,
            table.values,
            seed=SEED,
            draws=draws_made(choices, table, 0 if marks is None else marks.shape[2]),
            spread=spread_of(instrument, choices) if choices.spread else None,
            resample=None if marks is None else robustness.Resample.ASSESSORS,
            marks=marks,
            choices=other_rules(choices),
        )
    )
    tier = np.zeros(len(table.regions), dtype=np.int64)
    for number, places in enumerate(simulated.groups(CERTAINTY), 1):
        tier[list(places)] = number
    return Study(
        regions=table.regions,
        seed=SEED,
        draws=simulated.draws,
        order=tuple(simulated.order[simulated.rank[simulated.order] > 0].tolist()),
        rank=simulated.rank,
        median=simulated.median,
        lowest=simulated.interval[:, 0],
        highest=simulated.interval[:, 1],
        first=simulated.within(FIRST),
        holds=simulated.holds_predicate,
        tier=tier,
        shares=simulated.acceptability.astype(np.float32),
        above=_above(simulated),
        shift=simulated.mean_shift,
    )


def spread_of(instrument: index.Instrument, choices: Choices) -> robustness.Uniform:
    """Return how far the weights go."""
    return robustness.Uniform(choices.spread / 100, free_nodes(instrument, choices.levels))


def other_rules(choices: Choices) -> robustness.Choices:
    """The missing rules that are drawn from."""
    if choices.missing is Missing.INSTRUMENT:
        return robustness.Choices()
    return robustness.Choices(missing=(index.MissingRule.REWEIGHT, index.MissingRule.ZERO))


def _above(simulated: robustness.Robustness) -> Floats:
    order = simulated.order[simulated.rank[simulated.order] > 0]
    ranks = simulated.first_ranks[:, order]
    around = np.full((len(simulated.final), 2 * NEAR), np.nan)
    for step in range(1, min(NEAR, len(order) - 1) + 1):
        upper, lower = ranks[:, :-step], ranks[:, step:]
        both = (upper > 0) & (lower > 0)
        count = np.maximum(both.sum(axis=0), 1)
        around[order[:-step], NEAR - 1 + step] = ((upper < lower) & both).sum(axis=0) / count
        around[order[step:], NEAR - step] = ((lower < upper) & both).sum(axis=0) / count
    return around


def per_cent(share: float) -> str:
    """A probability in whole per cent; nearly none and nearly all are not told as none and all. A dash for NaN."""
    if np.isnan(share):
        return "–"
    if 0 < share < 0.005:
        return "< 1 %"
    return "> 99 %" if 0.995 < share < 1 else f"{round(share * 100)} %"


USUAL = Choices()
"""What varies, as on the pages of analysis: the weights of the parts that everybody sees."""


def draft_intervals(draft: index.Instrument, table: ScoreTable) -> dict[str, tuple[int, int]]:
    """Ranks at 5 and at 95 per cent of the draws by region, among all of ``table``; a region without a final has none.

    Raises Faults where a mean has no place for a score.
    """
    if not table.regions:
        return {}
    simulated = asked(
        lambda: robustness.simulate(
            draft, table.indicators, table.values, seed=SEED, draws=USUAL.draws, spread=spread_of(draft, USUAL)
        )
    )
    ends = simulated.interval.tolist()
    return {region: (ends[place][0], ends[place][1]) for place, region in enumerate(table.regions) if ends[place][0]}
