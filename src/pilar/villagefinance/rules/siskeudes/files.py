"""Read files of Siskeudes as tables: the Access file itself, a workbook with a sheet a table, or CSV files, alone or in
a zip as converters make them. Runs in the separate process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from pilar.platform import archives
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables import Table
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.content import ZIP
from pilar.platform.tables.delimited import read_delimited
from pilar.platform.tables.wire import Order
from pilar.villagefinance.rules.siskeudes.access import is_access, read_access
from pilar.villagefinance.rules.siskeudes.records import TABLES

REFERENCES = ("Ta_Desa", "Ref_Desa")
"""Tables that name the owner of the year."""
WANTED = (*REFERENCES, *TABLES)
MAX_ENTRIES = 500
_WORKBOOK = "[Content_Types].xml"
_WITHOUT_ROWS = {"only-header", "empty-file"}


def read_siskeudes(order: Order, content: bytes) -> Sequence[Table]:
    """Read the tables of a file that have rows, each under its name in Siskeudes. Raises Faults."""
    budget = Budget(order.name, size=len(content), cells=order.most_cells)
    if is_access(content):
        tables = read_access(content, WANTED, budget, most_rows=order.most_rows)
    elif content.startswith(ZIP):
        tables = list(_zipped(order, content, budget))
    else:
        tables = list(_delimited(order, order.name, content, budget))
    if not tables:
        raise budget.refused("no-tables", N_("The file has no table of Siskeudes with rows, such as Ta_RAB"))
    return tables


def _zipped(order: Order, content: bytes, budget: Budget) -> Iterator[Table]:
    try:
        with archives.open_archive(io.BytesIO(content), most=MAX_ENTRIES) as archive:
            entries = archive.infolist()
            if all(entry.filename != _WORKBOOK for entry in entries):
                for entry in entries:
                    if _called(entry.filename):
                        yield from _delimited(order, entry.filename, _unpacked(archive, entry, budget), budget)
                return
    except archives.TooManyEntries:
        sentence = N_("The archive has more than %(most)s files")
        raise Faults([Fault("too-many-files", sentence, {"most": MAX_ENTRIES}, order.name)]) from None
    except archives.DAMAGE:
        raise budget.refused("broken-archive", N_("The archive is damaged or has a password")) from None
    from pilar.platform.tables.workbook import read_sheets

    limits = {"most_rows": order.most_rows, "longest_cell": order.longest_cell}
    for name, table in read_sheets(content, budget, **limits).items():
        if known := _called(f"{name}.csv"):
            yield Table(known, table.header_row, table.columns, table.rows, table.faults)


def _delimited(order: Order, path: str, content: bytes, budget: Budget) -> Iterator[Table]:
    """Yield the table in a CSV file that is named after one of Siskeudes."""
    known = _called(path)
    if not known:
        return
    inner = Budget(f"{PurePosixPath(path).name}", size=len(content), cells=budget.cells)
    try:
        table = read_delimited(content, inner, most_rows=order.most_rows, longest_cell=order.longest_cell)
    except Faults as refused:
        if {fault.code for fault in refused.faults} <= _WITHOUT_ROWS:
            return
        raise
    budget.fill(budget.cells - inner.cells)
    yield Table(known, table.header_row, table.columns, table.rows, table.faults)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> bytes:
    pieces = []
    for block in archives.blocks(archive, entry):
        budget.unpack(len(block))
        pieces.append(block)
    return b"".join(pieces)


def _called(path: str) -> str:
    """Return the table of Siskeudes that a file is named after, in any case; empty for others."""
    name = PurePosixPath(path.replace("\\", "/"))
    stem = name.stem.casefold() if name.suffix.casefold() in (".csv", ".txt") else ""
    return next((name for name in WANTED if name.casefold() == stem), "")
