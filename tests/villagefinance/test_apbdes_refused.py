"""Files that cannot be read as a published budget are refused with the place of each fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from pilar.platform.errors import Faults
from pilar.platform.tables import read_grid
from pilar.villagefinance.foreign.published import read_budget
from villagefinance.budgets import as_xlsx, rows


@pytest.mark.parametrize(("lines", "code", "places"), [
    ((), "empty-file", ["budget.csv"]),
    (("Laporan kegiatan desa",), "no-headings", ["budget.csv"]),
    (("Kode|Uraian|Anggaran",), "only-header", ["budget.csv"]),
    (("Uraian|Anggaran", "Belanja|5.000"), "missing-column", ["budget.csv"]),
    (("Kode|Uraian|Anggaran", "5|Belanja|banyak"), "missing-column", ["budget.csv"]),
    (("Kode|Uraian|Anggaran 2025|Anggaran 2026", "5|Belanja|1.000|1.000"), "column-twice",
     ["budget.csv, column Anggaran 2026 (D)"]),
    (("Kode|Uraian|Anggaran", "5.1|Belanja|1.000", "5.2|Belanja|seribu", "5.3|Belanja|1.2.3"), "no-amount",
     ["budget.csv, row 3, column Anggaran (C)", "budget.csv, row 4, column Anggaran (C)"]),
    (("Kode|Uraian|Anggaran", "5.1|Belanja|Nihil", "5.2|Belanja|1e16"), "too-much",
     ["budget.csv, row 3, column Anggaran (C)"]),
    (("Kode|Uraian|Anggaran", "5.1|Belanja|1.000", "|JUMLAH BELANJA|#REF!"), "no-amount",
     ["budget.csv, row 3, column Anggaran (C)"]),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(
    read: Any, lines: Sequence[str], code: str, places: Sequence[str]
) -> None:
    with translation.override("en"), pytest.raises(Faults) as refused:
        read(rows(*lines))
    assert [(one.code, one.place) for one in refused.value.faults] == [(code, place) for place in places]


def test_a_code_that_excel_took_for_a_day_is_refused(tmp_path: Path) -> None:
    cells = [
        ["Kode", "Uraian", "Anggaran"],
        ["5.1.1.01", "Siltap", Decimal(5)],
        [dt.date(2001, 1, 1), "Siltap", Decimal(5)],
    ]
    path = as_xlsx(tmp_path / "a.xlsx", cells)
    with translation.override("en"), pytest.raises(Faults) as refused:
        read_budget(read_grid(path))
    assert [(one.code, one.place) for one in refused.value.faults] == [
        ("code-became-date", "a.xlsx, row 3, column Kode (A)")
    ]


@pytest.mark.parametrize(("name", "content", "code"), [
    ("a.xlsx", b"PK\x03\x04broken", "broken-workbook"),
    ("a.xlsx", b"Kode;Uraian", "not-workbook"),
    ("a.csv", "Kode;Uraian;Anggaran\n5;B\xe9lanja;1".encode("latin-1"), "encoding"),
    ("a.csv", b"Kode;Uraian;Anggaran\n5;\"Belanja;1", "broken-row"),
    ("a.csv", b"", "empty-file"),
    ("a.csv", b"5;" * 30_000, "too-many-columns"),
    ("a.csv", b"Kode;Anggaran\n" + b"5;1\n" * 20_001, "too-many-rows"),
    ("a.csv", b"Kode;Anggaran\n5;" + b"x" * 600, "long-cell"),
])  # fmt: skip
def test_files_made_to_hurt_are_refused_by_the_door(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Faults) as refused:
        read_grid(path, most_rows=20_000)
    assert [one.code for one in refused.value.faults] == [code]


def test_formulas_are_refused(tmp_path: Path) -> None:
    cells = [["Kode", "Uraian", "Anggaran"], ["5.1.1.01", "Siltap", Decimal(5)], ["", "JUMLAH", "=SUM(C2:C2)"]]
    with pytest.raises(Faults) as refused:
        read_grid(as_xlsx(tmp_path / "a.xlsx", cells))
    assert [one.code for one in refused.value.faults] == ["formulas"]
