"""Workbooks of questionnaires as tired people send them: percent cells, dates, titles, hidden sheets, sheets twice."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import xlsxwriter
from django.utils.translation import override

from pilar.platform import documents
from pilar.platform.documents import Sent
from pilar.platform.tables import inspect_sheets
from pilar.surveys.documents.questionnaire_workbook import questionnaire_workbook
from pilar.surveys.reference import parse
from pilar.surveys.rules.questionnaire_sheets import inspect_questionnaire
from surveys.questionnaires import with_basis

Rows = Sequence[Sequence[Any]]
FORMATS = {"percent": {"num_format": "0%"}, "day": {"num_format": "d mmm"}}
TOP, OPTIONS = "Kuesioner", "Pilihan"


@cache
def template() -> Mapping[str, Rows]:
    """The template of the satisfaction survey, as its rows."""
    with override("id"):
        book = questionnaire_workbook(with_basis("ikm-2017", "9"))
    return {
        name: [[column.name for column in table.columns], *(row.cells for row in table.rows)]
        for name, table in inspect_sheets("k.xlsx", book).items()
        if name != "Petunjuk"
    }


def put(label: str, value: Any) -> tuple[str, int, int, Any]:
    """A field of the questionnaire as a whole."""
    return TOP, [row[0] for row in template()[TOP]].index(label), 1, value


def read(
    *cells: tuple[str, int, int, Any], shown_as: str = "", title: str = "", hidden: str = "", more: Collection[str] = ()
) -> Sent:
    """The template with other cells (from 0), read; ``title``: a row above the first sheet; ``more``: names of copies
    of the sheet of options."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        look = book.add_format(FORMATS[shown_as]) if shown_as else None
        for name, rows in [*template().items(), *((one, template()[OPTIONS]) for one in more)]:
            sheet = book.add_worksheet(name)
            down = 1 if title and name == TOP else 0
            if down:
                sheet.write_string(0, 0, title)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(line + down, column, cell)
            for place, line, column, value in cells:
                if place == name:
                    sheet.write(line + down, column, value, look)
            if name == hidden:
                sheet.hide()
    return documents.sent(inspect_questionnaire("k.xlsx", stream.getvalue()))


def told(found: Sent) -> set[tuple[str, int, str]]:
    return {(one.sheet, one.row, one.fault.code) for one in found.misfits}


def test_a_percent_cell_says_what_is_seen() -> None:
    found = parse(read(put("Bobot unsur yang dicetak", 0.11), put("Bobot straight, %", 0.5), shown_as="percent").text)
    assert found.satisfaction is not None
    assert (found.satisfaction.printed_weight, found.quality.weights["straight"]) == (Decimal("0.11"), 50)
    option = parse(read((OPTIONS, 1, 2, 0.125), (OPTIONS, 1, 3, 0.125), shown_as="percent").text).profile[0].options[0]
    assert (option.title.id, option.title.en) == ("12,5%", "12.5%")
    option = parse(read((OPTIONS, 1, 2, 2.5), (OPTIONS, 1, 3, 2.5)).text).profile[0].options[0]
    assert (option.title.id, option.title.en) == ("2,5", "2.5")


@pytest.mark.parametrize("weight", [11, 1, 0, -0.11])
def test_the_printed_weight_is_a_part_of_one(weight: float) -> None:
    label = "Bobot unsur yang dicetak"
    assert told(read(put(label, weight))) == {(TOP, put(label, 0)[1] + 1, "printed-weight")}


def test_a_date_that_a_spreadsheet_has_made_is_no_text() -> None:
    number, option = put("Dasar: nomor", 46000), (OPTIONS, 1, 2, 46000)
    found = read(number, option, shown_as="day")
    assert told(found) == {(TOP, number[1] + 1, "date-cell"), (OPTIONS, 2, "date-cell")}
    with override("id"):
        sentence = found.misfits[0].fault.text()
    assert "Excel mengubah isi “Dasar: nomor” menjadi tanggal atau jam: 2025-12-09" in sentence
    basis = parse(read(put("Dasar: tanggal", 46000), shown_as="day").text).basis
    assert basis is not None
    assert basis.dated == date(2025, 12, 9)


def test_headings_may_stand_under_a_title() -> None:
    found = read(title="Kuesioner IKM 2026")
    assert found.misfits == ()
    row = put("Responden", "banyak")
    assert told(read(row, title="Kuesioner IKM 2026")) == {(TOP, row[1] + 2, "number")}


def test_a_hidden_sheet_is_told_and_not_left_out() -> None:
    assert told(read(hidden=OPTIONS)) == {(OPTIONS, 0, "hidden-sheet")}
    assert told(read(hidden="Pertanyaan")) == {("Pertanyaan", 0, "hidden-sheet")}
    assert read(more=["Catatan kami"], hidden="Catatan kami").misfits == ()


def test_a_sheet_under_both_its_names_is_told() -> None:
    assert told(read(more=["Options"])) == {("Options", 0, "sheet-twice")}
