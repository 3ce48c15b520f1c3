"""Files to begin with for an import: headings, lists to choose from, examples or known rows, how to fill in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pilar.design.sheets import WIDEST, Rows, delimited, new_workbook, write
from pilar.platform.imports import Column, text

LISTED_ROWS = 2_000
"""Rows that have drop-downs; further rows are read as well."""
LISTS = "_"
"""The name of the hidden sheet that drop-downs choose from."""
WIDTH, LIST_WIDTH = 18, 28
MAX_HINT = 250
"""A spreadsheet takes no longer one in a cell."""
FORMATS = {
    "plain": {},
    "text": {"num_format": "@"},
    "day": {"num_format": "yyyy-mm-dd"},
    "grouped": {"num_format": "#,##0"},
}


def template_text(columns: Sequence[Column], rows: Rows = ()) -> bytes:
    """A CSV that Excel opens in Indonesia: semicolons, and a byte order mark."""
    return delimited(([column.heading for column in columns], *(rows or [_examples(columns)])))


def template_workbook(
    sheets: Mapping[str, Sequence[Column]], rows: Mapping[int, Rows] | None = None, *, guide: Sequence[str] = ()
) -> bytes:
    """A workbook with a sheet of each name, drop-downs, and a sheet that says what each column takes.

    ``rows``: those of a sheet by its place; one that is not named has examples. ``guide``: lines of the room, above.
    """
    stream = io.BytesIO()
    made = new_workbook(stream)
    book = _Book(made, list(sheets))
    for place, columns in enumerate(sheets.values()):
        book.fill(place, columns, list((rows or {}).get(place, [_examples(columns)])))
    book.guide(sheets, guide)
    made.close()
    return stream.getvalue()


def _examples(columns: Sequence[Column]) -> list[Any]:
    return [column.example or (column.options[0] if column.options else "") for column in columns]


class _Book:
    """A workbook on its way; its last sheet, which is hidden, has the lists that drop-downs choose from."""

    def __init__(self, made: xlsxwriter.Workbook, names: Sequence[str]) -> None:
        top = {"valign": "top", "text_wrap": True}
        self.head = made.add_format({**top, "bold": True, "border": 1, "bg_color": "#ECEEEA"})
        self.formats = {kind: made.add_format({**top, **more}) for kind, more in FORMATS.items()}
        self.sheets = [made.add_worksheet(name) for name in names]
        self.told, self.lists, self.listed = made.add_worksheet(_("Instructions")), made.add_worksheet(LISTS), 0
        self.lists.hide()

    def fill(self, place: int, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Headings with drop-downs and hints, and rows."""
        sheet = self.sheets[place]
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.heading, self.head)
            textual = column.read is text
            longest = max((len(str(row[at] or "")) for row in rows), default=0)
            width = min(max(LIST_WIDTH if column.options or textual else WIDTH, longest), WIDEST)
            sheet.set_column(at, at, width, self.formats["text" if textual else "plain"])
            self._help(sheet, at, column, len(rows) + LISTED_ROWS)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                write(sheet, line, at, cell, self.formats["day"], grouped=self.formats["grouped"])

    def guide(self, sheets: Mapping[str, Sequence[Column]], lines: Sequence[str]) -> None:
        """Return how to fill in, and what each column takes."""
        said = [
            *lines,
            _("One row is one record. Write no formulas, merge no cells."),
            _("The columns may stand in any order. You see first what would be stored; it is all of it or nothing."),
        ]
        for place, line in enumerate(said):
            self.told.write_string(place, 0, line)
        start = len(said) + 1
        for place, title in enumerate((_("Column"), _("Also understood"), _("Remark"))):
            self.told.write_string(start, place, title, self.head)
        every = [
            (f"{name}: " if len(sheets) > 1 else "", column) for name, columns in sheets.items() for column in columns
        ]
        for line, (name, column) in enumerate(every, start=start + 1):
            left = "" if column.filled else _("may be left empty") if column.required else _("may be left out")
            remark = "; ".join(filter(None, (left, column.remark)))
            for place, cell in enumerate((name + column.heading, ", ".join(column.words), remark)):
                self.told.write_string(line, place, cell)
        self.told.set_column(0, 2, 40)

    def _help(self, sheet: Worksheet, at: int, column: Column, last: int) -> None:
        """A drop-down and a hint; what else is understood can be typed all the same."""
        rule: dict[str, Any] = {"validate": "any", "input_message": column.remark[:MAX_HINT]}
        if column.options:
            for line, option in enumerate(column.options):
                self.lists.write_string(line, self.listed, option)
            name = xl_col_to_name(self.listed)
            source = f"='{LISTS}'!${name}$1:${name}${len(column.options)}"
            rule |= {"validate": "list", "source": source, "show_error": False}
            self.listed += 1
        if column.options or column.remark:
            sheet.data_validation(1, at, last, at, rule)
