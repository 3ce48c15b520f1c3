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
from pilar.platform.writing import DECIMAL_SEPARATOR, plain


def both(key: str, indonesian: str, english: str) -> tuple[tuple[str, Bilingual], ...]:
    """The two columns of a text in both languages."""
    return (
        (f"{key}.id", Bilingual(f"{indonesian} (Indonesia)", f"{english} (Indonesian)")),
        (f"{key}.en", Bilingual(f"{indonesian} (Inggris)", f"{english} (English)")),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its columns: the dotted key of each in the file, and its heading.

    ``fields``: what a sheet of fields takes, each in a row of its own (columns ``key`` and ``value``). Of columns and
    fields, ``flags`` are those in which a no is said, which elsewhere is left out, ``days`` those in which a day may
    stand, and ``shares`` those that are parts of 1: there 50% is 0.5, elsewhere 50.
    """

    name: Bilingual
    columns: tuple[tuple[str, Bilingual], ...]
    flags: frozenset[str] = frozenset()
    fields: tuple[tuple[str, Bilingual], ...] = ()
    days: frozenset[str] = frozenset()
    shares: frozenset[str] = frozenset()

    @property
    def words(self) -> dict[str, str]:
        """The key of a column by each heading that is understood."""
        return _words(self.columns)

    @property
    def field_words(self) -> dict[str, str]:
        """The key of a field by each name that is understood."""
        return _words(self.fields)


Line = tuple[At, dict[str, str]]
"""A row: what its cells say, by the keys of its columns; what is blank is left out."""


def _words(named: Sequence[tuple[str, Bilingual]]) -> dict[str, str]:
    return {folded(word): key for key, name in named for word in (name.id, name.en, key)}


FOR_PEOPLE = frozenset({"petunjuk", "instructions", "catatan", "notes", "keterangan"})
"""Names of sheets that say nothing of the document."""


def headings(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """The words by which the row of headings is found, also under a title."""
    return tuple({word: None for sheet in sheets for word in sheet.words})


def read_sheets(
    tables: Mapping[str, Table], sheets: Sequence[Sheet], *, needed: Sequence[Sheet]
) -> tuple[Written, dict[str, list[Line]]]:
    """The rows of each sheet by its English name, and where to write what they say; a sheet that is ``needed`` and not
    there is a fault, and so is one that is there twice, or has no name of these or
    :data:`FOR_PEOPLE`."""
    made = Written()
    known = {word: sheet for sheet in sheets for word in (folded(sheet.name.id), folded(sheet.name.en))}
    lines: dict[str, list[Line]] = {}
    for name, table in tables.items():
        sheet = known.get(folded(name))
        if sheet is None:
            if not table.faults and folded(name) not in FOR_PEOPLE:
                sentence = N_(
                    "No sheet has this name, so it is not read: name it as one of %(known)s, or Catatan where it is "
                    "for people alone"
                )
                named = {"known": ", ".join(str(one.name) for one in sheets)}
                made.faults.append((At(name, 0), Fault("unknown-sheet", sentence, named)))
            continue
        made.faults += [(At(name, 0), fault) for fault in table.faults]
        if sheet.name.en in lines:
            sentence = N_("The workbook has this sheet twice, under one of its names each: keep one of them")
            made.faults.append((At(name, 0), Fault("sheet-twice", sentence)))
            continue
        lines[sheet.name.en] = _lines(sheet, name, table, made)
    for sheet in needed:
        if sheet.name.en not in lines:
            sentence = N_("The workbook has no sheet “%(sheet)s” with rows")
            made.faults.append((At("", 0), Fault("no-such-sheet", sentence, {"sheet": str(sheet.name)})))
    return made, lines


def top_given(made: Written, rows: Sequence[Line], sheet: Sheet) -> dict[str, tuple[At, str]]:
    """Return what a sheet of fields says, by the keys of the file."""
    words = sheet.field_words
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
    fields = sheet.field_words
    lines: list[Line] = []
    for row in table.rows:
        at, texts = At(name, row.number), dict[str, str]()
        field = fields.get(folded(str(row.cells[known["key"]])), "") if fields and "key" in known else ""
        for key, index in known.items():
            cell, of = row.cells[index], field if field and key == "value" else key
            if isinstance(cell, dt.date | dt.time | dt.timedelta) and of not in sheet.days:
                sentence = N_(
                    "A spreadsheet has made a date or a time of what stands at “%(column)s”: %(value)s. "
                    "Format the cell as text and write it again"
                )
                named = next(label for name_of, label in (*sheet.fields, *sheet.columns) if name_of == of)
                fault = Fault("date-cell", sentence, {"column": str(named), "value": said(cell)})
                made.faults.append((at, fault))
            elif text := said(cell, of, no="false" if of in sheet.flags else "", share=of in sheet.shares):
                texts[key] = text
        lines.append((at, texts))
    return lines


def said(cell: Cell, key: str = "", *, no: str = "", share: bool = False) -> str:
    """Return what a cell says, as a file would; ``no``: how that says no. In a text of one language (the end of its
    ``key``) a number is written as that language does, with the sign of percent that is seen; a ``share`` is a part of
    1."""
    language = key.rpartition(".")[2]
    match cell:
        case bool():
            text = "true" if cell else no
        case Percent() if language in DECIMAL_SEPARATOR:
            text = f"{plain(cell.value, language)}%"
        case Percent():
            text = f"{cell.value / 100 if share else cell.value:f}"
        case Decimal():
            text = plain(cell, language) if language in DECIMAL_SEPARATOR else f"{cell:f}"
        case dt.datetime():
            text = cell.date().isoformat()
        case dt.date() | dt.time():
            text = cell.isoformat()
        case _:
            text = str(cell).strip()
    return text
