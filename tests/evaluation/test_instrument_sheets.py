"""A workbook says an instrument: what is wrong in it is told at the sheet and row where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from pilar import index
from pilar.evaluation.rules.instrument_sheets import written
from pilar.platform.documents import At
from pilar.platform.tables import Cell, Column, Percent, Row, Table

TOP: tuple[tuple[Cell, ...], ...] = (
    ("Kode", "uji"), ("version", "1.0"), ("Judul (Indonesia)", "Uji"), ("Title (English)", "Test"),
    ("Tahun", Decimal(2026)), ("Pencocokan dengan hasil terbit", "inferred"), ("Sumber aturan", "assumption"),
    ("Dasar: jenis", "letter"), ("Dasar: nomor", "B-1"), ("Dasar: tanggal", date(2026, 1, 5)),
    ("Dasar: status", "official"), ("Skala: terendah", Decimal(0)), ("Skala: sumber terendah", "assumption"),
    ("Skala: tertinggi", Decimal(4)), ("Skala: sumber tertinggi", "assumption"), ("Angka desimal", Decimal(2)),
    ("Pembulatan", "half-up"), ("Sumber pembulatan", "assumption"), ("Nilai sama", "shared"),
    ("Sumber nilai sama", "assumption"),
)  # fmt: skip
TREE_HEAD = (
    "Kode", "Bagian dari", "Nama (Indonesia)", "Nama (Inggris)", "Bobot", "Cara nilai", "Sumber", "Rata-rata",
    "Bila kosong", "Sumber bobot bagiannya",
)  # fmt: skip
ROOT: tuple[Cell, ...] = (
    "final", "", "Akhir", "Final", "", "", "assumption", "weighted-mean", "require", "assumption",
)  # fmt: skip
A: tuple[Cell, ...] = ("a", "final", "A", "A", Percent(Decimal(60)), "tiga", "assumption", "", "", "")
B: tuple[Cell, ...] = ("b", "final", "B", "B", Decimal(40), "tiga", "assumption", "", "", "")
MARKS_HEAD = ("Nama", "Jenis", "Sumber", "Nilai", "Arti nilai (Indonesia)", "Arti nilai (Inggris)")
MARKS: tuple[tuple[Cell, ...], ...] = (
    ("tiga", "level", "assumption", Decimal(0), "Tidak ada", "None"),
    ("tiga", "level", "assumption", Decimal(1), "Ada", "Some"),
)
TEXTS_HEAD = ("Kode indikator", "Nilai", "Uraian (Indonesia)", "Uraian (Inggris)")


def table(name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Table:
    columns = tuple(Column(text, at) for at, text in enumerate(head))
    return Table(name, 1, columns, tuple(Row(number, tuple(row)) for number, row in enumerate(rows, start=2)))


def book(
    *,
    top: Sequence[Sequence[Cell]] = TOP,
    tree: Sequence[Sequence[Cell]] = (ROOT, A, B),
    head: Sequence[str] = TREE_HEAD,
    texts: Sequence[Sequence[Cell]] = (("a", Decimal(1), "Terbit", "Out"),),
) -> dict[str, Table]:
    return {
        "Petunjuk": table("Petunjuk", ("x",), (("y",),)),
        "INSTRUMEN": table("INSTRUMEN", ("Isian", "Isi"), top),
        "Indikator": table("Indikator", head, tree),
        "Cara nilai": table("Cara nilai", MARKS_HEAD, MARKS),
        "Descriptors": table("Descriptors", TEXTS_HEAD, texts),
    }


def test_the_rows_of_the_sheets_are_an_instrument() -> None:
    made = written(book())
    assert made.faults == []
    found = index.parse_instrument("\n".join(made.lines))
    assert [(node.code, node.weight) for node in found.root.children] == [("a", 60), ("b", 40)]
    assert found.basis == index.Basis(index.Paper.LETTER, "B-1", date(2026, 1, 5), index.Certainty.OFFICIAL)
    assert [(one.value, one.text["id"]) for one in found.node("a").descriptors] == [(1, "Terbit")]
    assert made.codes == [("final", At("Indikator", 2)), ("a", At("Indikator", 3)), ("b", At("Indikator", 4))]


def test_a_percent_cell_is_a_part_of_one_where_that_is_asked_and_a_text_in_a_text() -> None:
    root = (*ROOT[:8], "reweight", *ROOT[9:], Percent(Decimal(50)))
    made = written(
        book(
            head=(*TREE_HEAD, "Bagian terisi paling sedikit"), tree=(root, (*A, ""), (*B, "")),
            texts=(("a", Decimal(1), Percent(Decimal("7.5")), Percent(Decimal("7.5"))),),
        )
    )  # fmt: skip
    found = index.parse_instrument("\n".join(made.lines))
    assert found.root.minimum_share == Decimal("0.5")
    assert found.node("a").descriptors[0].text == {"id": "7,5%", "en": "7.5%"}


def test_a_line_of_the_text_comes_from_its_row() -> None:
    made = written(book(tree=(ROOT, A, (*B[:4], Decimal(30), *B[5:]))))
    (fault,) = index.check_instrument("\n".join(made.lines))
    assert fault.code == "weights-sum"
    assert fault.line
    assert made.origins[fault.line - 1] == At("Indikator", 3)


LOOP = (("x", "y", *A[2:]), ("y", "x", *A[2:]))


@pytest.mark.parametrize(
    ("given", "code", "at"),
    [
        ({"tree": (ROOT, A, ("b", "nowhere", *B[2:]))}, "unknown-code", At("Indikator", 4)),
        ({"tree": (ROOT, A, ("b", "", *B[2:]))}, "second-root", At("Indikator", 4)),
        ({"tree": (ROOT, A, B, *LOOP)}, "outside-tree", At("Indikator", 5)),
        ({"head": (*TREE_HEAD[:-1], "Warna")}, "unknown-column", At("Indikator", 1)),
        ({"head": (*TREE_HEAD[:-1], "Kode")}, "unknown-column", At("Indikator", 1)),
        ({"top": (*TOP, ("Warna", "biru"))}, "unknown-field", At("INSTRUMEN", len(TOP) + 2)),
        ({"top": (*TOP, ("Kode", "lain"))}, "unknown-field", At("INSTRUMEN", len(TOP) + 2)),
        ({"texts": (("a", Decimal(1), date(2026, 1, 5), "Out"),)}, "date-cell", At("Descriptors", 2)),
        ({"texts": (("z", Decimal(1), "Terbit", "Out"),)}, "unknown-code", At("Descriptors", 2)),
    ],
)
def test_what_no_row_can_say(given: dict[str, Sequence[Sequence[Cell]]], code: str, at: At) -> None:
    found = [(where, fault.code) for where, fault in written(book(**given)).faults]
    assert (at, code) in found
    assert {one for _where, one in found} == {code}


def test_a_workbook_without_its_sheets_is_none() -> None:
    found = written({"Lembar1": table("Lembar1", ("a",), (("b",),))})
    assert [fault.code for _at, fault in found.faults] == ["unknown-sheet", "no-such-sheet", "no-such-sheet"]


def test_a_sheet_of_an_unknown_name_is_told() -> None:
    more = {"Indikator 2": table("Indikator 2", ("a",), (("b",),)), "Catatan": table("Catatan", ("a",), (("b",),))}
    assert [(at, fault.code) for at, fault in written(book() | more).faults] == [
        (At("Indikator 2", 0), "unknown-sheet")
    ]
    assert not written(book()).faults


def test_a_code_that_stands_twice_has_its_parts_once() -> None:
    twice = (ROOT, ("p", "final", "P", "P", "", "", "assumption", "weighted-mean", "require", "assumption"))
    parts = tuple((f"q{number}", "p", *A[2:4], "", *A[5:]) for number in range(3))
    made = written(book(tree=(*twice, twice[1], *parts), texts=()))
    assert [code for code, _at in made.codes] == ["final", "p", "q0", "q1", "q2", "p"]
    assert "repeated-code" in [fault.code for fault in index.check_instrument("\n".join(made.lines))]


@pytest.mark.parametrize("text", ["a: b\n- c", '"\\', "\x85\u2028\u2029\x7f", "  x  y ", "#", "*a", "!t", "null"])
def test_whatever_a_cell_says_stays_one_text(text: str) -> None:
    made = written(book(tree=(ROOT, (*A[:2], text, *A[3:]), B)))
    assert index.parse_instrument("\n".join(made.lines)).node("a").title["id"] == text.strip()
