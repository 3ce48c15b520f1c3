"""``./pilar statement`` and ``./pilar siskeudes`` as somebody at a terminal uses them."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pilar.config.commandline import main
from pilar.villagefinance.foreign import read_village_year
from pilar.villagefinance.rules.siskeudes.records import execution as e
from villagefinance.siskeudes import access, sample, tables, zipped

STATEMENT = "Tanggal;Keterangan;Debet;Kredit;Saldo\n03/11/2025;BAYAR;1.250,50;;8.749,50\n04/11;SETOR;;1,00;8.750,50\n"


@pytest.fixture
def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Status, what stood on the screen and what was complained of, for files that lie in a folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mutasi.csv").write_text(STATEMENT)
    (tmp_path / "data.mde").write_bytes(access(sample()))
    other = replace(sample(), records={
        **sample().records, e.Request: (replace(sample().of(e.Request)[0], amount=Decimal(21_000_000)),), e.Payment: (),
    })  # fmt: skip
    (tmp_path / "ours.zip").write_bytes(zipped(tables(other)))

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        return status, *capsys.readouterr()

    return run


def test_a_statement_for_people(said: Any) -> None:
    status, screen, _ = said("statement", "mutasi.csv", "--year", "2025")
    assert status == 0
    assert [line.split() for line in screen.splitlines()][1:] == [
        ["10.000,00", "saldo", "awal"], ["2025-11-03", "−1.250,50", "BAYAR"], ["2025-11-04", "1,00", "SETOR"],
        ["8.750,50", "saldo", "akhir"],
    ]  # fmt: skip


def test_a_statement_in_json(said: Any) -> None:
    (found,) = json.loads(said("statement", "mutasi.csv", "--year", "2025", "--format", "json")[1])
    assert (found["opening"], found["closing"], found["first"]) == ("10000.00", "8750.50", "2025-11-03")
    assert found["rows"][0] == {
        "number": 2,
        "date": "2025-11-03",
        "amount": "-1250.50",
        "text": "BAYAR",
        "reference": "",
    }


@pytest.mark.parametrize("file", ["mutasi.csv", "lain.csv", "."])
def test_what_cannot_be_read_ends_in_a_sentence_and_status_2(said: Any, file: str) -> None:
    status, screen, complaint = said("statement", file)
    assert (status, screen) == (2, "")
    assert complaint.strip()


def test_a_village_year_is_told_compared_and_written(said: Any) -> None:
    status, screen, _ = said("siskeudes", "data.mde", "--against", "ours.zip", "--workbook", "impor.xlsx")
    assert status == 0
    assert "01.2001. Contoh 2025" in screen
    assert "Ta_SPP 0001/SPP/2025 Jumlah: 20.000.000 ≠ 21.000.000" in screen
    assert "Ta_Pencairan 0001/SPP/2025: hanya dalam berkas pertama" in screen
    assert read_village_year("impor.xlsx", Path("impor.xlsx").read_bytes()) == sample()


def test_a_village_year_in_json(said: Any) -> None:
    found = json.loads(said("siskeudes", "data.mde", "--against", "ours.zip", "--format", "json")[1])
    assert (found["village"], found["year"], found["tables"]["Ta_RABRinci"]) == ("01.2001.", 2025, 3)
    assert [(one["table"], one["side"], one["theirs"]) for one in found["differences"]] == [
        ("Ta_SPP", "both", "20000000"), ("Ta_Pencairan", "theirs", None),
    ]  # fmt: skip
    assert {one["code"] for one in found["doubts"]} == {"unknown-code"}


def test_the_file_that_is_read_is_not_written_over(said: Any) -> None:
    before = Path("data.mde").read_bytes()
    status, _screen, complaint = said("siskeudes", "data.mde", "--workbook", "data.mde")
    assert (status, Path("data.mde").read_bytes()) == (2, before)
    assert complaint.strip()
