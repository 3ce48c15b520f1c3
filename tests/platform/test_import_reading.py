"""Files as people send them, read by an import: headings, blanks, sums, other words, templates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from kit.imported import COLUMNS, book, rows, values
from pilar.design.import_files import template_text, template_workbook
from pilar.platform.errors import Faults
from pilar.platform.tables.table import Percent


def test_headings_stand_in_any_order_and_language() -> None:
    found = rows("Budget;NO. REK;  description \n1.000;4.1;Pajak\n")
    assert values(found, "code", "title", "amount") == [("4.1", "Pajak", 1000)]


def test_semicolons_a_byte_order_mark_and_dashes() -> None:
    found = rows("\ufeffKode;Uraian;Anggaran;Tanggal\r\n4.1;Pajak;Rp 1.250.000,-;-\r\n4.2;Retribusi;-;3 Mei 2026\r\n")
    assert values(found, "code", "amount", "day") == [("4.1", 1250000, None), ("4.2", None, date(2026, 5, 3))]


def test_titles_blank_columns_numbers_of_columns_and_a_sum() -> None:
    lines = [
        ["PEMERINTAH KABUPATEN TANGERANG"],
        ["Daftar akun"],
        [],
        ["Kode", "", "Uraian", "", "Anggaran", "Porsi"],
        ["(1)", "", "(2)", "", "(3)", "(4)"],
        ["4.1", "", "Pajak", "", 1000, Percent(Decimal(60))],
        ["4.2", "", "Retribusi", "", 500, Percent(Decimal(40))],
        ["", "", "JUMLAH", "", 1500, ""],
    ]
    found = rows(book(lines, [("A1:F1", "PEMERINTAH KABUPATEN TANGERANG")]), "akun.xlsx")
    assert values(found, "code", "amount", "share") == [("4.1", 1000, 60), ("4.2", 500, 40)]
    assert [(one.row, one.fault.code) for one in found.notes] == [(5, "left-out"), (8, "left-out")]
    assert "JUMLAH" in found.notes[1].fault.text()


def test_headings_in_two_rows() -> None:
    lines = [
        ["Kode", "Uraian", "2026", "", "Jenis"],
        ["", "", "Anggaran", "Porsi", ""],
        ["4.1", "Pajak", 1000, 60, "Pendapatan"],
    ]
    found = rows(book(lines), "akun.xlsx")
    assert values(found, "code", "amount", "share", "kind") == [("4.1", 1000, 60, "Pendapatan")]
    below = [["", "", "Target", "", "Realisasi", ""], ["Kode", "Uraian", "Anggaran", "Porsi", "Anggaran", "Porsi"],
             ["4.1", "Pajak", 1000, 60, 900, 54]]  # fmt: skip
    found = rows(book(below), "akun.xlsx")
    assert [one.place.name for one in found.headings[""]][2:] == [
        "Target Anggaran", "Target Porsi", "Realisasi Anggaran", "Realisasi Porsi",
    ]  # fmt: skip
    chosen = {"target anggaran": "amount", "target porsi": "share", "realisasi anggaran": "-", "realisasi porsi": "-"}
    assert values(rows(book(below), "akun.xlsx", **chosen), "amount", "share") == [(1000, 60)]


def test_merged_and_repeated_headings_are_told() -> None:
    lines = [["Kode", "Uraian", "", "Anggaran", "Anggaran"], ["4.1", "Pajak", "daerah", 1, 2]]
    found = rows(book(lines, [("B1:C1", "Uraian")]), "akun.xlsx")
    assert [one.fault.code for one in found.faults] == ["merged-headings", "nameless-column", "column-twice"]
    assert found.faults[-1].column == "Anggaran (E)"
    below = rows(book([*lines[:1], ["4.1", "Pajak", "", "", ""]], [("B2:C2", "Pajak")]), "akun.xlsx")
    assert "merged-cells" in {one.fault.code for one in below.faults}


def test_other_headings_are_named_and_then_chosen() -> None:
    text = "Nomor;Nama akun;Pagu;Catatan\n4.1;Pajak;1000;x\n"
    found = rows(text)
    codes = [one.fault.code for one in found.faults]
    assert (codes.count("unknown-column"), codes.count("missing-column"), found.rows) == (4, 3, ())
    assert [one.samples for one in found.headings[""]] == [("4.1",), ("Pajak",), ("1000",), ("x",)]
    chosen = {"nomor": "code", "nama akun": "title", "pagu": "amount", "catatan": "-"}
    assert values(rows(text, **chosen), "code", "title", "amount") == [("4.1", "Pajak", 1000)]


def test_a_blank_that_must_be_filled_is_a_fault_of_its_row() -> None:
    found = rows("Kode;Uraian;Anggaran\n4.1;;banyak\n")
    assert [(one.code, one.place) for one in found.rows[0].faults] == [("no-value", "title"), ("no-amount", "amount")]
    assert found.label(found.rows[0], "amount") == "Anggaran (C)"


def test_an_old_workbook_is_refused_with_what_to_do() -> None:
    with pytest.raises(Faults, match=r"\.xlsx"):
        rows(bytes.fromhex("d0cf11e0a1b11ae1") + b"old", "akun.xls")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_template_is_read_again(language: str) -> None:
    with translation.override(language):
        content, text = template_workbook({"Akun": COLUMNS}), template_text(COLUMNS)
    assert values(rows(content, "akun.xlsx"), "code", "title", "kind") == [("4.1.1", "Pajak", "Pendapatan")]
    assert values(rows(text), "code", "title", "kind") == [("4.1.1", "Pajak", "Pendapatan")]


def test_a_template_keeps_what_is_there_exactly() -> None:
    long = Decimal("123456789012345678.25")
    lines = [
        ("4.1", "Baris satu\r\nbaris dua", long, None, date(2026, 3, 1), "Belanja"),
        ("007", "x", 12_000, 5, "", ""),
    ]
    content = template_workbook({"Akun": COLUMNS, "Lain": COLUMNS[:2]}, {0: lines, 1: ()}, guide=("Judul",))
    found = rows(content, "akun.xlsx")
    assert values(found, "code", "title", "amount", "share", "day", "kind") == [
        ("4.1", "Baris satu\nbaris dua", long, None, date(2026, 3, 1), "Belanja"),
        ("007", "x", Decimal(12_000), Decimal(5), None, None),
    ]
