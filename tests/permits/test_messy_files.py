"""Files as tired people make them, through every import of the room: titles, blank lines, merged headings, amounts as
they are written, days as text, codes that lost their zeros, sums at the end, and the same file once more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kit.imported import Merged, book
from kit.neighbours import own
from permits.test_case_pages import officer
from permits.test_levies import NUMBER
from permits.world import OWN, World
from pilar.people.rules import PUBLIC
from pilar.permits.models import Levy, OssRecord, Payment, Potential, Realised
from pilar.permits.queries import investment as queries
from pilar.platform.tables.table import Percent

TITLE = "DPMPTSP KABUPATEN TANGERANG"


class Door:
    """One address that takes files, and who sends them."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address

    def show(self, lines: list[list[Any]], merged: Merged | None = None, **chosen: str) -> HttpResponse:
        sent = SimpleUploadedFile("data.xlsx", book(lines, merged))
        return self.client.post(self.address, {"file": sent, **chosen})  # type: ignore[return-value]

    def store(self, lines: list[list[Any]], merged: Merged | None = None) -> dict[str, int]:
        """What becomes of the rows, once they are stored."""
        shown = self.show(lines, merged)
        found: Any = shown.context["import"]["kept"]  # type: ignore[attr-defined]
        assert shown.status_code == 200, [(one.row, one.fault.text()) for one in found.found.faults]
        assert self.client.post(self.address, {"rows": found.token}).status_code == 302
        return {code: count for code, count in found.found.counts_by_code.items() if count}

    def refused(self, lines: list[list[Any]], merged: Merged | None = None) -> list[tuple[int, str]]:
        """The rows that are refused, and why."""
        shown = self.show(lines, merged)
        assert shown.status_code == 422
        found: Any = shown.context["import"]["kept"]  # type: ignore[attr-defined]
        return [(one.row, one.fault.code) for one in found.found.faults]


def around(world: World, what: str) -> Door:
    return Door(officer(world, "front"), reverse("permits:import", args=[OWN, what]))


@pytest.fixture
def bank(levied: World) -> Door:
    return Door(officer(levied, "treasury"), reverse("permits:payments", args=[OWN]))


# The report of the bank

STATEMENT = [
    ["BANK CONTOH"], ["Mutasi rekening kas daerah, Maret 2026"], [],
    ["Tanggal transaksi", "Uraian", "Kredit", "Nomor referensi"],
    ["", "Saldo awal", "", ""],
    ["3 Maret 2026", f"TRSF {NUMBER} FATIMAH", "Rp. 24.000,-", "FT1"],
    [],
    ["05-03-2026", f"setor {NUMBER.lower().replace('-', ' ')}", "Rp 40.000,00", ""],
    ["05/03/2026", "Biaya administrasi", "", ""],
    [date(2026, 3, 6), "BUDI", 1250000000, ""],
    [date(2026, 3, 6), "BUDI", "Rp. 1.250.000.000,-", ""],
    ["", "JUMLAH", "Rp. 2.500.064.000,-", ""],
]  # fmt: skip


def test_a_statement_of_the_bank_is_read_as_it_is(bank: Door) -> None:
    assert bank.store(STATEMENT, [("A1:D1", "BANK CONTOH")]) == {"new": 4, "unchanged": 2}
    paid = own(Payment).order_by("paid_on", "pk").values_list("paid_on", "amount", "levy__number")
    assert list(paid) == [
        (date(2026, 3, 3), 24_000, NUMBER), (date(2026, 3, 5), 40_000, NUMBER),
        (date(2026, 3, 6), 1_250_000_000, None), (date(2026, 3, 6), 1_250_000_000, None),
    ]  # fmt: skip
    assert Levy.objects.get(number=NUMBER).paid_on == date(2026, 3, 5)


def test_the_same_statement_once_more_and_a_longer_one_store_what_is_new(bank: Door) -> None:
    bank.store(STATEMENT)
    again = bank.show(STATEMENT)
    assert again.context["import"]["kept"].found.counts_by_code["new"] == 0  # type: ignore[attr-defined]
    longer = [*STATEMENT[:-1], ["7 Mar 2026", "BUDI", "Rp. 1.250.000.000,-", ""], *STATEMENT[-1:]]
    assert bank.store(longer) == {"new": 1, "unchanged": 6}
    assert own(Payment).count() == 5


def test_a_statement_says_which_rows_are_wrong(bank: Door) -> None:
    lines = [
        ["Tanggal", "Keterangan", "Kredit", "Referensi"],
        ["kemarin", "A", "1.000", "1"], ["3 Maret 2026", "B", "-5", "2"], ["3 Maret 2026", "C", "seribu", "3"],
        ["3 Maret 2099", "D", "1.000", "4"], ["3 Maret 2026", "E", Percent(Decimal(5)), "5"],
    ]  # fmt: skip
    refused = bank.refused(lines)
    assert [row for row, _code in refused] == [2, 3, 4, 5, 6]
    assert dict(refused)[5] == "in-the-future"
    assert own(Payment).count() == 0


def test_a_reference_stands_once_in_a_statement(bank: Door) -> None:
    head, first = ["Tanggal", "Keterangan", "Kredit", "Referensi"], ["3 Maret 2026", "A", "1.000", "FT1"]
    assert bank.refused([head, first, ["4 Maret 2026", "B", "2.000", "FT1"]]) == [(3, "twice")]


def test_merged_headings_are_told_not_guessed(bank: Door) -> None:
    lines = [["Tanggal", "Keterangan", "Kredit", "", "Referensi"], ["3 Maret 2026", "A", 1000, 2, "1"]]
    assert "merged-headings" in {code for _row, code in bank.refused(lines, [("C1:D1", "Kredit")])}


# Where one may invest

PLACES = [
    [TITLE], ["Peta potensi investasi"], [],
    ["No", "Kode", "Jenis", "Nama", "Kecamatan", "Luas", "Koordinat", "KBLI", "Keterangan", "Sumber"],
    [1, "lahan-1", "Lahan", "Lahan contoh", "36.03.01", "12,5", "6,198 LS; 106,452 BT", "10710 41", "", "assumption"],
    [],
    [2, "zona-1", "ZONA", "Zona contoh", "", 240, "", 41, "-", "https://contoh.invalid/rdtr"],
]  # fmt: skip


def test_a_list_of_potentials_is_read_as_it_is(world: World) -> None:
    door = around(world, "potensi")
    lines = [line[1:] for line in PLACES]
    lines[0] = [TITLE]
    assert door.store(lines, [("A1:I1", TITLE)]) == {"new": 2}
    plot, zone = queries.potentials(OWN, scope=PUBLIC)
    assert (plot.area, str(plot.point), plot.number, plot.kbli) == (
        Decimal("12.5"), "-6.19800, 106.45200", 1, ("10710", "41"),
    )  # fmt: skip
    assert (zone.area, zone.point, zone.number, zone.kbli, zone.note) == (240, None, 0, ("41",), "")
    again = door.show(lines)
    assert again.context["import"]["kept"].found.counts_by_code["unchanged"] == 2  # type: ignore[attr-defined]


def test_a_list_of_potentials_says_which_rows_are_wrong(world: World) -> None:
    heads, plot = PLACES[3][1:], PLACES[4][1:]
    wrong = {4: Percent(Decimal(12)), 5: "di sana", 6: "99999", 1: "sawah", 3: "36.71.01", 8: "koran"}
    lines = [heads, *([*plot[:at], cell, *plot[at + 1 :]] for at, cell in wrong.items())]
    assert [row for row, _code in around(world, "potensi").refused(lines)] == [2, 3, 4, 5, 6, 7]
    assert not own(Potential).exists()


# What the OSS says, and what businesses report

OSS = [
    ["Daftar NIB"], [],
    ["NIB", "Kode KBLI", "Nama perusahaan", "Risiko", "Status", "Tanggal"],
    [120000000001, 1111, "PT Contoh Padi", "Menengah Tinggi", "Terbit", "1 Maret 2026"],
    ["0120000000002", "10710", "PT Contoh Roti", "", "Terbit", "01/03/2026"],
    [],
    ["JUMLAH", "", "2 usaha", "", "", ""],
]  # fmt: skip


def test_a_list_of_the_oss_is_read_as_it_is(world: World) -> None:
    door = around(world, "oss")
    assert door.store(OSS) == {"new": 2}
    assert list(own(OssRecord).order_by("nib").values_list("nib", "kbli", "risk", "as_of")) == [
        ("0120000000001", "01111", "medium-high", date(2026, 3, 1)), ("0120000000002", "10710", "", date(2026, 3, 1)),
    ]  # fmt: skip
    assert door.show(OSS).context["import"]["kept"].found.counts_by_code["unchanged"] == 2  # type: ignore[attr-defined]
    newer = [*OSS[:4], [*OSS[4][:4], "Dicabut", "2 April 2026"]]
    assert door.store(newer) == {"new": 1, "unchanged": 1}


REALISED = [
    ["LKPM TRIWULAN I 2026"], [],
    ["Tahun", "Triwulan", "Nama usaha", "NIB", "KBLI", "PMA/PMDN", "Rencana", "Realisasi", "Tenaga kerja"],
    [2026, "TW I", "PT Contoh Roti", "0120000000002", "10710", "pmdn", "Rp. 1.250.000.000,-", "Rp 1,1 miliar", 40],
    [],
    ["2026", "I", "PT Contoh Padi", 120000000001, 1111, "PMA", 9000000, "-", "-"],
]  # fmt: skip


def test_what_businesses_report_is_read_as_it_is(world: World) -> None:
    door = around(world, "realisasi")
    lines = [*REALISED[:-1], [*REALISED[-1][:7], "Rp. 0,-", "-"]]
    assert door.store(lines) == {"new": 2}
    rows = own(Realised).order_by("nib").values_list("nib", "quarter", "capital", "planned", "realised", "workers")
    assert list(rows) == [
        ("0120000000001", 1, "pma", 9_000_000, 0, 0), ("0120000000002", 1, "pmdn", 1_250_000_000, 1_100_000_000, 40),
    ]  # fmt: skip
    assert door.show(lines).context["import"]["kept"].found.counts_by_code["unchanged"] == 2  # type: ignore[attr-defined]
    assert own(Realised).count() == 2


@pytest.mark.parametrize(
    ("at", "cell"), [(1, "V"), (1, "semester 1"), (6, Percent(Decimal(50))), (7, ""), (3, "12"), (5, "x")]
)
def test_a_report_of_businesses_says_which_rows_are_wrong(world: World, at: int, cell: Any) -> None:
    row = REALISED[3]
    lines = [REALISED[2], [*row[:at], cell, *row[at + 1 :]]]
    assert [number for number, _code in around(world, "realisasi").refused(lines)] == [2]
    assert not own(Realised).exists()
