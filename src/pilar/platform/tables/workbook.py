"""Excel workbooks (.xlsx): what a sheet holds, and what makes it unfit to be read as data.

Only the parts that are needed are unpacked, as a stream under a budget, and looked through once; of what a sheet
repeats, announces or formats nothing is kept, so that a file costs what its filled cells cost.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.parsers import expat

from pilar.platform import archives
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.elements import Visitor, visited
from pilar.platform.tables.remarks import Named, Remarks, position
from pilar.platform.tables.styles import EPOCH_1904, Shown, Styles, read
from pilar.platform.tables.table import Cell, NumberedRow, Table, build, letter_of, shown
from pilar.platform.tables.wire import Order

MAX_COLUMNS = 1_000
MAX_PARTS = 5_000
MAX_SHEETS = 100

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_DAMAGE = (*archives.DAMAGE, expat.ExpatError, ArithmeticError)
_ESCAPED = re.compile(r"_x(00[2-7][0-9A-F]|000[9AD])_", re.IGNORECASE)


def read_workbook(
    content: bytes, budget: Budget, *, most_rows: int, longest_cell: int, headings: Sequence[str] | None = ()
) -> Table:
    """The first visible sheet of the workbook in ``content``. Raises Faults when it cannot be read as one."""
    try:
        with _opened(content, budget) as archive:
            book = _Book(archive, budget, headings)
            if not book.sheets:
                raise budget.refused("no-sheet", N_("The workbook has no visible sheet."))
            return book.table(book.sheets[0], budget.name, most_rows=most_rows, longest_cell=longest_cell)
    except _DAMAGE:
        raise _damaged(budget) from None


def read_first(order: Order, content: bytes) -> list[Table]:
    """All filled rows of the first visible sheet, for anyone who finds the headings; the fault ``further-sheets`` names
    the other visible sheets that have rows. Raises Faults when it cannot be read as a workbook."""
    budget = Budget(order.name, size=len(content), cells=order.most_cells)
    limits: dict[str, int] = {"most_rows": order.most_rows, "longest_cell": order.longest_cell}
    table = read_workbook(content, budget, **limits, headings=None)
    try:
        with _opened(content, budget) as archive:
            book = _Book(archive, budget, None)
            further = Named()
            for sheet in book.sheets[1 : MAX_SHEETS + 1]:
                if book.filled(sheet):
                    further.add(sheet.name)
    except _DAMAGE:
        raise _damaged(budget) from None
    if not further.count:
        return [table]
    sentence = N_("Only sheet “%(first)s” is read. There are rows in further sheets: %(sheets)s")
    fields = {"first": shown(book.sheets[0].name), "sheets": str(further)}
    return [replace(table, faults=(*table.faults, Fault("further-sheets", sentence, fields)))]


def read_sheets(
    content: bytes,
    budget: Budget,
    *,
    most_rows: int,
    longest_cell: int,
    headings: Sequence[str] = (),
    tell_hidden: bool = False,
) -> dict[str, Table]:
    """All visible sheets of the workbook in ``content`` that have rows, by their names, which stand in their places.

    ``most_rows`` is of each sheet; with ``tell_hidden`` a hidden sheet stands there without its rows, as a fault.
    Raises Faults when it cannot be read as a workbook.
    """
    tables = {}
    try:
        with _opened(content, budget) as archive:
            book = _Book(archive, budget, headings)
            if len(book.sheets) > MAX_SHEETS:
                raise budget.too_costly()
            for sheet in book.sheets:
                try:
                    name = sheet.name
                    tables[name] = book.table(sheet, name, most_rows=most_rows, longest_cell=longest_cell)
                except Faults as refused:
                    if {fault.code for fault in refused.faults} - {"empty-file", "only-header"}:
                        raise
            for name in book.hidden[:MAX_SHEETS] if tell_hidden else ():
                fault = Fault("hidden-sheet", N_("This sheet is hidden, so it is not read. Show it, or delete it."))
                tables.setdefault(name, Table(name, 0, (), (), (fault,)))
    except _DAMAGE:
        raise _damaged(budget) from None
    return tables


def _damaged(budget: Budget) -> Faults:
    return budget.refused("broken-workbook", N_("The workbook is damaged, or not an Excel workbook (.xlsx)."))


def _opened(content: bytes, budget: Budget) -> zipfile.ZipFile:
    try:
        return archives.open_archive(io.BytesIO(content), most=MAX_PARTS)
    except archives.TooManyEntries:
        raise budget.too_costly() from None


@dataclass(frozen=True, slots=True)
class _SheetPart:
    name: str
    part: str


class _Book:
    """A workbook whose list of sheets is read, and whose texts and styles are read with the first sheet."""

    def __init__(self, archive: zipfile.ZipFile, budget: Budget, headings: Sequence[str] | None) -> None:
        self._archive, self._budget, self._headings = archive, budget, headings
        relations, listed = _Relations(), _SheetList()
        self._visit(_RELATIONS, relations)
        self._visit(_WORKBOOK, listed)
        parts = set(archive.namelist())
        worksheets = relations.targets("/worksheet")
        self.sheets = [_SheetPart(name, worksheets[key]) for name, key in listed.sheets if worksheets.get(key) in parts]
        self.hidden = listed.hidden
        self._epoch = listed.epoch
        self._texts_part = next(
            (target for target in relations.targets("/sharedStrings").values() if target in parts), None
        )
        self._styles_part = next((target for target in relations.targets("/styles").values() if target in parts), None)
        self._texts: Sequence[str] | None = None
        self._shown: Sequence[Shown] = ()

    def table(self, sheet: _SheetPart, name: str, *, most_rows: int, longest_cell: int) -> Table:
        """A sheet as a table; ``name`` is for the places of its faults."""
        if self._texts is None:
            styles, texts = Styles(), _SharedTexts(self._budget)
            if self._styles_part:
                self._visit(self._styles_part, styles)
            if self._texts_part:
                self._visit(self._texts_part, texts)
            self._texts, self._shown = texts.found, styles.shown
        read = _Sheet(name, self._texts, self._shown, self._epoch, self._budget)
        return build(
            name,
            self._rows(sheet.part, read),
            self._budget,
            most_rows=most_rows,
            longest_cell=longest_cell,
            headings=self._headings,
            faults=read.remarks.told,
        )

    def filled(self, sheet: _SheetPart) -> bool:
        """Return whether a sheet has rows."""
        return any(True for _row in self._rows(sheet.part, _Sheet(sheet.name, None, (), self._epoch, self._budget)))

    def _rows(self, part: str, read: _Sheet) -> Iterator[NumberedRow]:
        for _ in visited(self._blocks(part), read, self._budget):
            yield from read.taken()

    def _visit(self, part: str, visitor: Visitor) -> None:
        for _ in visited(self._blocks(part), visitor, self._budget):
            pass

    def _blocks(self, part: str) -> Iterator[bytes]:
        entry = self._archive.getinfo(part)
        if entry.flag_bits & 1:
            sentence = N_("The workbook is protected with a password. Save it without one.")
            raise self._budget.refused("password", sentence)
        return archives.blocks(self._archive, entry)


class _Relations:
    """Visits the list of a workbook's parts."""

    def __init__(self) -> None:
        self._found: list[Mapping[str, str]] = []

    def targets(self, kind: str) -> dict[str, str]:
        """The parts of one kind, by the key of the relation."""
        return {
            relation.get("Id", ""): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
            for relation in self._found
            if relation.get("Type", "").endswith(kind)
        }

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            self._found.append(attributes)

    def end(self, tag: str) -> None: ...

    def text(self, piece: str) -> None: ...


class _SheetList:
    """Visits the workbook: its visible sheets by name and key of their relation, the names of hidden ones, and where
    its days begin."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.hidden: list[str] = []
        self.epoch = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet" and attributes.get("state", "visible") != "visible":
            self.hidden.append(attributes.get("name", ""))
        elif tag == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), key))
        elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = EPOCH_1904

    def end(self, tag: str) -> None: ...

    def text(self, piece: str) -> None: ...


class _Text:
    """Gathers the text of an element with its runs; how to pronounce it does not belong to it."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._pieces: list[str] = []
        self._open = False
        self._aside = 0

    def start(self, tag: str) -> None:
        if tag == "rPh":
            self._aside += 1
        self._open = tag in ("t", "v") and not self._aside

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._aside -= 1
        self._open = False

    def text(self, piece: str) -> None:
        if self._open:
            self._budget.write(len(piece))
            self._pieces.append(piece)

    def taken(self) -> str:
        """Return what was gathered since the last time."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text


class _SharedTexts:
    """Visits the texts that cells share."""

    def __init__(self, budget: Budget) -> None:
        self.found: list[str] = []
        self._budget = budget
        self._text = _Text(budget)
        self.text = self._text.text

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._text.start(tag)

    def end(self, tag: str) -> None:
        self._text.end(tag)
        if tag == "si":
            self.found.append(_unescaped(self._text.taken()))
            self._budget.earn()


class _Sheet:
    """Visits a sheet: its filled cells row by row, and its formulas, error cells and merged cells."""

    def __init__(
        self, name: str, texts: Sequence[str] | None, shown: Sequence[Shown], epoch: int, budget: Budget
    ) -> None:
        """``texts``: those that cells share; None where only is asked whether there are any cells."""
        self._name, self._texts, self._shown, self._epoch, self._budget = name, texts, shown, epoch, budget
        self.remarks = Remarks(name)
        self._rows: list[NumberedRow] = []
        self._row = self._column = 0
        self._cells: list[Cell] = []
        self._kind = self._style = ""
        self._in_cell = self._formula = False
        self._text = _Text(budget)
        self.text = self._text.text

    def taken(self) -> list[NumberedRow]:
        """The rows that are complete, each once."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._begin(attributes)
        elif self._in_cell:
            self._text.start(tag)
            if tag == "f":
                self.remarks.formulas.add(self._cell)
                self._formula = True
        elif tag == "row":
            self._finish()
            self._row, self._column = _after(attributes.get("r"), self._row), 0
        elif tag == "mergeCell":
            self.remarks.merge(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        if tag == "c" and self._in_cell:
            self._in_cell = False
            self._keep(self._text.taken())
        elif self._in_cell:
            self._text.end(tag)
        elif tag == "sheetData":
            self._finish()

    @property
    def _cell(self) -> str:
        return f"{letter_of(self._column - 1)}{self._row}"

    def _begin(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        column = self._column + 1
        if reference is not None:
            column, row = position(reference)
            if column <= self._column or row < self._row or (row > self._row and self._column):
                raise ValueError
            self._row = row
        self._column, self._in_cell, self._formula = column, True, False
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")

    def _keep(self, text: str) -> None:
        if self._kind == "e":
            self.remarks.errors.add(self._cell)
            return
        if self._formula and self._kind != "str" and not text.strip():  # "str" and nothing is a formula's empty text
            self.remarks.blank.add(self._cell)
        value = self._value(text) if text.strip() else ""
        if value == "":
            return
        if self._column > MAX_COLUMNS:
            sentence = N_("The sheet reaches to cell %(cell)s; at most %(columns)s columns are read.")
            fields = {"cell": self._cell, "columns": MAX_COLUMNS}
            raise Faults([Fault("sheet-too-large", sentence, fields, self._name)])
        self._budget.earn()
        self._cells += [""] * (self._column - 1 - len(self._cells))
        self._cells.append(value)

    def _value(self, text: str) -> Cell:
        match self._kind:
            case "s":
                if not text.strip().isdecimal():
                    raise ValueError
                if self._texts is None:
                    return text
                shared = self._texts[int(text)]
                self._budget.write(len(shared))
                return shared
            case "n":
                return read(text, self._show(), self._epoch)
            case "b":
                return text.strip() not in ("0", "false")
            case "d":
                moment = dt.datetime.fromisoformat(text.strip()).replace(tzinfo=None)
                return moment if moment.time() != dt.time() else moment.date()
        return _unescaped(text)

    def _show(self) -> Shown:
        style = int(self._style)
        return self._shown[style] if 0 <= style < len(self._shown) else Shown.NUMBER

    def _finish(self) -> None:
        if self._cells:
            self._rows.append((self._row, self._cells))
            self._cells = []


def _after(given: str | None, before: int) -> int:
    """The number of a row; ValueError if it does not stand below the one before."""
    number = before + 1 if given is None else int(given)
    if number <= before:
        raise ValueError
    return number


def _unescaped(text: str) -> str:
    """``_x000D_`` and its like as the characters that they stand for, but for those that no text may hold."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.strip()
