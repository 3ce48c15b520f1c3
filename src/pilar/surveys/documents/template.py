"""An empty table of a survey's answers as XLSX, to fill in and import (``rules.sheets``), in the reader's language."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pilar.surveys.documents.recap import AUTHOR
from pilar.surveys.queries import SurveyRow
from pilar.surveys.rules.paper import DAY, condition_of
from pilar.surveys.rules.sheets import MOST_ROWS, SheetColumn, columns_of

LISTED_ROWS = 2_000
"""Rows that have drop-downs; further rows are read as well."""
LISTS = "_"
"""The name of the hidden sheet that drop-downs choose from."""


def answers_template(row: SurveyRow, programmes: Mapping[int, str]) -> bytes:
    """One row an answer, and instructions. ``programmes``: those that the reader enters answers of, by cell."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made.set_properties({"title": row.title, "author": AUTHOR, "created": row.opens_at.replace(tzinfo=None)})
    columns = columns_of(row.questionnaire, programmes)
    answers, guide = made.add_worksheet(_("Answers")), made.add_worksheet(_("Instructions"))
    lists = made.add_worksheet(LISTS)
    lists.hide()
    head = made.add_format(
        {"bold": True, "bg_color": "#0A5866", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top", "border": 1}
    )
    text, day = made.add_format({"num_format": "@"}), made.add_format({"num_format": "yyyy-mm-dd"})
    for place, column in enumerate(columns):
        answers.write_string(0, place, column.header(), head)
        width = 44 if column.words else 26 if column.options else 16
        answers.set_column(place, place, width, text if column.words else day if column.code == DAY else None)
        if column.options:
            _listed(answers, lists, place, column)
    answers.set_row(0, 62)
    answers.freeze_panes(1, 3)
    answers.data_validation(
        1, 0, LISTED_ROWS, 0,
        {"validate": "integer", "criteria": ">=", "value": 1, "input_title": _("Sheet number"),
         "input_message": _("Each sheet of a programme has its own number")},
    )  # fmt: skip
    _guide(guide, row, columns, head, made.add_format({"text_wrap": True, "valign": "top"}))
    made.close()
    return stream.getvalue()


def _listed(answers: Worksheet, lists: Worksheet, place: int, column: SheetColumn) -> None:
    """A drop-down of the words; codes and figures can be typed all the same."""
    for line, one in enumerate(column.options):
        lists.write_string(line, place, str(one.title))
    name = xl_col_to_name(place)
    source = f"='{LISTS}'!${name}$1:${name}${len(column.options)}"
    answers.data_validation(1, place, LISTED_ROWS, place, {"validate": "list", "source": source, "show_error": False})


def _guide(guide: Worksheet, row: SurveyRow, columns: Sequence[SheetColumn], head: object, plain: object) -> None:
    conditions = {item.code: condition_of(item, row.questionnaire) for item in row.questionnaire.items()}
    lines = [
        f"{row.title} · {row.region_name} · {row.year}",
        _("One row is one answer. Enter only answers of people who agreed to answer."),
        _("The number of the sheet is told once a programme: the same sheet sent twice is stored once."),
        _("Choose from the lists in the cells, or write the code or figure that stands below."),
        _("Write no formulas, merge no cells, and leave the headers as they are."),
        _("At most %(most)s rows a file. You see first what would be stored; it is all of it or nothing.")
        % {"most": MOST_ROWS},
    ]
    for place, said in enumerate(lines):
        guide.merge_range(place, 0, place, 3, "", plain)
        guide.write_string(place, 0, said, plain)
    start = len(lines) + 1
    for place, title in enumerate((_("Column"), _("Code"), _("Answers"), _("Remark"))):
        guide.write_string(start, place, title, head)
    for line, column in enumerate(columns, start=start + 1):
        told = "; ".join(
            str(one.title) if column.number == "" else f"{one.code} = {one.title}" for one in column.options
        )  # fmt: skip
        remarks = [conditions.get(column.code, ""), "" if column.required else _("may be left empty")]
        for place, said in enumerate((column.header(), column.code, told, "; ".join(filter(None, remarks)))):
            guide.write_string(line, place, said, plain)
    for place, width in enumerate((50, 16, 70, 50)):
        guide.set_column(place, place, width)
