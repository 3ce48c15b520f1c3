"""A file of values: which column means what, and the reports in its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pilar.measures.rules.reports import Report
from pilar.platform.errors import Fault
from pilar.platform.language import mark
from pilar.platform.reading import Notation, column_notation, is_none
from pilar.platform.tables import Cell, Column, Table, shown

COLUMNS = {
    "measure": ("ukuran", "measure"),
    "period": ("periode", "period"),
    "value": ("nilai", "value"),
    "reason": ("alasan", "reason"),
}
"""What a column may be called, the Indonesian name first."""
REQUIRED = ("measure", "period", "value")
LONGEST_CELL = 2_000


@dataclass(frozen=True, slots=True)
class SheetReading:
    """The reports of a file (``place`` is the row that a spreadsheet shows), and what is wrong with it as a whole.

    ``without``: rows that say by a dash that there is no value.
    """

    reports: tuple[Report, ...]
    faults: tuple[Fault, ...]
    without: int = 0


def read_sheet(table: Table) -> SheetReading:
    """The reports in the rows of a table; nothing is judged yet."""
    columns, faults = _columns(table)
    if faults or table.faults:
        return SheetReading((), (*table.faults, *faults))
    value = columns["value"]
    notation = column_notation(row.cells[value.index] for row in table.rows)
    if isinstance(notation, Fault):
        return SheetReading((), (replace(notation, place=table.place(column=value)),))
    reports = []
    without = 0
    for row in table.rows:
        cells = {name: row.cells[column.index] for name, column in columns.items()}
        if is_none(cells["value"]) and cells["value"] != "":
            without += 1
            continue
        reports.append(
            Report(
                measure=_text(cells["measure"]),
                period=cells["period"],
                value=cells["value"],
                reason=_text(cells.get("reason", "")),
                place=row.number,
                notation=notation or Notation.COMMA,
            )
        )
    return SheetReading(tuple(reports), (), without)


def _columns(table: Table) -> tuple[dict[str, Column], list[Fault]]:
    named = {word: name for name, words in COLUMNS.items() for word in words}
    found: dict[str, Column] = {}
    faults = []
    for column in table.columns:
        name = named.get(column.name.casefold())
        place = table.place(table.header_row, column)
        if name is None:
            if column.name:
                sentence = mark("“%(given)s” is no column of this file; possible are: %(known)s")
                fields = {"given": shown(column.name), "known": _names(tuple(COLUMNS))}
                faults.append(Fault("unknown-column", sentence, fields, place))
        elif name in found:
            sentence = mark("The column means the same as column %(earlier)s")
            faults.append(Fault("column-twice", sentence, {"earlier": str(found[name])}, place))
        else:
            found[name] = column
    lacking = tuple(name for name in REQUIRED if name not in found)
    if lacking:
        sentence = mark("These columns are missing: %(names)s")
        place = table.place(table.header_row)
        faults.insert(0, Fault("missing-column", sentence, {"names": _names(lacking)}, place))
    return found, faults


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(COLUMNS[name][0] for name in names)


def _text(cell: Cell) -> str:
    return str(cell).strip()
