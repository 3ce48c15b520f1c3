"""Files whose headings somebody else finds: all rows as they stand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from pilar.platform.errors import Faults
from pilar.platform.tables import read_grid


def test_a_grid_gives_all_rows_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "grid.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "Title")
        sheet.merge_range("B3:C3", "Group")
        sheet.write_row("A5", ["x", "", 2.5, "y"])
        sheet.merge_range("A6:B7", "below")
    grid = read_grid(path)
    assert [row.number for row in grid.rows] == [1, 3, 5, 6]
    assert [row.cells for row in grid.rows][1:3] == [("", "Group", "", ""), ("x", "", Decimal("2.5"), "y")]
    assert grid.place(5, grid.columns[2]).endswith("C")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_of_a_grid_is_what_its_lines_have_in_common(tmp_path: Path, separator: str) -> None:
    lines = ["Budget, plan; of 2026, draft"] + [separator.join((f'"{at},5"', "1.000", "x")) for at in range(3)]
    path = tmp_path / "grid.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [row.cells[:3] for row in read_grid(path).rows][1:] == [(f"{at},5", "1.000", "x") for at in range(3)]


def test_a_grid_is_refused_whole_for_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "grid.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_formula("B2", "=1+1")
    with pytest.raises(Faults) as refused:
        read_grid(path)
    assert [fault.code for fault in refused.value.faults] == ["formulas"]
