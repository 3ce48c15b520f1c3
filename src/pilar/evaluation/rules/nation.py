"""Statistics of a published round for the nation or a province: the spread of finals, and the weakest parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from pilar import index
from pilar.evaluation.rules.scales import YearScale

STEPS = 8
"""Columns of the distribution, of one width over the whole scale."""
SHOWN = 2
"""Decimals of means and medians, which are our own summary and no published figure."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of finals: the numbers of regions in all and with a final, mean and median, the lowest and the
    highest."""

    regions: int
    scored: int
    mean: Decimal | None
    median: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None


@dataclass(frozen=True, slots=True)
class Step:
    """Finals from ``low`` to below ``high``; those at the upper end of the scale belong to the last step."""

    low: Decimal
    high: Decimal
    regions: int


@dataclass(frozen=True, slots=True)
class NodeMean:
    """The mean of the scores of a node over the regions that have one."""

    code: str
    mean: Decimal
    exact: Fraction
    regions: int


def spread(finals: Collection[Decimal | None]) -> Spread:
    """Summarise the finals of a round; None stands for a region without a score, which counts in nothing but itself."""
    known = [final for final in finals if final is not None]
    if not known:
        return Spread(len(finals), 0, None, None, None, None)
    return Spread(
        regions=len(finals),
        scored=len(known),
        mean=mean(known),
        median=index.round_published(median(map(Fraction, known)), SHOWN),
        lowest=min(known),
        highest=max(known),
    )


def mean(values: Collection[Decimal]) -> Decimal:
    """The mean of published figures, rounded once. Of none: ``ValueError``."""
    if not values:
        raise ValueError("no mean of nothing")
    return index.round_published(sum(map(Fraction, values), Fraction()) / len(values), SHOWN)


def steps(finals: Iterable[Decimal | None], scale: YearScale) -> tuple[Step, ...]:
    """Count the finals in steps of one width over the scale."""
    width = (scale.maximum - scale.minimum) / STEPS
    edges = [scale.minimum + width * place for place in range(STEPS + 1)]
    counts = [0] * STEPS
    for final in finals:
        if final is not None:
            counts[max(0, min(STEPS - 1, int((final - scale.minimum) // width)))] += 1
    return tuple(Step(low, high, count) for low, high, count in zip(edges, edges[1:], counts, strict=False))


def node_means(scores: Iterable[Mapping[str, str]], codes: Collection[str]) -> tuple[NodeMean, ...]:
    """The mean of each node over the regions with a score of it, weakest first, then by code; nodes that no region has
    a score of are left out. ``scores``: of each region, exact rationals as text by node."""
    wanted = set(codes)
    # Most regions share a few values, so that each text is read once.
    sums: dict[str, dict[str, int]] = {}
    for region in scores:
        for code in wanted & region.keys():
            counts = sums.setdefault(code, {})
            counts[region[code]] = counts.get(region[code], 0) + 1
    means = []
    for code, counts in sums.items():
        regions = sum(counts.values())
        exact = sum((Fraction(text) * count for text, count in counts.items()), Fraction()) / regions
        means.append(NodeMean(code, index.round_published(exact, SHOWN), exact, regions))
    return tuple(sorted(means, key=lambda node_mean: (node_mean.exact, node_mean.code)))
