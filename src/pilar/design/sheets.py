"""Rows as files that a spreadsheet of Indonesia opens: numbers and days as such, and nothing that runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from numbers import Real
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pilar.platform.tables import inert

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
EPOCH = datetime(2026, 1, 1)  # noqa: DTZ001 - of a file; equal content gives equal bytes
MAX_NAME = 31
"""Characters in the name of a sheet."""
GROUPED = 10_000
"""Numbers from here on may be shown in groups of thousands; years are not."""
MAX_DIGITS = 15
"""A spreadsheet keeps no more; longer numbers are written as text."""
NARROWEST, WIDEST = 8, 60

Rows = Iterable[Sequence[Any]]


def delimited(rows: Rows) -> bytes:
    """A CSV that Excel opens in Indonesia: semicolons, decimal commas and a byte order mark."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerows([_said(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _said(cell: Any) -> object:
    match cell:
        case bool() | int() | None:
            return cell
        case Decimal():
            return f"{cell:f}".replace(".", ",")
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M")
        case _:
            return inert(str(cell))


def new_workbook(stream: io.BytesIO) -> xlsxwriter.Workbook:
    """A workbook in which a text stays one."""
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made.set_properties({"created": EPOCH})
    return made


def workbook(title: str, heads: Sequence[str], rows: Rows) -> bytes:
    """A workbook with one sheet."""
    stream = io.BytesIO()
    made = new_workbook(stream)
    add_sheet(made, title, heads, rows)
    made.close()
    return stream.getvalue()


def add_sheet(made: xlsxwriter.Workbook, title: str, heads: Sequence[str], rows: Rows) -> None:
    """A sheet whose head stays in sight and filters its rows."""
    rows = list(rows)
    sheet = made.add_worksheet(
        "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:MAX_NAME].strip("' ")
    )
    head = made.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#0A5866", "font_color": "#FFFFFF"}
    )
    day, moment = (made.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    for at, text in enumerate(heads):
        sheet.write_string(0, at, text, head)
        longest = max((len(str(row[at])) for row in rows if row[at] is not None), default=0)
        sheet.set_column(at, at, min(max(longest, len(text), NARROWEST), WIDEST) + 2)
    for line, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            write(sheet, line, at, cell, moment if isinstance(cell, datetime) else day)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)


def write(sheet: Worksheet, line: int, at: int, cell: Any, day: Any, *, grouped: Any = None) -> None:
    """A cell as what it is; ``day`` is the format of a day or moment, which is written as its region reads it,
    ``grouped`` that of large numbers."""
    if isinstance(cell, datetime):
        sheet.write_datetime(line, at, cell.replace(tzinfo=None), day)
    elif isinstance(cell, date):
        sheet.write_datetime(line, at, cell, day)
    elif isinstance(cell, Decimal) and len(cell.as_tuple().digits) > MAX_DIGITS:
        sheet.write_string(line, at, f"{cell:f}".replace(".", ","))
    elif isinstance(cell, Real | Decimal) and not isinstance(cell, bool):
        sheet.write_number(line, at, float(cell), grouped if abs(cell) >= GROUPED else None)
    elif cell not in (None, ""):
        sheet.write_string(line, at, str(cell).replace("\r\n", "\n"))
