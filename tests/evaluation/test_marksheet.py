"""Mark sheets: every way to write a mark, and every fault at its row and column, all at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.selection import examples
from pilar import index
from pilar.areas.reference import directory
from pilar.evaluation import reference
from pilar.evaluation.rules.marks import read_mark
from pilar.evaluation.rules.marksheet import MarkSheet, Scoring, rank_sheet, read_sheet
from pilar.platform.errors import Fault, Faults
from pilar.platform.tables import Percent, inspect_table

HEADER = "region,baseline,output,outcome,impact,quick_win"
TANGERANG = "36.03,3.88,3.26,3.44,2.74,3.67"


@pytest.fixture(scope="module")
def instrument() -> index.Instrument:
    return reference.instrument("smart-city-2023")


def sheet(folder: Path, instrument: index.Instrument, *lines: str, finals: bool = False) -> MarkSheet:
    path = folder / "marks.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_sheet(inspect_table(path), instrument, directory(), finals=finals)


def scored(folder: Path, instrument: index.Instrument, *lines: str) -> Scoring:
    return rank_sheet(sheet(folder, instrument, *lines))


def faults(folder: Path, instrument: index.Instrument, *lines: str) -> tuple[Fault, ...]:
    with pytest.raises(Faults) as refused:
        scored(folder, instrument, *lines)
    return refused.value.faults


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("3.88", Decimal("3.88")),
        ("3,88", Decimal("3.88")),
        (" 3 ", Decimal(3)),
        ("\u00a03,5\u00a0", Decimal("3.5")),
        ("+1", Decimal(1)),
        ("-1", Decimal(-1)),
        (Decimal("3.88"), Decimal("3.88")),
        ("9/10", index.Ratio(Decimal(9), Decimal(10))),
        ("1.234,5", Decimal("1234.5")),
        ("1,234.5", Decimal("1234.5")),
        ("9,5 / 10.0", index.Ratio(Decimal("9.5"), Decimal("10.0"))),
        ("", None),
        ("-", None),
        ("–", None),
        ("—", None),
    ],
)
def test_usual_ways_to_write_a_mark(cell: str | Decimal, answer: object) -> None:
    assert read_mark(cell) == answer


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("three", "not-a-number"),
        ("n/a", "not-a-number"),
        ("NaN", "not-a-number"),
        ("Infinity", "not-a-number"),
        ("1e999", "not-a-number"),
        ("0x10", "not-a-number"),
        ("3_0", "not-a-number"),
        (".5", "not-a-number"),
        ("3.", "not-a-number"),
        ("--3", "not-a-number"),
        ("9/", "not-a-number"),
        ("1" * 400, "not-a-number"),
        (True, "not-a-number"),
        ("85%", "percent-sign"),
        ("85 %", "percent-sign"),
        (Percent(Decimal(85)), "percent-sign"),
        ("1.200", "two-ways"),
        ("٣", "foreign-digits"),
        ("３", "foreign-digits"),
        ("09-Okt", "date"),
        ("9-Oct", "date"),
        ("09/10/2026", "date"),
        ("2026-10-09", "date"),
        (dt.date(2026, 10, 9), "date"),
        (dt.datetime(2026, 10, 9, tzinfo=dt.UTC), "date"),
        (dt.time(9, 10), "date"),
        (dt.timedelta(hours=1), "date"),
    ],
)
def test_what_is_no_mark_is_refused_with_its_own_sentence(cell: object, code: str) -> None:
    refused = read_mark(cell)  # type: ignore[arg-type]
    assert isinstance(refused, Fault)
    assert refused.code == code
    assert len(refused.text()) < 300


@given(text=st.text(max_size=40))
def test_any_text_is_a_mark_blank_or_refused(text: str) -> None:
    answer = read_mark(text)
    assert answer is None or isinstance(answer, Decimal | index.Ratio | Fault)
    if isinstance(answer, Decimal):
        assert answer.is_finite()


def test_tangerang_is_scored(tmp_path: Path, instrument: index.Instrument) -> None:
    (row,) = scored(tmp_path, instrument, HEADER, TANGERANG).rows
    assert row.region.name == "Kabupaten Tangerang"
    assert row.result.final == Fraction("3.354")
    assert row.result.published() == Decimal("3.35")
    assert (row.rank, row.improvement) == (1, None)


@pytest.mark.parametrize(
    "header",
    [
        "region,baseline,output,outcome,impact,quick_win",
        "Wilayah,BASELINE,Output,outcome,Impact,Quick Win",
        "daerah,name,baseline,output,outcome,impact,quick-win",
    ],
)
def test_headers_as_people_write_them(tmp_path: Path, instrument: index.Instrument, header: str) -> None:
    line = TANGERANG.replace("36.03,", "36.03,Tangerang,") if "name" in header else TANGERANG
    assert scored(tmp_path, instrument, header, line).rows[0].result.final == Fraction("3.354")


def test_columns_go_by_titles_in_both_languages(tmp_path: Path, instrument: index.Instrument) -> None:
    for language in ("id", "en"):
        titles = [node.title[language] for node in instrument.root.children]
        header = ";".join(["region", *titles])
        assert scored(tmp_path, instrument, header, TANGERANG.replace(",", ";")).rows[0].rank == 1


def test_decimal_commas_between_semicolons(tmp_path: Path, instrument: index.Instrument) -> None:
    line = TANGERANG.replace(",", ";").replace(".", ",")
    assert scored(tmp_path, instrument, HEADER.replace(",", ";"), line).rows[0].result.final == Fraction("3.354")


def test_blank_marks_are_missing_and_give_bounds(tmp_path: Path, instrument: index.Instrument) -> None:
    (row,) = scored(tmp_path, instrument, HEADER, "36.03,3.88,3.26,,-,3.67").rows
    assert row.result.missing == ("outcome", "impact")
    assert isinstance(row.result.final, index.NoScore)
    assert row.rank is None
    assert row.result.lowest < row.result.highest


def test_marks_may_stand_at_the_leaves(tmp_path: Path, instrument: index.Instrument) -> None:
    codes = [node.code for node in instrument.leaves]
    marks = ["9/10" if node.mark and node.mark.kind == "ratio" else "3" for node in instrument.leaves]
    (row,) = scored(tmp_path, instrument, ",".join(["region", *codes]), ",".join(["36.03", *marks])).rows
    assert row.result.missing == ()
    assert isinstance(row.result.final, Fraction)


def test_order_of_columns_and_rows_changes_nothing(tmp_path: Path, instrument: index.Instrument) -> None:
    kediri = "35.71,3.60,3.21,3.23,3.07,3.65"
    forth = scored(tmp_path, instrument, HEADER, TANGERANG, kediri)
    back = scored(tmp_path, instrument, HEADER, kediri, TANGERANG)
    assert {row.region: row.rank for row in forth.rows} == {row.region: row.rank for row in back.rows}
    assert [row.region.code for row in back.rows] == ["35.71", "36.03"]


def test_every_fault_is_told_at_once_with_row_and_column(tmp_path: Path, instrument: index.Instrument) -> None:
    found = faults(
        tmp_path,
        instrument,
        HEADER,
        "36.03,3.88,3.26,3.44,2.74,3.67",
        "Tangerang,3,3,3,3,3",
        "Kab. Tangerng,3,3,3,3,3",
        "qqqq,3,3,3,3,3",
        ",3,3,3,3,3",
        "kab tangerang,4.5,three,85%,-1,3.88",
    )
    assert Counter(fault.code for fault in found) == {
        "ambiguous-region": 1,
        "unknown-region": 2,
        "no-region": 1,
        "region-twice": 1,
        "not-a-number": 1,
        "percent-sign": 1,
        "out-of-scale": 2,
    }
    places = {fault.code: fault.place for fault in found}
    out_of_scale = [fault.place for fault in found if fault.code == "out-of-scale"]
    assert places["ambiguous-region"].startswith("marks.csv, ")
    assert " 3, " in places["ambiguous-region"]
    assert "region (A)" in places["ambiguous-region"]
    assert " 7, " in places["not-a-number"]
    assert "output (C)" in places["not-a-number"]
    assert ["baseline (B)" in out_of_scale[0], "impact (E)" in out_of_scale[1]] == [True, True]
    assert all(fault.text() for fault in found)


def test_faults_stand_by_row_then_column(tmp_path: Path, instrument: index.Instrument) -> None:
    header = "impact,colour,output,baseline,region,outcome,quick_win,wilayah"
    found = faults(tmp_path, instrument, header, "three,x,9,85%,qqqq,5,x,")
    assert [fault.code for fault in found] == ["unknown-column", "column-twice", "not-a-number", "out-of-scale",
        "percent-sign", "out-of-scale", "not-a-number"]  # fmt: skip
    assert [fault.place[-2] for fault in found] == list("BHACDFG")
    found = faults(tmp_path, instrument, header.replace(",wilayah", ""), "three,x,9,85%,qqqq,5,x")
    assert [fault.place[-2] for fault in found] == list("BACDEFG")


def test_a_fraction_where_a_whole_mark_is_asked(tmp_path: Path, instrument: index.Instrument) -> None:
    leaf = next(node for node in instrument.leaves if node.mark and node.mark.kind == "level")
    codes = [node.code for node in instrument.leaves]
    marks = ["2.5" if node is leaf else "" for node in instrument.leaves]
    (fault,) = faults(tmp_path, instrument, ",".join(["region", *codes]), ",".join(["36.03", *marks]))
    assert fault.code == "not-whole"
    assert leaf.code in fault.place


def test_a_ratio_where_none_is_asked(tmp_path: Path, instrument: index.Instrument) -> None:
    (fault,) = faults(tmp_path, instrument, HEADER, "36.03,9/10,3,3,3,3")
    assert fault.code == "not-a-ratio"


def test_two_levels_of_one_branch(tmp_path: Path, instrument: index.Instrument) -> None:
    child = instrument.node("output").children[0]
    found = faults(tmp_path, instrument, f"{HEADER},{child.code}", f"{TANGERANG},3")
    assert [fault.code for fault in found] == ["mixed-levels"]


@pytest.mark.parametrize(
    ("header", "line", "codes"),
    [
        ("region,baseline,output,outcome,impact", "36.03,1,1,1,1", ["missing-column"]),
        ("region,baseline,output", "36.03,1,1", ["missing-column"] * 3),
        ("region", "36.03", ["no-mark-column"]),
        ("baseline,output,outcome,impact,quick_win", "1,1,1,1,1", ["no-region-column"]),
        (f"region,{HEADER}", f"36.03,{TANGERANG}", ["column-twice"]),
        (f"{HEADER},Baseline", f"{TANGERANG},1", ["column-twice"]),
        (f"{HEADER},wilayah", f"{TANGERANG},36.03", ["column-twice"]),
        (f"{HEADER},colour", f"{TANGERANG},red", ["unknown-column"]),
        (HEADER.replace("impact", "impakt"), TANGERANG, ["unknown-column", "missing-column"]),
    ],
)
def test_headers_that_do_not_fit(
    tmp_path: Path, instrument: index.Instrument, header: str, line: str, codes: list[str]
) -> None:
    assert [fault.code for fault in faults(tmp_path, instrument, header, line)] == codes


def test_an_unknown_column_gets_the_nearest_node(tmp_path: Path, instrument: index.Instrument) -> None:
    first = faults(tmp_path, instrument, HEADER.replace("impact", "impakt"), TANGERANG)[0]
    assert first.fields["near"] == "impact"


def test_a_missing_column_is_named_at_the_highest_level(tmp_path: Path, instrument: index.Instrument) -> None:
    children = [child.code for child in instrument.node("output").children]
    header = ",".join(["region", "baseline", children[0], "outcome", "impact", "quick_win"])
    found = faults(tmp_path, instrument, header, "36.03,1,,1,1,1")
    assert {fault.fields["node"] for fault in found if fault.code == "missing-column"} == set(children[1:])


def test_a_title_of_several_nodes_asks_for_the_code(tmp_path: Path) -> None:
    same = {"id": "Sama", "en": "Same"}
    root = index.Node(
        "final", {"id": "Akhir", "en": "Final"}, children=tuple(index.Node(code, same) for code in ("one", "two"))
    )
    scale = index.Scale(Decimal(0), Decimal(4))
    twins = index.Instrument("twins", "1", same, None, scale, root)
    found = sheet(tmp_path, twins, "region,same,two", "36.03,1,1").faults
    assert [fault.code for fault in found] == ["ambiguous-column", "missing-column"]
    assert found[0].fields["codes"] == "one, two"


def test_faults_of_form_come_with_the_others(tmp_path: Path, instrument: index.Instrument) -> None:
    found = faults(tmp_path, instrument, HEADER, f"{TANGERANG},9", "qqqq,1,1,1,1,1")
    assert [fault.code for fault in found] == ["long-row", "unknown-region"]


def test_a_workbook_is_scored_as_it_looks(tmp_path: Path, instrument: index.Instrument) -> None:
    path = tmp_path / "marks.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER.split(","))
        page.write_row(1, 0, ["Kab. Tangerang", 3.88, "3,26", 3.44, 2.74, 3.67])
        page.write_row(2, 0, [35.71, 3.6, 3.21, 3.23, 3.07, 3.65])
    results = rank_sheet(read_sheet(inspect_table(path), instrument, directory())).rows
    assert [row.result.final for row in results] == [Fraction("3.354"), Fraction("3.315")]


def test_a_workbook_tells_formulas_dates_and_wrong_marks_together(tmp_path: Path, instrument: index.Instrument) -> None:
    path = tmp_path / "marks.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER.split(","))
        page.write_row(1, 0, ["36.03", 3.88, 9, True])
        page.write_datetime(1, 4, dt.date(2026, 10, 9), book.add_format({"num_format": "d-mmm"}))
        page.write_formula(1, 5, "=1+2", None, 3)
    found = read_sheet(inspect_table(path), instrument, directory()).faults
    assert [fault.code for fault in found] == ["formulas", "out-of-scale", "not-a-number", "date"]
    assert found[0].fields["cells"] == "F2"
    assert "impact (E)" in found[3].place


def previous(folder: Path, instrument: index.Instrument, *lines: str) -> MarkSheet:
    return sheet(folder, instrument, *lines, finals=True)


def test_improvement_is_signed_and_blank_for_newcomers(tmp_path: Path, instrument: index.Instrument) -> None:
    before = previous(tmp_path, instrument, "region,final", "36.03,3.23", "35.71,3.50")
    lines = (HEADER, TANGERANG, "35.71,3.60,3.21,3.23,3.07,3.65", "15.71,3.84,3.18,3.53,3.63,3.35")
    now = rank_sheet(sheet(tmp_path, instrument, *lines), before)
    assert [row.improvement for row in now.rows] == [Decimal("0.12"), Decimal("-0.18"), None]
    assert now.comparable


def test_last_years_marks_are_scored_and_subtracted_as_published(tmp_path: Path, instrument: index.Instrument) -> None:
    before = previous(tmp_path, instrument, HEADER, "36.03,3,3,3,3,3")
    now = rank_sheet(sheet(tmp_path, instrument, HEADER, TANGERANG), before)
    assert now.rows[0].improvement == Decimal("0.35")


def test_of_last_years_result_file_only_the_finals_count(tmp_path: Path, instrument: index.Instrument) -> None:
    lines = ("region,name,baseline,final,rank,missing", "36.03,Kabupaten Tangerang,3.9,3.23,1,")
    before = previous(tmp_path, instrument, *lines)
    assert before.faults == ()
    now = rank_sheet(sheet(tmp_path, instrument, HEADER, TANGERANG), before)
    assert now.rows[0].improvement == Decimal("0.12")


def test_another_instrument_last_year_is_not_comparable(tmp_path: Path, instrument: index.Instrument) -> None:
    other = reference.instrument("smart-city-2022")
    before = previous(tmp_path, other, "region,final", "36.03,3.23")
    now = rank_sheet(sheet(tmp_path, instrument, HEADER, TANGERANG), before)
    assert not now.comparable
    assert now.rows[0].improvement == Decimal("0.12")


def test_faults_of_both_years_are_told_at_once(tmp_path: Path, instrument: index.Instrument) -> None:
    before = previous(tmp_path, instrument, "region,final", "36.03,9")
    with pytest.raises(Faults) as refused:
        rank_sheet(sheet(tmp_path, instrument, HEADER, "36.03,x,1,1,1,1"), before)
    assert [fault.code for fault in refused.value.faults] == ["not-a-number", "out-of-scale"]


CELLS = st.text(max_size=12) | st.sampled_from(["3.5", "3,5", "", "-", "36.03", "9/10", "1e999", "Sleman", '"', "85%"])
HEADERS = st.sampled_from([*HEADER.split(","), "final", "name", "", "Quick Win", "output_policy"]) | st.text(max_size=8)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.lists(HEADERS, min_size=1, max_size=8), rows=st.lists(st.lists(CELLS, max_size=9), max_size=6))
def test_any_sheet_is_scored_or_refused(
    tmp_path: Path, instrument: index.Instrument, header: list[str], rows: list[list[str]]
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes("\n".join(",".join(cells) for cells in [header, *rows]).encode("utf-8", "replace"))
    found: tuple[Fault, ...] = ()
    try:
        read = read_sheet(inspect_table(path), instrument, directory())
        assert rank_sheet(read).rows
    except Faults as refused:
        found = refused.faults
    assert all(fault.text() for fault in found)
