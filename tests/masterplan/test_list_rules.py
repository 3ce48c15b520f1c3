"""How lists that regions keep by themselves are laid out and read, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from pilar.masterplan.reference import framework
from pilar.masterplan.rules import list_headings
from pilar.masterplan.rules.checking import Frame
from pilar.masterplan.rules.content import Content, Fund
from pilar.masterplan.rules.list_columns import Fields
from pilar.masterplan.rules.list_headings import Laid, lay_out
from pilar.masterplan.rules.list_reading import READ, Known, Listed, code_of, read_list
from pilar.masterplan.rules.list_times import read_run
from pilar.masterplan.rules.list_words import likely_office
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.workbook import MAX_CODE
from pilar.masterplan.rules.workbook_columns import columns_of
from pilar.masterplan.rules.workbook_reading import BookFrame, read_programmes
from pilar.platform.errors import Fault
from pilar.platform.tables import Column, Row, Table

YEARS = range(2026, 2031)
HEALTH, ICT = 1, 2


def grid(*rows: Sequence[Any]) -> Table:
    width = max(map(len, rows))
    cells = [[Decimal(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
    filled = [Row(at, (*row, *[""] * (width - len(row)))) for at, row in enumerate(cells, start=1) if any(row)]
    return Table("a.xlsx", 0, tuple(Column("", at) for at in range(width)), tuple(filled))


def laid(*rows: Sequence[Any], chosen: tuple[int, int] | None = None) -> Laid:
    return lay_out(grid(*rows), Fields(YEARS), {}, chosen)


def fields(found: Laid) -> list[str]:
    return [one.field for one in found.headings]


def read(*rows: Sequence[Any], fund: Fund | None = None) -> tuple[list[Content], list[tuple[int, str]]]:
    """The programmes of a list, and rows and columns of its faults."""
    listed = listed_of(*rows, fund=fund)
    offices = {f"#{key}": key for key in (HEALTH, ICT)}
    book = BookFrame(Frame(framework(), YEARS[0], YEARS[-1], {HEALTH, ICT}, set()), offices)
    found, _lost = read_programmes(listed.rows, book, drafts=True)
    faults = [listed.place_of(row, fault.place) for one in found for row, fault in one.faults]
    return [one.content for one in found if one.content], faults


def notes_of(*rows: Sequence[Any]) -> list[tuple[int, str]]:
    """Rows and codes of the findings about a list."""
    return [(note.row, note.fault.code) for note in listed_of(*rows).notes]


def listed_of(*rows: Sequence[Any], fund: Fund | None = None) -> Listed:
    """A list of the two offices, read."""
    cells = {
        (sheet, one.name): one.read for sheet, columns in columns_of(framework(), YEARS, {}).items() for one in columns
    }
    known = Known(
        {"dinkes": HEALTH, "diskominfo": ICT},
        {"pelayanan publik": "governance_public_service", "kesehatan": "living_health"},
        fund,
        {name: cells[place] for name, place in READ.items()},
    )
    return read_list(laid(*rows), known)


HEADINGS = ("Program", "OPD", "Sub Dimensi")


def test_headings_stand_in_one_two_or_three_rows_under_titles() -> None:
    one = laid(("Matriks",), (), HEADINGS, ("A", "Dinkes", "Kesehatan"))
    assert (one.first, one.last, fields(one)) == (3, 3, ["title", "owner", "part"])
    two = laid(("Matriks",), (*HEADINGS, "Anggaran", ""), ("", "", "", 2026, 2027), ("A", "Dinkes", "Kesehatan", 1, 2))
    assert (two.first, two.last, fields(two)[3:]) == (2, 3, ["budget.2026", "budget.2027"])
    three = laid(
        (*HEADINGS, "Target Kinerja", "", "", ""), ("", "", "", "Indikator", "Tahun", "", "Satuan"),
        ("", "", "", "", 2026, 2027, ""), ("A", "Dinkes", "Kesehatan", "Desa", 1, 2, "desa"),
    )  # fmt: skip
    assert (three.first, three.last) == (1, 3)
    assert fields(three)[3:] == ["target", "value.2026", "value.2027", "unit"]


def test_rows_of_headings_that_were_chosen_hold() -> None:
    found = laid(HEADINGS, ("Nama", "Instansi", "Rumpun"), ("A", "Dinkes", "Kesehatan"), chosen=(2, 2))
    assert [one.key for one in found.headings] == ["nama", "instansi", "rumpun"]
    assert len(found.rows) == 1


def test_what_is_merged_downwards_belongs_to_the_programme_above() -> None:
    (one,), faults = read(
        (*HEADINGS, "Indikator", "Satuan", "Target 2026", "Kegiatan", "Jadwal"),
        ("Posyandu", "Dinkes", "Kesehatan", "Balita", "anak", 40, "Melatih", "TW I 2026"),
        ("", "", "", "Kader", "orang", 10, "", ""),
        ("", "", "", "", "", "", "Mengukur", ""),
    )
    assert faults == []
    assert [(target.number, target.title) for target in one.targets] == [(1, "Balita"), (2, "Kader")]
    assert [(act.title, act.starts) for act in one.activities] == [
        ("Melatih", Quarter(2026, 1)), ("Mengukur", Quarter(2026, 1)),
    ]  # fmt: skip


def test_groups_name_the_sub_dimension_and_sums_are_left_out() -> None:
    found, faults = read(
        ("No", "Program", "OPD", "Anggaran 2026", "Sumber Dana"),
        ("A.", "Kesehatan", "", "", ""),
        (1, "Posyandu", "Dinkes", 500, "APBD"),
        ("", "Sub Total A", "", 500, ""),
        ("II. Pelayanan publik",),
        (2, "Surat daring", "Diskominfo", "-", ""),
        ("", "TOTAL", "", 500, ""),
    )
    assert faults == []
    assert [(one.title, one.part, one.money) for one in found] == [
        ("Posyandu", "living_health", Decimal(500)), ("Surat daring", "governance_public_service", Decimal(0)),
    ]  # fmt: skip


def test_a_heading_that_counts_in_millions_is_heeded() -> None:
    (one,), faults = read(
        (*HEADINGS, "Pagu 2026 (Rp juta)", "Pagu 2027 (Rp juta)"),
        ("Posyandu", "Dinkes", "Kesehatan", Decimal(750), "1,5 miliar"),
        fund=Fund.APBD,
    )
    assert faults == []
    assert [budget.amount for budget in one.budgets] == [Decimal(750_000_000), Decimal(1_500_000_000)]


def test_quarters_are_ticked_in_the_year_of_the_row() -> None:
    found, faults = read(
        (*HEADINGS, "Tahun", "TW I", "TW II", "TW III", "TW IV", "Anggaran"),
        ("Posyandu", "Dinkes", "Kesehatan", 2027, "", "v", "v", "", 5),
        ("Surat daring", "Diskominfo", "Kesehatan", "", "v", "", "", "", ""),
        fund=Fund.APBN,
    )
    assert [(one.starts, one.ends) for one in found[0].activities] == [(Quarter(2027, 2), Quarter(2027, 3))]
    assert [(one.year, one.fund) for one in found[0].budgets] == [(2027, Fund.APBN)]
    assert faults == [(3, "quarter.1")]


def test_money_without_a_source_and_a_programme_twice_are_refused() -> None:
    found, faults = read(
        (*HEADINGS, "Anggaran 2026"),
        ("Posyandu", "Dinkes", "Kesehatan", 5),
        ("1. POSYANDU", "dinkes", "Kesehatan", ""),
    )
    assert (found, faults) == ([], [(2, "budget.2026"), (3, "title")])


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("TW I - TW III 2026", (2026, 1), (2026, 3)),
        ("TW II-IV 2027", (2027, 2), (2027, 4)),
        ("Januari s/d Juni 2026", (2026, 1), (2026, 2)),
        ("Triwulan III 2026 sampai dengan Triwulan I 2028", (2026, 3), (2028, 1)),
        ("2026 – 2028", (2026, 1), (2028, 4)),
        ("2026-Q2", (2026, 2), (2026, 2)),
        ("TW IV", (2029, 4), (2029, 4)),
        (Decimal(2027), (2027, 1), (2027, 4)),
    ],
)
def test_times_as_people_write_them(said: Any, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert read_run(said, 2029) == (Quarter(*first), Quarter(*last))


@pytest.mark.parametrize("said", ["sepanjang tahun", "TW V 2026", "2026-2027-2028"])
def test_what_is_no_time_is_said(said: str) -> None:
    found = read_run(said, 2029)
    assert isinstance(found, Fault)


def test_abbreviations_propose_the_office_they_are_made_of() -> None:
    offices = {
        HEALTH: "dinas kesehatan", ICT: "dinas komunikasi dan informatika",
        3: "dinas kependudukan dan pencatatan sipil",
        4: "badan perencanaan pembangunan daerah", 5: "badan pengelolaan keuangan daerah", 6: "badan pendapatan daerah",
    }  # fmt: skip
    words = ("dinkes", "diskominfo", "disdukcapil", "bappeda", "bpkd", "xyz", "dinas")
    assert [likely_office(word, offices) for word in words] == [HEALTH, ICT, None, 4, 5, None, None]


def test_words_that_are_no_abbreviation_propose_no_office() -> None:
    offices = {HEALTH: "dinas pekerjaan umum penataan ruang perumahan rakyat"}
    assert likely_office("dinaspekerjaanumumpenataanruangperumahan", offices) == HEALTH
    assert likely_office("dinaspekerjaanumumpenataanruangperumahanrakyat", offices) is None


def test_headings_of_a_wide_list_are_looked_for_among_its_first_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    meant = list_headings.meant_by

    def counted(said: Mapping[str, str], known: Fields, key: str, *headings: str) -> str:
        asked.append(key)
        return meant(said, known, key, *headings)

    monkeypatch.setattr(list_headings, "meant_by", counted)
    wide = [f"Kolom {at}" for at in range(300)]
    found = laid(("Matriks",), (*HEADINGS, *wide, "Anggaran 2026"), *[("A", "Dinkes", "Kesehatan", *wide, 1)] * 10)
    assert (found.first, fields(found)[-1]) == (2, "budget.2026")
    assert len(asked) < 3 * 12 * 60 + 304


def test_long_titles_keep_codes_that_differ() -> None:
    codes = {code_of(HEALTH, f"{'panjang ' * 20}{last}") for last in ("a", "b")}
    assert len(codes) == 2
    assert max(map(len, codes)) <= MAX_CODE
