"""``pilar index``: a file and a table in, every report out; faults at their cells."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation

from evaluation.composites import HEADER, TWO, files, told
from pilar.evaluation import commands
from pilar.evaluation.commands.composite.report import NoSuchNode, NoSuchUnit, NoSuchYear, NothingUncertain
from pilar.evaluation.commands.composite.reports import REPORTS
from pilar.evaluation.commands.composite.units import UnitNeeded
from pilar.evaluation.reference import UnknownInstrument
from pilar.platform.console import NotAnOutputFile
from pilar.platform.errors import Faults

ROOT = Path(__file__).parents[2]
SPEC, DATA = ROOT / "examples" / "composite.yaml", ROOT / "examples" / "composite.csv"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PILAR_LANGUAGE", "en")
    with translation.override("en"):
        yield


def test_two_indicators_by_hand(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER, "p,10,5,100", 'q,"30",9,100', "r,60,7,200")
    answer = json.loads(run(*given, "--format", "json"))
    assert answer["index"]["code"] == "two"
    assert [(row["unit"], row["final"], row["rank"]) for row in answer["results"]] == [
        ("p", 5, 2),
        ("q", 5, 2),
        ("r", 7.5, 1),
    ]


def test_the_table_is_sorted_by_rank_and_rounds_half_up(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100", "r,60.0025,7,200")
    lines = run(*given).splitlines()
    assert lines[:3] == ["Two", "#  Unit  Schools  Waiting  Index", "1  r       10.00     5.00   7.50"]
    assert lines[-1].startswith("Index two, version 1.0, SHA-256 ")


def test_csv_has_every_node_unrounded(run: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(run(SPEC, DATA, "--format", "csv"))))
    assert len(rows) == 24
    assert list(rows[0]) == [
        "rank",
        "unit",
        "name",
        "year",
        "kind",
        "services",
        "permits_online",
        "waiting_days",
        "clinics",
        "living",
        "poverty",
        "schooling",
        "environment",
        "waste_handled",
        "green_space",
        "final",
        "change",
    ]
    first = {row["unit"]: row for row in rows if row["year"] == "2025"}["S10"]
    assert (first["rank"], first["kind"]) == ("1", "kabupaten")
    parts = [float(first[code]) for code in ("services", "living", "environment")]
    geometric = parts[0] ** 0.4 * parts[1] ** 0.35 * parts[2] ** 0.25
    assert float(first["final"]) == pytest.approx(geometric, rel=1e-12)
    before = next(row for row in rows if row["unit"] == "S10" and row["year"] == "2024")
    assert float(first["change"]) == pytest.approx(float(first["final"]) - float(before["final"]))


def test_the_case_that_the_methodology_works_by_hand(run: Any) -> None:
    rows = json.loads(run(SPEC, DATA, "--format", "json", "--year", "2025"))["results"]
    found = next(row for row in rows if row["unit"] == "S07")
    expected = {
        "permits_online": 23.14,
        "waiting_days": 100,
        "clinics": 3.28,
        "poverty": 56.24,
        "schooling": 99.73,
        "waste_handled": 1,
        "green_space": 100,
        "services": 42.14,
        "living": 77.98,
        "environment": 50.5,
        "final": 54.69,
    }
    assert {code: found[code] for code in expected} == pytest.approx(expected, abs=0.0051)
    assert found["rank"] == 4
    told = json.loads(run(SPEC, DATA, "--show", "uncertainty", "--format", "json", "--year", "2025"))["uncertainty"]
    robust = next(row for row in told if row["unit"] == "S07")
    assert (robust["low"], robust["high"]) == (4, 12)


@pytest.mark.parametrize("show", list(REPORTS))
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_every_report_in_every_form(run: Any, tmp_path: Path, show: str, form: str) -> None:
    other: tuple[object, ...] = ()
    if show == "weight-sets":
        (tmp_path / "sets.csv").write_text("code,ours\nservices,1\nliving,1\nenvironment,1\n", encoding="utf-8")
        other = ("--weight-sets", tmp_path / "sets.csv")
    text = run(SPEC, DATA, "--show", show, "--unit", "S07", "--runs", "20", "--format", form, *other)
    if form == "json":
        answer = json.loads(text)
        assert list(answer) == ["index", show, "notes", "unused"]
        assert answer[show]
    elif form == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) > 1
    else:
        assert text.startswith("Example of a composite index (synthetic data)\n")
        assert "nan" not in text


def test_the_list_of_reports_is_that_of_the_help() -> None:
    assert tuple(REPORTS) == commands.SHOWN


def test_an_explanation_walks_down_to_the_table(run: Any) -> None:
    arguments = ("--show", "explanation", "--unit", "Contoh 04", "--year", "2024", "--node", "services")
    rows = json.loads(run(SPEC, DATA, *arguments, "--format", "json"))["explanation"]
    assert rows[0]["rule"] == "Weighted mean of 2 of 3 parts; reweight."
    waiting = [row for row in rows if row["node"] == ". waiting_days"]
    assert [row["rule"] for row in waiting] == ["The table has no value.", "Blanks are not filled."]
    assert (waiting[0]["weight"], waiting[0]["used"]) == (pytest.approx(100 / 3), 0)
    parts = [row["contribution"] for row in rows if row["contribution"] is not None]
    assert sum(parts) == pytest.approx(rows[0]["value"])


def test_uncertainty_is_reproducible(run: Any) -> None:
    arguments = (SPEC, DATA, "--show", "uncertainty", "--runs", "50", "--format", "csv")
    assert run(*arguments) == run(*arguments)
    assert run(*arguments) != run(*arguments, "--seed", "2")


def test_uncertainty_needs_something_uncertain(run: Any) -> None:
    arguments = (
        "smart-city-2023",
        ROOT / "examples" / "three-regions.csv",
        "--show",
        "uncertainty",
        "--format",
        "json",
    )
    with pytest.raises(NothingUncertain):
        run(*arguments)
    # Tangerang leads Kediri by 0.039; at worst, weights that are off by a fifth take 0.034 of it.
    found = {row["unit"]: row for row in json.loads(run(*arguments, "--weights", "20"))["uncertainty"]}
    assert (found["Kota Jambi"]["low"], found["Kota Jambi"]["high"]) == (1, 1)
    assert (found["Kota Kediri"]["low"], found["Kota Kediri"]["high"]) == (3, 3)
    found = {row["unit"]: row for row in json.loads(run(*arguments, "--weights", "80"))["uncertainty"]}
    assert (found["Kota Kediri"]["low"], found["Kota Kediri"]["high"]) == (2, 3)


def test_an_instrument_takes_the_place_of_a_spec(run: Any) -> None:
    text = run("smart-city-2023", ROOT / "examples" / "three-regions.csv", "--format", "json")
    answer = json.loads(text)["results"]
    assert [(row["unit"], row["rank"]) for row in answer] == [
        ("Kab. Tangerang", 2),
        ("Kota Kediri", 3),
        ("Kota Jambi", 1),
    ]
    assert answer[0]["final"] == pytest.approx(3.354)


def test_a_workbook_with_a_decimal_comma_and_powers_of_ten(run: Any, tmp_path: Path) -> None:
    spec, _ = files(tmp_path, HEADER)
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Wilayah", "Sekolah", "Lama tunggu", "heads"])
        sheet.write_row(1, 0, ["p", 10, "5,5", "1e2"])
        sheet.write_row(2, 0, ["q", 0.3, "-", 1])
        sheet.write_row(3, 0, ["r", 20, 0.5, 100])
    answer = json.loads(run(spec, path, "--format", "json"))["results"]
    assert [row["waiting"] for row in answer] == [0, None, 10]
    assert [row["schools"] for row in answer] == pytest.approx([0, 10, 5])


def test_every_fault_of_a_table_at_its_cell(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER, "p,ten,5,100", ",1,9/10,100", "q,1.00.000,7,100")
    lines = told(run, *given)
    assert [line.partition(": ")[0] for line in lines] == [
        "two.csv, row 2, column schools (B)",
        "two.csv, row 3, column unit (A)",
        "two.csv, row 3, column waiting (C)",
        "two.csv, row 4, column schools (B)",
    ]


def test_what_a_cell_that_can_be_read_has_wrong_is_told_beside_those_that_cannot(run: Any, tmp_path: Path) -> None:
    rows = ["p,ten,5,100", "q,1,9,0", "p,2,1e70,100", ",3,7,100", ",4,8,100"]
    lines = told(run, *files(tmp_path, HEADER, *rows))
    assert [line.partition(": ")[0] for line in lines] == [
        "two.csv, row 2, column schools (B)",
        "two.csv, row 5, column unit (A)",
        "two.csv, row 6, column unit (A)",
        "two.csv, row 4",
        "two.csv, row 4, column waiting (C)",
        "two.csv, row 3, column schools (B)",
    ]


def test_faults_of_the_engine_are_told_at_their_cells(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER, "p,10,5,0", "q,3,9,100", "q,4,9,-1")
    assert [line.partition(": ")[0] for line in told(run, *given)] == [
        "two.csv, row 4",
        "two.csv, row 2, column schools (B)",
        "two.csv, row 4, column schools (B)",
    ]
    given = files(tmp_path, HEADER, "p,10,5,1", "p,3,9,2", "p,4,8,3")
    assert told(run, *given) == [f"two.csv, row {row}: p stands twice." for row in (3, 4)]
    given = files(tmp_path, HEADER, "p,10,5,0", "q,3,9,100", "r,4,9,-1")
    assert [line.partition(": ")[0] for line in told(run, *given)] == [
        "two.csv, row 2, column schools (B)",
        "two.csv, row 4, column schools (B)",
    ]
    given = files(tmp_path, HEADER, "p,10,5,1", "q,3,5,100")
    assert told(run, *given) == [
        "two.csv, column waiting (C): waiting is the same for all units, so this normalisation is not defined for it."
    ]


def test_columns_that_are_missing_or_twice(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, "unit,schools,Sekolah,more", "p,1,2,3")
    assert told(run, *given) == [
        "two.csv, row 1, column Sekolah (C): The column means the same as column schools (B).",
        "two.csv, row 1: The column “waiting” is missing.",
        "two.csv, row 1: The column “heads” is missing.",
    ]


def test_codes_that_name_the_tables_own_columns(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, "unit,year,waiting,heads", "p,1,2,3", spec=TWO.replace("code: schools", "code: year"))
    assert "The index uses the code year, which names a column of its own; choose another code." in told(run, *given)


def test_a_removal_that_moves_nobody_names_nobody(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER, "p,10,5,1", "q,8,7,1", "r,1,9,1")
    rows = json.loads(run(*given, "--show", "removal", "--format", "json"))["removal"]
    assert [(row["most"], row["unit"]) for row in rows] == [(0, None), (0, None)]


def test_columns_that_are_not_used_are_named(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER + ",island", "p,1,2,3,x", "q,2,1,3,y")
    assert "Columns that the index does not use: island." in run(*given)


def test_faults_of_both_files_are_told_together(run: Any, tmp_path: Path) -> None:
    spec, _ = files(tmp_path, HEADER, spec=TWO.replace("higher", "up"))
    lines = told(run, spec, tmp_path / "none.csv")
    assert len(lines) == 2
    assert lines[0].startswith("two.yaml, line 12, final/schools")
    assert "no such file" in lines[1]


def test_choices_that_cannot_be_computed_name_choice_and_cell(run: Any, tmp_path: Path) -> None:
    spec = TWO.replace("tree:", "uncertainty: {aggregation: [geometric-mean]}\ntree:")
    given = files(tmp_path, HEADER, "p,10,5,1", "q,30,9,1", spec=spec)
    assert run(*given)
    lines = told(run, *given, "--show", "uncertainty")
    assert lines[0].startswith("none, none, min-max 0-10, geometric-mean; two.csv, row 2, column schools (B): ")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--show", "profile"), UnitNeeded),
        (("--show", "profile", "--unit", "S99"), NoSuchUnit),
        (("--show", "explanation", "--unit", "S01", "--node", "nothing"), NoSuchNode),
        (("--year", "1999"), NoSuchYear),
        (("--show", "profile", "--unit", "S01", "--year", "1999"), NoSuchYear),
    ],
)
def test_what_does_not_exist(run: Any, arguments: tuple[str, ...], error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        run(SPEC, DATA, *arguments)
    assert str(refused.value)


@pytest.mark.parametrize("name", ["smart-city-1999", "", "no\0name", "."])
def test_an_instrument_that_does_not_exist(run: Any, name: str) -> None:
    with pytest.raises(UnknownInstrument):
        run(name, DATA)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 no text", "yaml"),
        ("format: composite-1\ntitle: \xe9".encode("latin-1"), "encoding"),
        (b"format: composite-1\n" + b"#" * 1_000_001, "too-large"),
        (b"format: composite-1\ntree: [", "yaml"),
        (b"", "empty"),
    ],
)
def test_a_spec_that_cannot_be_read_is_told(run: Any, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(Faults) as refused:
        run(path, DATA)
    assert code in [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize("arguments", [("--runs", "0"), ("--runs", "20001"), ("--seed", "-1"), ("--show", "all")])
def test_options_out_of_range_are_refused(run: Any, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as refused:
        run(SPEC, DATA, *arguments)
    assert refused.value.code == 2


def test_output_goes_to_a_file_but_never_over_the_input(run: Any, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert run(SPEC, DATA, "--format", "csv", "--output", target) == ""
    assert target.read_text(encoding="utf-8").startswith("rank,unit")
    given = files(tmp_path, HEADER, "p,10,5,1", "q,30,9,1")
    for name in given:
        before = Path(name).read_bytes()
        with pytest.raises(NotAnOutputFile):
            run(*given, "--output", name)
        assert Path(name).read_bytes() == before


def test_it_starts_without_django() -> None:
    code = (
        "import sys; from pilar.config.commandline import main; status = main(sys.argv[1:])\n"
        "loaded = {'django', 'scipy', 'python_calamine', 'lokal'} & set(sys.modules)\n"
        "sys.exit(str(loaded) if loaded else status)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PILAR_LANGUAGE": "id"}
    done = subprocess.run(
        [sys.executable, "-c", code, "index", str(SPEC), str(DATA)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert "Contoh indeks komposit" in done.stdout
