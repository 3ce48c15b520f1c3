"""From a file to a table: what may be read at all, by which reader, and in which process.

A file that lies on the machine is the reader's own and is read here. The bytes of an upload are a stranger's: but for
small text, a process of its own reads them, which may cost less and can be ended.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from pilar.platform.errors import Fault, Faults
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.content import ZIP, table_in
from pilar.platform.tables.table import MAX_CELL, Table
from pilar.platform.tables.wire import Order

MAX_FILE = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_CELLS = 2_000_000
MAX_CELLS_SENT = 600_000
"""Of an upload: what it becomes stays in the process that serves, at some 100 bytes a cell."""
PATIENCE_OF_A_PAGE, PATIENCE_OF_A_JOB = 0.5, 60.0
"""Seconds to wait for another thread that reads. A usual file takes a quarter of one."""
SMALL_TEXT = 64 * 1024
"""Text of this many bytes costs milliseconds, less than the start of a process."""


def read_table(path: str | Path, *, most_rows: int = MAX_ROWS) -> Table:
    """The table in a CSV or XLSX file. Raises Faults with every fault of form."""
    table = inspect_table(path, most_rows=most_rows)
    if table.faults:
        raise Faults(table.faults)
    return table


def inspect_table(path: str | Path, *, most_rows: int = MAX_ROWS) -> Table:
    """The table in a CSV or XLSX file, with its faults of form in ``faults``.

    Raises Faults when there is nothing to look at: no such file, more than ``MAX_FILE`` bytes, wrong encoding, not
    a workbook, empty. The kind is taken from the content, not from the name. Of a workbook, the first visible sheet
    counts.
    """
    return _inspected(Path(path), most_rows=most_rows, headings=())


def _inspected(path: Path, *, most_rows: int, headings: Sequence[str] | None) -> Table:
    content = content_of(path)
    budget = Budget(path.name, size=len(content), cells=MAX_CELLS)
    return table_in(content, budget, most_rows=most_rows, longest_cell=MAX_CELL, headings=headings)


def read_grid(path: str | Path, *, most_rows: int = MAX_ROWS) -> Table:
    """All filled rows of a CSV or XLSX file as they stand, for anyone who finds the headings: there may be titles
    above, and they may be merged and in several rows. Raises Faults with every fault of form."""
    table = _inspected(Path(path), most_rows=most_rows, headings=None)
    if table.faults:
        raise Faults(table.faults)
    return table


def inspect_content(
    name: str,
    content: bytes,
    *,
    most_rows: int = MAX_ROWS,
    longest_cell: int = MAX_CELL,
    headings: Sequence[str] | None = (),
    patience: float = PATIENCE_OF_A_PAGE,
) -> Table:
    """As :func:`inspect_table`, for the bytes of an upload; ``name`` is for messages.

    ``headings``: folded words; the header is then looked for among the first rows, under titles; None: as
    :func:`read_grid`. Raises Faults as well
    when reading takes too much time or memory, and when too many files are read at this moment.
    """
    if len(content) <= SMALL_TEXT and not content.startswith(ZIP):
        budget = Budget(name, size=len(content), cells=MAX_CELLS_SENT)
        return table_in(content, budget, most_rows=most_rows, longest_cell=longest_cell, headings=headings)
    known = None if headings is None else tuple(headings)
    order = Order(name, MAX_CELLS_SENT, most_rows, longest_cell, headings=known)
    (table,) = _apart(order, content, patience=patience)
    return table


def inspect_sheets(
    name: str,
    content: bytes,
    *,
    most_rows: int = MAX_ROWS,
    longest_cell: int = MAX_CELL,
    headings: Sequence[str] = (),
) -> dict[str, Table]:
    """The visible sheets with rows of an Excel workbook that was sent, by name, each with its faults of form.

    For jobs: it may wait its turn for a minute and more. Raises Faults for what is not an Excel workbook, and as
    :func:`inspect_content`.
    """
    order = Order(name, MAX_CELLS_SENT, most_rows, longest_cell, sheets=True, headings=tuple(headings))
    return {table.name: table for table in _apart(order, content, patience=PATIENCE_OF_A_JOB)}


def inspect_by(
    reader: Callable[[Order, bytes], Sequence[Table]],
    name: str,
    content: bytes,
    *,
    most_rows: int = MAX_ROWS,
    longest_cell: int = MAX_CELL,
    largest: int = MAX_FILE,
    patience: float = PATIENCE_OF_A_PAGE,
) -> list[Table]:
    """The tables that ``reader``, a function of a pure module, finds in a file of a kind of its own.

    It runs in the process apart and raises Faults for what it refuses. Raises Faults as :func:`inspect_content`.
    """
    named = f"{reader.__module__}:{reader.__qualname__}"
    order = Order(name, MAX_CELLS_SENT, most_rows, longest_cell, reader=named)
    return _apart(order, content, patience=patience, largest=largest)


def _apart(order: Order, content: bytes, *, patience: float, largest: int = MAX_FILE) -> list[Table]:
    if len(content) > largest:
        raise Faults([_too_large(order.name, len(content), largest)])
    from pilar.platform.tables.apart import read_apart  # a command that only reads files of its own starts no process

    return read_apart(order, content, patience=patience)


def content_of(path: Path, *, largest: int = MAX_FILE) -> bytes:
    """The bytes of an ordinary file that is small enough; its size is asked before it is opened. Raises Faults."""
    fault = None
    content = b""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            fault = Fault("folder", "This is a folder; give a file.", place=str(path))
        elif not stat.S_ISREG(status.st_mode):
            fault = Fault("not-ordinary-file", "This is not an ordinary file.", place=str(path))
        elif status.st_size <= largest:
            with path.open("rb") as file:
                content = file.read(largest + 1)
        if fault is None and max(status.st_size, len(content)) > largest:
            fault = _too_large(path.name, status.st_size, largest)
    except (FileNotFoundError, NotADirectoryError):
        fault = Fault("no-file", "There is no such file.", place=str(path))
    except PermissionError:
        fault = Fault("no-permission", "You may not read this file.", place=str(path))
    except (OSError, ValueError):
        fault = Fault("unreadable", "The file cannot be read.", place=str(path))
    if fault is not None:
        raise Faults([fault])
    return content


def _too_large(name: str, size: int, largest: int = MAX_FILE) -> Fault:
    fields = {"size": f"{size / 2**20:.0f}", "most": largest // 2**20}
    return Fault("file-too-large", "The file has %(size)s MB; at most %(most)s MB are read.", fields, name)
