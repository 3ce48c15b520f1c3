"""A cut through the tree, laid out for draws: which children a node takes its mean of, and which units have a score.

A cut is a set of nodes, no two in one branch: the columns of a table. Whether a node has a score is decided once, by
the weights that the instrument gives, and not again in each draw: a region that is published keeps its place in all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pilar.index.faults import Fault, IndexFaults
from pilar.index.instrument import Aggregation, Instrument, MissingRule, Node

Floats: TypeAlias = NDArray[np.float64]
Booleans: TypeAlias = NDArray[np.bool_]
Integers: TypeAlias = NDArray[np.int64]

TOLERANCE = 1e-9
CELLS = 2**36  # of the grid that scores are compared on, see grid.py
ABSENT = -1


class RobustnessFaults(IndexFaults):
    """A table, or what is asked about it, cannot be used."""


@dataclass(frozen=True)
class Parent:
    """A computed node. ``children``: the place of each child of weight above 0, ``ABSENT`` if it is in no column.

    Places are the columns 0 … L-1, then the parents, deepest first. ``shares``: the children's weights as given, sum 1.
    ``start``: row of the first child's weight in a table of weights.
    """

    code: str
    depth: int
    start: int
    children: tuple[int, ...]
    names: tuple[str, ...]
    shares: Floats
    aggregation: Aggregation
    power: float
    missing: MissingRule
    minimum_share: float

    @property
    def rows(self) -> slice:
        """Rows of the children's weights."""
        return slice(self.start, self.start + len(self.children))


@dataclass(frozen=True)
class Cut:
    """The tree above the columns. ``parents``: deepest first, the root last; none if the root is the only column."""

    instrument: Instrument
    columns: tuple[str, ...]
    parents: tuple[Parent, ...]

    @property
    def weights(self) -> int:
        """Count how many weights the cut has: the rows of a table of weights."""
        return sum(len(parent.children) for parent in self.parents)

    @property
    def minimum(self) -> float:
        return float(self.instrument.scale.minimum)

    @property
    def maximum(self) -> float:
        return float(self.instrument.scale.maximum)

    @property
    def cells(self) -> float:
        """Cells of the grid per point of the scale."""
        return CELLS / (self.maximum - self.minimum)

    @property
    def linear(self) -> bool:
        """Return whether all means are weighted means."""
        return all(parent.aggregation is Aggregation.WEIGHTED for parent in self.parents)

    def clipped(self, values: Floats) -> Floats:
        """Values that leave the scale by rounding, back at its ends."""
        return np.clip(values, self.minimum, self.maximum)

    def given(self) -> Floats:
        """The weights as the instrument gives them, shape (weights, 1)."""
        return np.concatenate([parent.shares for parent in self.parents] or [np.empty(0)])[:, None]

    def present(self, values: Floats) -> Booleans:
        """Return which places have a score, shape (columns + parents + 1, units); the last row stands for
        ``ABSENT``."""
        places = np.zeros((len(self.columns) + len(self.parents) + 1, len(values)), dtype=np.bool_)
        places[: len(self.columns)] = ~np.isnan(values.T)
        for place, parent in enumerate(self.parents, len(self.columns)):
            children = places[list(parent.children)]
            required = 1.0 if parent.missing is MissingRule.REQUIRE else parent.minimum_share
            places[place] = children.any(axis=0) & (parent.shares @ children >= required - TOLERANCE)
        return places

    def ruled(self, missing: MissingRule | None, aggregation: Aggregation | None) -> Cut:
        """The same cut under another missing rule or another mean at every node; ``None`` leaves it as it is."""
        parents = []
        for parent in self.parents:
            kept = missing is None or missing is parent.missing
            parents.append(
                replace(
                    parent,
                    missing=missing or parent.missing,
                    minimum_share=parent.minimum_share if kept else 0.0,
                    aggregation=aggregation or parent.aggregation,
                )
            )
        return replace(self, parents=tuple(parents))


def cut_through(instrument: Instrument, columns: Sequence[str], values: Floats, *, most: int = 3) -> Cut:
    """The cut of ``columns``; ``values``: shape (units, columns) or (units, columns, assessors), NaN blank.

    ``most``: 2 where marks of assessors are of no use. Raises :class:`RobustnessFaults` with every fault at once:
    unknown nodes, two in one branch, a table of another shape, numbers outside the scale.
    """
    faults = [*_column_faults(instrument, columns), *table_faults(instrument, columns, values)]
    if most == 2 and values.ndim == 3:
        faults.append(Fault("not-a-table", "Give one score for each unit and column, not the marks of assessors."))
    if faults:
        raise RobustnessFaults(faults)
    return Cut(instrument, tuple(columns), tuple(_parents(instrument, columns)))


def zeros(cut: Cut, values: Floats, units: Sequence[str]) -> Iterator[Fault]:
    """Every zero that a mean has no place for; ``values``: shape (units, columns)."""
    places = cut.present(values)
    nought = np.zeros_like(places)
    nought[: len(cut.columns)] = values.T == 0
    for place, parent in enumerate(cut.parents, len(cut.columns)):
        children = list(parent.children)
        gap = ~places[children] & (parent.missing is MissingRule.ZERO and cut.minimum == 0)
        zero = (nought[children] | gap) & places[place]
        refuses = Node("", {}, aggregation=parent.aggregation, power=Decimal(parent.power)).refuses_zero
        nought[place] = zero.any(axis=0) if refuses else (zero | ~places[children]).all(axis=0) & places[place]
        for child, unit in np.argwhere(zero) if refuses else ():
            yield Fault(
                "zero-in-mean",
                "%(child)s is zero, but the mean of %(node)s has no place for zero.",
                {"unit": units[unit], "node": parent.code, "child": parent.names[child]},
                f"{units[unit]}, {parent.code}",
            )


def varied(cut: Cut, at: Collection[str] | None) -> Floats:
    """1 for each weight that varies and 0 for the others, shape (weights, 1)."""
    unknown = [code for code in at or () if code not in {parent.code for parent in cut.parents}]
    if unknown:
        raise RobustnessFaults(
            Fault("no-weights", "%(node)s has no weights below it in this table.", {"node": code}, code)
            for code in unknown
        )
    varied = [np.full(len(parent.children), 1.0 if at is None or parent.code in at else 0.0) for parent in cut.parents]
    return np.concatenate(varied or [np.empty(0)])[:, None]


def _column_faults(instrument: Instrument, columns: Sequence[str]) -> Iterator[Fault]:
    if not columns:
        yield Fault("no-columns", "The table has no column; give at least one node of the instrument.")
    for place, code in enumerate(columns):
        if code not in instrument.by_code:
            yield Fault("unknown-node", "The instrument has no node %(node)s.", {"node": code}, code)
            continue
        if code in columns[:place]:
            yield Fault("twice", "%(node)s is given in two columns; give it once.", {"node": code}, code)
        for above in instrument.ancestors(code):
            if above in columns:
                yield Fault(
                    "mixed-levels",
                    "%(node)s and %(above)s above it are both answered; answer one level of a branch only.",
                    {"node": code, "above": above},
                    code,
                )


def table_faults(instrument: Instrument, columns: Sequence[str], values: Floats) -> Iterator[Fault]:
    """Yield what is wrong with a table: its shape, or numbers outside the scale by more than rounding."""
    if values.ndim not in (2, 3) or values.shape[1] != len(columns) or not len(values):
        yield Fault(
            "shape",
            "The table has the shape %(shape)s, but there are %(columns)s columns and at least one unit is needed.",
            {"shape": values.shape, "columns": len(columns)},
        )
        return
    scale = instrument.scale
    with np.errstate(invalid="ignore"):
        outside = (values < float(scale.minimum) - TOLERANCE) | (values > float(scale.maximum) + TOLERANCE)
    for place in np.argwhere(outside):
        unit, code = int(place[0]), columns[place[1]]
        yield Fault(
            "out-of-scale",
            "The score of %(node)s is %(value)s; it must lie between %(minimum)s and %(maximum)s.",
            {"node": code, "value": values[tuple(place)], "minimum": scale.minimum, "maximum": scale.maximum},
            f"{unit + 1}, {code}",
        )


def _parents(instrument: Instrument, columns: Sequence[str]) -> Iterator[Parent]:
    above = {parent for code in columns for parent in instrument.ancestors(code)}
    depth = {code: len(list(instrument.ancestors(code))) for code in above}
    computed = sorted((node for node in instrument.nodes if node.code in above), key=lambda node: -depth[node.code])
    places = {code: place for place, code in enumerate([*columns, *(node.code for node in computed)])}
    start = 0
    for node in computed:
        weighed = [(child, float(share)) for child, share in zip(node.children, node.shares, strict=True) if share]
        yield Parent(
            code=node.code,
            depth=depth[node.code],
            start=start,
            children=tuple(places.get(child.code, ABSENT) for child, _ in weighed),
            names=tuple(child.code for child, _ in weighed),
            shares=np.array([share for _, share in weighed]),
            aggregation=node.aggregation,
            power=float(Decimal(1) if node.power is None else node.power),
            missing=node.missing,
            minimum_share=float(node.minimum_share or 0) if node.missing is MissingRule.REWEIGHT else 0.0,
        )
        start += len(weighed)
