"""Percentages and ambiguous thousands in the tables of ``pilar index`` and ``pilar score``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation

from evaluation.cycle.world import INSTRUMENT
from evaluation.test_index_command import HEADER as INDICATORS
from evaluation.test_index_command import TWO, files, told
from evaluation.test_marksheet import HEADER, scored
from pilar import index
from pilar.areas.reference import directory
from pilar.evaluation import reference
from pilar.evaluation.rules.marksheet import read_sheet
from pilar.platform.tables import Percent, inspect_table


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PILAR_LANGUAGE", "en")
    with translation.override("en"):
        yield


def xlsx(path: Path, *rows: tuple[Any, ...]) -> Path:
    """A workbook; percentages stand in cells that show them."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0.0%"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Percent):
                    sheet.write_number(number, column, float(cell.value / 100), percent)
                else:
                    sheet.write(number, column, cell)
    return path


PERCENT = TWO.replace("{direction: lower}", "{direction: lower, unit: {id: '%', en: per cent}}")


def raw(run: Any, spec: Path, data: Path, unit: str, code: str) -> float:
    """The value of a unit as the engine has it."""
    rows = json.loads(run(spec, data, "--format", "json", "--show", "profile", "--unit", unit))["profile"]
    return next(row["value"] for row in rows if row["code"] == code)


def test_a_percentage_is_read_where_the_unit_is_per_cent(run: Any, tmp_path: Path) -> None:
    spec, _data = files(tmp_path, INDICATORS, "p,1,1,1", spec=PERCENT)
    rows = [(*INDICATORS.split(","),), ("p", 10, Percent(Decimal(60)), 1), ("q", 20, "65,5 %", 1), ("r", 30, 70, 1)]
    path = xlsx(tmp_path / "two.xlsx", *rows)
    assert [raw(run, spec, path, unit, "waiting") for unit in "pqr"] == [60, 65.5, 70]


def test_a_percentage_in_another_unit_is_told_at_its_cell(run: Any, tmp_path: Path) -> None:
    spec, _data = files(tmp_path, INDICATORS, "p,1,1,1")
    path = xlsx(tmp_path / "two.xlsx", (*INDICATORS.split(","),), ("p", Percent(Decimal(60)), 1, 1), ("q", 2, "60%", 1))
    assert [line.partition(":")[0] for line in told(run, spec, path)] == [
        "two.xlsx, row 2, column schools (B)", "two.xlsx, row 3, column waiting (C)",
    ]  # fmt: skip
    assert "60 % is a percentage" in "".join(told(run, spec, path))


def test_a_column_says_how_its_numbers_are_written(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, "unit;schools;waiting;heads", "p;1.200;950;1", "q;2,5;1250;1", "r;12.500;8.000.000;1")
    assert [raw(run, *given, unit, "schools") for unit in "pqr"] == [1200, 2.5, 12500]
    pointed = files(tmp_path, INDICATORS, "p,1.200,0.125,1", "q,2.5,1250,1", "r,12.500,7,1")
    assert [raw(run, *pointed, unit, "schools") for unit in "pqr"] == [1.2, 2.5, 12.5]


@pytest.mark.parametrize("column", [["950", "1.200", "12.500"], ["1.200", "2,5", "0.5"]])
def test_a_column_that_stays_open_is_refused_by_its_name(run: Any, tmp_path: Path, column: list[str]) -> None:
    rows = [f"{unit};{value};5;1" for unit, value in zip("pqr", column, strict=True)]
    (line,) = told(run, *files(tmp_path, "unit;schools;waiting;heads", *rows))
    assert line.startswith("two.csv, column schools (B): “1.200” can")
    assert "1200" in line


def test_percentages_are_shares_of_a_ratio_and_quantities_in_per_cent(tmp_path: Path) -> None:
    of = index.parse_instrument(INSTRUMENT)
    path = tmp_path / "marks.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page, percent = book.add_worksheet(), book.add_format({"num_format": "0%"})
        page.write_row(0, 0, ["region", "programmes", "poverty", "policy"])
        page.write_row(1, 0, ["36.03"])
        page.write_number(1, 1, 0.9, percent)
        page.write_number(1, 2, 0.07, percent)
        page.write_row(2, 0, ["35.71", "90%", "7 %", 3])
        page.write_row(3, 0, ["15.71", "9/10", "7", 3])
        page.write_row(4, 0, ["11.01", "9/10", 7])
        page.write_number(4, 3, 0.75, percent)
    found = read_sheet(inspect_table(path), of, directory())
    read = {fault.place: fault.code for fault in found.faults if fault.code == "percent-sign"}
    assert read == {"marks.xlsx, row 5, column policy (D)": "percent-sign"}
    results = [row.result for row in found.rows[:3] if row.result is not None]
    scores = [[one.score(code) for code in ("programmes", "poverty")] for one in results]
    assert scores[0] == scores[1] == scores[2]


def test_marks_of_three_decimals_are_no_thousands(tmp_path: Path) -> None:
    results = scored(tmp_path, reference.instrument("smart-city-2023"), HEADER, "36.03,3.125,3,3,3,3").rows
    assert results[0].result.score("baseline") == Fraction("3.125")


def test_a_column_of_quantities_that_stays_open_is_refused_by_its_name(tmp_path: Path) -> None:
    of = index.parse_instrument(INSTRUMENT)
    path = tmp_path / "marks.csv"
    path.write_text("region;policy;poverty\n36.03;3;1.200\n35.71;3;950\n", encoding="utf-8")
    found = read_sheet(inspect_table(path), of, directory()).faults
    assert [(fault.code, fault.place) for fault in found if fault.code == "two-ways"] == [
        ("two-ways", "marks.csv, column poverty (C)")
    ]
