"""Indicator sheets (lembar indikator): a table with one row a unit, or one a unit and year, one column an indicator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pilar.evaluation.rules.header import Found, in_order
from pilar.index import Fault as IndexFault
from pilar.index import IndexFaults, composite
from pilar.index.composite.data import cell_faults
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.reading import Notation, column_notation, read_figure
from pilar.platform.tables import Cell, Column, Table, shown

UNIT_COLUMNS = frozenset({"unit", "region", "wilayah", "daerah"})
NAME_COLUMNS = frozenset({"name", "nama"})
YEAR_COLUMNS = frozenset({"year", "tahun"})
OWN_COLUMNS = UNIT_COLUMNS | NAME_COLUMNS | YEAR_COLUMNS
MAX_ROWS = 20_000
NO_YEAR = 0  # of a row whose year cannot be read


@dataclass(frozen=True, slots=True)
class IndicatorSheet:
    """A table read for a composite index. ``columns``: by code; ``unused``: names of columns that nothing asks for."""

    table: Table
    data: composite.Data
    columns: Mapping[str, Column]
    unused: tuple[str, ...]

    def refused(self, faults: IndexFaults) -> Faults:
        """The engine's faults at the cells they are about."""
        placed = []
        for fault in faults.faults:
            at = fault.fields.get("row")
            row = self.table.rows[at].number if isinstance(at, int) else None
            column = self.columns.get(str(fault.fields.get("node")))
            place = fault.place if row is None and column is None else self.table.place(row, column)
            if row is not None and (choice := fault.fields.get("choice")):
                place = f"{choice}; {place}"
            placed.append(Fault(fault.code, fault.sentence, fault.fields, place))
        return Faults(placed)


def read_indicators(table: Table, spec: composite.Spec) -> IndicatorSheet:
    """The data of an index. Raises Faults with all that is wrong: the form, the header, then by row and column.

    A column goes by its code, in any case and with spaces or hyphens for underscores, or by the Indonesian or English
    title of its indicator where only one has it.
    """
    reader = _Reader(table, spec)
    sheet = reader.read()
    if faults := (*table.faults, *reader.faults):
        further = [fault for fault in cell_faults(spec, sheet.data) if _named(fault)]
        raise Faults((*faults, *sheet.refused(composite.DataFaults(further)).faults))
    return sheet


def _named(fault: IndexFault) -> bool:
    """Return whether the unit and the year of the fault's row could be read: without them nobody is known to stand
    twice."""
    return bool(fault.fields["unit"]) and fault.fields["year"] != NO_YEAR


class _Reader:
    def __init__(self, table: Table, spec: composite.Spec) -> None:
        self.table, self.spec = table, spec
        self.faults: list[Fault] = []
        self.columns: dict[str, Column] = {}
        self.units = {leaf.code: ((leaf.indicator and leaf.indicator.unit) or {}).get("id", "") for leaf in spec.leaves}
        self.notations: dict[str, Notation | None] = {}

    def read(self) -> IndicatorSheet:
        unused = self._header()
        numbers = [leaf.code for leaf in self.spec.leaves] + list(self.spec.denominators)
        values: dict[str, list[float | None]] = {code: [] for code in numbers if code in self.columns}
        for code in values:
            self.notations[code] = self._notation(self.columns[code])
        groups: dict[str, list[str]] = {code: [] for code in self.spec.groups if code in self.columns}
        units: list[str] = []
        years: list[int] = []
        names: dict[str, str] = {}
        for row in self.table.rows:
            faults: list[Found] = []
            unit = self._text(row.cells, "unit", faults)
            units.append(unit)
            if "name" in self.columns:
                names[unit] = str(row.cells[self.columns["name"].index]) or unit
            if "year" in self.columns:
                years.append(self._year(row.cells, faults))
            for code, labels in groups.items():
                labels.append(self._text(row.cells, code, faults))
            for code, column in values.items():
                column.append(self._number(row.cells, code, faults))
            self.faults += in_order(self.table, row.number, faults)
        data = composite.Data.of(units, values, groups, years if "year" in self.columns else None)
        return IndicatorSheet(self.table, replace(data, names=names), self.columns, unused)

    def _header(self) -> tuple[str, ...]:
        """Meaning of the columns; names of those that have none for this index."""
        asked = {leaf.code for leaf in self.spec.leaves} | {*self.spec.groups, *self.spec.denominators}
        for code in sorted(asked & OWN_COLUMNS):
            sentence = N_("The index uses the code %(code)s, which names a column of its own; choose another code.")
            self.faults.append(Fault("reserved-code", sentence, {"code": code}))
        titles: dict[str, set[str]] = {}
        for leaf in self.spec.leaves:
            for title in leaf.title.values():
                titles.setdefault(column_key(title), set()).add(leaf.code)
        unused, misfits = [], []
        for column in self.table.columns:
            key = column_key(column.name)
            fitting = {key} if key in asked else titles.get(key, set())
            meaning = next(iter(fitting)) if len(fitting) == 1 else _own_column(key)
            if meaning is None:
                unused.append(column.name)
            elif (earlier := self.columns.setdefault(meaning, column)) is not column:
                fields = {"earlier": str(earlier)}
                fault = Fault("column-twice", "The column means the same as column %(earlier)s.", fields)
                misfits.append((column, fault))
        lacking: list[Found] = [
            (None, Fault("missing-column", "The column “%(node)s” is missing.", {"node": code}))
            for code in ["unit", *(leaf.code for leaf in self.spec.leaves), *self.spec.denominators, *self.spec.groups]
            if code not in self.columns
        ]
        self.faults += in_order(self.table, self.table.header_row, [*misfits, *lacking])
        return tuple(name for name in unused if name)

    def _text(self, cells: tuple[Cell, ...], code: str, faults: list[Found]) -> str:
        column = self.columns.get(code)
        text = "" if column is None else str(cells[column.index])
        if column is not None and not text:
            faults.append((column, Fault("blank-cell", "The cell may not be blank.")))
        return text

    def _year(self, cells: tuple[Cell, ...], faults: list[Found]) -> int:
        column = self.columns["year"]
        text = str(cells[column.index])
        if not re.fullmatch(r"(19|20)\d\d", text, re.ASCII):
            faults.append((column, Fault("no-year", "“%(given)s” is no year.", {"given": shown(text)})))
            return NO_YEAR
        return int(text)

    def _notation(self, column: Column) -> Notation | None:
        """Return how the numbers of a column are written, from all its cells; one that stays open is told once."""
        notation = column_notation(row.cells[column.index] for row in self.table.rows)
        if not isinstance(notation, Fault):
            return notation
        self.faults.append(replace(notation, place=self.table.place(column=column)))
        return Notation.COMMA

    def _number(self, cells: tuple[Cell, ...], code: str, faults: list[Found]) -> float | None:
        column = self.columns[code]
        answer = read_figure(cells[column.index], self.units.get(code, ""), self.notations[code])
        if isinstance(answer, Fault):
            faults.append((column, answer))
            return None
        return None if answer is None else float(answer)


def column_key(name: str) -> str:
    """A name as a code: small letters, with underscores for all that is no letter or digit."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def _own_column(key: str) -> str | None:
    for meaning, names in (("unit", UNIT_COLUMNS), ("name", NAME_COLUMNS), ("year", YEAR_COLUMNS)):
        if key in names:
            return meaning
    return None
