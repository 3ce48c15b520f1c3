"""Questions about one region's rank: its bounds, a possible first place, the decisive weights, its blanks.

Bounds and the proof of a first rank take the weights alone: the agreed marks and the instrument's missing rules stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from pilar import index
from pilar.evaluation.rules.analysis import (
    SEED,
    Choices,
    Floats,
    Levels,
    Missing,
    ScoreTable,
    other_rules,
    spread_of,
)
from pilar.index import robustness

POINTS, FEW_POINTS = 1024, 128
MANY_RUNS = 20_000_000
"""Runs of the model times regions; above it fewer points are taken, and the intervals are wider."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Ranks that no weights of the set leave; ``exact`` if the leads behind them are all reached by some weights."""

    best: int
    worst: int
    exact: bool


@dataclass(frozen=True, slots=True)
class FirstPlace:
    """The answer whether some weights put the region first. ``shares``: node to its share among siblings, if they do.

    ``mix``: parts of other regions, summing to 1, whose mix is above it whatever the weights; ``lead`` is that over the
    next, or over the mix (below 0).
    """

    verdict: robustness.Verdict
    lead: Fraction | None
    exact: bool
    shares: Mapping[str, Fraction]
    mix: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Decides:
    """The share of the rank's variance that a weight explains: alone, and including its interactions with others.

    ``node``: the node whose weight it is; empty for the choice of the missing rule.
    """

    node: str
    alone: float
    together: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Blank:
    """An indicator without a mark; ``gain``: the final less what it were with the median of the others there."""

    node: str
    gain: float | None


@dataclass(frozen=True, slots=True)
class Blanks:
    """Blanks of a final: shares of weight that others took over (``reweighted``), and that counted as the lowest score.

    ``lowest``, ``highest``: the final if every blank were the scale's minimum or maximum. ``gain``, ``places``: what it
    would lose if every blank were the median of the others. ``alert``: leaving blank pays.
    """

    reweighted: float
    at_minimum: float
    lowest: float
    highest: float
    gain: float
    places: int
    alert: bool
    nodes: tuple[Blank, ...] = ()

    @property
    def none(self) -> bool:
        return not self.nodes


def is_linear(instrument: index.Instrument) -> bool:
    """Return whether all means are weighted ones, for which bounds and proofs are known."""
    return all(node.is_leaf or node.aggregation is index.Aggregation.WEIGHTED for node in instrument.nodes)


def bounds_of(instrument: index.Instrument, table: ScoreTable, choices: Choices, place: int) -> Bounds:
    """The bounds of the rank of the region at ``place``."""
    columns, values = _level(table, choices)
    bounds = robustness.unit_bounds(instrument, columns, values, unit=place, weights=spread_of(instrument, choices))
    return Bounds(bounds.best, bounds.worst, bounds.exact)


def first_place(instrument: index.Instrument, table: ScoreTable, choices: Choices, place: int) -> FirstPlace:
    """Return whether the region at ``place``, which has a final, can be first."""
    columns, values = _level(table, choices)
    feasibility = robustness.can_be_first(
        instrument, columns, values, unit=place, weights=spread_of(instrument, choices)
    )
    mix = {table.regions[other]: part for other, part in feasibility.mix.items()}
    return FirstPlace(feasibility.verdict, feasibility.lead, feasibility.exact, feasibility.shares, mix)


def deciding_weights(
    instrument: index.Instrument, table: ScoreTable, choices: Choices, place: int
) -> tuple[Decides, ...]:
    """The weights by what they explain of the rank's variance, most first; empty if the rank never changes."""
    if not choices.spread and choices.missing is Missing.INSTRUMENT:
        return ()
    inputs = len(table.indicators) if choices.levels is Levels.ALL else len(table.parts)
    sensitivity = robustness.sensitivity(
        instrument,
        table.indicators,
        table.values,
        seed=SEED,
        spread=spread_of(instrument, choices),
        points=FEW_POINTS if inputs * POINTS * len(table.regions) > MANY_RUNS else POINTS,
        choices=other_rules(choices),
        unit=place,
    )
    total, interval = sensitivity.ranks.total[:, place], sensitivity.ranks.total_interval[:, place]
    listed = [
        Decides(
            node="" if name.startswith("choice:") else name,
            alone=float(sensitivity.ranks.first[at, place]),
            together=float(total[at]),
            lowest=float(interval[at, 0]),
            highest=float(interval[at, 1]),
        )
        for at, name in enumerate(sensitivity.inputs)
        if not np.isnan(total[at])
    ]
    return tuple(sorted(listed, key=lambda decides: -decides.together))


def blanks_of(instrument: index.Instrument, table: ScoreTable) -> dict[str, Blanks]:
    """Return what blanks do to the final of every region that has one."""
    effect = robustness.blank_effect(instrument, table.indicators, table.values)
    blank = np.isnan(table.values)
    return {
        region: Blanks(
            reweighted=float(effect.reweighted[place]),
            at_minimum=float(effect.at_minimum[place]),
            lowest=float(effect.lowest[place]),
            highest=float(effect.highest[place]),
            gain=float(np.nan_to_num(effect.gain[place])),
            places=int(effect.places[place]),
            alert=bool(effect.alert[place]),
            nodes=tuple(_blank(table, effect.column_gain, place, int(at)) for at in np.flatnonzero(blank[place])),
        )
        for place, region in enumerate(table.regions)
        if not np.isnan(effect.final[place])
    }


def _blank(table: ScoreTable, gains: Floats, place: int, column: int) -> Blank:
    gain = float(gains[place, column])
    return Blank(table.indicators[column], None if np.isnan(gain) else gain)


def _level(table: ScoreTable, choices: Choices) -> tuple[tuple[str, ...], Floats]:
    """The lowest level whose weights vary: below it nothing moves, so that its scores stand for what is below."""
    if choices.levels is Levels.ALL:
        return table.indicators, table.values
    return table.parts, table.part_values
