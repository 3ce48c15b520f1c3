"""Lists of programmes as regions keep them: titles above, headings in two rows, groups, sums, money and times in words.

All of it is made up.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter

SECTIONS = ("Pelayanan publik", "Kebijakan publik", "Pariwisata", "Kesehatan", "Harmoni", "Proteksi")
TIMES = ("TW I 2026", "TW I - TW IV 2026", "Januari s.d. Juni 2026", "2026", "2026-2027", "Triwulan II 2026")
TOP = (
    "No", "Nama Program", "OPD Pelaksana", "Uraian", "Permasalahan", "Indikator Kinerja", "Satuan", "Kondisi Awal",
    "Target", "", "Pagu Anggaran (Rp)", "", "Sumber Dana", "Waktu Pelaksanaan", "Mitra OPD", "Ket",
)  # fmt: skip
WIDTH = len(TOP)
OFFICES = ("Dinkes", "Diskominfo", "DINKES", "diskominfo")
FIRST = 8
"""The row of the first programme."""


def row_of(at: int) -> list[Any]:
    """A programme, each written otherwise than the one before."""
    per_cent = at % 3 == 0
    money = ("Rp. 1.250.000.000,-", "750000000", 500_000_000, "1,5 miliar", "Rp 98.500.000")[at % 5]
    return [
        at + 1, f"{at % 10 + 1}. Layanan kota {at + 1}", OFFICES[at % 4], f"Uraian program {at + 1}",
        "Warga menempuh jarak jauh", "Cakupan layanan", "Persen" if per_cent else "desa", 0.2 if per_cent else "20",
        "60%" if per_cent else "80", 0.75 if per_cent else "246", money, "-", "APBD", TIMES[at % 6],
        "Diskominfo" if at % 4 in (0, 2) else "", "lanjutan",
    ]  # fmt: skip


def messy_list(count: int = 60, *, changed: Mapping[tuple[int, int], Any] | None = None) -> bytes:
    """``changed``: other cells, by the place of the programme and of the column, both from 0."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Matriks")
    per_cent = book.add_format({"num_format": "0%"})
    sheet.merge_range(0, 0, 0, WIDTH - 1, "PEMERINTAH KABUPATEN CONTOH")
    sheet.merge_range(1, 0, 1, WIDTH - 1, "MATRIKS PROGRAM SMART CITY TAHUN 2026-2030 (data contoh)")
    for column, heading in enumerate(TOP):
        if heading in ("Target", "Pagu Anggaran (Rp)"):
            sheet.merge_range(3, column, 3, column + 1, heading)
            sheet.write_row(4, column, ["2026", 2027])
        elif heading:
            sheet.merge_range(3, column, 4, column, heading)
        sheet.write(5, column, column + 1)
    at = 6
    groups = max(1, -(-count // len(SECTIONS)))
    for place in range(count):
        section, rest = divmod(place, groups)
        if rest == 0:
            sheet.write(at, 1, f"{'ABCDEF'[section]}. {SECTIONS[section]}")
            at += 1
        for column, cell in enumerate(row_of(place)):
            said = (changed or {}).get((place, column), cell)
            sheet.write(at, column, said, per_cent if isinstance(said, float) else None)
        at += 1
        if rest == groups - 1:
            sheet.write(at, 1, f"Sub Total {'ABCDEF'[section]}")
            sheet.write_formula(at, 10, f"=SUM(K{at - rest}:K{at})", None, 1)
            at += 2
    sheet.merge_range(at, 0, at, 5, "JUMLAH KESELURUHAN")
    sheet.write_formula(at, 10, f"=SUM(K8:K{at})", None, 1)
    book.close()
    return stream.getvalue()
