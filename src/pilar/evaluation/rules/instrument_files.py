"""The file of an instrument that somebody sent, YAML or a workbook: read in a process of its own, told as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pilar import index
from pilar.evaluation.rules.instrument_sheets import MAX_ROWS, MAX_TEXT, At, written
from pilar.index.reading import document
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables import Column, Row, Table, inspect_by
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.content import OLE, ZIP
from pilar.platform.tables.wire import Order

MAX_FAULTS = 300
TEXT, PLACES, FAULTS = "text", "places", "faults"
"""The tables that the process answers with."""
NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Misfit:
    """What is wrong in a file, where: the row or line (0 for the whole), the path in the tree, the sheet if any."""

    fault: Fault
    row: int = 0
    path: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class SentInstrument:
    """A file that was read. ``text``: the instrument file that it says; ``places``: where each node stands in it;
    with ``misfits`` there is neither."""

    text: str
    places: Mapping[str, At]
    misfits: tuple[Misfit, ...]


def inspect_instrument(name: str, content: bytes) -> list[Table]:
    """Have the file read by a process of its own; :func:`sent` says what its tables mean. Raises Faults."""
    return inspect_by(read_instrument_file, name, content, most_rows=MAX_ROWS, longest_cell=MAX_TEXT)


def sent(tables: Sequence[Table]) -> SentInstrument:
    """What the tables of :func:`inspect_instrument` say."""
    by_name = {table.name: table for table in tables}
    misfits = tuple(_misfits(by_name[FAULTS]))
    text = "\n".join(str(row.cells[0]) for row in by_name[TEXT].rows)
    places = {str(row.cells[0]): At(str(row.cells[1]), row.number) for row in by_name[PLACES].rows}
    return SentInstrument(text, places, misfits)


def read_instrument_file(order: Order, content: bytes) -> list[Table]:
    """The tables of a file. Raises Faults for what is neither YAML nor a workbook that can be read."""
    if content.startswith(ZIP):
        text, places, misfits = _workbook(order, content)
    else:
        text, places, misfits = _yaml(order, content)
    if misfits:
        text, places = "", {}
    return [
        _table(TEXT, [(number, (line,)) for number, line in enumerate(text.split("\n"), start=1)]),
        _table(PLACES, [(at.row, (code, at.sheet)) for code, at in places.items()]),
        replace(
            _table(FAULTS, [(one.row, (one.path, one.sheet)) for one in misfits[:MAX_FAULTS]]),
            faults=tuple(_plain(one.fault) for one in misfits[:MAX_FAULTS]),
        ),
    ]


Read = tuple[str, Mapping[str, At], Sequence[Misfit]]


def _yaml(order: Order, content: bytes) -> Read:
    budget = Budget(order.name, size=len(content), cells=order.most_cells)
    if content.startswith(OLE):
        sentence = N_("This is an old Excel workbook (.xls). Save it as .xlsx, or send the instrument as YAML.")
        raise budget.refused("old-workbook", sentence)
    if len(content) > document.MAX_BYTES:
        raise Faults([Fault("too-large", "The file is larger than %(limit)s bytes.", {"limit": document.MAX_BYTES})])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Faults([Fault("encoding", "The file is not UTF-8 text; save it as UTF-8.")]) from None
    found = index.check_instrument(text, "")
    if found:
        return "", {}, [Misfit(_own(one), one.line or 0, _path(one)) for one in found]
    return text, dict(_lines(text)), ()


def _workbook(order: Order, content: bytes) -> Read:
    from pilar.platform.tables.workbook import read_sheets  # a file of text needs no reader of workbooks

    budget = Budget(order.name, size=len(content), cells=order.most_cells)
    sheets = read_sheets(content, budget, most_rows=order.most_rows, longest_cell=order.longest_cell)
    made = written(sheets)
    misfits = [Misfit(fault, at.row, "", at.sheet) for at, fault in made.faults]
    if not misfits:
        for one in index.check_instrument("\n".join(made.lines), ""):
            at = made.origins[min(one.line or 1, len(made.origins)) - 1]
            misfits.append(Misfit(_own(one, made.origins), at.row, _path(one), at.sheet))
    if misfits:
        return "", {}, misfits
    instrument = index.parse_instrument("\n".join(made.lines))
    return index.instrument_text(instrument), dict(made.codes), ()


def _own(fault: index.Fault, origins: Sequence[At] = ()) -> Fault:
    """The engine's fault without its place; a line that it names is told as the row of the workbook."""
    fields = dict(fault.fields)
    if origins and isinstance(fields.get("line"), int):
        fields["line"] = origins[min(fields["line"], len(origins)) - 1].row
    return Fault(fault.code, fault.sentence, fields)


def _path(fault: index.Fault) -> str:
    """Where in the tree a fault stands, after its line: ``line 12, final/output``."""
    return fault.place.partition(", ")[2] if fault.line is not None else ""


def _lines(text: str) -> Iterator[tuple[str, At]]:
    """The line of each node of a text that is an instrument."""
    root = document.load(text, "", [])
    waiting = [value for key, value in _entries(root) if key == "tree"]
    while waiting:
        node = waiting.pop()
        for key, value in _entries(node):
            if key == "code" and isinstance(value, document.Scalar):
                yield value.text or "", At("", value.line)
            if key == "children" and isinstance(value, document.Sequence):
                waiting += value.items


def _entries(value: document.Value) -> Iterable[tuple[str | None, document.Value]]:
    return [(key.text, one) for key, one in value.entries] if isinstance(value, document.Mapping) else ()


def _table(name: str, rows: Iterable[tuple[int, tuple[str, ...]]]) -> Table:
    return Table(name, 0, (Column("", 0), Column("", 1)), tuple(Row(number, cells) for number, cells in rows))


def _plain(fault: Fault) -> Fault:
    """The fault with fields that the two processes can say to each other."""
    fields = {
        name: {NUMBER: str(one)} if isinstance(one, Decimal) else _word(one) for name, one in fault.fields.items()
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
