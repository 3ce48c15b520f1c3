"""Bounds of ranks over a whole set of weights, without sampling.

The lead of unit u over unit v is the difference of their finals. Below weighted means it is itself a weighted mean of
the leads at the children. Weights at different nodes are free of each other and never negative, so the lead at a node
grows with the lead at each child, and its maximum over all weights is the maximum over the node's own weights of the
mean of the children's maxima: one closed form a node, from the leaves up. That is exact for two units that have the
same blanks at every re-weighted node. Where their blanks differ, the lead is a difference of two ratios; there the
largest score of u less the smallest of v stands in, which is never less than the lead.

v is surely above u when the largest lead of u over v is negative. So no admissible weights put u above rank
1 + (number surely above it), or below rank 1 + (number that can be above it). For each pair that is exact; one set of
weights need not reach the bound against all others at once, so the bounds are certain, and may be wider than need be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pilar.index.faults import Fault
from pilar.index.instrument import Instrument, MissingRule
from pilar.index.robustness.admissible import Admissible, Edges
from pilar.index.robustness.cut import Booleans, Cut, Floats, Integers, Parent, RobustnessFaults, cut_through

NEARLY = 1e-12  # of the scale's range: leads below it are rounding


@dataclass(frozen=True, eq=False)
class RankBounds:
    """``best`` and ``worst``: shape (n,), 0 without a final.

    ``lead``: the largest lead of unit i over unit j, shape (n, n), NaN without finals. ``exact``: whether it is reached
    by some admissible weights, shape (n, n); otherwise the true one may be smaller.
    """

    best: Integers
    worst: Integers
    lead: Floats = field(repr=False)
    exact: Booleans = field(repr=False)


def rank_bounds(instrument: Instrument, columns: Sequence[str], values: Floats, *, weights: Admissible) -> RankBounds:
    """Ranks that no admissible weights leave; ties share the better rank.

    ``columns``, ``values``: as in :func:`simulate`, shape (n, columns). Raises :class:`RobustnessFaults`, also for
    means other than weighted ones.
    """
    table = np.asarray(values, dtype=np.float64)
    cut = linear_cut(instrument, columns, table, weights)
    scored = np.flatnonzero(cut.present(table)[len(cut.columns) + len(cut.parents) - 1])
    n = len(table)
    lead, exact = np.full((n, n), np.nan), np.zeros((n, n), dtype=np.bool_)
    best, worst = np.zeros((2, n), dtype=np.int64)
    if len(scored):
        margins = leads(cut, table[scored], Edges.around(cut, weights))
        lead[np.ix_(scored, scored)], exact[np.ix_(scored, scored)] = margins
        edge = NEARLY * (cut.maximum - cut.minimum)
        best[scored] = 1 + (margins[0] < -edge).sum(axis=1)
        worst[scored] = 1 + (margins[0] > edge).sum(axis=0)
    return RankBounds(best, worst, lead, exact)


@dataclass(frozen=True, eq=False)
class UnitBounds:
    """Ranks of a unit that no admissible weights leave, 0 without a final; ``exact``: all its leads are reached."""

    best: int
    worst: int
    exact: bool


def unit_bounds(
    instrument: Instrument, columns: Sequence[str], values: Floats, *, unit: int, weights: Admissible
) -> UnitBounds:
    """The same as :func:`rank_bounds` for one unit alone, n times sooner."""
    table = np.asarray(values, dtype=np.float64)
    cut = linear_cut(instrument, columns, table, weights)
    scored = np.flatnonzero(cut.present(table)[len(cut.columns) + len(cut.parents) - 1])
    own = np.flatnonzero(scored == unit)
    if not len(own):
        return UnitBounds(0, 0, True)
    edges, every = Edges.around(cut, weights), np.arange(len(scored))
    over, over_exact = leads(cut, table[scored], edges, own, every)
    of, of_exact = leads(cut, table[scored], edges, every, own)
    edge = NEARLY * (cut.maximum - cut.minimum)
    best, worst = 1 + int((over < -edge).sum()), 1 + int((of > edge).sum())
    return UnitBounds(best, worst, bool(over_exact.all() and of_exact.all()))


def linear_cut(instrument: Instrument, columns: Sequence[str], values: Floats, weights: Admissible) -> Cut:
    """The cut, if all its means are weighted means; raises :class:`RobustnessFaults` otherwise."""
    faults = weights.faults()
    try:
        cut = cut_through(instrument, columns, values, most=2)
        Edges.around(cut, weights)
    except RobustnessFaults as refused:
        raise RobustnessFaults([*faults, *refused.faults]) from None
    faults += [
        Fault("not-linear", "The mean of %(node)s is no weighted mean.", {"node": parent.code}, parent.code)
        for parent in cut.parents
        if not Cut(instrument, (), (parent,)).linear
    ]
    if faults:
        raise RobustnessFaults(faults)
    return cut


@dataclass(frozen=True)
class _Place:
    """A node or column: leads and whether they are exact, shape (rows, n), and extremes of the score, shape (n,)."""

    lead: Floats
    exact: Booleans
    most: Floats
    least: Floats


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The units whose leads are wanted (``of``), and the units they lead; unit numbers, among ``units``."""

    of: Integers
    over: Integers
    units: int

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.of), len(self.over)

    def differences(self, most: Floats, least: Floats) -> Floats:
        """``most`` of the one less ``least`` of the other; both of shape (units,)."""
        return most[self.of, None] - least[self.over]


def leads(
    cut: Cut, values: Floats, edges: Edges, rows: Integers | None = None, over: Integers | None = None
) -> tuple[Floats, Booleans]:
    """The largest lead of each unit over each other, and whether it is exact; every unit must have a final.

    ``rows``: the units whose leads are wanted, ``over``: the units they lead; ``None`` for all.
    """
    present = cut.present(values)
    every = np.arange(len(values))
    pairs = _Pairs(every if rows is None else rows, every if over is None else over, len(values))
    places: dict[int, _Place] = {}

    def column(place: int) -> _Place:
        own = np.nan_to_num(values[:, place], nan=cut.minimum)
        return _Place(pairs.differences(own, own), np.ones(pairs.shape, dtype=np.bool_), own, own)

    for place, parent in enumerate(cut.parents, len(cut.columns)):
        there: Booleans = present[list(parent.children)]
        there[:, ~present[place]] = True
        children = [
            _blank(cut, pairs) if child < 0 else places.pop(child) if child >= len(cut.columns) else column(child)
            for child in parent.children
        ]
        if parent.missing is MissingRule.ZERO:
            children = [_or_minimum(cut, child, own, pairs) for child, own in zip(children, there, strict=True)]
            there = np.ones_like(there)
        places[place] = _combined(edges, parent, there, children, pairs)
    root = places[max(places)] if places else column(0)
    return root.lead, root.exact


def _blank(cut: Cut, pairs: _Pairs) -> _Place:
    nothing = np.full(pairs.units, cut.minimum)
    return _Place(np.zeros(pairs.shape), np.ones(pairs.shape, dtype=np.bool_), nothing, nothing)


def _or_minimum(cut: Cut, child: _Place, there: Booleans, pairs: _Pairs) -> _Place:
    """The child with its blanks at the scale's minimum."""
    if there.all():
        return child
    most, least = (np.where(there, part, cut.minimum) for part in (child.most, child.least))
    both = there[pairs.of, None] & there[pairs.over]
    return _Place(np.where(both, child.lead, pairs.differences(most, least)), child.exact | ~both, most, least)


def _combined(edges: Edges, parent: Parent, there: Booleans, children: Sequence[_Place], pairs: _Pairs) -> _Place:
    if there.all():
        most = edges.largest(parent, np.stack([child.most for child in children]))
        least = -edges.largest(parent, -np.stack([child.least for child in children]))
        exact = np.logical_and.reduce([child.exact for child in children])
        return _Place(edges.largest(parent, np.stack([child.lead for child in children])), exact, most, least)
    most = edges.largest(parent, np.stack([child.most for child in children]), there)
    least = -edges.largest(parent, -np.stack([child.least for child in children]), there)
    alike = (there[:, pairs.of, None] == there[:, None, pairs.over]).all(axis=0)
    z = np.stack([child.lead for child in children])
    enters = np.broadcast_to(there[:, pairs.of, None], z.shape)
    lead = np.where(alike, edges.largest(parent, z, enters), pairs.differences(most, least))
    exact = alike & np.all(
        [child.exact | ~own[pairs.of, None] for child, own in zip(children, there, strict=True)], axis=0
    )
    return _Place(lead, exact, most, least)
