"""Protocol between the process that reads a file and its caller: lines of JSON.

Plain data, so that a reader that a file got the better of could only send a wrong table, never a program.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from pilar.platform.errors import Fault, Faults
from pilar.platform.tables.table import Cell, Column, Percent, Row, Table

_TICK = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of what is to be read within which limits: of a file ``name`` the first table, or all ``sheets`` of a
    workbook.

    ``headings``: the folded words by which the row of headings is known; without any it is the first row, for None
    there is none and all rows count. ``reader``: ``module:function`` of anyone who reads a kind of file that only one
    room knows.
    """

    name: str
    most_cells: int
    most_rows: int
    longest_cell: int
    sheets: bool = False
    headings: tuple[str, ...] | None = ()
    reader: str = ""

    def line(self) -> bytes:
        """The order as the first line of what the reader gets; the file follows."""
        return _line(asdict(self))

    @classmethod
    def of(cls, line: bytes) -> Order:
        return cls(**json.loads(line))


def refusal(faults: Sequence[Fault]) -> bytes:
    """The line that a reader answers with when it refuses a file."""
    return _line({"refused": [_fault(fault) for fault in faults]})


def answer(tables: Sequence[Table]) -> Iterator[bytes]:
    """The lines of tables that were read."""
    yield _line({"tables": len(tables)})
    for table in tables:
        yield _line(
            {
                "name": table.name,
                "header_row": table.header_row,
                "columns": [column.name for column in table.columns],
                "faults": [_fault(fault) for fault in table.faults],
                "rows": len(table.rows),
            }
        )
        for row in table.rows:
            yield _line([row.number, *map(_written, row.cells)])


def answered(lines: Iterable[bytes]) -> list[Table]:
    """The tables in the lines of a reader. Raises Faults that it sent, ValueError for lines that are not whole."""
    stream = iter(lines)
    # A text that stands in many cells is kept once.
    texts: dict[str, str] = {}
    try:
        begun = _read(stream)
        if "refused" in begun:
            raise Faults(Fault(**fault) for fault in begun["refused"])
        return [_table(stream, texts) for _ in range(begun["tables"])]
    except (StopIteration, KeyError, TypeError, ArithmeticError):
        raise ValueError from None


def _table(lines: Iterator[bytes], texts: dict[str, str]) -> Table:
    head = _read(lines)
    columns = tuple(Column(name, index) for index, name in enumerate(head["columns"]))
    rows = []
    for _ in range(head["rows"]):
        number, *cells = _read(lines)
        rows.append(Row(number, tuple(_cell(cell, texts) for cell in cells)))
    faults = tuple(Fault(**fault) for fault in head["faults"])
    return Table(head["name"], head["header_row"], columns, tuple(rows), faults)


def _read(lines: Iterator[bytes]) -> Any:
    return json.loads(next(lines))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _fault(fault: Fault) -> dict[str, object]:
    return {"code": fault.code, "sentence": fault.sentence, "fields": dict(fault.fields), "place": fault.place}


# How a cell that is no text is written and read again, by its type.
_KINDS: dict[type, tuple[str, Callable[[Any], object], Callable[[Any], Cell]]] = {
    Decimal: ("number", str, Decimal),
    Percent: ("percent", lambda cell: str(cell.value), lambda said: Percent(Decimal(said))),
    bool: ("yes", bool, bool),
    dt.datetime: ("moment", dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.date: ("day", dt.date.isoformat, dt.date.fromisoformat),
    dt.time: ("time", dt.time.isoformat, dt.time.fromisoformat),
    dt.timedelta: ("span", lambda cell: cell // _TICK, lambda said: said * _TICK),
}
_READERS = {name: read for name, _write, read in _KINDS.values()}


def _written(cell: Cell) -> object:
    """A text as it is; anything else with the name of its kind."""
    if isinstance(cell, str):
        return cell
    name, write, _read = _KINDS[type(cell)]
    return [name, write(cell)]


def _cell(said: Any, texts: dict[str, str]) -> Cell:
    if isinstance(said, str):
        return texts.setdefault(said, said)
    kind, value = said
    return _READERS[kind](value)
