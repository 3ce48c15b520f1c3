"""The page that takes lines of a budget from a file, for people at the end of a long day."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilar.villagefinance.models import BudgetAmount, BudgetLine, CostItem
from villagefinance import drafting
from villagefinance.accounts import client_of
from villagefinance.budgets import FIGURES, LAYOUTS, as_xlsx, leaf, printed, rows, table
from villagefinance.drafting import COMING
from villagefinance.test_budget_pages import page, said
from villagefinance.world import VILLAGE, World

pytestmark = pytest.mark.django_db
YEAR = {"village": VILLAGE, "year": COMING}
LEAVES = (
    leaf("", "4.2.1.01", "DDS", 800_000_000), leaf("", "4.2.3.01", "ADD", "500000000.50"),
    leaf("1.1.01", "5.1.1.01", "ADD", 60_000_000), leaf("1.1.04", "5.2.1.01", "ADD", "440000000.50"),
    leaf("2.3.10", "5.3.5.03", "DDS", 800_000_000),
)  # fmt: skip


def csv(*lines: str) -> bytes:
    return "\n".join(";".join(cells) for cells in rows(*lines)).encode()


@pytest.fixture
def secretary(world: World) -> Client:
    drafting.draft(world, ())
    return client_of(world, "secretary")


def look(client: Client, content: bytes, name: str = "apbdes.csv", status: int = 200) -> str:
    return said(client.post(page("import"), {"file": SimpleUploadedFile(name, content)}, follow=True), status)


def store(client: Client, shown: str) -> None:
    token = re.search(r'name="rows" value="([^"]+)"', shown)
    assert token is not None, shown[-4000:]
    assert client.post(page("import"), {"rows": token[1]}).status_code == 302


def stored() -> dict[tuple[str, str, str], Decimal]:
    amounts = dict(BudgetAmount.objects.filter(**YEAR, version=1).values_list("line", "amount"))
    lines = BudgetLine.objects.filter(**YEAR, key__in=amounts)
    return {(one.activity, one.account, one.fund): amounts[one.key] for one in lines}


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_a_published_budget_in_any_layout_becomes_the_lines_of_a_draft(
    secretary: Client, layout: str, tmp_path: Path
) -> None:
    """Under titles, with merged headings and subtotals, in every way that villages print it."""
    cells = table(printed(LEAVES), layout=layout, figures=next(iter(FIGURES)), titles=True)
    path = as_xlsx(tmp_path / "apbdes.xlsx", cells, merged=["A1:D1", "A2:D2"])
    shown = look(secretary, path.read_bytes(), path.name)
    assert "800.000.000" in shown
    store(secretary, shown)
    assert stored() == {(one.activity, one.account, one.fund): one.amounts[0] for one in LEAVES}


@pytest.mark.parametrize(("cell", "amount"), [
    ("Rp 1.000,00", "1000"), ("1000", "1000"), ("Rp1.000.000,-", "1000000"),
    ("1.000,25", "1000.25"),
])  # fmt: skip
@pytest.mark.parametrize("code", ["02.03.10", "2.3.10", "2.3.10."])
def test_codes_and_amounts_are_read_as_people_write_them(secretary: Client, cell: str, amount: str, code: str) -> None:
    content = csv("Kode Kegiatan|Kode Rekening|Uraian|Sumber Dana|Anggaran", f"{code}|05.3.5.3|Jalan|Dana Desa|{cell}")
    store(secretary, look(secretary, content))
    assert stored() == {("2.3.10", "5.3.5.03", "DDS"): Decimal(amount)}


def test_a_dash_is_nothing_and_is_left_out(secretary: Client) -> None:
    content = csv(
        "Kode Kegiatan|Kode Rekening|Uraian|Sumber|Anggaran",
        "2.3.10|5.3.5.03|Jalan|DDS|5.000", "2.3.11|5.3.5.03|Jembatan|DDS|-",
    )  # fmt: skip
    store(secretary, look(secretary, content))
    assert list(stored()) == [("2.3.10", "5.3.5.03", "DDS")]


def test_subtotals_are_checked_and_every_finding_is_told_with_its_row(secretary: Client) -> None:
    content = csv(
        "APBDes Tahun Anggaran 2025|||", "Kode Rekening|Uraian|Anggaran|Sumber Dana", "4|PENDAPATAN|900|",
        "4.2.1.01|Dana Desa|800|DDS", "5|BELANJA|700|", "2.3.10|Jalan|700|", "5.3.5.03|Bahan|700|DDS",
    )  # fmt: skip
    shown = look(secretary, content)
    assert "baris 3, Anggaran (C): “PENDAPATAN” tertulis 900" in " ".join(shown.split())
    assert "2025" in shown
    assert "2026" in shown
    store(secretary, shown)
    assert sum(stored().values()) == 1500


REFUSED = {
    "no fund": ("2.3.10|5.3.5.03|Jalan||5.000", "sumber dana"),
    "no activity": ("|5.3.5.03|Jalan|DDS|5.000", "kegiatan"),
    "an unknown fund": ("2.3.10|5.3.5.03|Jalan|Hibah X|5.000", "sumber dana"),
    "a code that is not in the chart": ("2.3.10|5.3.5.88|Jalan|DDS|5.000", "5.3.5.88"),
    "a group": ("2.3.10|5.3|Jalan|DDS|5.000", "5.3"),
    "below zero": ("2.3.10|5.3.5.03|Jalan|DDS|(5.000)", "kurang dari 0"),
    "words": ("2.3.10|5.3.5.03|Jalan|DDS|lima ribu", "lima ribu"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_draft_cannot_hold_is_refused_with_a_sentence(secretary: Client, name: str) -> None:
    line, told = REFUSED[name]
    content = csv("Kode Kegiatan|Kode Rekening|Uraian|Sumber Dana|Anggaran", line, "1.1.04|5.2.1.01|ATK|ADD|1.000")
    shown = look(secretary, content, status=422)
    assert told in shown
    assert 'name="rows"' not in shown
    assert not CostItem.objects.filter(**YEAR).exists()


def test_a_cell_that_shows_per_cent_is_no_amount(secretary: Client, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0%"})
        sheet.write_row(0, 0, ["Kode Kegiatan", "Kode Rekening", "Uraian", "Sumber Dana", "Anggaran"])
        sheet.write_row(1, 0, ["2.3.10", "5.3.5.03", "Jalan", "DDS"])
        sheet.write_number(1, 4, 0.6, percent)
        sheet.write_row(2, 0, ["2.3.11", "5.3.5.03", "Jembatan", "DDS", 5])
    assert "60%" in look(secretary, path.read_bytes(), path.name, status=422)


def test_a_realisation_alone_is_no_budget(secretary: Client) -> None:
    shown = look(secretary, csv("Kode Rekening|Uraian|Realisasi", "5.1.1.01|Siltap|5.000"), status=422)
    assert "tidak memuat anggaran" in shown


def test_a_list_of_items_is_read_as_ever_and_its_sums_are_checked(secretary: Client) -> None:
    header = "Kode Kegiatan|Kode Rekening|Sumber Dana|Uraian|Volume|Satuan|Harga Satuan|Jumlah"
    items = ("02.03.10|5.3.5.03|DDS|Semen|40|zak|75.000|3.000.000", "02.03.10|5.3.5.03|DDS|Pasir|2|m3|300.000|600.000")
    store(secretary, look(secretary, csv(header, *items)))
    assert CostItem.objects.filter(**YEAR).count() == 2
    assert "Volume kali harga adalah 600.000" in look(
        secretary, csv(header, items[0], items[1].replace("600.000", "650.000")), status=422
    )


def test_headings_that_nobody_knows_are_asked_for(secretary: Client) -> None:
    content = csv("Kd|Kd2|Isi|Biaya per satuan|Asal", "2.3.10|5.3.5.03|Semen|75.000|DDS")
    assert "column-0" in look(secretary, content, status=422)
