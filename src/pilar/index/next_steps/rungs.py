"""The marks that a node can still be raised to, and what each asks of a measured quantity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from pilar.index.answers import (
    Answer,
    Band,
    BandMark,
    LevelMark,
    Mark,
    Number,
    Quantity,
    Ratio,
    RatioMark,
    score_range,
)
from pilar.index.instrument import Instrument

WHOLE = Decimal(1)


@dataclass(frozen=True)
class Edge:
    """The edge of the nearest band with a better mark.

    ``quantity``: in the unit of the bands; in per cent where the answer is a ratio. ``rise``: the quantity must rise to
    it, edge included; otherwise it must fall below it. ``realised``: what must be realised of the plan, for a
    ratio whose plan is known.
    """

    quantity: Decimal
    rise: bool
    realised: Fraction | None = None


@dataclass(frozen=True)
class Rung:
    """One mark that can be reached; ``edge`` is ``None`` unless a measured quantity gives the mark."""

    value: Decimal
    edge: Edge | None = None


def rungs(
    instrument: Instrument,
    code: str,
    now: Fraction,
    answer: Answer | None = None,
    *,
    cap: Decimal | None = None,
    grain: Decimal = WHOLE,
) -> tuple[Rung, ...]:
    """The marks above ``now`` up to ``cap``, lowest first.

    A rubric has its levels, a banded quantity or ratio the values of its bands. The mean of a survey, and a node
    answered above the leaves, has the multiples of ``grain``, and its highest score or the cap.
    """
    node = instrument.node(code)
    _, highest = score_range(node, instrument.scale)
    top = highest if cap is None else min(cap, highest)
    if isinstance(node.mark, LevelMark):
        rungs = [Rung(level.value) for level in node.mark.levels]
    elif isinstance(node.mark, (BandMark, RatioMark)):
        rungs = [Rung(value, _edge(node.mark.bands, value, answer)) for value in _values(node.mark.bands)]
    else:
        rungs = [Rung(value) for value in _multiples(now, top, grain)]
    return tuple(rung for rung in rungs if now < rung.value <= top)


def _values(bands: tuple[Band, ...]) -> list[Decimal]:
    return sorted({band.value for band in bands})


def _multiples(now: Fraction, top: Decimal, grain: Decimal) -> Iterator[Decimal]:
    value = floor(now / Fraction(grain)) * grain
    while value < top:
        yield value
        value += grain
    yield top


def _edge(bands: tuple[Band, ...], value: Decimal, answer: Answer | None) -> Edge | None:
    """The nearest edge of a band of this value from the quantity that was answered; ``None`` without a quantity."""
    quantity = _quantity(answer)
    if quantity is None:
        return None
    edges: list[tuple[Fraction, Edge]] = []
    for band in bands:
        if band.value == value and band.start > quantity:
            needed = Fraction(band.start) / 100 * Fraction(answer.planned) if isinstance(answer, Ratio) else None
            edges.append((Fraction(band.start) - quantity, Edge(band.start, rise=True, realised=needed)))
        elif band.value == value and band.end is not None and band.end <= quantity:
            edges.append((quantity - Fraction(band.end), Edge(band.end, rise=False)))
    return min(edges, key=lambda pair: pair[0])[1] if edges else None


def _quantity(answer: Answer | None) -> Fraction | None:
    if isinstance(answer, Ratio):
        return Fraction(answer.realised) / Fraction(answer.planned) * 100
    if answer is None or isinstance(answer, Mark):
        return None
    number: Number = answer.value if isinstance(answer, Quantity) else answer
    return Fraction(number)
