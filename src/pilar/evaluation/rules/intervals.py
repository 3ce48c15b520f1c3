"""Between which ranks each region lies under a draft instrument; of stored versions the analysis says it."""

from __future__ import annotations

from pilar import index
from pilar.evaluation.rules.analysis import SEED, Choices, ScoreTable, spread_of
from pilar.evaluation.rules.engine import asked
from pilar.index import robustness

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
