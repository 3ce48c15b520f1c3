"""Figures of regions as tired people write them: each is read exactly, or refused at its cell."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from xlsxwriter import Workbook

from evaluation.cycle.world import NEIGHBOUR, OWN, World
from pilar.areas import queries
from pilar.areas.rules import FigureKind

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
IMPORT = "/en/angka-daerah/impor/"
SOURCE = ("Uji coba", "https://contoh.invalid/angka")
PEOPLE, SPBE, FISCAL, CLASS = "Jumlah penduduk", "Indeks SPBE", "Indeks kapasitas fiskal", "Kategori kapasitas fiskal"
Said = Decimal | int | str | None


class Desk:
    """The secretariat at the page of the import."""

    def __init__(self, world: World) -> None:
        self.client = Client()
        self.client.force_login(world.user("secretariat"), BACKEND)

    def send(self, *rows: tuple[Any, ...], name: str = "angka.csv", shown: str = "General") -> Any:
        """Give a file of these rows, the first of which is that of the headings."""
        content = workbook(rows, shown) if name.endswith("xlsx") else "\n".join(";".join(row) for row in rows).encode()
        sent = SimpleUploadedFile(name, content)
        self.page = self.client.post(IMPORT, {"file": sent}, follow=True)
        return self.page.context["import"]["report"]

    def choose(self, **columns: str) -> Any:
        """Say what columns are, by the beginning of their headings."""
        kept = self.page.context["import"]["kept"]
        given = {
            f"column-{place}": next((to for word, to in columns.items() if one.label.startswith(word)), one.column)
            for place, one in enumerate(kept.headings[""])
        }
        self.page = self.client.post(IMPORT, {"import": kept.key, **given}, follow=True)
        return self.page.context["import"]["report"]

    def store(self) -> Any:
        return self.client.post(IMPORT, {"rows": self.page.context["import"]["kept"].token})


def workbook(rows: tuple[tuple[Any, ...], ...], shown: str) -> bytes:
    held = io.BytesIO()
    with Workbook(held) as book:
        sheet, form = book.add_worksheet(), book.add_format({"num_format": shown})
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(line, column, cell, form if isinstance(cell, float) else None)
    return held.getvalue()


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def read(desk: Desk, heading: str, written: Any, name: str = "angka.csv", shown: str = "General") -> Said:
    """What becomes of one cell: the figure that is stored, or the code of the fault at it."""
    report = desk.send(
        ("Daerah", "Tahun", heading, "Sumber", "Alamat"), (OWN, "2023", written, *SOURCE), name=name, shown=shown
    )
    if report.faults:
        (fault,) = report.faults
        return str(fault.fault.code)
    assert report.counts_by_code["new"] == 1
    desk.store()
    (figure,) = queries.newest_figures()[OWN].values()
    return figure.value


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("3245619", 3245619), ("3.245.619", 3245619), ("3,245,619", 3245619), ("3 245 619", 3245619),
        ("3\u00a0245\u00a0619", 3245619), ("3\u202f245\u202f619", 3245619), ("  3.245.619  ", 3245619),
        ("3.245.619 jiwa", 3245619), ("3.245.619 Jiwa", 3245619), ("3245619jiwa", 3245619),
        ("3.245.619 orang", 3245619), ("3.245.619 penduduk", 3245619), ("3,245,619 people", 3245619),
        ("532.100", 532100), ("532,100", 532100), ("532.100 jiwa", 532100), ("3.245.619,00", 3245619),
        ("3,245,619.00", 3245619), ("3.245.619,0 jiwa", 3245619), ("3.245619E+06", 3245619), ("+3245619", 3245619),
        ("1", 1), ("50.000.000", 50_000_000),
        ("3.245.619,5", "too-precise"), ("3,2 juta", "no-number"), ("3.245 ribu", "no-number"),
        ("3.245,6 ribu jiwa", "no-number"), ("jiwa", "no-number"), ("±3.245.619", "no-number"),
        ("3.245.619*", "no-number"), ("3.245.619 KK", "no-number"), ("tidak ada", "no-number"), ("n/a", "no-number"),
        ("#REF!", "no-number"), ("3.245,619", "too-precise"), ("3..245", "no-number"), ("3.24.5619", "no-number"),
        ("٣٢٤٥٦١٩", "foreign-digits"), ("0", "out-of-bounds"), ("-5", "out-of-bounds"), ("50.000.001", "out-of-bounds"),
        ("12%", "percent-sign"), ("1e99", "out-of-bounds"),
    ],
)  # fmt: skip
def test_people_as_they_are_written(desk: Desk, written: str, said: Said) -> None:
    assert read(desk, PEOPLE, written) == said


@pytest.mark.parametrize(
    ("heading", "written", "said"),
    [
        (SPBE, "3,45", Decimal("3.45")), (SPBE, "3.45", Decimal("3.45")), (SPBE, "3.450", Decimal("3.45")),
        (SPBE, "3,450", Decimal("3.45")), (SPBE, "3.4512", Decimal("3.4512")), (SPBE, "5", 5), (SPBE, "1,00", 1),
        (SPBE, "3,45123", "too-precise"), (SPBE, "5,01", "out-of-bounds"), (SPBE, "0,99", "out-of-bounds"),
        (SPBE, "345", "out-of-bounds"), (SPBE, "3,45 %", "percent-sign"), (SPBE, "3,45 (Baik)", "no-number"),
        (SPBE, "Baik", "no-number"), (SPBE, "3/5", "no-number"), (SPBE, "3.450.000", "out-of-bounds"),
        (FISCAL, "1,25", Decimal("1.25")), (FISCAL, "0.873", Decimal("0.873")), (FISCAL, "1.250", Decimal("1.25")),
        (FISCAL, "1,250", Decimal("1.25")), (FISCAL, "2.073512", Decimal("2.073512")), (FISCAL, "0", 0),
        (FISCAL, "-0,2", "out-of-bounds"), (FISCAL, "1.000", "two-ways"), (FISCAL, "1,2345678", "too-precise"),
        (CLASS, "tinggi", 4), (CLASS, "Sangat Tinggi", 5), (CLASS, "SEDANG", 3), (CLASS, "very low", 1),
        (CLASS, "2", 2), (CLASS, "sangat-rendah", 1), (CLASS, "6", "not-in-list"), (CLASS, "lumayan", "not-in-list"),
    ],
)  # fmt: skip
def test_indices_and_classes_as_they_are_written(desk: Desk, heading: str, written: str, said: Said) -> None:
    assert read(desk, heading, written) == said


@pytest.mark.parametrize(
    ("heading", "cell", "shown", "said"),
    [
        (PEOPLE, 3245619.0, "#,##0", 3245619), (PEOPLE, 0.35, "0%", "percent-sign"),
        (PEOPLE, 45000.0, "yyyy-mm-dd", "date"), (PEOPLE, True, "General", "no-number"),
        (SPBE, 3.45, "0.0", Decimal("3.45")), (SPBE, 0.69, "0%", "percent-sign"),
        (SPBE, 0.1 + 3.2, "0.0", Decimal("3.3")),
        (FISCAL, 1.25, "0.00", Decimal("1.25")), (FISCAL, 0.35, "0%", "percent-sign"), (CLASS, 4.0, "0", 4),
    ],
)  # fmt: skip
def test_cells_of_a_workbook(desk: Desk, heading: str, cell: Any, shown: str, said: Said) -> None:
    """What a cell holds counts and not how it is shown, but for per cent and days, which are none of these figures."""
    assert read(desk, heading, cell, "angka.xlsx", shown) == said


@pytest.mark.parametrize(
    "heading",
    ["Penduduk (ribu jiwa)", "Penduduk (Ribuan)", "Jumlah penduduk dalam juta", "Population (thousands)",
     "Penduduk (000 jiwa)", "Penduduk x 1.000", "Penduduk x1000"],
)  # fmt: skip
def test_a_column_of_thousands_is_not_taken_for_persons(desk: Desk, heading: str) -> None:
    desk.send(("Daerah", "Tahun", heading, "Sumber", "Alamat"), (OWN, "2023", "3.245", *SOURCE))
    report = desk.choose(Jumlah="population", Penduduk="population", Population="population")
    assert [told.fault.code for told in report.faults] == ["scaled-column"]
    assert desk.choose(Jumlah="-", Penduduk="-", Population="-").faults[0].fault.code == "no-figure"
    desk.store()
    assert queries.newest_figures() == {}


@pytest.mark.parametrize("heading", ["Penduduk (jiwa)", "JUMLAH PENDUDUK", "Population", "penduduk"])
def test_a_column_of_persons_is_known_by_its_heading(desk: Desk, heading: str) -> None:
    assert read(desk, heading, "3.245.619") == 3245619


@pytest.mark.parametrize(
    ("region", "said"),
    [
        (OWN, OWN), ("3603", OWN), ("Kabupaten Tangerang", OWN), ("Kab. Tangerang", OWN), ("KAB. TANGERANG", OWN),
        ("Kab Tangerang", OWN), (" kabupaten  tangerang ", OWN), ("Kota Tangerang", "36.71"),
        ("Tangerang", "ambiguous"), ("Kab. Tangerangg", "unknown"), ("36", "unknown"), ("Banten", "unknown"),
    ],
)  # fmt: skip
def test_a_region_by_its_code_or_name(desk: Desk, region: str, said: str) -> None:
    report = desk.send(("Daerah", "Tahun", PEOPLE, "Sumber", "Alamat"), (region, "2023", "1.000", *SOURCE))
    if "." in said:
        assert not report.faults
        desk.store()
        assert list(queries.newest_figures()) == [said]
    else:
        assert said in report.faults[0].fault.code


@pytest.mark.parametrize(
    ("year", "said"),
    [("2023", 2023), ("2.023", 2023), ("2023,0", 2023), ("Tahun 2023", "no-whole-number"), ("23", "unfit-year"),
     ("1999", "unfit-year"), ("2099", "unfit-year"), ("2023/2024", "no-whole-number"), ("", "no-value")],
)  # fmt: skip
def test_a_year_as_it_is_written(desk: Desk, year: str, said: int | str) -> None:
    report = desk.send(("Daerah", "Tahun", PEOPLE, "Sumber", "Alamat"), (OWN, year, "1.000", *SOURCE))
    assert [told.fault.code for told in report.faults] == ([said] if isinstance(said, str) else [])
    if isinstance(said, int):
        desk.store()
        assert queries.newest_figures()[OWN][FigureKind.POPULATION].year == said


def test_a_region_twice_is_told_at_its_second_row_and_another_year_is_another_figure(desk: Desk) -> None:
    head = ("Daerah", "Tahun", PEOPLE, "Sumber", "Alamat")
    report = desk.send(head, (OWN, "2022", "1.000", *SOURCE), ("Kab. Tangerang", "2022", "1.001", *SOURCE))
    assert [(told.row, told.fault.code, told.fault.fields["row"]) for told in report.faults] == [(3, "row-twice", 2)]
    assert not desk.send(head, (OWN, "2022", "1.000", *SOURCE), (OWN, "2023", "1.001", *SOURCE)).faults
    desk.store()
    assert [row.value for row in queries.figures_of(OWN)] == [1001, 1000]
    assert desk.store().status_code == 302, "a second press answers as the first"
    assert len(queries.figures_of(OWN)) == 2
    older = desk.send(head, (OWN, "2021", "999", *SOURCE), (NEIGHBOUR, "2021", "–", *SOURCE))
    assert older.counts_by_code == {"new": 1, "changed": 0, "unchanged": 1, "refused": 0}
    desk.store()
    assert queries.newest_figures()[OWN][FigureKind.POPULATION].value == 1001


def test_two_rows_of_headings_and_a_row_that_numbers_the_columns(desk: Desk) -> None:
    report = desk.send(
        ("Angka daerah", "", "", "", "", ""), ("", "", "Kapasitas fiskal", "", "", ""),
        ("Daerah", "Tahun", "Indeks kapasitas fiskal", "Kategori kapasitas fiskal", "Sumber", "Alamat"),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"), (OWN, "2023", "1,25", "sedang", *SOURCE),
        ("", "", "", "", "", ""), ("Jumlah", "", "1,25", "", "", ""),
    )  # fmt: skip
    assert [told.fault.code for told in report.notes] == ["left-out", "left-out"]
    assert not report.faults
    desk.store()
    assert {kind: row.value for kind, row in queries.newest_figures()[OWN].items()} == {
        FigureKind.FISCAL: Decimal("1.25"), FigureKind.FISCAL_CLASS: 3,
    }  # fmt: skip


def test_a_document_is_told_to_be_no_table(desk: Desk) -> None:
    sent = SimpleUploadedFile("angka.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n")
    page = desk.client.post(IMPORT, {"file": sent}, follow=True)
    assert "neither an Excel workbook (.xlsx) nor CSV" in page.content.decode()
