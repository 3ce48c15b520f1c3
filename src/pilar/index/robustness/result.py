"""Result of a simulation of the ranks of n units; ranks start at 1, units are numbered as in the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pilar.index.instrument import Instrument
from pilar.index.robustness.cut import Booleans, Floats, Integers


@dataclass(frozen=True, eq=False)
class Robustness:
    """Counts over the draws; in a tie all share the better rank (1, 1, 3), whatever the instrument prints.

    ``final``: by the weights and rules as given, NaN without one. ``order``: units by that final, best first.
    ``places``: how often unit i had the rank r + 1, shape (n, n). ``ranked``: how often it had a rank.
    """

    instrument: Instrument
    seed: int
    draws: int
    final: Floats
    order: Integers
    places: Integers = field(repr=False)
    shared: Floats = field(repr=False)
    first_ranks: Integers = field(repr=False)
    ranked: Integers = field(repr=False)
    held: Integers = field(repr=False)
    above: Integers = field(repr=False)
    beside: Integers = field(repr=False)

    @cached_property
    def rank(self) -> Integers:
        """Rank by the weights and rules as given, 0 without a final; shape (n,)."""
        scored = self.order[~np.isnan(self.final[self.order])]
        ranks = np.zeros(len(self.final), dtype=np.int64)
        best = self.final[scored]
        ranks[scored] = np.searchsorted(-best, -best, side="left") + 1
        return ranks

    @property
    def acceptability(self) -> Floats:
        """Share of the draws in which unit i takes rank r + 1, shape (n, n).

        A tie of k units over k ranks counts 1/k for each of them at each, so that, when all units have a rank, rows and
        columns sum to 1. Source of rank acceptability: Lahdelma and Salminen, SMAA-2, Operations Research 49 (2001),
        444-454.
        """
        return self.shared / self.draws

    @cached_property
    def _cumulated(self) -> Integers:
        return np.cumsum(self.places, axis=1)

    def quantile(self, share: float) -> Integers:
        """The least rank that at least ``share`` of a unit's ranks do not exceed, shape (n,); 0 without a rank.

        Inverse of the empirical distribution (definition 1 of Hyndman and Fan, The American Statistician 50 (1996)).
        """
        needed = np.maximum(np.ceil(share * self.ranked - 1e-9), 1)
        places = (self._cumulated < needed[:, None]).sum(axis=1) + 1
        return np.where(self.ranked > 0, places, 0)

    @property
    def median(self) -> Integers:
        """Median rank, shape (n,)."""
        return self.quantile(0.5)

    @property
    def interval(self) -> Integers:
        """Ranks at 5 and at 95 per cent, shape (n, 2)."""
        return np.stack([self.quantile(0.05), self.quantile(0.95)], axis=1)

    def within(self, first: int = 10) -> Floats:
        """Probability of each unit to be among the first ``first``, shape (n,); no rank counts as not among them."""
        return np.asarray(self.places[:, :first].sum(axis=1) / self.draws)

    @property
    def holds_predicate(self) -> Floats:
        """Probability to have, published, the predicate that the final as given has; NaN without that final.

        The rounded final decides. A band below all predicates counts as one.
        """
        return np.where(np.isnan(self.final), np.nan, self.held / self.draws)

    @property
    def next_unit(self) -> Integers:
        """The neighbour below by the final as given, -1 for the last and for those without one; shape (n,)."""
        following = np.full(len(self.final), -1)
        scored = self.order[~np.isnan(self.final[self.order])]
        following[scored[:-1]] = scored[1:]
        return following

    @property
    def above_next(self) -> Floats:
        """Probability to be strictly above the neighbour below, in draws where both have a rank; NaN without one."""
        counted = (self.next_unit >= 0) & (self.beside > 0)
        return np.where(counted, self.above / np.maximum(self.beside, 1), np.nan)

    @property
    def mean_shift(self) -> float:
        """Mean over units and draws of the distance between the rank drawn and the rank as given; NaN if there is none.

        Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step on uncertainty and sensitivity.
        """
        away = np.abs(np.arange(1, len(self.places) + 1) - self.rank[:, None])
        counts = self.places[self.rank > 0]
        return float((counts * away[self.rank > 0]).sum() / counts.sum()) if counts.sum() else np.nan

    def probability_above(self, unit: int) -> Floats:
        """Probability of ``unit`` to be strictly above each other, shape (n,), from the first (at most 10,000) draws.

        Counted over the draws in which both have a rank; NaN if there is none.
        """
        ranks, own = self.first_ranks, self.first_ranks[:, unit, None]
        both: Booleans = (ranks > 0) & (own > 0)
        count = both.sum(axis=0)
        return np.where(count, ((own < ranks) & both).sum(axis=0) / np.maximum(count, 1), np.nan)

    def groups(self, certainty: float = 0.95) -> tuple[tuple[int, ...], ...]:
        """Units that cannot be told apart, best group first; those without a final as given are in none.

        Going down the ranking as given, a unit opens a new group when the first unit of the current group is
        strictly above it with a probability of at least ``certainty``; otherwise it joins. So within a group no unit is
        surely below the first; a later one may well be above an earlier one of the next group.
        """
        groups: list[list[int]] = []
        surely = np.empty(0)
        for unit in self.order[~np.isnan(self.final[self.order])].tolist():
            if not groups or surely[unit] >= certainty:
                groups.append([])
                surely = self.probability_above(unit)
            groups[-1].append(unit)
        return tuple(map(tuple, groups))
