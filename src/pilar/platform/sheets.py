"""The sheets of a workbook that says a document, such as an instrument: the text of its file, line by line, each with
the row that it comes from, so that a fault of the text is told at its sheet and row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilar.platform.documents import At, Written
from pilar.platform.errors import Fault
from pilar.platform.language import N_, Bilingual
from pilar.platform.tables import Cell, Percent, Table, folded, shown


def both(key: str, indonesian: str, english: str) -> tuple[tuple[str, Bilingual], ...]:
    """The two columns of a text in both languages."""
    return (
        (f"{key}.id", Bilingual(f"{indonesian} (Indonesia)", f"{english} (Indonesian)")),
        (f"{key}.en", Bilingual(f"{indonesian} (Inggris)", f"{english} (English)")),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its columns: the dotted key of each in the file, and its heading. ``flags``: those in which a no is
    said; elsewhere it is left out."""

    name: Bilingual
    columns: tuple[tuple[str, Bilingual], ...]
    flags: frozenset[str] = frozenset()

    @property
    def words(self) -> dict[str, str]:
        """The key of a column by each heading that is understood."""
        return {folded(one): key for key, heading in self.columns for one in (heading.id, heading.en, key)}


Line = tuple[At, dict[str, str]]
"""A row: what its cells say, by the keys of its columns; what is blank is left out."""


def read_sheets(
    tables: Mapping[str, Table], sheets: Sequence[Sheet], *, needed: Sequence[Sheet]
) -> tuple[Written, dict[str, list[Line]]]:
    """The rows of each sheet by its English name, and where to write what they say; a sheet that is ``needed`` and not
    there is a fault."""
    made = Written()
    known = {word: one for one in sheets for word in (folded(one.name.id), folded(one.name.en))}
    found: dict[str, list[Line]] = {}
    for name, table in tables.items():
        sheet = known.get(folded(name))
        if sheet is None:
            continue
        made.faults += [(At(name, 0), fault) for fault in table.faults]
        found[sheet.name.en] = _lines(sheet, name, table, made)
    for sheet in needed:
        if not found.get(sheet.name.en):
            sentence = N_("The workbook has no sheet “%(sheet)s” with rows")
            made.faults.append((At("", 0), Fault("no-such-sheet", sentence, {"sheet": str(sheet.name)})))
    return made, found


def top_given(made: Written, rows: Sequence[Line], keys: Sequence[tuple[str, Bilingual]]) -> dict[str, tuple[At, str]]:
    """What a sheet of fields says (columns ``key`` and ``value``), by the keys of the file."""
    words = {folded(one): key for key, label in keys for one in (label.id, label.en, key)}
    given: dict[str, tuple[At, str]] = {}
    for at, row in rows:
        named = row.get("key", "")
        key = words.get(folded(named))
        if key is None or key in given:
            sentence = N_("“%(name)s” is no field here, or stands here twice")
            made.faults.append((at, Fault("unknown-field", sentence, {"name": shown(named)})))
        elif "value" in row:
            given[key] = (at, row["value"])
    return given


def _lines(sheet: Sheet, name: str, table: Table, made: Written) -> list[Line]:
    words, known = sheet.words, {}
    for column in table.columns:
        key = words.get(folded(column.name))
        if key is not None and key not in known:
            known[key] = column.index
        elif column.name:
            sentence = N_("There is no column “%(column)s” here, or it stands here twice")
            fault = Fault("unknown-column", sentence, {"column": shown(column.name)})
            made.faults.append((At(name, table.header_row), fault))
    return [
        (
            At(name, row.number),
            {
                key: text
                for key, at in known.items()
                if (text := said(row.cells[at], no="false" if key in sheet.flags else ""))
            },
        )
        for row in table.rows
    ]


def said(cell: Cell, *, no: str = "") -> str:
    """What a cell says, as a file would; ``no``: how that says no."""
    match cell:
        case bool():
            return "true" if cell else no
        case Percent():
            return f"{cell.value:f}"
        case Decimal():
            return f"{cell:f}"
        case dt.datetime():
            return cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
    return str(cell).strip()
