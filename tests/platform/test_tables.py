"""Tabular files: what is read, and that whatever else comes is refused with a fault, never with another exception."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.selection import examples
from pilar.platform.errors import Fault, Faults
from pilar.platform.tables import Percent, Table, inspect_sheets, inspect_table, read_table, shown
from pilar.platform.tables.reading import MAX_FILE
from pilar.platform.tables.table import letter_of

SAMPLE = [["region", "impact"], ["36.03", 2.74], ["35.71", 3.07]]


def csv_file(folder: Path, content: bytes | str, name: str = "marks.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(folder: Path, fill: Callable[[xlsxwriter.Workbook], None], name: str = "marks.xlsx") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(str(path)) as book:
        fill(book)
    return path


def sheet_of(rows: list[list[object]]) -> Callable[[xlsxwriter.Workbook], None]:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return fill


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same archive with one part rewritten."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def codes(path: Path, **options: int) -> list[str]:
    with pytest.raises(Faults) as refused:
        read_table(path, **options)
    return [fault.code for fault in refused.value.faults]


def cells(table: Table) -> list[tuple[object, ...]]:
    return [row.cells for row in table.rows]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_text_files_of_every_usual_form_read_the_same(tmp_path: Path, separator: str, ending: str, mark: bytes) -> None:
    text = ending.join(separator.join(row) for row in (["region", "impact"], ["36.03", "2.74"])) + ending
    table = read_table(csv_file(tmp_path, mark + text.encode()))
    assert [column.name for column in table.columns] == ["region", "impact"]
    assert cells(table) == [("36.03", "2.74")]


def test_rows_carry_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, '\nregion,note\n\n36.03,"two\nlines"\n;\n35.71,x\n'.replace(";", ",")))
    assert table.header_row == 2
    assert [row.number for row in table.rows] == [4, 6]


def test_quoted_decimal_commas_stay_whole(tmp_path: Path) -> None:
    assert cells(read_table(csv_file(tmp_path, 'region,impact\n36.03,"2,74"\n'))) == [("36.03", "2,74")]


def test_short_rows_are_filled_with_blanks(tmp_path: Path) -> None:
    assert cells(read_table(csv_file(tmp_path, "a,b,c\n1\n"))) == [("1", "", "")]


def test_a_place_names_file_row_column_and_letter(tmp_path: Path) -> None:
    table = read_table(csv_file(tmp_path, "region,impact\n36.03,1\n"))
    place = table.place(2, table.columns[1])
    assert place.startswith("marks.csv, ")
    assert "2" in place
    assert "impact (B)" in place


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\n\n ,\n", "empty-file"),
        (b"region,impact\n", "only-header"),
        (b"region\n\xffx\n", "encoding"),
        ("region,impact\n36.03,1\n".encode("utf-16"), "encoding-utf16"),
        (b"region,impact\n36.03,\0\n", "nul-character"),
        (b'region,impact\n36.03,"1\n', "broken-row"),
        (b"region,impact\n36.03," + b"9" * 200_000, "broken-row"),
        (b"region,impact\n36.03," + b"9" * 600, "long-cell"),
        (b"region,impact\n36.03,3,88\n", "long-row"),
        (b"region,,impact\n36.03,5,3\n", "nameless-column"),
        (b"," * 5_000 + b"x\n", "too-many-columns"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "no-table"),
        (b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n", "no-table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no-table"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "no-table"),
        (b"\n<html><table><tr><td>36.03</td></tr></table>", "no-table"),
        (b"<?xml version='1.0'?><Workbook/>", "no-table"),
        (b"PK\x03\x04 not an archive", "broken-workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "old-workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_content_that_is_no_table_is_refused(
    tmp_path: Path, content: bytes, code: str, request: pytest.FixtureRequest
) -> None:
    # The limit belongs to the process; a library that another test imports raises it.
    kept = csv.field_size_limit(131_072)
    request.addfinalizer(lambda: csv.field_size_limit(kept))
    assert codes(csv_file(tmp_path, content)) == [code]


def test_a_name_that_promises_a_workbook_is_not_believed(tmp_path: Path) -> None:
    assert codes(csv_file(tmp_path, "region,impact\n36.03,1\n", "marks.xlsx")) == ["not-workbook"]
    renamed = workbook(tmp_path, sheet_of(SAMPLE), "marks.csv")
    assert cells(read_table(renamed))[0] == ("36.03", Decimal("2.74"))


def test_every_fault_of_form_is_told_at_once(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "region,,impact\n36.03,5,3,8\n35.71,1,2,3\n")
    assert codes(path) == ["long-row", "long-row", "nameless-column"]
    assert len(inspect_table(path).rows) == 2


def test_more_rows_than_allowed_are_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "region\n" + "36.03\n" * 11)
    assert codes(path, most_rows=10) == ["too-many-rows"]
    assert len(read_table(path, most_rows=11).rows) == 11


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    tracemalloc.start()
    try:
        assert codes(path) == ["file-too-large"]
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    finally:
        tracemalloc.stop()
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    assert codes(path) == ["file-too-large"]


def test_what_is_no_ordinary_file_is_refused(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["folder"]
    assert codes(tmp_path / "absent.csv") == ["no-file"]
    assert codes(tmp_path / ("x" * 300)) == ["unreadable"]
    assert codes(tmp_path / "x\0y") == ["unreadable"]
    os.mkfifo(tmp_path / "pipe")
    assert codes(tmp_path / "pipe") == ["not-ordinary-file"]


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv_file(tmp_path, "region\n1\n")

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert codes(path) == ["no-permission"]


def test_a_workbook_gives_numbers_as_typed(tmp_path: Path) -> None:
    rows = [["region", "a", "b", "c", "d", "e"], ["36.03", 3.88, 4, "3,5", True, None]]
    assert cells(read_table(workbook(tmp_path, sheet_of(rows)))) == [
        ("36.03", Decimal("3.88"), Decimal(4), "3,5", True, "")
    ]


def test_a_date_in_a_workbook_stays_a_date(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["region", "ratio"])
        sheet.write(1, 0, "36.03")
        sheet.write_datetime(1, 1, dt.date(2024, 10, 9), book.add_format({"num_format": "d-mmm"}))

    assert isinstance(cells(read_table(workbook(tmp_path, fill)))[0][1], dt.date)


@pytest.mark.parametrize(
    ("stored", "shown_as", "read"),
    [
        (0.6, "0%", Percent(Decimal(60))),
        (0.6, "0.00%", Percent(Decimal(60))),
        (0.455, "0.0%", Percent(Decimal("45.5"))),
        (0.29, '0.0" dari target "%', Percent(Decimal(29))),
        (0.07 * 3, "0%;[Red]-0%", Percent(Decimal(21))),
        (12, "#,##0%", Percent(Decimal(1200))),
        (-0.001, "0%", Percent(Decimal("-0.1"))),
        (60, '0" %"', Decimal(60)),
        (60, "0\\%", Decimal(60)),
        (60, "0_%", Decimal(60)),
        (60, "General", Decimal(60)),
        ("60%", "0%", "60%"),
    ],
)
def test_a_percentage_is_read_as_its_cell_shows_it(tmp_path: Path, stored: object, shown_as: str, read: object) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Target")
        sheet.write_row(0, 0, ["region", "target"])
        sheet.write(1, 0, 0.6)
        sheet.write(1, 1, stored, book.add_format({"num_format": shown_as}))

    path = workbook(tmp_path, fill)
    assert cells(read_table(path)) == [(Decimal("0.6"), read)]
    assert inspect_sheets("b.xlsx", path.read_bytes())["Target"].rows[0].cells == (Decimal("0.6"), read)


def test_a_percentage_says_itself_with_its_sign() -> None:
    assert [str(Percent(Decimal(one))) for one in ("60", "45.5", "1200")] == ["60%", "45,5%", "1200%"]


def test_the_first_visible_sheet_counts_and_keeps_its_row_numbers(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        hidden = book.add_worksheet("hidden")
        hidden.write(0, 0, "not this")
        shown_sheet = book.add_worksheet("marks")
        shown_sheet.write_row(2, 1, ["region", "impact"])
        shown_sheet.write_row(4, 1, ["36.03", 1])
        shown_sheet.activate()
        shown_sheet.set_first_sheet()
        hidden.hide()

    table = read_table(workbook(tmp_path, fill))
    assert table.header_row == 3
    assert [row.number for row in table.rows] == [5]
    assert [(column.name, column.letter) for column in table.columns if column.name] == [
        ("region", "B"),
        ("impact", "C"),
    ]


def test_formulas_errors_and_merged_cells_are_all_named(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["region", "a", "b"])
        sheet.write(1, 0, "36.03")
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.merge_range(2, 0, 3, 0, "35.71")
        sheet.write(2, 1, 1)

    path = workbook(tmp_path, fill)
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<f>1/0</f>", b""))
    with pytest.raises(Faults) as refused:
        read_table(path)
    named = {fault.code: fault.fields["cells"] for fault in refused.value.faults}
    assert named == {"formulas": "B2", "error-cells": "C2", "merged-cells": "A3:A4"}


def test_many_formulas_are_counted(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["region", "a"])
        for row in range(1, 30):
            sheet.write_formula(row, 1, "=1", None, 1)

    with pytest.raises(Faults) as refused:
        read_table(workbook(tmp_path, fill))
    assert refused.value.faults[0].fields["cells"].startswith("B2, B3, ")
    assert "(+19)" in refused.value.faults[0].fields["cells"]


def test_a_cell_far_out_is_refused_without_building_the_rectangle(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "region")
        sheet.write(1_048_575, 16_383, "far")

    assert codes(workbook(tmp_path, fill)) == ["sheet-too-large"]


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, sheet_of(SAMPLE))
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 110_000_000)
    assert path.stat().st_size < MAX_FILE
    assert codes(path) == ["workbook-too-large"]


def test_a_long_text_used_many_times_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["x" * 32_000] * 700 for _ in range(2)]
    assert codes(workbook(tmp_path, sheet_of(rows))) == ["workbook-too-large"]


def test_entities_in_the_xml_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, sheet_of(SAMPLE))
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<worksheet", entity, 1))
    assert codes(path) == ["broken-workbook"]


def test_another_kind_of_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert codes(path) == ["broken-workbook"]


def test_a_workbook_without_visible_sheet_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, sheet_of(SAMPLE))
    changed(path, "xl/workbook.xml", lambda xml: xml.replace(b"<sheet ", b'<sheet state="hidden" '))
    assert codes(path) == ["no-sheet"]


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_a_table_or_faults(tmp_path: Path, content: bytes) -> None:
    _read_or_refuse(csv_file(tmp_path, content))


def _archive() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet_of(SAMPLE)(book)
    return content.getvalue()


ARCHIVE = _archive()


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_to_an_archive_gives_a_table_or_faults(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(ARCHIVE)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(csv_file(tmp_path, bytes(content[: data.draw(st.integers(4, len(content)))])))


SHEET_XML = zipfile.ZipFile(io.BytesIO(ARCHIVE)).read("xl/worksheets/sheet1.xml")


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_to_a_sheet_gives_a_table_or_faults(tmp_path: Path, data: st.DataObject) -> None:
    """Damage inside a sound archive gets further in than damage to the archive."""
    path = csv_file(tmp_path, ARCHIVE)
    start = data.draw(st.integers(0, len(SHEET_XML)))
    piece = data.draw(
        st.sampled_from([b"", b"<", b"9", b"-1", b'r="A0"', b'r="ZZZ9999999"', b'r=""', b"1e999", b't="s"'])
    )
    cut = SHEET_XML[:start] + piece + SHEET_XML[start + data.draw(st.integers(0, 12)) :]
    _read_or_refuse(changed(path, "xl/worksheets/sheet1.xml", lambda _: cut))


def _read_or_refuse(path: Path) -> None:
    faults: tuple[Fault, ...] = ()
    table = None
    try:
        table = read_table(path)
    except Faults as refused:
        faults = refused.faults
    assert (table is None) == bool(faults)
    assert all(fault.text() for fault in faults)
    assert table is None or all(len(row.cells) == len(table.columns) for row in table.rows)


def test_messages_are_safe_for_a_terminal() -> None:
    assert shown("\x1b[31mred\n") == "�[31mred�"
    assert len(shown("x" * 1_000)) == 40


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letters_are_those_of_a_spreadsheet(index: int, letter: str) -> None:
    assert letter_of(index) == letter
