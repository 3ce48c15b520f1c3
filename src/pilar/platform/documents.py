"""A document that somebody sent, such as an instrument: read in a process of its own, told as tables.

A room's reader, which runs there (``tables.inspect_by``), makes a text, where each of its parts stands, and what is
wrong where; :func:`tables_of` says that to the other process and :func:`sent` understands it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from pilar import index
from pilar.index.reading import document
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables import Column, Row, Table
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.content import OLE
from pilar.platform.tables.wire import Order

MAX_FAULTS = 300
TEXT, PLACES, FAULTS = "text", "places", "faults"
"""The tables that the process answers with."""
NUMBER = "number"
BREAKS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029", "\x7f": "\\u007f"}
"""Signs that a quoted text of YAML spells out."""


@dataclass(frozen=True, slots=True)
class At:
    """The place where something stands: a row of a sheet, or a line of a file without sheets."""

    sheet: str
    row: int


@dataclass
class Written:
    """The text of a file that a workbook says, and where each of its lines comes from."""

    lines: list[str] = field(default_factory=list)
    origins: list[At] = field(default_factory=list)
    codes: list[tuple[str, At]] = field(default_factory=list)
    faults: list[tuple[At, Fault]] = field(default_factory=list)

    def say(self, depth: int, text: str, at: At) -> None:
        """Add a line."""
        self.lines.append("  " * depth + text)
        self.origins.append(at)

    def mapping(self, depth: int, said: Mapping[str, str], at: At) -> None:
        """Add the keys of a mapping; dotted ones lie in mappings of their own."""
        inner: dict[str, dict[str, str]] = defaultdict(dict)
        for key, value in said.items():
            first, dot, rest = key.partition(".")
            if dot:
                inner[first][rest] = value
            else:
                self.say(depth, f"{first}: {quoted(value)}", at)
        for key, values in inner.items():
            self.say(depth, f"{key}:", at)
            self.mapping(depth + 1, values, at)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A fault in a file, and where: the row or line (0 for the whole), the path in the tree, the sheet if any."""

    fault: Fault
    row: int = 0
    path: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was read. ``text``: the document that it says; ``places``: where each part stands in it; with
    ``misfits`` there is neither."""

    text: str
    places: Mapping[str, At]
    misfits: tuple[Misfit, ...]


Read = tuple[str, Mapping[str, At], Sequence[Misfit]]
"""What a reader has found: text, places, misfits."""


def sent(tables: Sequence[Table]) -> Sent:
    """Return what the tables of :func:`tables_of` say."""
    by_name = {table.name: table for table in tables}
    misfits = tuple(_misfits(by_name[FAULTS]))
    text = "\n".join(str(row.cells[0]) for row in by_name[TEXT].rows)
    places = {str(row.cells[0]): At(str(row.cells[1]), row.number) for row in by_name[PLACES].rows}
    return Sent(text, places, misfits)


def tables_of(read: Read) -> list[Table]:
    """Return what was read, as tables."""
    text, places, misfits = read
    if misfits:
        text, places = "", {}
    return [
        _table(TEXT, [(number, (line,)) for number, line in enumerate(text.split("\n"), start=1)]),
        _table(PLACES, [(at.row, (code, at.sheet)) for code, at in places.items()]),
        replace(
            _table(FAULTS, [(misfit.row, (misfit.path, misfit.sheet)) for misfit in misfits[:MAX_FAULTS]]),
            faults=tuple(_plain(misfit.fault) for misfit in misfits[:MAX_FAULTS]),
        ),
    ]


def read_yaml(
    order: Order,
    content: bytes,
    check: Callable[[str], Sequence[index.Fault]],
    places: Callable[[document.Value], Iterable[tuple[str, At]]],
) -> Read:
    """A document as YAML: ``check`` says what is wrong in its text, ``places`` where its parts stand. Raises Faults for
    what is no text."""
    budget = Budget(order.name, size=len(content), cells=order.most_cells)
    if content.startswith(OLE):
        sentence = N_("This is an old Excel workbook (.xls). Save it as .xlsx, or send a file of YAML.")
        raise budget.refused("old-workbook", sentence)
    if len(content) > document.MAX_BYTES:
        raise Faults([Fault("too-large", "The file is larger than %(limit)s bytes.", {"limit": document.MAX_BYTES})])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Faults([Fault("encoding", "The file is not UTF-8 text; save it as UTF-8.")]) from None
    faults = check(text)
    if faults:
        return "", {}, [Misfit(own(fault), fault.line or 0, path_of(fault)) for fault in faults]
    return text, dict(places(document.load(text, "", []))), ()


def read_workbook(
    order: Order,
    content: bytes,
    written: Callable[[Mapping[str, Table]], Written],
    check: Callable[[str], Sequence[index.Fault]],
    headings: Sequence[str],
) -> Read:
    """A document as a workbook: ``written`` makes its text, ``check`` says what is wrong in that; by ``headings`` the
    rows of headings are found."""
    from pilar.platform.tables.workbook import read_sheets  # a file of text needs no reader of workbooks

    budget = Budget(order.name, size=len(content), cells=order.most_cells)
    limits: dict[str, int] = {"most_rows": order.most_rows, "longest_cell": order.longest_cell}
    sheets = read_sheets(content, budget, **limits, headings=headings, tell_hidden=True)
    made = written(sheets)
    misfits = [Misfit(fault, at.row, "", at.sheet) for at, fault in made.faults]
    if not misfits:
        for fault in check("\n".join(made.lines)):
            at = made.origins[min(fault.line or 1, len(made.origins)) - 1]
            misfits.append(Misfit(own(fault, made.origins), at.row, path_of(fault), at.sheet))
    return "\n".join(made.lines), dict(made.codes), misfits


def own(fault: index.Fault, origins: Sequence[At] = ()) -> Fault:
    """The engine's fault without its place; a line that it names is told as the row of the workbook."""
    fields = dict(fault.fields)
    if origins and isinstance(fields.get("line"), int):
        fields["line"] = origins[min(fields["line"], len(origins)) - 1].row
    return Fault(fault.code, fault.sentence, fields)


def path_of(fault: index.Fault) -> str:
    """Return where in the tree a fault stands, after its line: ``line 12, final/output``."""
    return fault.place.partition(", ")[2] if fault.line is not None else ""


def entries(value: document.Value) -> Iterable[tuple[str | None, document.Value]]:
    """The entries of a mapping; none of anything else."""
    return [(key.text, entry) for key, entry in value.entries] if isinstance(value, document.Mapping) else ()


def quoted(text: str) -> str:
    """A text as YAML, whatever stands in it."""
    said = json.dumps(text, ensure_ascii=False)
    for sign, spelled in BREAKS.items():
        said = said.replace(sign, spelled)
    return said


def _table(name: str, rows: Iterable[tuple[int, tuple[str, ...]]]) -> Table:
    return Table(name, 0, (Column("", 0), Column("", 1)), tuple(Row(number, cells) for number, cells in rows))


def _plain(fault: Fault) -> Fault:
    """The fault with fields that the two processes can say to each other."""
    fields = {
        name: {NUMBER: str(value)} if isinstance(value, Decimal) else _word(value)
        for name, value in fault.fields.items()
    }
    return Fault(fault.code, fault.sentence, fields)


def _word(value: Any) -> Any:
    return value if isinstance(value, int | str) else str(value)


def _misfits(table: Table) -> Iterator[Misfit]:
    for row, fault in zip(table.rows, table.faults, strict=True):
        fields = {
            name: Decimal(value[NUMBER]) if isinstance(value, dict) else value for name, value in fault.fields.items()
        }
        path, sheet = map(str, row.cells)
        yield Misfit(Fault(fault.code, fault.sentence, fields), row.number, path, sheet)
