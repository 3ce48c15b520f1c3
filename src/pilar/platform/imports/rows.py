"""The rows of a file as values of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pilar.platform import tables
from pilar.platform.errors import Fault
from pilar.platform.imports.columns import LEFT_OUT, Column, Heading, known_words, placed
from pilar.platform.language import N_
from pilar.platform.reading import Notation, column_notation, is_none
from pilar.platform.tables import Table, folded, shown
from pilar.platform.tables.table import place

_TOTAL = re.compile(r"(?:sub ?)?(?:jumlah|total)(?: (?:total|keseluruhan|seluruhnya|umum))?|grand total|sum")
_PLACE_NUMBER = re.compile(r"\(?(\d{1,2})\)?")
MIN_NUMBERED = 3
MAX_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Told:
    """A fault in a file, or something to be looked at: the row as the spreadsheet shows it, 0 for a sheet or the file
    as a whole, and the column; ``sheet`` is empty where a file has one table."""

    row: int
    column: str
    fault: Fault
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what its cells say by the names of their columns (None for nothing), and what could not be read, at the
    name of its column. ``notations``: how the numbers of its columns are written."""

    number: int
    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    sheet: str = ""
    notations: Mapping[str, Notation | None] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


def placed_faults(table: Table, reading: Reading) -> tuple[Fault, ...]:
    """Return what is wrong with a table as a whole, each fault at its place in words, for the person who has no page to
    show it on."""
    return tuple(
        fault.fault if fault.fault.place else replace(fault.fault, place=place(table.name, fault.row, fault.column))
        for fault in reading.faults
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A file: its rows, what is wrong with it as a whole, what was left out, and its headings by sheet."""

    rows: tuple[Row, ...]
    faults: tuple[Told, ...]
    notes: tuple[Told, ...]
    headings: Mapping[str, tuple[Heading, ...]]

    def label(self, row: Row, name: str) -> str:
        """A column as the spreadsheet shows it; empty for one that the file does not have."""
        return next((heading.label for heading in self.headings.get(row.sheet, ()) if heading.column == name), "")


def headings_of(sheets: Mapping[str, Sequence[Column]], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The words by which the row of headings is found."""
    headings = {word: None for columns in sheets.values() for word in known_words(columns)}
    return tuple(headings | {key.rpartition("|")[2].partition(" #")[0]: None for key in chosen})


def read_rows(
    tables: Mapping[str, Table], sheets: Mapping[str, Sequence[Column]], chosen: Mapping[str, str] | None = None
) -> Reading:
    """The rows of tables by the names of their sheets; the name of a single table is empty.

    While a heading cannot be understood there are no rows. ``chosen``: see :func:`placed`; of a sheet with a name the
    keys begin with it and a stroke.
    """
    rows: list[Row] = []
    faults: list[Told] = []
    notes: list[Told] = []
    headings: dict[str, tuple[Heading, ...]] = {}
    for sheet, columns in sheets.items():
        table = tables.get(sheet)
        if table is None:
            continue
        reader = _Reader(sheet, table, columns, chosen or {})
        headings[sheet] = reader.headings
        faults += reader.faults
        rows += reader.rows() if not reader.faults else ()
        notes += reader.notes
    return Reading(() if faults else tuple(rows), tuple(faults[:MAX_FAULTS]), tuple(notes), headings)


class _Reader:
    """One table on its way."""

    def __init__(self, sheet: str, table: Table, columns: Sequence[Column], chosen: Mapping[str, str]) -> None:
        self.sheet, self.table = sheet, table
        start = f"{sheet}|" if sheet else ""
        own = {key.removeprefix(start): name for key, name in chosen.items() if key.startswith(start)}
        self.headings, faults = placed(table, columns, own)
        self.faults = [Told(0, "", fault, sheet) for fault in table.faults]
        self.faults += [Told(table.header_row, label, fault, sheet) for label, fault in faults]
        self.notes: list[Told] = []
        by_name = {column.name: column for column in columns}
        self.columns = [
            (by_name[heading.column], heading.place)
            for heading in self.headings
            if heading.column and heading.column != LEFT_OUT
        ]
        self.notations: dict[str, Notation | None] = {}
        for column, at in self.columns if not self.faults else ():
            if column.figures:
                self._notation(column, at)

    def _notation(self, column: Column, at: tables.Column) -> None:
        said = column_notation((row.cells[at.index] for row in self.table.rows), highest=column.highest)
        if isinstance(said, Fault):
            fault = replace(said, place=self.table.place(column=at))
            self.faults.append(Told(0, str(at), fault, self.sheet))
        else:
            self.notations[column.name] = said

    def rows(self) -> Iterator[Row]:
        for at, row in enumerate(self.table.rows):
            if at == 0 and _numbers_columns(row.cells):
                self._leave_out(row, N_("Row %(row)s numbers the columns: it is left out"))
            elif word := self._total(row):
                self._leave_out(row, N_("Row %(row)s is a sum (“%(word)s”): it is left out"), word=shown(word))
            else:
                yield self._row(row)

    def _row(self, row: tables.Row) -> Row:
        values: dict[str, Any] = {}
        faults = []
        for column, at in self.columns:
            if column.ignored:
                continue
            value = column.read(row.cells[at.index], self.notations.get(column.name))
            if value is None and column.filled:
                value = Fault("no-value", N_("This is missing"))
            if isinstance(value, Fault):
                faults.append(replace(value, place=column.name))
                value = None
            values[column.name] = value
        return Row(row.number, values, tuple(faults), self.sheet, self.notations)

    def _total(self, row: tables.Row) -> str:
        """The word by which a row is a sum, where a column that every row fills says nothing."""
        if not any(column.filled and is_none(row.cells[at.index]) for column, at in self.columns):
            return ""
        words = (cell for cell in row.cells if isinstance(cell, str) and cell)
        return next((cell for cell in words if _TOTAL.fullmatch(folded(cell))), "")

    def _leave_out(self, row: tables.Row, sentence: str, **fields: Any) -> None:
        fault = Fault("left-out", sentence, {"row": row.number, **fields})
        self.notes.append(Told(row.number, "", fault, self.sheet))


def _numbers_columns(cells: Sequence[tables.Cell]) -> bool:
    """Return whether cells are 1, 2, 3 …, as the row under the headings of an official table."""
    said = [_PLACE_NUMBER.fullmatch(str(cell).strip()) for cell in cells if cell != ""]
    numbers = [int(match[1]) for match in said if match is not None]
    return len(said) >= MIN_NUMBERED and numbers == list(range(1, len(said) + 1))
