"""From bytes to tables in this process: the kind is taken from the content, not from the name."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from pilar.platform.language import N_
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.delimited import read_delimited
from pilar.platform.tables.table import Table
from pilar.platform.tables.wire import Order

ZIP = b"PK\x03\x04"

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
OTHERS = (
    b"%pdf-", b"\x89png", b"\xff\xd8\xff", b"gif8", b"{\\rtf", b"<!doctype", b"<html", b"<?xml", b"rar!", b"7z\xbc\xaf",
)  # fmt: skip
"""What files of other kinds begin with, in small letters: documents, pictures, pages, archives."""
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def table_in(
    content: bytes, budget: Budget, *, most_rows: int, longest_cell: int, headings: Sequence[str] | None = ()
) -> Table:
    """The table in ``content``; of a workbook, the first visible sheet counts. Raises Faults."""
    if content.startswith(ZIP):
        from pilar.platform.tables.workbook import read_workbook  # a CSV file needs no reader of workbooks

        return read_workbook(content, budget, most_rows=most_rows, longest_cell=longest_cell, headings=headings)
    if content.startswith(OLE):
        if _ENCRYPTED in content:
            raise budget.refused("password", N_("The workbook is protected with a password. Save it without one."))
        sentence = N_("This is an old Excel workbook (.xls). Save it as .xlsx or as CSV UTF-8.")
        raise budget.refused("old-workbook", sentence)
    if Path(budget.name).suffix.lower() in {".xlsx", ".xlsm"} and content:
        sentence = N_("The name says Excel workbook, but the content is something else.")
        raise budget.refused("not-workbook", sentence)
    if content.lstrip(_BLANKS)[:16].lower().startswith(OTHERS):
        sentence = N_("This is neither an Excel workbook (.xlsx) nor CSV. Open it, and save its table as one of these.")
        raise budget.refused("no-table", sentence)
    return read_delimited(content, budget, most_rows=most_rows, longest_cell=longest_cell, headings=headings)


def tables_in(order: Order, content: bytes) -> Sequence[Table]:
    """Return what ``order`` asks for of a file. Raises Faults."""
    if order.reader:
        module, _colon, function = order.reader.partition(":")
        tables: Sequence[Table] = getattr(import_module(module), function)(order, content)
        return tables
    budget = Budget(order.name, size=len(content), cells=order.most_cells)
    if not order.sheets:
        limits: dict[str, int] = {"most_rows": order.most_rows, "longest_cell": order.longest_cell}
        return [table_in(content, budget, **limits, headings=order.headings)]
    if not content.startswith(ZIP):
        raise budget.refused("not-workbook", N_("This is not an Excel workbook (.xlsx)."))
    from pilar.platform.tables.workbook import read_sheets

    read = read_sheets(
        content, budget, most_rows=order.most_rows, longest_cell=order.longest_cell, headings=order.headings or ()
    )
    return list(read.values())
