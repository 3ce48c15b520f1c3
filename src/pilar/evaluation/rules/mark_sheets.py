"""An assessor's marks as a table of ``code``, ``value``, ``reason`` and ``version``, and what becomes of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pilar import index
from pilar.evaluation.rules.answer_sheets import Outcome
from pilar.evaluation.rules.marks import highest_mark, read_mark
from pilar.platform.errors import Fault
from pilar.platform.imports import Column, Row, placed_faults, raw, read_rows
from pilar.platform.language import N_, Bilingual
from pilar.platform.tables import Cell, Table, shown

COLUMNS = (
    Column("code", Bilingual("kode", "code"), read=raw),
    Column("value", Bilingual("nilai", "value"), read=raw, figures=True),
    Column("reason", Bilingual("alasan", "reason"), read=raw, required=False),
    Column("version", Bilingual("versi", "version"), read=raw, required=False),
)
MAX_VERSION = 9
"""Digits of a version."""


@dataclass(frozen=True, slots=True)
class SheetMark:
    """One row. ``value`` is None where no mark is given; ``row`` is the number that a spreadsheet shows."""

    row: int
    node: str
    value: Decimal | None = None
    reason: str = ""
    seen_version: int = 0
    faults: tuple[Fault, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    """Where each column of the row stands in the file; the row itself goes by an empty name."""

    def placed(self, fault: Fault) -> Fault:
        """The fault where it stands in the file."""
        return replace(fault, place=self.places.get(fault.place, self.places.get("", "")))


@dataclass(frozen=True, slots=True)
class MarkChange:
    """A field of a mark that differs, as text."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MarkVerdict:
    """The result of a row: its changes, or all its faults."""

    mark: SheetMark
    outcome: Outcome
    changes: tuple[MarkChange, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkReading:
    """The rows of a table of marks, and what is wrong with it as a whole."""

    marks: tuple[SheetMark, ...]
    faults: tuple[Fault, ...]


def read_marks(table: Table, instrument: index.Instrument) -> MarkReading:
    """The rows of a table of marks; nothing is compared with what is stored yet."""
    highest = highest_mark(instrument)
    columns = tuple(replace(column, highest=highest) if column.figures else column for column in COLUMNS)
    reading = read_rows({"": table}, {"": columns})
    if reading.faults:
        return MarkReading((), placed_faults(table, reading))
    marks: list[SheetMark] = []
    earlier: dict[str, int] = {}
    for row in reading.rows:
        places = {heading.column: table.place(row.number, heading.place) for heading in reading.headings[""]}
        cells = {name: "" if cell is None else cell for name, cell in row.values.items()}
        written = read_mark(cells["value"], row.notations["value"], highest=highest)
        mark = _mark(row, cells, written, {**places, "": table.place(row.number)}, instrument)
        if mark.node in earlier:
            sentence = N_("This indicator already stands in row %(earlier)s")
            twice = mark.placed(Fault("indicator-twice", sentence, {"earlier": earlier[mark.node]}, "code"))
            mark = replace(mark, faults=(*mark.faults, twice))
        earlier.setdefault(mark.node, row.number)
        marks.append(mark)
    return MarkReading(tuple(marks), ())


def _mark(
    row: Row,
    cells: Mapping[str, Cell],
    written: Decimal | index.Ratio | Fault | None,
    places: Mapping[str, str],
    instrument: index.Instrument,
) -> SheetMark:
    code = str(cells["code"]).strip()
    faults: list[Fault] = []
    node = instrument.by_code.get(code)
    if node is None or not node.is_leaf:
        sentence = N_("The instrument has no indicator “%(node)s”")
        faults.append(Fault("unknown-indicator", sentence, {"node": shown(code)}, "code"))
    value = written
    if isinstance(value, index.Ratio):
        value = Fault("not-a-number", N_("“%(given)s” is not a number."), {"given": shown(str(cells["value"]))})
    if isinstance(value, Fault):
        faults.append(replace(value, place="value"))
        value = None
    reason, version = str(cells.get("reason", "")), str(cells.get("version", "")).strip()
    if value is None and reason.strip() and not faults:
        faults.append(Fault("no-mark", N_("There is a reason but no mark"), {}, "value"))
    if version and not (version.isascii() and version.isdigit() and len(version) <= MAX_VERSION):
        faults.append(Fault("broken-version", N_("The version is a whole number, as the API tells it"), {}, "version"))
        version = ""
    bare = SheetMark(row.number, shown(code), value, reason, int(version or 0), places=places)
    return replace(
        bare, node=code if node is not None else bare.node, faults=tuple(bare.placed(fault) for fault in faults)
    )
