"""Derived parts of a report: what stands out in a group, and results worked out elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median, quantiles

from pilar import index

MAX_NAMED = 3
"""So many strengths and weaknesses are named, at most."""


@dataclass(frozen=True, slots=True)
class RankInterval:
    """Ranks that a region holds in ``share`` of all draws (0.9 for 5 to 95 %); ``basis`` says what was drawn."""

    lowest: int
    highest: int
    share: Fraction
    basis: str

    @property
    def brackets(self) -> str:
        return f"({self.lowest}–{self.highest})"


def ranked(rank: int | None, interval: RankInterval | None) -> str:
    """A rank with the ranks between which it lies, where these were worked out, in brackets; a dash for no rank."""
    if rank is None:
        return "–"
    return str(rank) if interval is None else f"{rank} {interval.brackets}"


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """The intervals of a region's three ranks, by the same draws."""

    group: RankInterval
    province: RankInterval
    nation: RankInterval


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """The contribution of one cause to the change from last year."""

    title: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class ChangeExplained:
    """The change on last year by causes; ``unknown`` says what cannot be known, empty if everything is."""

    steps: tuple[ChangeStep, ...]
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Standout:
    """A part compared with the median of the region's group; ``difference`` is its score minus the median, exact."""

    code: str
    score: Fraction
    median: Fraction

    @property
    def difference(self) -> Fraction:
        return self.score - self.median


@dataclass(frozen=True, slots=True)
class Standouts:
    """The parts furthest above and furthest below the group's median, the furthest first."""

    strong: tuple[Standout, ...]
    weak: tuple[Standout, ...]


def shown_nodes(instrument: index.Instrument) -> tuple[index.Node, ...]:
    """Return what everybody may read: the nodes below the root, without the single indicators inside a dimension."""
    top = {child.code for child in instrument.root.children}
    return tuple(node for node in instrument.nodes[1:] if node.code in top or not node.is_leaf)


def lowest_shown(instrument: index.Instrument) -> tuple[index.Node, ...]:
    """The shown nodes that have no shown node below them: every final can be computed from their scores."""
    shown = {node.code for node in shown_nodes(instrument)}
    return tuple(
        node
        for node in instrument.nodes
        if node.code in shown and not any(child.code in shown for child in node.children)
    )


def exact(scores: Mapping[str, str], codes: Iterable[str]) -> dict[str, Fraction]:
    """The stored exact scores (``37/12``) of the nodes ``codes``; a node without score is left out."""
    return {code: Fraction(scores[code]) for code in codes if code in scores}


def medians(regions: Iterable[Mapping[str, Fraction]], codes: Iterable[str]) -> dict[str, Fraction]:
    """The median over regions of each node; of those regions that have a score. A node without any is left out.

    Of an even number it is the mean of the two middle ones, exact.
    """
    rows = list(regions)
    values_of = {code: [row[code] for row in rows if code in row] for code in codes}
    return {code: Fraction(median(values)) for code, values in values_of.items() if values}


def standouts(
    own: Mapping[str, Fraction], middle: Mapping[str, Fraction], codes: Sequence[str], most: int = MAX_NAMED
) -> Standouts:
    """The ``most`` parts furthest above the median and the ``most`` furthest below; of equals the first in ``codes``.

    A part at the median is neither, and a part without score or median is not compared.
    """
    compared = [Standout(code, own[code], middle[code]) for code in codes if code in own and code in middle]
    strong = sorted(
        (standout for standout in compared if standout.difference > 0), key=lambda standout: -standout.difference
    )
    weak = sorted(
        (standout for standout in compared if standout.difference < 0), key=lambda standout: standout.difference
    )
    return Standouts(tuple(strong[:most]), tuple(weak[:most]))


@dataclass(frozen=True, slots=True)
class Summary:
    """The distribution of scores, exact."""

    count: int
    mean: Fraction
    lowest: Fraction
    lower_quartile: Fraction
    median: Fraction
    upper_quartile: Fraction
    highest: Fraction


def summary(scores: Iterable[Fraction]) -> Summary | None:
    """The spread of scores; None without any. Quartiles as type 7 of Hyndman and Fan (1996), as spreadsheets do."""
    values = sorted(scores)
    if not values:
        return None
    lower, middle, upper = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return Summary(
        count=len(values),
        mean=sum(values, Fraction(0)) / len(values),
        lowest=values[0],
        lower_quartile=Fraction(lower),
        median=Fraction(middle),
        upper_quartile=Fraction(upper),
        highest=values[-1],
    )


@dataclass(frozen=True, slots=True)
class Bin:
    """The number of scores from ``start`` to below ``end``; the last bin includes its end."""

    start: Fraction
    end: Fraction
    count: int


def histogram(scores: Iterable[Fraction], lowest: Decimal, highest: Decimal, bins: int) -> tuple[Bin, ...]:
    """Scores of a scale counted in ``bins`` equal bins. Every score of the scale falls into exactly one."""
    start, width = Fraction(lowest), (Fraction(highest) - Fraction(lowest)) / bins
    counts = [0] * bins
    for score in scores:
        counts[min(int((score - start) / width), bins - 1)] += 1
    return tuple(Bin(start + width * place, start + width * (place + 1), count) for place, count in enumerate(counts))
