"""Finals and largest leads in exact rationals, for one set of weights or one pair: what a proof is checked with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import TypeAlias

from pilar.index.instrument import MissingRule
from pilar.index.robustness.admissible import Admissible, Shares
from pilar.index.robustness.cut import Cut, Floats, varied

Exact: TypeAlias = Fraction | None

DENOMINATOR = 10**9
NEARLY = Fraction(1, 10**8)


def exact_values(values: Floats) -> list[list[Exact]]:
    """Scores as the shortest decimals that the floats stand for; ``None`` for a blank."""
    return [[None if isnan(value) else Fraction(Decimal(repr(value))) for value in row] for row in values.tolist()]


@dataclass(frozen=True)
class ExactSet:
    """An admissible set in rationals. ``low``, ``high``: of each weight, in the order of a table of weights."""

    cut: Cut
    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]
    sums_to_one: bool

    @classmethod
    def around(cls, cut: Cut, of: Admissible) -> ExactSet:
        given = [
            share
            for parent in cut.parents
            for share in cut.instrument.node(parent.code).shares
            if share  # a child of weight 0 is no child of the cut
        ]
        spread = Fraction(Decimal(str(of.spread)))
        by = [spread * int(free) for free in varied(cut, of.at)[:, 0]]
        low = tuple(share * (1 - part) for share, part in zip(given, by, strict=True))
        high = tuple(share * (1 + part) for share, part in zip(given, by, strict=True))
        if isinstance(of, Shares):
            return cls(cut, low, tuple(min(share, Fraction(1)) for share in high), sums_to_one=True)
        # Raw weights may pass 1: they are scaled only afterwards.
        return cls(cut, low, high, sums_to_one=False)

    def nearest(self, shares: Sequence[float]) -> tuple[Fraction, ...]:
        """Admissible shares near ``shares`` (each parent's given up to a factor), siblings summing to 1 exactly."""
        values: list[Fraction] = []
        for parent in self.cut.parents:
            low, high = self.low[parent.rows], self.high[parent.rows]
            wanted = zip(shares[parent.rows], low, high, strict=True)
            raw = [
                _within(Fraction(share).limit_denominator(DENOMINATOR), least, most) for share, least, most in wanted
            ]
            values += self._summing(raw, low, high)
        return tuple(values)

    def _summing(self, raw: list[Fraction], low: Sequence[Fraction], high: Sequence[Fraction]) -> list[Fraction]:
        total = sum(raw, Fraction(0))
        if not self.sums_to_one:
            return [share / total for share in raw]
        for place, share in enumerate(raw):
            moved = min(max(share + 1 - total, low[place]), high[place])
            raw[place], total = moved, total + moved - share
        return raw

    def largest_mean(self, place: int, z: Sequence[Fraction | None]) -> Fraction | None:
        """The largest mean of the children's ``z`` of the node ``cut.parents[place]`` (see admissible.py).

        ``None`` stands for a child that nobody has. ``None`` comes back if shares have to sum to 1 over such a one, or
        if nobody has any child.
        """
        parent = self.cut.parents[place]
        known = [
            (value, low, high)
            for value, low, high in zip(z, self.low[parent.rows], self.high[parent.rows], strict=True)
            if value is not None
        ]
        if not known or (self.sums_to_one and len(known) < len(z)):
            return None
        known.sort(key=lambda child: -child[0])
        if self.sums_to_one:
            rest, total = 1 - sum((low for _, low, _ in known), Fraction(0)), Fraction(0)
            for value, low, high in known:
                filled = min(high - low, rest)
                total, rest = total + (low + filled) * value, rest - filled
            return total
        return max(_mean_up_to(known, reach) for reach in range(1, len(known) + 1))


def _within(share: Fraction, low: Fraction, high: Fraction) -> Fraction:
    """``share`` inside its limits, and at a limit that it all but reaches."""
    if share < low + NEARLY:
        return low
    return high if share > high - NEARLY else share


def _mean_up_to(known: Sequence[tuple[Fraction, Fraction, Fraction]], reach: int) -> Fraction:
    """The mean with the first ``reach`` children at their highest weight and the others at their lowest."""
    raw = [high if at < reach else low for at, (_, low, high) in enumerate(known)]
    total = sum((weight * value for weight, (value, _, _) in zip(raw, known, strict=True)), Fraction(0))
    return total / sum(raw, Fraction(0))


def final(cut: Cut, row: Sequence[Exact], there: Sequence[bool], shares: Sequence[Fraction]) -> Fraction:
    """The final of one unit that has one, under ``shares``; ``there``: which of the cut's parents have a score."""
    scores: list[Exact] = list(row)
    minimum = Fraction(cut.instrument.scale.minimum)
    for parent, scored in zip(cut.parents, there, strict=True):
        values = [scores[child] if child >= 0 else None for child in parent.children]
        if parent.missing is MissingRule.ZERO:
            values = [minimum if value is None else value for value in values]
        known = [(w, v) for w, v in zip(shares[parent.rows], values, strict=True) if v is not None]
        total = sum((w * v for w, v in known), Fraction(0))
        scores.append(total / sum((w for w, _ in known), Fraction(0)) if scored else None)
    value = scores[-1]
    assert value is not None  # callers ask only for units that have a final
    return value


def largest_mixed_lead(
    of: ExactSet, unit: Sequence[Exact], mix: Sequence[tuple[Fraction, Sequence[Exact]]]
) -> Fraction | None:
    """The largest lead of a unit over a mixture of others over the whole set; ``mix``: their parts, sum 1, and scores.

    The mixture has the same mix of scores in every column, so its final is the mix of their finals, and the lead is a
    mean from the leaves up, like that over one unit. ``None`` if some but not all have a score in a column.
    """
    lead: list[Fraction | None] = []
    for column, own in enumerate(unit):
        theirs = [(part, row[column]) for part, row in mix]
        known = [part * value for part, value in theirs if value is not None]
        if len(known) != (len(theirs) if own is not None else 0):
            return None
        lead.append(None if own is None else own - sum(known, Fraction(0)))
    for place, parent in enumerate(of.cut.parents):
        nothing = Fraction(0) if parent.missing is MissingRule.ZERO else None  # nobody has it: the minimum for all
        z = [lead[child] if child >= 0 else None for child in parent.children]
        blank = all(value is None for value in z)
        lead.append(None if blank else of.largest_mean(place, [nothing if value is None else value for value in z]))
    return lead[-1]
