"""The bridge to Siskeudes: Access, workbooks and CSV become the same year, and differences are told by the row."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.hostile import book
from kit.selection import few
from pilar.platform.errors import Faults
from pilar.platform.tables.budget import Budget
from pilar.villagefinance import reference
from pilar.villagefinance.documents.siskeudes import import_workbook
from pilar.villagefinance.foreign import read_village_year
from pilar.villagefinance.rules.siskeudes.access import read_access
from pilar.villagefinance.rules.siskeudes.differences import Side, compare, doubts
from pilar.villagefinance.rules.siskeudes.reading import village_year
from pilar.villagefinance.rules.siskeudes.records import VillageYear, columns_of
from pilar.villagefinance.rules.siskeudes.records import budget as b
from pilar.villagefinance.rules.siskeudes.records import execution as e
from villagefinance import jet
from villagefinance.siskeudes import VILLAGE, access, sample, tables, year_of, zipped

WRITTEN: dict[str, Callable[[VillageYear], bytes]] = {
    "data.mde": access,
    "used.mdb": lambda year: access(year, stale=True),
    "wide.accdb": lambda year: access(year, version=2, compressed=False).replace(
        b"Standard Jet DB", b"Standard ACE DB"
    ),
    "buku.xlsx": import_workbook,
    "csv.zip": lambda year: zipped(tables(year)),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_every_kind_of_file_becomes_the_same_year(name: str) -> None:
    assert read_village_year(name, WRITTEN[name](sample())) == sample()


def test_what_is_written_as_a_workbook_is_read_back_and_is_always_the_same() -> None:
    assert import_workbook(sample()) == import_workbook(sample())


def changed(year: VillageYear, record: type[Any], at: int, **values: Any) -> VillageYear:
    rows = list(year.of(record))
    rows[at] = replace(rows[at], **values)
    return replace(year, records={**year.records, record: tuple(rows)})


def test_equal_years_have_no_difference() -> None:
    report = compare(sample(), sample())
    assert report.differences == ()
    assert all(table.equal and not table.differing and table.theirs == table.ours for table in report.tables)


def test_each_difference_is_told_with_its_row_and_column() -> None:
    ours = changed(sample(), e.Request, 0, amount=Decimal(21_000_000), told=" PIPA ")
    ours = replace(ours, records={**ours.records, e.Payment: ()})
    ours = changed(ours, b.CostLine, 1, account="5.1.1.02")
    report = compare(sample(), ours)
    assert [(one.table, one.key, one.side, one.column, one.theirs, one.ours) for one in report.differences] == [
        ("Ta_RAB", ("1.1.01", "5.1.1.01"), Side.THEIRS, "", None, None),
        ("Ta_RAB", ("1.1.01", "5.1.1.02"), Side.OURS, "", None, None),
        ("Ta_SPP", ("0001/SPP/2025",), Side.BOTH, "Jumlah", Decimal(20_000_000), Decimal(21_000_000)),
        ("Ta_Pencairan", ("0001/SPP/2025",), Side.THEIRS, "", None, None),
    ]
    found = {one.table: one for one in report.tables}
    assert (found["Ta_RAB"].equal, found["Ta_RAB"].only_theirs, found["Ta_RAB"].only_ours) == (2, 1, 1)
    assert (found["Ta_SPP"].differing, found["Ta_SPP"].theirs, found["Ta_SPP"].ours) == (1, 20_000_000, 21_000_000)


def test_a_column_that_a_version_lacks_is_no_difference() -> None:
    old = changed(sample(), e.Remittance, 0, treasury_number="")
    assert compare(old, sample()).differences == ()


def test_rows_of_one_key_are_compared_in_their_order() -> None:
    row = sample().of(e.RequestLine)[0]
    twice = replace(sample(), records={**sample().records, e.RequestLine: (row, row)})
    report = compare(twice, replace(twice, records={**twice.records, e.RequestLine: (row,)}))
    assert [(one.table, one.side) for one in report.differences] == [("Ta_SPPRinci", Side.THEIRS)]


def told(year: VillageYear) -> list[tuple[str, str]]:
    return [
        (one.code, one.table) for one in doubts(year, accounts=reference.accounts(), activities=reference.activities())
    ]


def test_a_year_that_adds_up_raises_only_the_codes_that_the_chart_lacks() -> None:
    """The chart has no objects under assets, equity and taxes."""
    assert set(told(sample())) <= {("unknown-code", name) for name in ("Ta_SaldoAwal", "Ta_SPPPot")}


@pytest.mark.parametrize(("record", "at", "values", "doubt"), [
    (e.Request, 0, {"amount": Decimal(19_000_000)}, ("sum-differs", "Ta_SPP")),
    (e.Request, 0, {"withheld": Decimal(1)}, ("sum-differs", "Ta_SPP")),
    (e.Request, 0, {"number": "0009/SPP/2025"}, ("no-whole", "Ta_SPPRinci")),
    (e.ReceiptLine, 0, {"amount": None}, ("sum-differs", "Ta_TBP")),
    (b.CostItem, 1, {"amount": Decimal(36_000_001)}, ("item-differs", "Ta_RABRinci")),
    (b.CostLine, 1, {"amount": Decimal(36_000_001)}, ("sum-differs", "Ta_RAB")),
    (b.CashPlan, 0, {"month_3": Decimal(3_000_001)}, ("plan-differs", "Ta_Triwulan")),
    (b.ActivityOfYear, 0, {"activity": "9.9.99"}, ("unknown-code", "Ta_Kegiatan")),
    (b.CostLine, 0, {"account": "4.9.9.99"}, ("unknown-code", "Ta_RAB")),
])  # fmt: skip
def test_what_does_not_add_up_is_told(record: Any, at: int, values: Any, doubt: tuple[str, str]) -> None:
    assert doubt in told(changed(sample(), record, at, **values))
    assert doubt not in told(sample())


# Files that are not in order


def cells(**changes: Callable[[list[list[Any]]], object]) -> bytes:
    """The sample as CSV files after something was done to tables."""
    found = tables(sample())
    for name, change in changes.items():
        change(found[name])
    return zipped(found)


def put(row: int, column: str, value: Any) -> Callable[[list[list[Any]]], object]:
    return lambda rows: rows[row].__setitem__(rows[0].index(column), value)


def lying(**how: Any) -> bytes:
    columns = [("Tahun", jet.TEXT), ("Kd_Desa", jet.TEXT), ("Ket", jet.MEMO)]
    return jet.jet(jet.Stored("Ta_RAB", columns, [("2025", VILLAGE, how.pop("memo", "x"))], **how))


def archive(*names: str, content: bytes = b"a,b\n1,2\n") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in names:
            made.writestr(name, content)
    return stream.getvalue()


def loop() -> bytes:
    """An Access file whose long text goes round in circles."""
    made = bytearray(lying(memo="x" * 9000))
    for page in range(0, len(made), jet.PAGE):
        if made[page : page + 2] == b"\1\1" and made[page + 4 : page + 8] == b"\0\0\0\0":
            start = int.from_bytes(made[page + 14 : page + 16], "little") & 0x1FFF
            if page + start + 4 < len(made) and b"xx" in made[page + start + 4 : page + start + 10]:
                made[page + start : page + start + 4] = ((page // jet.PAGE) << 8).to_bytes(4, "little")
    return bytes(made)


def cut_rows() -> bytes:
    """An Access file whose row says that it ends before it begins."""
    made = bytearray(lying())
    page = max(at for at in range(0, len(made), jet.PAGE) if made[at : at + 2] == b"\1\1" and made[at + 4] == 3)
    made[page + 14 : page + 16] = b"\xff\x1f"
    return bytes(made)


WHOLE = access(sample())
BROKEN: dict[str, tuple[bytes, str]] = {
    "an Access file without its last half page": (WHOLE[:-2048], "cut-off"),
    "an Access file without its last pages": (WHOLE[: 12 * jet.PAGE], "broken-access"),
    "an Access file with its first page alone": (WHOLE[: jet.PAGE], "broken-access"),
    "an Access file of noise": (WHOLE[: jet.PAGE] + random.Random(1).randbytes(8 * jet.PAGE), "broken-access"),
    "an Access file of 1997": (b"\0\1\0\0Standard Jet DB\0" + bytes(2 * jet.PAGE), "old-access"),
    "an Access file with a head that is too short": (b"\0\1\0\0Standard Jet DB\0", "cut-off"),
    "an Access file that says it has more rows": (lying(says=9), "rows-missing"),
    "an Access file whose text goes in circles": (loop(), "broken-access"),
    "an Access file whose row ends before it begins": (cut_rows(), "broken-access"),
    "an Access file of something else": (
        jet.jet(jet.Stored("Pelanggan", [("Nama", jet.TEXT)], [("x",)])), "no-tables"),
    "a workbook of something else": (book([["a"], [1]]), "no-tables"),
    "a zip of something else": (archive("foto.jpg"), "no-tables"),
    "a zip of many files": (archive(*(f"{one}.csv" for one in range(600))), "too-many-files"),
    "a zip that was cut off": (zipped(tables(sample()))[:-30], "broken-archive"),
    "a zip with a CSV that is not UTF-8": (archive("Ta_RAB.csv", content=b"Tahun,Ket\n2025,\xe9\n"), "encoding"),
    "a zip with a CSV of NUL characters": (archive("Ta_RAB.csv", content=b"Tahun,Ket\n2025,\0\n"), "nul-character"),
    "a text": (b"bukan basis data", "no-tables"),
    "nothing": (b"", "no-tables"),
    "no column of the amount": (cells(Ta_RAB=lambda rows: [row.pop(-2) for row in rows]), "missing-column"),
    "an amount in words": (cells(Ta_SPP=put(1, "Jumlah", "dua juta")), "no-amount"),
    "an amount beyond all accounts": (cells(Ta_SPP=put(1, "Jumlah", "9" * 30)), "too-large-amount"),
    "a day that is none": (cells(Ta_SPP=put(1, "Tgl_SPP", "02/31/2025")), "no-day"),
    "days in two orders": (cells(Ta_SPP=put(1, "Tgl_SPP", "28/02/2025")), "days-mixed"),
    "a day in words": (cells(Ta_SPP=put(1, "Tgl_SPP", "kemarin")), "no-day"),
    "a volume in words": (cells(Ta_RABRinci=put(1, "JmlSatuan", "banyak")), "no-number"),
    "two villages": (cells(Ta_Desa=lambda rows: rows.append(["2025", "01.2002."])), "which-village"),
    "two years": (cells(Ta_Desa=lambda rows: rows.append(["2024", VILLAGE])), "which-year"),
    "a year in words": (cells(Ta_Desa=put(1, "Tahun", "ini")), "no-year"),
    "no budget": (
        zipped({name: rows for name, rows in tables(sample()).items() if name != "Ta_RAB"}),
        "no-budget"),
}  # fmt: skip


@pytest.mark.parametrize("name", few(BROKEN, 10))
def test_a_broken_file_ends_in_sentences(name: str) -> None:
    content, code = BROKEN[name]
    with pytest.raises(Faults) as refused:
        read_village_year("data.mde", content)
    assert {one.code for one in refused.value.faults} == {code}
    assert all(one.place for one in refused.value.faults)
    assert "%(" not in refused.value.text()


def test_the_village_and_the_year_are_chosen_where_there_are_several() -> None:
    content = cells(Ta_Desa=lambda rows: rows.extend([["2025", "01.2002."], ["2024", VILLAGE]]))
    assert read_village_year("data.zip", content, village="01.2001", year=2025) == sample()
    with pytest.raises(Faults) as refused:
        read_village_year("data.zip", content, village="09.2009.", year=1999)
    assert {one.code for one in refused.value.faults} == {"other-village", "other-year"}


def test_a_fault_names_table_row_and_column() -> None:
    with pytest.raises(Faults) as refused:
        read_village_year("data.zip", cells(Ta_SPP=put(1, "Jumlah", "dua juta")))
    assert [one.place for one in refused.value.faults] == ["Ta_SPP, baris 2, kolom Jumlah (G)"]


# Access, cell by cell


def rows(content: bytes, name: str) -> list[tuple[Any, ...]]:
    budget = Budget("x.mdb", size=len(content), cells=10_000)
    (found,) = read_access(content, [name.upper()], budget, most_rows=1000)
    return [row.cells for row in found.rows]


MOMENT, BEFORE = (dt.datetime.fromisoformat(said) for said in ("2025-01-02T13:45:10", "1850-05-06T00:00:00"))
VALUES = [
    ("whole", jet.INT32, -7, Decimal(-7)), ("short", jet.INT16, 300, Decimal(300)),
    ("money", jet.MONEY, Decimal("-1234567890123.4567"), Decimal("-1234567890123.4567")),
    ("double", jet.DOUBLE, 2.5, Decimal("2.5")), ("yes", jet.BOOLEAN, True, True), ("no", jet.BOOLEAN, False, False),
    ("day", jet.MOMENT, MOMENT, MOMENT),
    ("before", jet.MOMENT, BEFORE, BEFORE),
    ("numeric", jet.NUMERIC, Decimal("-0.05"), Decimal("-0.05")), ("text", jet.TEXT, "Désa “Ω” 1", "Désa “Ω” 1"),
    ("blank", jet.TEXT, "", ""), ("null", jet.MONEY, None, ""), ("nothing", jet.TEXT, None, ""),
    ("inline", jet.MEMO, "pendek", "pendek"), ("page", jet.MEMO, "satu halaman " * 60, "satu halaman " * 60),
    ("chain", jet.MEMO, "banyak halaman " * 700, "banyak halaman " * 700),
]  # fmt: skip


@pytest.mark.parametrize("compressed", [True, False])
def test_each_kind_of_column_is_read_exactly(compressed: bool) -> None:
    table = jet.Stored("Semua", [(name, kind) for name, kind, _given, _read in VALUES], [[one[2] for one in VALUES]])
    assert rows(jet.jet(table, compressed=compressed), "Semua") == [tuple(one[3] for one in VALUES)]


def test_a_row_from_before_a_column_was_there_says_nothing_in_it() -> None:
    table = jet.Stored("Lama", [("a", jet.INT32), ("b", jet.TEXT), ("c", jet.TEXT)], [(1, "x", "y")] * 3, older=2)
    assert rows(jet.jet(table), "Lama") == [(1, "x", ""), (1, "x", ""), (1, "x", "y")]


def test_pages_that_a_table_gave_back_do_not_count() -> None:
    table = jet.Stored("Besar", [("a", jet.INT32), ("b", jet.TEXT)], [(at, "x" * 200) for at in range(300)])
    assert [row[0] for row in rows(jet.jet(table, stale=True), "Besar")] == list(range(300))


def test_a_table_of_hundreds_of_pages_is_read_whole() -> None:
    table = jet.Stored("Luas", [("a", jet.INT32), ("b", jet.TEXT)], [(at, "x" * 2000) for at in range(1000)])
    assert [row[0] for row in rows(jet.jet(table), "Luas")] == list(range(1000))


# What is written is read back, whatever it says

TEXTS = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30)
    .map(lambda said: " ".join(said.split()))
    .filter(lambda said: said not in {"-", "–", "—", "\N{MINUS SIGN}", "--"})
)
MONEY = st.none() | st.decimals(0, 10**13, places=2).map(lambda one: one.normalize() + 0 if one else Decimal(0))


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(reference.accounts())[:40]), TEXTS, MONEY),
        max_size=5,
        unique_by=lambda one: one[0],
    )
)
def test_any_line_comes_back_from_the_rows_of_its_table(given_rows: list[tuple[str, str, Decimal | None]]) -> None:
    from pilar.platform.tables import Column, Row, Table

    made = [b.Package(activity="1.1.01", account=account, package=str(at), name=told)
            for at, (account, told, _amount) in enumerate(given_rows)]  # fmt: skip
    made += [b.CostLine(activity="1.1.01", account=f"5.1.1.{at + 10}", amount=amount, amount_after=None)
             for at, (_account, _told, amount) in enumerate(given_rows)]  # fmt: skip
    year = year_of([*made, sample().of(b.CostLine)[0]])
    found = [
        Table(name, 1, tuple(Column(head, at) for at, head in enumerate(heads)),
              tuple(Row(at, tuple("" if cell is None else cell for cell in row)) for at, row in enumerate(some, 2)))
        for name, (heads, *some) in tables(year).items()
    ]  # fmt: skip
    assert village_year(found, name="x") == year
    assert columns_of(b.Package)["name"].column == "Nama_SubRinci"
