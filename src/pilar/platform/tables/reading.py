"""From a path to a table: what may be read at all, and by which reader."""

from __future__ import annotations

import stat
from pathlib import Path

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark
from pilar.platform.tables.delimited import read_delimited
from pilar.platform.tables.table import LONGEST_CELL, Table

LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 100_000

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_table(path: str | Path, *, most_rows: int = MOST_ROWS) -> Table:
    """The table in a CSV or XLSX file. Raises Faults with every fault of form."""
    table = inspect_table(path, most_rows=most_rows)
    if table.faults:
        raise Faults(table.faults)
    return table


def inspect_table(path: str | Path, *, most_rows: int = MOST_ROWS) -> Table:
    """The table in a CSV or XLSX file, with its faults of form in ``faults``.

    Raises Faults when there is nothing to look at: no such file, more than ``LARGEST_FILE`` bytes, wrong encoding, not
    a workbook, empty. The kind is taken from the content, not from the name. Of a workbook, the first visible sheet
    counts.
    """
    path = Path(path)
    return inspect_content(path.name, _content(path), most_rows=most_rows)


def inspect_content(
    name: str, content: bytes, *, most_rows: int = MOST_ROWS, longest_cell: int = LONGEST_CELL
) -> Table:
    """As :func:`inspect_table`, for a file whose bytes are at hand, such as an upload; ``name`` is for messages."""
    if len(content) > LARGEST_FILE:
        raise Faults([_too_large(name, len(content))])
    if content.startswith(_ZIP):
        from pilar.platform.tables.workbook import read_workbook  # a CSV file needs no spreadsheet reader

        return read_workbook(name, content, most_rows=most_rows, longest_cell=longest_cell)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            sentence = mark("The workbook is protected with a password. Save it without one.")
            raise Faults([Fault("password", sentence, place=name)])
        sentence = mark("This is an old Excel workbook (.xls). Save it as .xlsx or as CSV UTF-8.")
        raise Faults([Fault("old-workbook", sentence, place=name)])
    if Path(name).suffix.lower() in {".xlsx", ".xlsm"} and content:
        sentence = mark("The name says Excel workbook, but the content is something else.")
        raise Faults([Fault("not-workbook", sentence, place=name)])
    return read_delimited(name, content, most_rows=most_rows, longest_cell=longest_cell)


def inspect_sheets(
    name: str, content: bytes, *, most_rows: int = MOST_ROWS, longest_cell: int = LONGEST_CELL
) -> dict[str, Table]:
    """The visible sheets with rows of an Excel workbook, by name, each with its faults of form.

    Raises Faults for what is not an Excel workbook, or too large.
    """
    if len(content) > LARGEST_FILE:
        raise Faults([_too_large(name, len(content))])
    if not content.startswith(_ZIP):
        sentence = mark("This is not an Excel workbook (.xlsx).")
        raise Faults([Fault("not-workbook", sentence, place=name)])
    from pilar.platform.tables.workbook import read_sheets

    return read_sheets(name, content, most_rows=most_rows, longest_cell=longest_cell)


def _content(path: Path) -> bytes:
    """The bytes of an ordinary file that is small enough; its size is asked before it is opened."""
    fault = None
    content = b""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            fault = Fault("folder", "This is a folder; give a file.", place=str(path))
        elif not stat.S_ISREG(status.st_mode):
            fault = Fault("not-ordinary-file", "This is not an ordinary file.", place=str(path))
        elif status.st_size <= LARGEST_FILE:
            with path.open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
        if fault is None and max(status.st_size, len(content)) > LARGEST_FILE:
            fault = _too_large(path.name, status.st_size)
    except (FileNotFoundError, NotADirectoryError):
        fault = Fault("no-file", "There is no such file.", place=str(path))
    except PermissionError:
        fault = Fault("no-permission", "You may not read this file.", place=str(path))
    except (OSError, ValueError):
        fault = Fault("unreadable", "The file cannot be read.", place=str(path))
    if fault is not None:
        raise Faults([fault])
    return content


def _too_large(name: str, size: int) -> Fault:
    fields = {"size": f"{size / 2**20:.0f}", "most": LARGEST_FILE // 2**20}
    return Fault("file-too-large", "The file has %(size)s MB; at most %(most)s MB are read.", fields, name)
