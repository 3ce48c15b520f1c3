"""Files to begin with for an import: headings, lists to choose from, examples or known rows, how to fill in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pilar.design.sheets import Rows, delimited, new_workbook, write
from pilar.platform.imports import Column

LISTED_ROWS = 2_000
"""Rows that have drop-downs; further rows are read as well."""
LISTS = "_"
"""The name of the hidden sheet that drop-downs choose from."""
WIDTH, LIST_WIDTH = 18, 28


def template_text(columns: Sequence[Column], rows: Rows = ()) -> bytes:
    """A CSV that Excel opens in Indonesia: semicolons, and a byte order mark."""
    return delimited(([one.heading for one in columns], *(rows or [_examples(columns)])))


def template_workbook(
    sheets: Mapping[str, Sequence[Column]], rows: Mapping[int, Rows] | None = None, *, guide: Sequence[str] = ()
) -> bytes:
    """A workbook with a sheet of each name, drop-downs, and a sheet that says what each column takes.

    ``rows``: those of a sheet by its place; one that is not named has examples. ``guide``: lines of the room, above.
    """
    stream = io.BytesIO()
    made = new_workbook(stream)
    head = made.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#ECEEEA"})
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    written = [made.add_worksheet(name) for name in sheets]
    told, lists = made.add_worksheet(_("Instructions")), made.add_worksheet(LISTS)
    lists.hide()
    listed = 0
    for place, (sheet, columns) in enumerate(zip(written, sheets.values(), strict=True)):
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.heading, head)
            sheet.set_column(at, at, LIST_WIDTH if column.options else WIDTH)
            if column.options:
                _listed(sheet, lists, at, listed, column)
                listed += 1
        sheet.freeze_panes(1, 0)
        for line, row in enumerate((rows or {}).get(place, [_examples(columns)]), start=1):
            for at, cell in enumerate(row):
                write(sheet, line, at, cell, day)
    _guide(told, [column for columns in sheets.values() for column in columns], guide, head)
    made.close()
    return stream.getvalue()


def _examples(columns: Sequence[Column]) -> list[Any]:
    return [one.example or (one.options[0] if one.options else "") for one in columns]


def _listed(sheet: Worksheet, lists: Worksheet, at: int, listed: int, column: Column) -> None:
    """A drop-down; what else is understood can be typed all the same."""
    for line, one in enumerate(column.options):
        lists.write_string(line, listed, one)
    name = xl_col_to_name(listed)
    source = f"='{LISTS}'!${name}$1:${name}${len(column.options)}"
    sheet.data_validation(1, at, LISTED_ROWS, at, {"validate": "list", "source": source, "show_error": False})


def _guide(sheet: Worksheet, columns: Sequence[Column], lines: Sequence[str], head: Any) -> None:
    said = [
        *lines,
        _("One row is one record. Write no formulas, merge no cells."),
        _("The columns may stand in any order. You see first what would be stored; it is all of it or nothing."),
    ]
    for place, text in enumerate(said):
        sheet.write_string(place, 0, text)
    start = len(said) + 1
    for place, title in enumerate((_("Column"), _("Also understood"), _("Remark"))):
        sheet.write_string(start, place, title, head)
    for line, column in enumerate(columns, start=start + 1):
        left = "" if column.filled else _("may be left empty") if column.required else _("may be left out")
        remark = "; ".join(filter(None, (left, column.remark)))
        for place, cell in enumerate((column.heading, ", ".join(column.words), remark)):
            sheet.write_string(line, place, cell)
    sheet.set_column(0, 2, 40)
