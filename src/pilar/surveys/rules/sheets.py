"""Answers of a table, one a row: which column is which question, and what a cell says.

A column is known by the code of its question or by its words in either language, with or without the number before
them; a cell by the code, the words or, as on paper, the place of an option.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilar.platform.errors import Fault
from pilar.platform.language import Bilingual, mark
from pilar.platform.reading import Notation, column_notation, read_day, read_figure, read_yes
from pilar.platform.tables import Cell, Column, Percent, Row, Table, shown
from pilar.surveys.rules.answers import LONGEST_WORDS, Answered, cleaned, faults_of
from pilar.surveys.rules.paper import CELL, DAY, GROUP, NUMBER, Sheet, folded, numbers_of, option_read, options_of
from pilar.surveys.rules.questionnaire import ItemKind, Option, Questionnaire

MOST_ROWS = 5_000
LONGEST_CELL = LONGEST_WORDS
CONSENT = "consent"
NAMES = {
    NUMBER: Bilingual("Nomor lembar", "Sheet number"),
    DAY: Bilingual("Tanggal", "Date"),
    CELL: Bilingual("Program atau layanan", "Programme or service"),
    CONSENT: Bilingual("Bersedia menjawab", "Agreed to answer"),
    GROUP: Bilingual("Responden adalah", "Respondent is"),
}
YES = Bilingual("ya", "yes")
_MOST_NAMED = 8
"""Options that a fault lists."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column that a table may have. ``options`` are chosen from; empty for words, numbers and days."""

    code: str
    title: Bilingual
    number: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    words: bool = False

    def names(self) -> Iterator[str]:
        """How its header may be written."""
        yield self.code
        for title in (self.title.id, self.title.en):
            yield title
            yield f"{self.number}. {title}"

    def header(self) -> str:
        """As the template writes it, in the reader's language."""
        return f"{self.number}. {self.title}" if self.number else str(self.title)


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault of a row, 0 for the table as a whole; ``column`` as the spreadsheet shows it, or empty."""

    row: int
    column: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Reading:
    """The sheets of a table with their rows, or its faults. ``left_out``: cells that answer what was not asked;
    ``columns``: by code, as the spreadsheet shows them."""

    sheets: tuple[tuple[int, Sheet], ...]
    faults: tuple[RowFault, ...]
    left_out: int
    columns: Mapping[str, str]


def columns_of(form: Questionnaire, programmes: Mapping[int, str]) -> tuple[SheetColumn, ...]:
    """The columns of a survey's table, in the order of the sheet on paper; ``programmes``: names by cell, each once."""
    numbers = numbers_of(form)
    cells = tuple(Option(str(key), Bilingual(name, name)) for key, name in programmes.items())
    made = [
        SheetColumn(NUMBER, NAMES[NUMBER]),
        SheetColumn(DAY, NAMES[DAY]),
        SheetColumn(CELL, NAMES[CELL], options=cells),
        SheetColumn(CONSENT, NAMES[CONSENT], options=(Option("1", YES),)),
    ]
    if form.groups:
        made.append(SheetColumn(GROUP, NAMES[GROUP], numbers[GROUP], form.groups))
    made += [SheetColumn(one.code, one.title, numbers[one.code], one.options, one.required) for one in form.profile]
    made += [
        SheetColumn(
            one.code, one.title, numbers[one.code], options_of(one, form), one.required, one.kind is ItemKind.TEXT
        )
        for one in form.items()
    ]  # fmt: skip
    return tuple(made)


def read_sheets(table: Table, form: Questionnaire, programmes: Mapping[int, str]) -> Reading:
    """The answers of a table whose form is in order. All faults are told at once, up to what the database knows."""
    wanted = columns_of(form, programmes)
    placed, faults = _placed(table, wanted)
    labels = {code: str(column) for code, column in placed.items()}
    sheets: list[tuple[int, Sheet]] = []
    left_out = 0
    notations: dict[str, Notation | None] = {}
    for item in form.items():
        if item.kind is ItemKind.NUMBER and item.code in placed:
            column = placed[item.code]
            found = column_notation(row.cells[column.index] for row in table.rows)
            if isinstance(found, Fault):
                faults.append(RowFault(table.header_row, str(column), found))
            else:
                notations[item.code] = found
    if not faults:
        by_code = {one.code: one for one in wanted}
        for row in table.rows:
            reader = _RowReader(row, by_code, placed, notations)
            sheet = reader.sheet(form, programmes)
            told = reader.faults(sheet, form)
            faults += [RowFault(row.number, labels.get(code, ""), fault) for code, fault in told]
            if not told:
                sheets.append((row.number, sheet))
                left_out += len(sheet.given.answers) - len(cleaned(sheet.given, form))
    return Reading(tuple(sheets), tuple(faults), left_out, labels)


def _placed(table: Table, wanted: Sequence[SheetColumn]) -> tuple[dict[str, Column], list[RowFault]]:
    """Which column of the table is which; what is unknown, twice there or missing is a fault of the header."""
    counted = Counter(name for one in wanted for name in {folded(name) for name in one.names()})
    known = {folded(name): one.code for one in wanted for name in one.names() if counted[folded(name)] == 1}
    placed: dict[str, Column] = {}
    faults = []
    for column in table.columns:
        code = known.get(folded(column.name))
        if not column.name:
            continue
        if code is None:
            sentence = mark("This survey has no such question; take the column out, or mend its name")
            fault = Fault("unknown-column", sentence)
            faults.append(RowFault(table.header_row, str(column), fault))
        elif code in placed:
            fault = Fault("column-twice", mark("This column stands twice"))
            faults.append(RowFault(table.header_row, str(column), fault))
        else:
            placed[code] = column
    for one in wanted:
        if one.code not in placed and one.required:
            fault = Fault("missing-column", mark("The column “%(name)s” is missing"), {"name": one.header()})
            faults.append(RowFault(table.header_row, "", fault))
    return placed, faults


class _RowReader:
    """One row on its way to a sheet; what cannot be read is told by the code of its column."""

    def __init__(
        self,
        row: Row,
        wanted: Mapping[str, SheetColumn],
        placed: Mapping[str, Column],
        notations: Mapping[str, Notation | None],
    ) -> None:
        self.wanted, self.notations = wanted, notations
        self.found: dict[str, Fault] = {}
        self.cells = {code: row.cells[column.index] for code, column in placed.items()}

    def sheet(self, form: Questionnaire, programmes: Mapping[int, str]) -> Sheet:
        number, day, consent = self._number(), self._day(), self._consent()
        cell = self._chosen(CELL)
        if not cell:
            self._tell(CELL, "no-programme", mark("Say which programme this is about"))
        group = self._chosen(GROUP) if form.groups else ""
        profile = {one.code: value for one in form.profile if (value := self._chosen(one.code))}
        answers: dict[str, str | int] = {}
        for item in form.items():
            if item.kind is ItemKind.NUMBER:
                value = self._figure(item.code)
            else:
                value = self._chosen(item.code) if self.wanted[item.code].options else self._written(item.code)
            if value:
                answers[item.code] = value
        key = int(cell) if cell in map(str, programmes) else 0
        return Sheet(key, number, day, Answered(answers, profile, group, consent))

    def faults(self, sheet: Sheet, form: Questionnaire) -> list[tuple[str, Fault]]:
        """Of the cells as they are read, and of the answer as a whole where nothing was told of the cell."""
        more = [(one.place, one) for one in faults_of(sheet.given, form) if one.place not in self.found]
        return [*self.found.items(), *more]

    def _number(self) -> int:
        value = self.cells.get(NUMBER, "")
        written = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            self._tell(NUMBER, "no-sheet-number", mark("Write the number of the sheet, a whole number"))
            return 0
        return int(written)

    def _day(self) -> dt.date:
        found = read_day(self.cells.get(DAY, ""))
        if isinstance(found, dt.date):
            return found
        self._tell(DAY, "no-day", mark("Write the day such as 20 October 2026, 20/10/2026 or 2026-10-20"))
        return dt.date.min

    def _consent(self) -> bool:
        if read_yes(self.cells.get(CONSENT, "")) is True:
            return True
        sentence = mark("Only answers of people who agreed are stored: write “%(yes)s”, or leave the row out")
        self._tell(CONSENT, "no-consent", sentence, yes=str(YES))
        return False

    def _chosen(self, code: str) -> str:
        """The code of an option; empty for a blank cell and for what names none, which is told."""
        value = self.cells.get(code, "")
        if value == "":
            return ""
        if isinstance(value, bool | dt.date | dt.time | dt.timedelta | Percent):
            sentence = mark(
                "The spreadsheet has made a date, a time, a percentage or a yes/no of this. Write the answer as text"
            )
            self._tell(code, "not-an-answer", sentence)
            return ""
        options = self.wanted[code].options
        written = f"{value:f}" if isinstance(value, Decimal) else str(value)
        read = option_read(written, options)
        if read in {one.code for one in options}:
            return read
        named = "; ".join(str(one.title) for one in options[:_MOST_NAMED])
        named += "; …" if len(options) > _MOST_NAMED else ""
        sentence = mark("“%(given)s” is not one of the answers. There are: %(known)s")
        self._tell(code, "no-option", sentence, given=shown(written), known=named)
        return ""

    def _figure(self, code: str) -> str:
        """The number in a cell as it is stored."""
        found = read_figure(self.cells.get(code, ""), "", self.notations.get(code))
        if isinstance(found, Fault):
            self._tell(code, found.code, found.sentence, **found.fields)
            return ""
        return "" if found is None else f"{found:f}"

    def _written(self, code: str) -> str:
        value: Cell = self.cells.get(code, "")
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, dt.date | dt.time):
            return value.isoformat()
        return str(value)

    def _tell(self, code: str, name: str, sentence: str, **fields: object) -> None:
        self.found.setdefault(code, Fault(name, sentence, fields))
