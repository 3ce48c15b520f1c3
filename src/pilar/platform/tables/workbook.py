"""Excel workbooks (.xlsx): what a sheet holds, and what makes it unfit to be read as data.

The XML is looked through before the values are read, because the value reader tells nothing of formulas, and builds
a full rectangle up to the last cell, however far out that stands. What was looked through is exactly what is read:
the reader gets a new archive of the checked parts, so sizes that an archive only claims do not matter.
"""

from __future__ import annotations

import datetime as dt
import io
import lzma
import math
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO
from xml.etree import ElementTree as ET

import python_calamine

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark
from pilar.platform.tables.table import Cell, Percent, Table, build, letter_of, place

LARGEST_UNPACKED = 100 * 1024 * 1024
LARGEST_TEXT = 20_000_000
MOST_COLUMNS = 1_000
# Above the caller's limit of rows: blank or formatted rows below the data do not count as rows.
SPARE_ROWS = 2_000
NAMED_CELLS = 10

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
# What zipfile, its decompressors, the XML parser and the checks below raise on an archive that is not in order.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ET.ParseError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)

# What a number format writes as it stands: text in quotes, and the character after a backslash, "_" or "*".
_UNSHOWN = re.compile(r'"[^"]*"|[\\_*].', re.DOTALL)


@dataclass(slots=True)
class _Findings:
    """What the look through a sheet's XML found, cell names as the spreadsheet shows them."""

    formulas: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    percents: set[tuple[int, int]] = field(default_factory=set)


def read_workbook(name: str, content: bytes, *, most_rows: int, longest_cell: int) -> Table:
    """The first visible sheet of the workbook in ``content``. Raises Faults when it cannot be read as one."""
    try:
        parts = _parts(name, content)
        sheet, part = _first_sheet(name, parts)
        findings = _look_through(name, parts, part, _shared_lengths(parts), most_rows=most_rows)
        kept = {key: data for key, data in parts.items() if key == part or not _is_sheet(key)}
        values = _rows_of(_opened(name, kept), sheet, findings.percents)
    except _DAMAGE:
        sentence = mark("The workbook is damaged, or not an Excel workbook (.xlsx).")
        raise Faults([Fault("broken-workbook", sentence, place=name)]) from None
    told = tuple(_told(place(name), findings))
    return build(name, values, most_rows=most_rows, longest_cell=longest_cell, faults=told)


def read_sheets(name: str, content: bytes, *, most_rows: int, longest_cell: int) -> dict[str, Table]:
    """All visible sheets of the workbook in ``content`` that have rows, by their names, which stand in their places.

    ``most_rows`` is of each sheet. Raises Faults when it cannot be read as a workbook.
    """
    found = {}
    try:
        parts = _parts(name, content)
        sheets = list(_visible_sheets(parts))
        lengths = _shared_lengths(parts)
        findings = {sheet: _look_through(sheet, parts, part, lengths, most_rows=most_rows) for sheet, part in sheets}
        looked_through = {part for _sheet, part in sheets}
        kept = {key: data for key, data in parts.items() if key in looked_through or not _is_sheet(key)}
        workbook = _opened(name, kept)
        for sheet, _part in sheets:
            told = tuple(_told(place(sheet), findings[sheet]))
            try:
                found[sheet] = build(
                    sheet,
                    _rows_of(workbook, sheet, findings[sheet].percents),
                    most_rows=most_rows,
                    longest_cell=longest_cell,
                    faults=told,
                )
            except Faults as refused:
                if {one.code for one in refused.faults} - {"empty-file", "only-header"}:
                    raise
    except _DAMAGE:
        sentence = mark("The workbook is damaged, or not an Excel workbook (.xlsx).")
        raise Faults([Fault("broken-workbook", sentence, place=name)]) from None
    return found


def _is_sheet(part: str) -> bool:
    return part.startswith("xl/worksheets/")


def _parts(name: str, content: bytes) -> dict[str, bytes]:
    """The XML parts of the archive, unpacked under a limit that holds for what really comes out."""
    parts: dict[str, bytes] = {}
    room = LARGEST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if not entry.filename.endswith((".xml", ".rels")):
                continue
            if entry.flag_bits & 1:
                sentence = mark("The workbook is protected with a password. Save it without one.")
                raise Faults([Fault("password", sentence, place=name)])
            with archive.open(entry) as part:
                data = part.read(room + 1)
            room -= len(data)
            if room < 0:
                sentence = mark("Unpacked, the workbook is larger than %(most)s MB.")
                raise Faults([Fault("workbook-too-large", sentence, {"most": LARGEST_UNPACKED // 2**20}, name)])
            # Without a document type there are no entities, which is what makes XML from strangers dangerous.
            if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                raise zipfile.BadZipFile
            parts[entry.filename] = data
    return parts


def _first_sheet(name: str, parts: dict[str, bytes]) -> tuple[str, str]:
    """Name and part of the first visible worksheet."""
    for found in _visible_sheets(parts):
        return found
    raise Faults([Fault("no-sheet", "The workbook has no visible sheet.", place=name)])


def _visible_sheets(parts: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Name and part of every visible worksheet, in their order."""
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in ET.fromstring(parts[_RELATIONS])  # noqa: S314
        if relation.get("Type", "").endswith("/worksheet")
    }
    for element in ET.fromstring(parts[_WORKBOOK]).iter():  # noqa: S314
        if _tag(element) != "sheet" or element.get("state", "visible") != "visible":
            continue
        relation = next((value for key, value in element.items() if key.endswith("}id")), "")
        if targets.get(relation) in parts:
            yield element.get("name", ""), targets[relation]


def _look_through(
    name: str, parts: dict[str, bytes], part: str, lengths: Sequence[int], *, most_rows: int
) -> _Findings:
    """Formulas, error cells and merged cells of a sheet; refuses one that reaches too far or holds too much text."""
    findings = _Findings()
    percent_styles = _percent_styles(parts)
    text_left = LARGEST_TEXT
    row = column = 0
    for event, element in ET.iterparse(io.BytesIO(parts[part]), events=("start", "end")):  # noqa: S314
        tag = _tag(element)
        if event == "start":
            if tag == "row":
                row, column = int(element.get("r", row + 1)), 0
            elif tag == "c":
                row, column = _position(element.get("r"), row, column + 1)
                if row > most_rows + SPARE_ROWS or column > MOST_COLUMNS:
                    sentence = mark(
                        "The sheet reaches to cell %(cell)s; at most %(rows)s rows and %(columns)s columns are read."
                    )
                    fields = {"cell": f"{letter_of(column - 1)}{row}", "rows": most_rows, "columns": MOST_COLUMNS}
                    raise Faults([Fault("sheet-too-large", sentence, fields, name)])
            continue
        if tag == "c":
            cell = f"{letter_of(column - 1)}{row}"
            children = {_tag(child): child for child in element}
            _note(findings, element, "f" in children, cell)
            if element.get("s") in percent_styles and element.get("t", "n") == "n":
                findings.percents.add((row, column))
            if element.get("t") == "s" and "v" in children:
                text_left -= lengths[int(children["v"].text or "")]
            if text_left < 0:
                raise Faults([Fault("workbook-too-large", "The sheet holds too much text.", place=name)])
            element.clear()
        elif tag == "mergeCell":
            findings.merged.append(element.get("ref", ""))
        elif tag == "row":
            element.clear()
    return findings


def _note(findings: _Findings, element: ET.Element, formula: bool, cell: str) -> None:
    if formula:
        findings.formulas.append(cell)
    elif element.get("t") == "e":
        findings.errors.append(cell)


def _shared_lengths(parts: dict[str, bytes]) -> Sequence[int]:
    """Lengths of the workbook's shared texts, by their number."""
    data = next((parts[key] for key in parts if key.lower() == "xl/sharedstrings.xml"), None)
    if data is None:
        return ()
    lengths = []
    for _, element in ET.iterparse(io.BytesIO(data)):  # noqa: S314
        if _tag(element) == "si":
            lengths.append(sum(len(piece.text or "") for piece in element.iter() if _tag(piece) == "t"))
            element.clear()
    return lengths


def _percent_styles(parts: dict[str, bytes]) -> frozenset[str]:
    """The numbers of the cell styles that show a number with a percent sign."""
    data = next((parts[key] for key in parts if key.lower() == "xl/styles.xml"), None)
    if data is None:
        return frozenset()
    formats = {"9": "0%", "10": "0.00%"}
    styles: list[str] = []
    for element in ET.fromstring(data):  # noqa: S314
        if _tag(element) == "numFmts":
            formats |= {one.get("numFmtId", ""): one.get("formatCode", "") for one in element}
        elif _tag(element) == "cellXfs":
            styles = [one.get("numFmtId", "") for one in element if _tag(one) == "xf"]
    return frozenset(str(number) for number, key in enumerate(styles) if "%" in _UNSHOWN.sub("", formats.get(key, "")))


def _position(reference: str | None, row: int, column: int) -> tuple[int, int]:
    if reference is None:
        return row, column
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _opened(name: str, parts: dict[str, bytes]) -> python_calamine.CalamineWorkbook:
    archive: IO[bytes] = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as written:
        for key, data in parts.items():
            written.writestr(key, data)
    archive.seek(0)
    try:
        return python_calamine.CalamineWorkbook.from_filelike(archive)
    except python_calamine.PasswordError:
        sentence = mark("The workbook is protected with a password. Save it without one.")
        raise Faults([Fault("password", sentence, place=name)]) from None
    except (python_calamine.CalamineError, OSError):
        raise zipfile.BadZipFile from None


def _rows_of(
    workbook: python_calamine.CalamineWorkbook, sheet: str, percents: Collection[tuple[int, int]]
) -> Iterator[list[Cell]]:
    try:
        rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError):
        raise zipfile.BadZipFile from None
    for number, row in enumerate(rows, start=1):
        yield [
            _percent(cell) if (number, column) in percents else cell
            for column, cell in enumerate(map(_cell, row), start=1)
        ]


def _percent(cell: Cell) -> Cell:
    if not isinstance(cell, Decimal):
        return cell
    points = cell * 100
    return Percent(Decimal(int(points)) if points == points.to_integral_value() else points.normalize())


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        # The shortest text that gives the same float is what the person typed: 3.88, not 3.87999999999999989…
        return Decimal(int(value)) if value.is_integer() and abs(value) < 1e15 else Decimal(repr(value))
    return Decimal(value) if isinstance(value, int) else str(value)


def _told(where: str, findings: _Findings) -> Iterator[Fault]:
    if findings.formulas:
        sentence = mark(
            "Formulas stand in %(cells)s. Copy them and paste them as values, so that the file says what is read."
        )
        yield Fault("formulas", sentence, {"cells": _named(findings.formulas)}, where)
    if findings.errors:
        sentence = mark("Error values such as #DIV/0! stand in %(cells)s. Correct them, or leave the cells blank.")
        yield Fault("error-cells", sentence, {"cells": _named(findings.errors)}, where)
    if findings.merged:
        sentence = mark("Cells are merged: %(cells)s. Undo that, so that each value stands in its own cell.")
        yield Fault("merged-cells", sentence, {"cells": _named(findings.merged)}, where)


def _named(cells: Iterable[str]) -> str:
    cells = list(cells)
    rest = len(cells) - NAMED_CELLS
    listed = ", ".join(cells[:NAMED_CELLS])
    return f"{listed}, … (+{rest})" if rest > 0 else listed
