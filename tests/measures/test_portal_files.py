"""What files of data portals say, without a database: columns, series, exact numbers, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from measures.portal import CKAN, SDMX, SDMX_2
from pilar.measures.rules.exchange import Source, inspect_source, period_of, proposed, source_of
from pilar.measures.rules.mapped_rows import mapped
from pilar.measures.rules.mapping import (
    MAX_CELL,
    Meant,
    Part,
    SeriesMapping,
    counted,
    faults_of,
    faults_of_measures,
    faults_of_removing,
    read_exactly,
    read_factor,
)
from pilar.measures.rules.portal_json import read_json
from pilar.measures.rules.reports import MAX_ROWS
from pilar.platform.errors import Fault, Faults
from pilar.platform.tables.reading import MAX_CELLS_SENT
from pilar.platform.tables.wire import Order

KNOWN = [("desa-daring", "desa daring")]
PLAIN = SeriesMapping({"bulan": Part.PERIOD, "nilai": Part.VALUE}, series={("nilai",): Meant("desa-daring")})


def source(content: str | bytes, name: str = "izin-2026-03.csv") -> Source:
    found, faults = source_of(inspect_source(name, content.encode() if isinstance(content, str) else content))
    assert faults == ()
    return found


def refused(content: str | bytes, name: str = "izin.json", *, apart: bool = False) -> set[str]:
    """The codes of the faults; JSON is read here, or as an upload is by a process of its own, which takes longer."""
    sent = content.encode() if isinstance(content, str) else content
    order = Order(name, MAX_CELLS_SENT, MAX_ROWS, MAX_CELL)
    try:
        here = not apart and sent[:1] in (b"[", b"{")
        _source, faults = source_of(read_json(order, sent) if here else inspect_source(name, sent))
    except Faults as wrong:
        faults = tuple(wrong.faults)
    return {fault.code for fault in faults}


def test_the_columns_of_sdmx_are_known_by_their_standard() -> None:
    found = source(SDMX)
    mapping = proposed(found, KNOWN)
    assert mapping.of(Part.PERIOD) == ("time period",)
    assert mapping.of(Part.VALUE) == ("obs value",)
    assert mapping.of(Part.SERIES) == ("freq", "ref area", "service", "unit mult")
    assert found.identity == "CONTOH:DF_IZIN(1.0)"
    assert found.series(mapping) == {
        ("obs value", "M", "3603", "ONLINE", "0"): 2,
        ("obs value", "M", "3671", "ONLINE", "0"): 1,
        ("obs value", "M", "3603", "DESK", "0"): 1,
    }


def test_values_of_sdmx_are_exact_and_conditions_leave_rows_out() -> None:
    found = source(SDMX)
    mapping = replace(
        proposed(found, KNOWN), only={"ref area": "3603"},
        series={
            ("obs value", "M", "3603", "ONLINE", "0"): Meant("desa-daring", Decimal("0.1")),
            ("obs value", "M", "3603", "DESK", "0"): Meant(""),
        },
    )  # fmt: skip
    read = mapped(found, mapping)
    assert [(row.number, row["period"], row["value"]) for row in read.rows] == [
        (2, "2026-01", Decimal("8.15")), (3, "2026-02", Decimal("8.325")),
    ]  # fmt: skip
    assert read.rows[0]["series"] == "obs value; freq: M; ref area: 3603; service: ONLINE; unit mult: 0"
    notes = {note.fault.code: [] for note in read.notes}
    for note in read.notes:
        notes[note.fault.code].append(note.fault.fields)
    assert notes == {"left-out": [{"count": 1}, {"count": 1}], "status": [{"count": 1, "status": "P"}]}


def test_sdmx_2_with_labels_and_a_row_that_would_delete() -> None:
    found = source(SDMX_2)
    mapping = proposed(found, KNOWN)
    assert mapping.of(Part.SERIES) == ("freq",)
    read = mapped(found, replace(mapping, series={("obs value", "M: Monthly"): Meant("desa-daring")}))
    assert [(row["period"], row["value"], [one.code for one in row.faults]) for row in read.rows] == [
        ("2026-01", Decimal("81.5"), []), ("2026-02", "", ["deletes"]),
    ]  # fmt: skip


def test_a_ckan_is_read_digit_by_digit_and_says_that_it_is_a_part() -> None:
    found = source(CKAN, "datastore_search.json")
    mapping = proposed(found, KNOWN)
    assert (mapping.of(Part.PERIOD), mapping.of(Part.VALUE), mapping.of(Part.SERIES)) == (
        ("bulan",),
        ("nilai",),
        ("jenis",),
    )
    assert mapping.series[("nilai", "Desa daring")] == Meant("desa-daring")
    hundred = replace(mapping, series={
        ("nilai", "Desa daring"): Meant("desa-daring", Decimal(1000)), ("nilai", "Desa luring"): Meant("desa-daring"),
    })  # fmt: skip
    read = mapped(found, hundred)
    assert [str(row["value"]) for row in read.rows] == ["81.5", "83.25", ""]
    assert [(note.fault.code, note.fault.fields) for note in read.notes] == [
        ("part-of-records", {"there": 3, "total": 7})
    ]


def test_the_same_source_is_known_again_and_another_is_not() -> None:
    one = source("bulan,nilai\n2026-01,1\n", "izin-2026-03.csv")
    assert source("nilai;bulan\n4;2026-02\n", "Izin 2026-04 (1).csv").shape == one.shape
    assert one.identity == "izin"
    assert source("bulan,nilai\n2026-01,1\n", "penduduk.csv").shape != one.shape
    assert source("bulan,jumlah\n2026-01,1\n", "izin.csv").shape != one.shape
    assert source(SDMX, "a.csv").shape == source(SDMX, "b.csv").shape
    assert source(SDMX.replace("DF_IZIN", "DF_LAIN")).shape != source(SDMX).shape


RESOURCE = "0f1e2d3c-aaaa-4bbb-8ccc-1234567890ab"


def test_every_file_of_one_resource_of_a_ckan_is_one_source() -> None:
    """Its CSV has the key in its name, what it answers has it inside, and its dump as JSON has lists for records."""
    table = source("_id,bulan,nilai\n1,2026-01-01T00:00:00,81.5\n", f"{RESOURCE}.csv")
    asked = source(json.dumps({"success": True, "result": {
        "resource_id": RESOURCE, "records": [{"_id": 1, "bulan": "2026-01-01T00:00:00", "nilai": 81.5}],
    }}), "datastore_search.json")  # fmt: skip
    dumped = source(json.dumps({
        "fields": [{"id": "_id", "type": "int"}, {"id": "bulan", "type": "timestamp"}, {"id": "nilai"}],
        "records": [[1, "2026-01-01T00:00:00", 81.5]],
    }), f"{RESOURCE.upper()} (2).json")  # fmt: skip
    assert [one.identity for one in (table, asked, dumped)] == [RESOURCE] * 3
    assert table.shape == asked.shape == dumped.shape
    assert source("_id,bulan,nilai\n1,2026-01,1\n", f"1{RESOURCE[1:]}.csv").shape != table.shape
    read = [mapped(one, PLAIN).rows[0] for one in (table, asked, dumped)]
    assert [(str(row["period"]), row["value"]) for row in read] == [("2026-01-01", Decimal("81.5"))] * 3


def test_a_dump_whose_records_do_not_fit_its_fields_is_refused() -> None:
    fields = [{"id": "bulan"}, {"id": "nilai"}]
    for names, record in ((fields, ["2026-01"]), ([*fields, fields[0]], [1, 2, 3]), ([{"id": None}], [1]), ("x", [1])):
        assert refused(json.dumps({"fields": names, "records": [record]})) == {"no-object"}


def test_a_value_that_counts_by_another_unit_is_of_another_series() -> None:
    """SDMX multiplies by ten to the power of UNIT_MULT; a table says its unit in a column."""
    thousands = SDMX.replace(",0,A", ",3,A").replace(",0,P", ",-2,P")
    found = proposed(source(thousands), KNOWN).series
    assert found[("obs value", "M", "3603", "DESK", "3")] == Meant("", Decimal(1000))
    assert found[("obs value", "M", "3603", "ONLINE", "-2")].factor == Decimal("0.01")
    said = replace(
        proposed(source(SDMX), KNOWN), series={("obs value", "M", "3603", "ONLINE", "0"): Meant("desa-daring")}
    )
    assert {one.code for row in mapped(source(thousands), said).rows for one in row.faults} == {"unknown-series"}
    table = proposed(source("tahun,nilai,satuan\n2024,1,orang\n2025,2,orang\n"), KNOWN)
    assert table.of(Part.SERIES) == ("satuan",)


@pytest.mark.parametrize(
    ("head", "within", "read"),
    [
        ("bulan", "1", "2026-01"), ("bulan", "Januari", "Januari 2026"), ("triwulan", "2", "2026-Q2"),
        ("triwulan", "TW II", "TW II 2026"), ("bulan", "13", "2026-13"), ("bulan", "", " 2026"),
    ],
)  # fmt: skip
def test_a_year_and_its_month_stand_in_two_columns(head: str, within: str, read: str) -> None:
    found = source(f"tahun,{head},nilai\n2026,{within},81\n2026,{within},82\n")
    mapping = proposed(found, KNOWN)
    assert mapping.of(Part.PERIOD) == tuple(sorted((head, "tahun")))
    meant = replace(mapping, series={("nilai",): Meant("desa-daring")})
    assert faults_of(meant) == []
    assert mapped(found, meant).rows[0]["period"] == read
    one = source(f"tahun,{head},nilai\n2026,2026-{within or 1},81\n")
    assert proposed(one, KNOWN).of(Part.PERIOD) == ("tahun",)


def test_a_period_of_two_columns_without_a_year_is_no_period() -> None:
    found = source("a,b,nilai\nx,1,81\n")
    mapping = SeriesMapping(
        {"a": Part.PERIOD, "b": Part.PERIOD, "nilai": Part.VALUE}, series={("nilai",): Meant("desa-daring")}
    )
    assert mapped(found, mapping).rows[0]["period"] == "x 1"


@pytest.mark.parametrize("use", ["series", "only"])
def test_a_file_without_a_column_of_its_mapping_is_not_read(use: str) -> None:
    """A column named as a CKAN names its own does not count for the shape: a file without it is of the same source."""
    given = {"only": {"id": "36.03"}} if use == "only" else {}
    parts = PLAIN.parts | ({"id": Part.SERIES} if use == "series" else {"id": Part.LEFT_OUT})
    found = source("bulan,nilai\n2026-01,5\n")
    read = mapped(found, SeriesMapping(parts, series=PLAIN.series, **given))
    assert read.rows == ()
    assert read.fault is not None
    assert read.fault.code == "column-missing"
    assert mapped(found, PLAIN).fault is None


@pytest.mark.parametrize(
    ("numbers", "asked"),
    [
        (["1.250", "980"], True),
        (["1.250", "0.5"], False),
        (["0.125"], False),
        (["12.500", "1.000"], True),
        (["7"], False),
    ],
)
def test_points_that_may_separate_thousands_are_asked_about(numbers: list[str], asked: bool) -> None:
    rows = "".join(f"2026-{month:02},{number}\n" for month, number in enumerate(numbers, 1))
    notes = mapped(source("bulan,nilai\n" + rows), PLAIN).notes
    assert ("thousands" in {note.fault.code for note in notes}) is asked


def test_signs_count_in_a_condition() -> None:
    found = source("tahun,nilai,kelas\n2024,1,A+\n2025,2,A\n2026,3,a \n")
    for wanted, years in (("a+", ["2024"]), ("A", ["2025", "2026"])):
        mapping = SeriesMapping(
            {"tahun": Part.PERIOD, "nilai": Part.VALUE}, only={"kelas": wanted}, series={("nilai",): Meant("x")}
        )
        assert [row["period"] for row in mapped(found, mapping).rows] == years


def test_wide_tables_have_a_series_for_each_column() -> None:
    found = source("tahun,desa-daring,penduduk\n2024,81,1000\n2025,82,1100\n")
    mapping = proposed(found, KNOWN)
    assert mapping.of(Part.VALUE) == ("desa daring", "penduduk")
    assert mapping.series == {("desa daring",): Meant("desa-daring"), ("penduduk",): Meant("")}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[" * 100_000, "too-deep"),
        ('[{"a": ' + "[" * 500 + "]" * 500 + "}]", "nested"),
        ('[{"bulan": "2026-01", "nilai": NaN}]', "not-finite"),
        ('[{"bulan": "2026-01", "nilai": -Infinity}]', "not-finite"),
        ('[{"bulan": "2026-01", "nilai": 1' + "0" * 5_000 + "}]", "not-finite"),
        ('[{"nilai": 1, "nilai": 2}]', "name-twice"),
        ('[{"nilai": {"a": 1}}]', "nested"),
        ('[{"nilai": "\\ud800"}]', "unprintable"),
        ('[{"nilai": "\\u202e1"}]', "unprintable"),
        ('[{"nilai": "' + "x" * 5_000 + '"}]', "long-cell"),
        ('[{"a\\u0000": 1}]', "bad-name"),
        ("[1, 2]", "no-object"),
        ('{"hasil": []}', "no-records"),
        ('{"success": false, "error": {}}', "answered-error"),
        ("[]", "empty-file"),
        ('[{"nilai": 1}', "no-json"),
        (b'[{"nilai": "\xff"}]', "encoding"),
        (json.dumps([{str(one): 1 for one in range(61)}]), "too-many-columns"),
        (SDMX + "CONTOH:DF_LAIN(1.0),M,3603,ONLINE,2026-01,1,0,A\n", "several-flows"),
        (",".join(f"k{one}" for one in range(61)) + "\n" + ",".join("1" * 61) + "\n", "too-many-columns"),
    ],
)
def test_hostile_files_are_refused_by_a_sentence(content: str | bytes, code: str) -> None:
    assert refused(content) == {code}


def test_a_process_of_its_own_reads_json() -> None:
    assert refused("[" * 100_000, apart=True) == {"too-deep"}
    assert refused(b"[" + b" " * (5 * 2**20) + b"]", apart=True) == {"file-too-large"}


def test_too_many_records_are_refused() -> None:
    assert refused("[" + ",".join(['{"a":1}'] * 10_001) + "]") == {"too-many-rows"}


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("0.1", False, "0.1"), ("-12.500", False, "-12.500"), ("1e-05", False, "0.00001"), ("1,5", True, "1.5"),
        ("1,5", False, None), ("1.234.567", False, None), ("1.5", True, None), ("NaN", False, None),
        ("Infinity", False, None), ("1e999999", False, None), ("١٢", False, None), ("0x10", False, None),
        ("1_000", False, None), ("9" * 21, False, None), ("12 %", False, None),
    ],
)  # fmt: skip
def test_numbers_are_read_exactly_or_not_at_all(text: str, comma: bool, value: str | None) -> None:
    found = read_exactly(text, comma=comma)
    assert isinstance(found, Fault) if value is None else found == Decimal(value)


def test_factors_are_exact() -> None:
    assert counted(Decimal("12345678901234567890.123456789"), Decimal("0.000001")) == Decimal(
        "12345678901234.567890123456789"
    )
    assert read_factor("0,001") == Decimal("0.001")
    assert read_factor(" ") == 1
    assert isinstance(read_factor("1.000.000"), Fault)


@pytest.mark.parametrize(
    ("text", "sdmx", "read"),
    [
        ("2026-M03", True, "2026-03"), ("2026-A1", True, "2026"), ("2026-Q1", True, "2026-Q1"),
        ("2026-03-01", True, "2026-03-01"), ("2026-03-01T00:00:00", False, "2026-03-01"),
        ("2026-02-30", False, "2026-02-30"),
        ("Maret 2026", False, "Maret 2026"),
    ],
)  # fmt: skip
def test_periods_of_programs(text: str, sdmx: bool, read: str) -> None:
    assert str(period_of(text, sdmx=sdmx)) == read


def test_a_mapping_is_kept_as_data() -> None:
    full = replace(PLAIN, only={"kode": "3603"}, comma=True, reason="Diperbarui di portal")
    assert SeriesMapping.from_content(json.loads(json.dumps(full.content()))) == full


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (replace(PLAIN, parts={"nilai": Part.VALUE}), "one-period"),
        (replace(PLAIN, parts={"bulan": Part.PERIOD}), "no-value-column"),
        (replace(PLAIN, series={("nilai",): Meant("")}), "no-series"),
        (replace(PLAIN, series={("nilai",): Meant("desa-daring", Decimal(0))}), "no-factor"),
        (replace(PLAIN, reason="x" * 501), "too-long"),
        (replace(PLAIN, only={"kode": "a\u202eb"}), "unprintable"),
        (
            replace(PLAIN, series={("nilai", str(one)): Meant("desa-daring") for one in range(501)}),
            "too-many-series",
        ),
    ],
)
def test_what_cannot_be_meant(given: SeriesMapping, code: str) -> None:
    assert [fault.code for fault in faults_of(given)] == [code]
    assert faults_of(PLAIN) == []


def test_what_another_office_has_said_stays() -> None:
    both = replace(PLAIN, series={("nilai", "a"): Meant("rahasia"), ("nilai", "b"): Meant("desa-daring")})

    def codes(given: SeriesMapping, *others: str) -> list[str]:
        faults = faults_of_measures(given, both, reported={"desa-daring"}, others=others or ("rahasia",))
        return [fault.code for fault in faults]

    assert codes(replace(both, series={**both.series, ("nilai", "b"): Meant("")})) == []
    assert codes(replace(both, series={("nilai", "b"): Meant("desa-daring")})) == ["series-of-others"]
    assert codes(replace(both, series={**both.series, ("nilai", "a"): Meant("desa-daring")})) == ["series-of-others"]
    assert codes(replace(both, only={"kode": "1"})) == ["mapping-of-others"]
    assert codes(replace(both, series={**both.series, ("nilai", "c"): Meant("rahasia")})) == ["unknown-measure"]
    # A measure that has ended belongs to no office: it delays nobody.
    assert codes(replace(both, only={"kode": "1"}, series={("nilai", "b"): Meant("desa-daring")}), "lain") == []
    assert [one.code for one in faults_of_removing(both, {"rahasia"})] == ["removes-of-others"]
    assert faults_of_removing(both, {"lain"}) == []
