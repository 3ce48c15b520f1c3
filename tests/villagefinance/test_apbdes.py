"""``./pilar apbdes``: published budgets are read as villages print them, and what is wrong with them is told."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from pilar.villagefinance import commands
from pilar.villagefinance.foreign.published import Figure, Published
from villagefinance.budgets import BALANCED, printed, rows, table

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "apbdes.csv"
Run = Callable[..., Any]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))

    def ran(*arguments: str | Path, language: str = "en") -> str:
        options = parser.parse_args(["apbdes", *map(str, arguments)])
        with translation.override(language):
            assert options.run(options) == 0
        return capsys.readouterr().out

    return ran


def found(budget: Published) -> list[tuple[str, int | None, str]]:
    """The findings as code, row and amount."""
    return [(one.code, one.row, f"{one.amount:f}") for one in budget.findings]


def test_the_example_in_json(run: Run) -> None:
    answer = json.loads(run(EXAMPLE, "--format", "json"))
    assert list(answer) == [
        "file", "year", "figures", "lines", "totals", "surplus", "financing", "silpa", "balance", "operational",
        "findings",
    ]  # fmt: skip
    assert (answer["file"], answer["year"], answer["lines"]) == ("apbdes.csv", 2026, 12)
    assert answer["figures"] == {"budget": "E", "realised": "F"}
    assert answer["totals"]["akun"]["4"] == {
        "name": "Pendapatan", "budget": "1500000000.00", "realised": "1500000000.00",
    }  # fmt: skip
    assert list(answer["totals"]["kelompok"]) == ["4.1", "4.2", "5.1", "5.2", "5.3", "5.4", "6.1", "6.2"]
    assert answer["totals"]["jenis"]["5.1.2"]["budget"] == "320000000.00"
    assert {code: one["budget"] for code, one in answer["totals"]["bidang"].items()} == {
        "1": "512000000.00", "2": "940000000.00", "5": "88000000.00",
    }  # fmt: skip
    assert answer["totals"]["fund"]["DDS"] == {
        "revenue": {"budget": "900000000.00", "realised": "900000000.00"},
        "expenditure": {"budget": "940000000.00", "realised": "900000000.00"},
        "financing": {"budget": "40000000.00", "realised": "40000000.00"},
    }
    assert answer["surplus"] == {"budget": "-40000000.00", "realised": "-250000.00"}
    assert answer["financing"] == {"budget": "40000000.00", "realised": "40000000.00"}
    assert answer["silpa"] == {"budget": "0.00", "realised": "39750000.00"}
    assert answer["balance"] == {"budget": "0.00"}
    assert answer["operational"]["budget"] == {"amount": "374000000.00", "percent": "24.29"}
    assert answer["findings"] == [
        {
            "code": "FUND_OVERSPENT", "file": "apbdes.csv", "row": None, "column": "F",
            "place": "apbdes.csv, column Realisasi (Rp) (F)", "amount": "2000000.00",
            "text": "Of ADD more goes out than there is, by 2,000,000.00",
        },
        {
            "code": "OVER_BUDGET", "file": "apbdes.csv", "row": 44, "column": "F",
            "place": "apbdes.csv, row 44, column Realisasi (Rp) (F)", "amount": "2000000.00",
            "text": "Of 5.4.1.01 90,000,000.00 was realised, the budget is 88,000,000.00",
        },
    ]  # fmt: skip


def test_no_number_in_the_json_is_a_float(run: Run) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    json.loads(run(EXAMPLE, "--format", "json"), parse_float=refuse)


def test_the_example_for_people(run: Run) -> None:
    text = run(EXAMPLE, language="id")
    assert "  4.2 Transfer                             1.475.000.000,00  1.475.000.000,00" in text
    assert "Temuan: 2" in text
    assert "OVER_BUDGET  apbdes.csv, baris 44, kolom Realisasi (Rp) (F)" in text
    assert "ADD: Belanja" in text


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("layout", ["two columns", "one column", "parts"])
def test_a_table_that_ends_above_the_objects(read: Any, layout: str, depth: int) -> None:
    budget = read(table(printed(BALANCED, depth=depth), layout=layout))
    assert budget.balance == {Figure.BUDGET: 0}
    assert budget.totals["bidang"]["2"].amounts == {Figure.BUDGET: 700_000_000}
    assert found(budget) == [("CODE_NOT_LEAF", None, "2670000000.00"), ("MISSING_FUND", None, "1335000000.00")]


def test_what_was_realised_beside_the_budget(read: Any) -> None:
    spent = [replace(one, amounts=(*one.amounts, one.amounts[0] - 1_000_000)) for one in BALANCED]
    spent[6] = replace(spent[6], amounts=(Decimal(10_000_000), Decimal("10000000.01")))
    budget = read(table(printed(spent), figures="budget,realised"))
    assert budget.totals["jenis"]["5.2.1"].amounts == {
        Figure.BUDGET: 310_000_000,
        Figure.REALISED: Decimal("308000000.01"),
    }
    assert budget.silpa == {Figure.BUDGET: 0, Figure.REALISED: Decimal("2999999.99")}
    assert found(budget) == [("FUND_OVERSPENT", None, "1000000.01"), ("OVER_BUDGET", 30, "0.01")]


def test_before_and_after_a_change(read: Any) -> None:
    changed = [replace(one, amounts=(*one.amounts, one.amounts[0])) for one in BALANCED]
    changed[7] = replace(changed[7], amounts=(changed[7].amounts[0], Decimal(690_000_000)))
    cells = table(printed(changed), figures="before,after")
    budget = read(cells)
    assert budget.balance == {Figure.BEFORE: 0, Figure.AFTER: 10_000_000}
    assert found(budget) == [("UNBALANCED_BUDGET", len(cells), "10000000.00")]


HEAD = "Kode|Uraian|Sumber Dana|Anggaran|Realisasi"
SMALL = (
    "4.2.1.01|Dana Desa|DDS|1.000.000|1.000.000",
    "2.3.11|Jalan Lingkungan||1.000.000|900.000",
    "5.3.5.03|Bahan Baku|DDS|1.000.000|900.000",
)


@pytest.mark.parametrize(("lines", "findings"), [
    ((HEAD, *SMALL), []),
    ((HEAD, *SMALL[:2], "5.3.5.03|Bahan Baku|DDS|1.000.000|1.100.000"), [
        ("FUND_OVERSPENT", None, "100000.00"), ("NEGATIVE_SILPA", None, "-100000.00"),
        ("SUBTOTAL_DIFFERS", 3, "-200000.00"), ("OVER_BUDGET", 4, "100000.00"),
    ]),
    ((HEAD, *SMALL, "|SILPA TAHUN BERJALAN||0|(50.000)"), [
        ("NEGATIVE_SILPA", 5, "-50000.00"), ("SUBTOTAL_DIFFERS", 5, "-150000.00"),
    ]),
    ((HEAD, *SMALL, "6.2.2.01|Penyertaan Modal BUM Desa|DDS|100.000|-"), [
        ("FUND_OVERSPENT", None, "100000.00"), ("NEGATIVE_SILPA", None, "-100000.00"),
        ("UNBALANCED_BUDGET", None, "-100000.00"),
    ]),
    ((HEAD, *SMALL, "|JUMLAH BELANJA||1.000.001|900.000"), [("SUBTOTAL_DIFFERS", 5, "1.00")]),
    ((HEAD, *SMALL, "|TOTAL PENDAPATAN DESA||999.999,99|1.000.000"), [("SUBTOTAL_DIFFERS", 5, "-0.01")]),
    ((HEAD, *SMALL, "|Sub Total Jalan Lingkungan||1.000.000|800.000"), [("SUBTOTAL_DIFFERS", 5, "-100000.00")]),
    ((HEAD, *SMALL, "|DEFISIT||5.000|-"), [("SUBTOTAL_DIFFERS", 5, "-5000.00"), ("SUBTOTAL_DIFFERS", 5, "-100000.00")]),
    ((HEAD, *SMALL, "|Pindahan||1.000.000|1"), [("UNCODED_AMOUNT", 5, "1000000.00")]),
    ((HEAD, *SMALL, "|JUMLAH PENERIMAAN||1|1"), []),
    ((HEAD, *SMALL, "|Jumlah dipindahkan||1.000.000|1"), []),
    ((HEAD, *SMALL, "5.9.1.01|Belanja Lain|DDS|0|0"), [("UNKNOWN_CODE", 5, "0.00")]),
    ((HEAD, *SMALL, "1.1.1.01|Kas|DDS|5|5"), [("UNKNOWN_CODE", 5, "5.00")]),
    ((HEAD, *SMALL, "9.1.1.01|Lain|DDS|5|5"), [("UNKNOWN_CODE", 5, "5.00")]),
    ((HEAD, *SMALL, "5.3.5.123|Lain|DDS|5|5"), [("UNKNOWN_CODE", 5, "5.00")]),
    ((HEAD, *SMALL, "5.3.5.97|Isian daerah|DDS|0|0"), []),
    ((HEAD, *SMALL, "5.3.5.03|Bahan Baku|DDS|-1|0"), [
        ("UNBALANCED_BUDGET", None, "1.00"), ("SUBTOTAL_DIFFERS", 3, "1.00"),
        ("DUPLICATE_LINE", 5, "-1.00"), ("NEGATIVE_AMOUNT", 5, "-1.00"), ("OVER_BUDGET", 5, "1.00"),
    ]),
    ((HEAD, *SMALL[:2], "5.3.5.03|Bahan Baku||1.000.000|900.000"), [("MISSING_FUND", None, "1000000.00")]),
    ((HEAD, *SMALL[:2], "5.3.5.03|Bahan Baku|Pak Lurah|1.000.000|900.000"), [("UNKNOWN_FUND", 4, "1000000.00")]),
    ((HEAD, *SMALL[:2], "5.3.5.03|Bahan Baku|DDS, ADD|1.000.000|900.000"), [("SEVERAL_FUNDS", 4, "1000000.00")]),
    ((HEAD, SMALL[0], "5.3.5.03|Bahan Baku|DDS|1.000.000|900.000"), [("MISSING_ACTIVITY", None, "1000000.00")]),
    ((HEAD, *SMALL, "1.1.01|Siltap||-|-", "5.1.1|Penghasilan Tetap|ADD|0|0,005"), [
        ("FUND_OVERSPENT", None, "0.01"), ("SUBTOTAL_DIFFERS", 5, "-0.01"), ("FRACTION_OF_SEN", 6, "0.005"),
        ("OVER_BUDGET", 6, "0.01"),
    ]),
    ((HEAD, SMALL[0], "2.3.11|Jalan||1.000.000|900.000", "5.3|Belanja Modal|DDS|600.000|500.000",
      "1.1.04|Operasional||400.000|400.000", "5.2.1.01|ATK|DDS|400.000|400.000"), [
        ("SUBTOTAL_DIFFERS", 3, "400000.00"), ("SUBTOTAL_DIFFERS", 3, "400000.00"), ("CODE_NOT_LEAF", 4, "600000.00"),
    ]),
])  # fmt: skip
def test_findings(read: Any, lines: Sequence[str], findings: Sequence[object]) -> None:
    assert found(read(rows(*lines))) == findings


def test_officials_may_take_thirty_per_cent_and_no_sen_more(read: Any) -> None:
    def budget(officials: str, roads: str) -> Published:
        lines = (
            HEAD, "4.2.3.01|Alokasi Dana Desa|ADD|1.000.000|", "1.1.02|Siltap Perangkat||{0}|",
            "5.1.2.01|Siltap|ADD|{0}|", "1.1.07|Insentif RT/RW||100.000|", "5.2.5.08|Insentif|ADD|100.000|",
            "2.3.11|Jalan||{1}|", "5.3.5.03|Bahan|ADD|{1}|",
        )  # fmt: skip
        return read(rows(*(line.format(officials, roads) for line in lines)))

    allowed, over = budget("300.000", "600.000"), budget("300.000,01", "599.999,99")
    assert (found(allowed), found(over)) == ([], [("OPERATIONAL_OVER_30", None, "0.01")])
    assert allowed.shares[Figure.BUDGET].figures["percent"] == Decimal("30.00")


def test_the_share_of_officials_is_not_told_where_fields_do_not_tell_their_activities(read: Any) -> None:
    head, *lines = "Kode|Uraian|Anggaran", "4.2|Transfer|100", "02|Bidang Pelaksanaan Pembangunan Desa|60"
    assert read(rows(head, *lines, "01|Bidang Penyelenggaraan Pemerintahan Desa|40")).shares == {}
    assert read(rows(head, *lines, "01.01.02|Siltap Perangkat|40")).shares[Figure.BUDGET].figures["percent"] == 40
    over = read(rows(head, *lines, "01.01.02|Siltap Perangkat|31", "01.01|Lain-lain|9"))
    assert "OPERATIONAL_OVER_30" in {one.code for one in over.findings}


def test_financing_as_a_whole_is_what_it_brings_in_less_what_it_takes(read: Any) -> None:
    budget = read(table(printed(BALANCED)))
    assert budget.totals["akun"]["6"].amounts == budget.financing == {Figure.BUDGET: 20_000_000}


@pytest.mark.parametrize(("title", "year"), [
    ("APBDES TAHUN 2025", 2025), ("T.A. 2025", 2025), ("Tahun Anggaran|:|2025", 2025), ("TAHUN ANGGARAN : 2025", 2025),
    ("PERATURAN DESA NOMOR 5 TAHUN 2024", None), ("PERDES NO. 5 TAHUN 2024 TENTANG APBDES TAHUN ANGGARAN 2025", 2025),
    ("Laporan", None),
])  # fmt: skip
def test_the_year_is_that_of_the_budget(read: Any, title: str, year: int | None) -> None:
    assert read(rows(title, HEAD, *SMALL)).year == year


def test_running_costs_counted_to_the_thirty_per_cent_until_2019(read: Any) -> None:
    lines = (
        "4.2.3.01|ADD|ADD|100|",
        "1.1.04|Operasional||40|",
        "5.2.1.01|ATK|ADD|40|",
        "2.3.11|Jalan||60|",
        "5.3.5.03|Bahan|ADD|60|",
    )
    for year, findings in (("2019", ["OPERATIONAL_OVER_30"]), ("2020", []), ("2018", [])):
        budget = read(rows(f"Tahun Anggaran {year}||||", HEAD, *lines))
        assert (budget.year, [one.code for one in budget.findings]) == (int(year), findings)


def test_fields_printed_under_five_are_not_groups_of_accounts(read: Any) -> None:
    budget = read(rows(
        "Kode|Uraian|Anggaran|Realisasi|%",
        "4|PENDAPATAN|1.000|1.000|100",
        "4.2|Transfer|1.000|1.000|100",
        "5|BELANJA|1.000|900|90",
        "5.1|BIDANG PENYELENGGARAN PEMERINTAHAN DESA|250|250|100",
        "5.2|BIDANG PELAKSANAAN PEMBANGUNAN DESA|500|400|80",
        "5.4|BIDANG PEMBERDAYAAN MASYARAKAT|200|200|100",
        "5.5|BIDANG PENANGGULANGAN BENCANA|50|50|100",
        "|SURPLUS/(DEFISIT)|-|100|",
    ))  # fmt: skip
    assert {code: f"{one.amounts[Figure.REALISED]}" for code, one in budget.totals["bidang"].items()} == {
        "1": "250.00", "2": "400.00", "4": "200.00", "5": "50.00",
    }  # fmt: skip
    assert list(budget.totals["kelompok"]) == ["4.2"]
    assert [one.code for one in budget.findings] == ["CODE_NOT_LEAF", "MISSING_ACTIVITY", "MISSING_FUND"]


def test_groups_of_accounts_are_not_subfields(read: Any) -> None:
    """``5.1`` three times, of which one is the subfield of disasters."""
    budget = read(rows(
        "Kode Rekening|Uraian|Jumlah (Rp)",
        "4.2.3.01|Alokasi Dana Desa|100",
        "5|BELANJA|100",
        "1|BIDANG PENYELENGGARAAN PEMERINTAHAN DESA|40",
        "1.1|Siltap, Tunjangan dan Operasional|40",
        "1.1.01|Siltap Kepala Desa|40",
        "5.1|Belanja Pegawai|40",
        "5.1.1.01|Penghasilan Tetap Kepala Desa|40",
        "4|BIDANG PEMBERDAYAAN MASYARAKAT DESA|35",
        "4.1|Sub Bidang Kelautan dan Perikanan|35",
        "4.1.05|Bantuan Perikanan|35",
        "5.2||35",
        "5.2.1.12||35",
        "5|BIDANG PENANGGULANGAN BENCANA|25",
        "5.1|Sub Bidang Penanggulangan Bencana|25",
        "5.1.00|Penanggulangan Bencana|25",
        "5.4|Belanja Tak Terduga|25",
        "5.4.1.01|Belanja Tak Terduga|25",
    ))  # fmt: skip
    assert {code: str(one.amounts[Figure.BUDGET]) for code, one in budget.totals["kelompok"].items()} == {
        "4.2": "100.00", "5.1": "40.00", "5.2": "35.00", "5.4": "25.00",
    }  # fmt: skip
    assert list(budget.totals["bidang"]) == ["1", "4", "5"]
    assert [one.code for one in budget.findings] == ["MISSING_FUND", "OPERATIONAL_OVER_30"]


def test_items_below_a_line_and_funds_below_a_line(read: Any) -> None:
    budget = read(rows(
        "Kode Rekening|Uraian|Volume|Satuan|Harga Satuan|Jumlah|Sumber",
        "4.2.1.01|Dana Desa||||1.000|DDS",
        "4.2.3.01|ADD||||500|ADD",
        "2.3.11|Jalan||||1.500|",
        "5.3.5.03|Bahan||||1.200|DDS",
        "|Semen|10|zak|100|1.000|",
        "|Pasir|2|m3|100|200|",
        "5.3.5.02|Upah||||300|",
        "||||| 200|ADD",
        "||||| 100|ADD/DDS",
    ))  # fmt: skip
    assert (budget.lines, budget.totals["jenis"]["5.3.5"].amounts) == (5, {Figure.BUDGET: 1500})
    assert budget.funds["DDS"]["expenditure"] == {Figure.BUDGET: 1200}
    assert [(one.code, one.row) for one in budget.findings] == [("SEVERAL_FUNDS", 10)]


def test_a_column_of_amounts_for_each_fund(read: Any) -> None:
    budget = read(rows(
        "Kode|Uraian|Jumlah|Sumber Dana||Ket",
        "||| DD|ADD (Rp)|",
        "4.2.1.01|Dana Desa|1.000|1.000||",
        "4.2.3.01|ADD|500||500|",
        "2.3.11|Jalan|1.500|1.000|500|",
        "5.3.5.03|Bahan|1.200|900|300|",
        "|Semen|1.000|||",
        "|Pasir|200|||",
        "5.3.5.02|Upah|300|100|199|rapat",
    ))  # fmt: skip
    assert budget.funds["DDS"]["expenditure"] == {Figure.BUDGET: 1000}
    assert budget.funds["ADD"]["expenditure"] == {Figure.BUDGET: 499}
    assert found(budget) == [
        ("UNBALANCED_BUDGET", None, "1.00"), ("SUBTOTAL_DIFFERS", 5, "1.00"), ("SUBTOTAL_DIFFERS", 5, "1.00"),
        ("SUBTOTAL_DIFFERS", 9, "1.00"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["'5.3.5.03", '="5.3.5.03"', "5.3.5.3.", "05.03.05.03", "5. 3. 5. 03"])
def test_codes_as_people_keep_them_from_spreadsheets(read: Any, code: str) -> None:
    budget = read(
        rows("Fungsi|Ekonomi|Nama|Sumber|APBDes 2025", "-|4.2.1.1|Dana Desa|DD|5", f"2.3.11|{code}|Bahan|DD|5")
    )
    assert (budget.year, budget.totals["jenis"]["5.3.5"].amounts, found(budget)) == (2025, {Figure.BUDGET: 5}, [])


def test_a_line_takes_the_one_fund_of_its_activity_and_no_other(read: Any) -> None:
    head = ("Kode|Uraian|Sumber|Anggaran", "4.2.1.01|Dana Desa||60", "4.2.3.01|ADD||40")
    one = read(rows(*head, "2.3.11|Jalan|DDS|60", "5.3.5.03|Bahan||60", "1.1.01|Siltap|ADD|40", "5.1.1.01|Siltap||40"))
    assert one.funds["DDS"]["expenditure"] == {Figure.BUDGET: 60}
    assert [code for code, _row, _amount in found(one)] == ["OPERATIONAL_OVER_30"]
    two = read(rows(*head, "2.3.11|Jalan|DDS|60", "2.3.11|Jalan|ADD|40", "5.3.5.03|Bahan||100"))
    assert ("MISSING_FUND", None, "100.00") in found(two)


def test_items_with_longer_codes_stand_for_a_line_without_amount(read: Any) -> None:
    budget = read(rows(
        "Kode|Uraian|Anggaran",
        "4.2.1.01|Dana Desa|300",
        "5.3.5.03|Bahan|",
        "5.3.5.03.01|Semen|100",
        "5.3.5.03.02|Pasir|200",
    ))  # fmt: skip
    assert (budget.lines, budget.balance) == (2, {Figure.BUDGET: 0})


def test_expenditure_told_twice_counts_once(read: Any) -> None:
    budget = read(rows(
        "Kode|Uraian|Anggaran",
        "4.2|Transfer|100", "5|Belanja|100", "5.1|Belanja Pegawai|60", "5.3|Belanja Modal|40",
        "01|Bidang Penyelenggaraan Pemerintahan Desa|60", "02|Bidang Pelaksanaan Pembangunan Desa|40",
    ))  # fmt: skip
    assert budget.balance == {Figure.BUDGET: 0}
    assert (len(budget.totals["kelompok"]), len(budget.totals["bidang"])) == (3, 2)
    assert "SUBTOTAL_DIFFERS" not in {one.code for one in budget.findings}


def test_a_table_of_expenditure_alone_is_not_held_to_balance(read: Any) -> None:
    budget = read(rows("Kode|Uraian|Sumber|Anggaran", "2.3.11|Jalan||5", "5.3.5.03|Bahan|DDS|5"))
    assert (budget.silpa, budget.balance, found(budget)) == (None, None, [])


def test_columns_that_only_look_like_amounts_are_left_alone(read: Any) -> None:
    budget = read(rows(
        "No|Kode Rekening|Uraian|Anggaran|Realisasi||Lebih/(Kurang)",
        "||| |s/d bulan lalu|s/d bulan ini|",
        "1|2|3|4|5|6|7 = 4 - 6",
        "1|4.2.1.01|Dana Desa|1.000|400|1.000|-",
        "2|5.4.1.01|Tak Terduga|1.000|100|(200)|(1.200)",
        "||KEPALA DESA||||",
        "||NIP. 19700101 199001 1 001||||",
    ))  # fmt: skip
    assert [column.letter for column in budget.figures.values()] == ["D", "F"]
    assert budget.silpa == {Figure.BUDGET: 0, Figure.REALISED: 1200}
