"""How sure a rank is: between which ranks each region lies when the weights vary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pilar import index
from pilar.evaluation.rules.engine import asked
from pilar.index.robustness import Uniform, simulate

SPREAD = 0.25
"""Every weight is drawn within ± this share of itself, then siblings are scaled to sum to 1 again."""
DRAWS = 1_000
SEED = 2026
"""The same results give the same intervals, whoever asks and when."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The ranks at 5 and at 95 per cent of the draws, and the median."""

    lowest: int
    median: int
    highest: int


def rank_intervals(
    instrument: index.Instrument, scores: Mapping[str, Mapping[str, str]], *, seed: int = SEED, draws: int = DRAWS
) -> dict[str, Interval]:
    """The interval of each region's rank among all of ``scores``: exact scores of nodes as text, by region.

    A region without a final has none. Raises Faults where scores do not fit the instrument.
    """
    if not scores:
        return {}
    columns = [leaf.code for leaf in instrument.leaves if any(leaf.code in row for row in scores.values())]
    if not columns:
        return {}
    known: dict[str, float] = {}
    values = np.array([[_number(row.get(code), known) for code in columns] for row in scores.values()])
    found = asked(
        lambda: simulate(instrument, columns, values, seed=seed, draws=draws, spread=Uniform(SPREAD)),
    )
    ends, middle = found.interval, found.median
    return {
        region: Interval(int(ends[place, 0]), int(middle[place]), int(ends[place, 1]))
        for place, region in enumerate(scores)
        if middle[place]
    }


def _number(text: str | None, known: dict[str, float]) -> float:
    """``67/20`` as floating point, NaN for a blank; ``known`` keeps the few different texts."""
    if text is None:
        return float("nan")
    if text not in known:
        above, _slash, below = text.partition("/")
        known[text] = int(above) / int(below or 1)
    return known[text]
