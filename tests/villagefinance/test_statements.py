"""Statements of banks: dialects of real exports become one shape, and what does not add up is told with its row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kit.hostile import book
from pilar.platform.errors import Faults
from pilar.villagefinance.foreign import read_statements
from pilar.villagefinance.rules.statements.shape import Statement, masked

MT940 = """:20:STMT2511
:25:0012345678901
:28C:11/1
:60F:C251031IDR1000000,00
:61:2511031103D250000,50NTRFNONREF//ABC123
:86:PEMBAYARAN SPP 0012
TOKO MAJU
:61:2511041104C100000,NMSCREF9
:86:?20SETORAN?21DANA
:62F:C251104IDR849999,50
-
"""
HEAD = "Tanggal;Keterangan;Debet;Kredit;Saldo\n"
EXPORTS = {
    "MT940": MT940,
    "MT940 in a message of SWIFT": "{1:F01BANKIDJA}{2:O940}{4:\n" + MT940.rstrip("-\n") + "\n-}",
    "MT940 below its name": f":940:\n{MT940}",
    "MT940 with DOS ends of lines": MT940.replace("\n", "\r\n"),
    "MT940 in two pages": MT940.replace(
        ":61:2511041104", ":62M:C251103IDR749999,50\n-\n:20:STMT2511\n:25:0012345678901\n:28C:11/2\n"
        ":60M:C251103IDR749999,50\n:61:2511041104"),
    "debit and credit, newest first": HEAD
    + "04/11/25 10:11:12;SETORAN DANA;0,00;100.000,00;849.999,50\n"
    + "03/11/25;PEMBAYARAN SPP 0012 TOKO MAJU;250.000,50;0,00;749.999,50\n",
    "a column of marks, with a point": "Informasi Rekening\nNo. rekening : 0012345678901\n"
    "Tanggal,Keterangan,Cabang,Jumlah,,Saldo\n"
    "'03/11/25,PEMBAYARAN SPP 0012 TOKO MAJU,0000,\"250,000.50\",DB,\"749,999.50\"\n"
    "'04/11/25,SETORAN DANA,0000,\"100,000.00\",CR,\"849,999.50\"\n"
    "Saldo Awal,:,,\"1,000,000.00\",,\nMutasi Debet,:,,\"250,000.50\",,\nSaldo Akhir,:,,\"849,999.50\",,\n",
    "marks in the amount": "Tgl\tUraian\tMutasi\tSaldo\n"
    "3-Nov-25\tPEMBAYARAN SPP 0012 TOKO MAJU\tRp250.000,50 DB\t749.999,50 CR\n"
    "4-Nov-25\tSETORAN DANA\tRp100.000,00 CR\t849.999,50 CR\n",
    "signs, and an opening row": "Date,Description,Amount,Balance\n"
    "2025-11-01,Opening Balance,,\"1,000,000.00\"\n"
    "2025-11-03,PEMBAYARAN SPP 0012 TOKO MAJU,\"-250,000.50\",\"749,999.50\"\n"
    "2025-11-04,SETORAN DANA,\"100,000.00\",\"849,999.50\"\n",
    "brackets and the month first": "Posting Date;Remark;Amount;Balance;Branch\n"
    "11/03/2025;PEMBAYARAN SPP 0012 TOKO MAJU;(250000.50);749999.50;1\n"
    "11/04/2025;SETORAN DANA;100000.00;849999.50;1\n11/13/2025;;0.00;849999.50;1\n",
    "days in one run, no balance but at the end": "Tanggal;Keterangan;Jumlah;D/K\n"
    "20251103;PEMBAYARAN SPP 0012 TOKO MAJU;250000,50;D\n20251104;SETORAN DANA;100000,00;K\nSaldo Akhir;;849999,50;\n",
}  # fmt: skip


def rows(statement: Statement) -> list[tuple[dt.date, Decimal, str]]:
    return [(row.date, row.amount, row.text) for row in statement.rows]


@pytest.mark.parametrize("name", EXPORTS)
def test_the_exports_of_banks_become_the_same_statement(name: str) -> None:
    (found,) = read_statements("mutasi.csv", EXPORTS[name].encode())
    assert rows(found) == [
        (dt.date(2025, 11, 3), Decimal("-250000.50"), "PEMBAYARAN SPP 0012 TOKO MAJU"),
        (dt.date(2025, 11, 4), Decimal(100_000), "SETORAN DANA"),
    ]
    assert (found.opening, found.closing) == (Decimal(1_000_000), Decimal("849999.50"))


def test_a_workbook_with_days_and_numbers_is_read() -> None:
    content = book([
        ["Tanggal", "Uraian", "No. Ref", "Debet", "Kredit", "Saldo"],
        ["03/11/2025", "TOKO MAJU", "ABC123", 250000.5, "", 749999.5],
        ["04/11/2025", "SETORAN", "", "", 100000, 849999.5],
    ])  # fmt: skip
    (found,) = read_statements("mutasi.xlsx", content)
    assert [(row.number, row.reference, row.balance) for row in found.rows] == [
        (2, "ABC123", Decimal("749999.50")), (3, "", Decimal("849999.50")),
    ]  # fmt: skip
    assert (found.opening, found.closing) == (Decimal(1_000_000), Decimal("849999.50"))


def test_mt940_tells_account_reference_and_line() -> None:
    (found,) = read_statements("x.sta", MT940.encode())
    assert found.account == "0012345678901"
    assert [(row.number, row.reference) for row in found.rows] == [(5, "ABC123"), (8, "REF9")]


def test_a_file_of_two_accounts_is_two_statements() -> None:
    both = MT940 + MT940.replace("0012345678901", "777")
    assert [one.account for one in read_statements("x.sta", both.encode())] == ["0012345678901", "777"]


def test_the_owner_says_what_a_heading_means_and_of_which_year_days_are() -> None:
    text = "Hari;Isi;Uang;Sisa\n03/11;BAYAR;-250.000,50;749.999,50\n"
    chosen = {"hari": "date", "isi": "text", "uang": "amount", "sisa": "balance"}
    (found,) = read_statements("x.csv", text.encode(), chosen=chosen, year=2025)
    assert rows(found) == [(dt.date(2025, 11, 3), Decimal("-250000.50"), "BAYAR")]


def edited(old: str, new: str) -> bytes:
    assert old in MT940
    return MT940.replace(old, new).encode()


ROW = "03/11/2025;BAYAR;100,00;0,00;900,00\n"
DAY, DEBIT, ROW_2 = "baris 2, kolom Tanggal", "baris 2, kolom Debet", "baris 2"
MARKED = "Tanggal;Jumlah;D/K;Saldo\n"


def wide(name: str, cell: str) -> bytes:
    """A column more."""
    return f"{HEAD.strip()};{name}\n{ROW.strip()};{cell}\n".encode()


def row(old: str, new: str) -> bytes:
    """A row with something else in it."""
    assert old in ROW
    return (HEAD + ROW.replace(old, new, 1)).encode()


BROKEN: dict[str, tuple[bytes, str, str]] = {
    "a balance that does not follow": (
        (HEAD + ROW + "04/11/2025;BAYAR;100,00;0,00;900,00\n05/11/2025;X;100,00;;800,00\n").encode(),
        "balance-differs", "baris 3"),
    "a closing balance that is not reached": (
        (HEAD + ROW + "Saldo Akhir;;;;901,00\n").encode(), "closing-differs", "x.csv"),
    "no balance at all": (b"Tanggal;Keterangan;Debet;Kredit\n03/11/2025;BAYAR;100,00;0,00\n", "no-balance", "x.csv"),
    "no column of amounts": (b"Tanggal;Keterangan;Saldo\n03/11/2025;BAYAR;100,00\n", "no-amounts", "baris 1"),
    "no column of days": (b"Keterangan;Debet;Kredit;Saldo\nBAYAR;100,00;0,00;900,00\n", "missing-column", "baris 1"),
    "a column that nobody knows": (wide("Warna", "biru"), "unknown-column", "kolom Warna"),
    "two columns of balances": (wide("Saldo", "1,00"), "column-twice", "kolom Saldo"),
    "a day that is none": (row("03/11/2025", "31/11/2025"), "no-day", DAY),
    "a day without a year": (row("03/11/2025", "03/11"), "no-year", DAY),
    "days in two orders": (row("03/11", "13/11") + ROW.replace("03/11", "11/13").encode(), "days-mixed", "x.csv"),
    "no day": (row("03/11/2025", ""), "no-value", DAY),
    "an amount in words": (row("100,00", "seratus"), "no-amount", DEBIT),
    "parts of a sen": (row("100,00", "100,0051"), "below-a-sen", DEBIT),
    "more than any account holds": (row("100,00", "9" * 20), "too-large-amount", ROW_2),
    "a debit and a credit": (row(";0,00;", ";5,00;"), "both-sides", DEBIT),
    "a row that says nothing of what moved": (row("100,00;0,00", ";") + ROW.encode(), "no-amount-here", ROW_2),
    "a mark that is none": (f"{MARKED}03/11/2025;100,00;Z;900,00\n".encode(), "unknown-mark", "kolom D/K"),
    "no mark": (f"{MARKED}03/11/2025;1,00;;9,00\n04/11/2025;1,00;K;901,00\n".encode(), "no-mark", ROW_2),
    "a mark against its amount": (f"{MARKED}03/11/2025;100,00 CR;D;900,00\n".encode(), "marks-differ", ROW_2),
    "a workbook that is none": (b"PK\x03\x04" + b"0" * 100, "broken-workbook", "x.csv"),
    "headings alone": (HEAD.encode(), "only-header", "x.csv"),
    "nothing": (b"", "empty-file", "x.csv"),
    "not UTF-8": (row("BAYAR", "BÉ").decode().encode("latin-1"), "encoding", "x.csv"),
    "MT940 cut off": (MT940[: MT940.index(":62F")].encode(), "field-missing", "baris 1"),
    "MT940 without an account": (edited(":25:0012345678901\n", ""), "field-missing", "baris 1"),
    "MT940 with a broken movement": (edited("D250000,50", "X250000,50"), "broken-field", "baris 5"),
    "MT940 with a day that is none": (edited(":61:251103", ":61:251399"), "broken-field", "baris 5"),
    "MT940 with two commas": (edited("250000,50", "250,000,50"), "broken-field", "baris 5"),
    "MT940 in dollars": (edited("IDR1000000", "USD1000000"), "currency", "baris 4"),
    "MT940 whose balance is not reached": (edited("849999,50", "849999,51"), "closing-differs", "x.csv"),
    "MT940 with a page missing": (
        (MT940 + MT940.replace("IDR1000000,00", "IDR1,00").replace("D250000,50", "C749998,50")).encode(),
        "pages-missing", "x.csv"),
    "MT940 with an endless field": (edited("TOKO MAJU", "A" * 5000), "long-field", "baris 6"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_ends_in_sentences_at_their_places(name: str) -> None:
    content, code, place = BROKEN[name]
    with pytest.raises(Faults) as refused:
        read_statements("x.csv", content)
    found = refused.value.faults
    assert {one.code for one in found} == {code}
    assert place in found[0].place
    assert "%(" not in refused.value.text()


@pytest.mark.parametrize(("text", "shown"), [
    ("TRF 01.03.2026 15.000.000 TOKO", "TRF 01.03.2026 15.000.000 TOKO"),
    ("SPP 1-3-2026 RP.1.250.000.000,00", "SPP 1-3-2026 RP.1.250.000.000,00"),
    ("2026-03-01 10:15 SETOR 12.500.000", "2026-03-01 10:15 SETOR 12.500.000"),
    ("KE 0012-01-000123-30-1 TGL 01-03-2026", "KE … TGL 01-03-2026"),
    ("KE 1234567890 01.03.2026 15.000.000", "KE … 01.03.2026 15.000.000"),
    ("15.000.000 1234 5678 90", "15.000.000 …"),
    ("NPWP 01.234.567.8-901.000", "NPWP …"),
    ("KE 123.456.789.012", "KE …"),
    ("KE 12.03.2026.123 DAN 9.15.000.000", "KE … DAN …"),
    ("KE 31.13.2026", "KE …"),
    ("KE 15000000", "KE …"),
])  # fmt: skip
def test_numbers_of_accounts_are_masked_and_days_and_amounts_stay(text: str, shown: str) -> None:
    assert masked(text) == shown
