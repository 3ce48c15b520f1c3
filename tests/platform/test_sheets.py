"""Workbooks of several sheets."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from pilar.platform.errors import Faults
from pilar.platform.tables import inspect_sheets

SAMPLE = [["region", "impact"], ["36.03", 2.74], ["35.71", 3.07]]


def test_all_visible_sheets_with_rows_are_read(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name, rows in {"Satu": SAMPLE, "Kosong": [["a"]], "Nihil": [], "Dua": [["a", "b"], [1, "=1+1"]]}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        hidden = book.add_worksheet("Daftar")
        hidden.write_row(0, 0, ["x"])
        hidden.write_row(1, 0, ["y"])
        hidden.hide()

    path = tmp_path / "buku.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        fill(book)
    content = path.read_bytes()
    found = inspect_sheets("buku.xlsx", content)
    assert list(found) == ["Satu", "Dua"]
    assert [row.cells for row in found["Satu"].rows] == [("36.03", Decimal("2.74")), ("35.71", Decimal("3.07"))]
    assert [one.code for one in found["Dua"].faults] == ["formulas"]
    assert found["Dua"].faults[0].place == "Dua"


@pytest.mark.parametrize("content", [b"a;b", b"PK\x03\x04 cut off"])
def test_sheets_of_something_else_are_refused(content: bytes) -> None:
    with pytest.raises(Faults):
        inspect_sheets("buku.xlsx", content)
