"""The raw table: one row a unit, or a unit in a year, one column an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pilar.index.composite.faults import place_of
from pilar.index.composite.spec import Aggregation, Element, Spec, Years
from pilar.index.faults import N_, Fault

# Beyond these, quotients and squares of the values would no longer be numbers in floating point.
LARGEST, SMALLEST = 1e60, 1e-60
# Every pair of units of a year is compared, for every child: beyond this, minutes.
MAX_OUTRANKED = 5_000

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class Data:
    """Raw indicators. ``units``: who each of the n rows is about; ``values``: each column, shape (n,), NaN blank.

    ``groups``: the group of every row, by column. ``years``: the year of every row of a panel. ``names``: how units
    are shown. A unit stands once, in a panel once a year. ``ValueError`` if a column does not have the length n.
    """

    units: tuple[str, ...]
    values: Mapping[str, Floats]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    years: tuple[int, ...] | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for code, shape in [
            *((code, column.shape) for code, column in self.values.items()),
            *((code, (len(column),)) for code, column in self.groups.items()),
            *([("years", (len(self.years),))] if self.years is not None else []),
        ]:
            if shape != (len(self.units),):
                raise ValueError(f"{code} has the shape {shape}, but there are {len(self.units)} units")

    def __repr__(self) -> str:
        years = "" if self.years is None else f", {min(self.years)} to {max(self.years)}" if self.years else ""
        return f"<Data of {len(set(self.units))} units, {len(self.values)} columns{years}>"

    @classmethod
    def of(
        cls,
        units: Sequence[str],
        values: Mapping[str, Iterable[float | None]],
        groups: Mapping[str, Sequence[str]] | None = None,
        years: Sequence[int] | None = None,
    ) -> Data:
        """From plain lists; ``None`` is a blank."""
        columns = {
            code: np.array([np.nan if value is None else value for value in column], dtype=np.float64)
            for code, column in values.items()
        }
        grouped = {code: tuple(column) for code, column in (groups or {}).items()}
        return cls(tuple(units), columns, grouped, None if years is None else tuple(years))

    def __len__(self) -> int:
        return len(self.units)

    def year(self, row: int) -> int | None:
        return None if self.years is None else self.years[row]

    def name(self, row: int) -> str:
        """Return how the unit of that row is shown."""
        return self.names.get(self.units[row], self.units[row])

    def row(self, unit: str, year: int | None = None) -> int:
        """The row of a unit, in a panel of that year or, without one, of its last. ``KeyError`` if there is none."""
        rows = [
            row for row, unit_of_row in enumerate(self.units) if unit_of_row == unit and year in (None, self.year(row))
        ]
        if not rows:
            raise KeyError(unit if year is None else (unit, year))
        return max(rows, key=lambda row: self.year(row) or 0)

    @cached_property
    def periods(self) -> tuple[int | None, ...]:
        """The years, in order; one ``None`` for a table of one year."""
        return (None,) if self.years is None else tuple(sorted(set(self.years)))

    @cached_property
    def period_of(self) -> NDArray[np.intp]:
        """Number of each row's year in ``periods``, shape (n,)."""
        number = {year: position for position, year in enumerate(self.periods)}
        return np.array([number[self.year(row)] for row in range(len(self))], dtype=np.intp)

    def rows_of(self, year: int | None) -> Flags:
        """Return which rows are of that year, shape (n,)."""
        return np.asarray(self.period_of == self.periods.index(year))


def table_faults(spec: Spec, data: Data) -> list[Fault]:
    """All that keeps the table from being used as it is; columns come before rows, rows before cells."""
    faults = [*_columns(spec, data), *_rows(data), *cell_faults(spec, data), *_blank_columns(spec, data)]
    faults += _too_many_pairs(spec, data)
    if set(spec.fits_by) != {Years.POOLED} and data.years is None:
        faults.append(Fault("no-years", "The spec treats years apart, but the data have no years."))
    elif spec.base_year is not None and spec.base_year not in data.periods:
        faults.append(Fault("no-base-year", "There are no data of the base year %(year)s.", {"year": spec.base_year}))
    return faults


def broken_leaves(spec: Spec, faults: Iterable[Fault]) -> frozenset[str]:
    """The leaves of which nothing more can be told, because one of their cells, or of their denominator's, is wrong."""
    nodes = {fault.fields["node"] for fault in faults if "node" in fault.fields}
    return frozenset(leaf.code for leaf in spec.leaves if nodes & {leaf.code, leaf.measured.denominator})


def _columns(spec: Spec, data: Data) -> Iterable[Fault]:
    for code in [*(leaf.code for leaf in spec.leaves), *spec.denominators]:
        if code not in data.values:
            yield Fault("missing-column", "The column %(node)s is missing.", {"node": code}, code)
    for code in spec.groups:
        if code not in data.groups:
            yield Fault("missing-column", "The column %(node)s is missing.", {"node": code}, code)


def _rows(data: Data) -> Iterable[Fault]:
    if not data.units:
        yield Fault("no-units", "There are no units.")


def _too_many_pairs(spec: Spec, data: Data) -> Iterable[Fault]:
    most = max(np.bincount(data.period_of), default=0) if data.units else 0
    if most > MAX_OUTRANKED and any(node.combination.aggregation is Aggregation.COPELAND for node in spec.bottom_up):
        sentence = N_("Outranking compares every pair of units: at most %(most)s units of a year, here %(units)s.")
        yield Fault("too-many-units", sentence, {"most": MAX_OUTRANKED, "units": int(most)})


def _blank_columns(spec: Spec, data: Data) -> Iterable[Fault]:
    for code in [*(leaf.code for leaf in spec.leaves), *spec.denominators]:
        if code in data.values and data.units and np.isnan(data.values[code]).all():
            yield Fault("blank-column", "The column %(node)s has no value at all.", {"node": code}, code)


def cell_faults(spec: Spec, data: Data) -> Iterable[Fault]:
    """Units that stand twice, numbers that are too large or too small, denominators that are not above 0."""
    yield from _repeated(data)
    for code in [*(leaf.code for leaf in spec.leaves), *spec.denominators]:
        if code in data.values:
            yield from _sizes(data, code)
    for leaf in spec.leaves:
        yield from _denominators(data, leaf)


def _repeated(data: Data) -> Iterable[Fault]:
    seen: set[tuple[str, int | None]] = set()
    for row, unit in enumerate(data.units):
        key = (unit, data.year(row))
        if key in seen:
            fields = {"unit": unit, "year": data.year(row), "row": row}
            yield Fault("unit-twice", "%(unit)s stands twice.", fields, place_of(unit, data.year(row), None))
        seen.add(key)


def _sizes(data: Data, code: str) -> Iterable[Fault]:
    column = data.values[code]
    size = np.abs(column)
    for row in np.flatnonzero((size > LARGEST) | ((size < SMALLEST) & (size > 0))):
        if np.isinf(size[row]):
            yield told(data, int(row), code, Fault("infinite", "The value is not a finite number."))
            continue
        fields = {"value": float(column[row]), "most": float(LARGEST), "least": float(SMALLEST)}
        sentence = N_("%(value)s is too far from 1: its size must be 0 or lie from %(least)s to %(most)s.")
        yield told(data, int(row), code, Fault("size", sentence, fields))


def _denominators(data: Data, leaf: Element) -> Iterable[Fault]:
    code = leaf.measured.denominator
    if code is None or code not in data.values or leaf.code not in data.values:
        return
    sentence = N_("%(denominator)s, by which the value is divided, must be above 0.")
    for row in np.flatnonzero((data.values[code] <= 0) & ~np.isnan(data.values[leaf.code])):
        yield told(data, int(row), leaf.code, Fault("denominator", sentence, {"denominator": code}))


def told(data: Data, row: int, code: str, fault: Fault) -> Fault:
    """The fault with its row, unit, year and node as fields, the last three also as place."""
    unit, year = data.units[row], data.year(row)
    fields = {**fault.fields, "row": row, "unit": unit, "year": year, "node": code}
    return Fault(fault.code, fault.sentence, fields, place_of(unit, year, code))
