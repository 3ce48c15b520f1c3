"""``score``, ``explain`` and ``instruments`` on the command line."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from evaluation.cycle.foreign import INSTRUMENT, MARKS
from pilar.areas.rules import AmbiguousRegion, UnknownRegion
from pilar.evaluation import commands, reference
from pilar.evaluation.commands.explain import NothingPublished, NothingPublishedThatYear
from pilar.evaluation.commands.score import NothingToCompare
from pilar.platform.console import MAX_FAULTS_TOLD, NoFolder, NotAnOutputFile, OutputRefused, emit
from pilar.platform.errors import Faults

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "three-regions.csv"
HEADER = "region,baseline,output,outcome,impact,quick_win"


@pytest.fixture(params=["en"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PILAR_LANGUAGE", request.param)
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], language: str) -> Any:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))

    def ran(*arguments: str | Path) -> str:
        options = parser.parse_args([str(argument) for argument in arguments])
        assert options.run(options) == 0
        return capsys.readouterr().out

    return ran


def marks(folder: Path, *lines: str, name: str = "marks.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_json_has_the_agreed_shape(run: Any) -> None:
    answer = json.loads(run("score", EXAMPLE, "--instrument", "smart-city-2023", "--format", "json"))
    instrument = reference.instrument("smart-city-2023")
    assert answer["instrument"] == {
        "code": "smart-city-2023",
        "version": instrument.version,
        "sha256": instrument.sha256,
    }
    assert "comparable" not in answer
    assert answer["results"][0] == {
        "region": "36.03",
        "name": "Kabupaten Tangerang",
        "scores": {"baseline": "3.88", "output": "3.26", "outcome": "3.44", "impact": "2.74", "quick_win": "3.67"},
        "final": "3.35",
        "final_unrounded": "3.354",
        "rank": 2,
        "improvement": None,
        "missing": [],
    }
    assert [result["final_unrounded"] for result in answer["results"]] == ["3.354", "3.315", "3.475"]
    assert [result["rank"] for result in answer["results"]] == [2, 3, 1]


def test_a_region_without_final_has_nulls(run: Any, tmp_path: Path) -> None:
    path = marks(tmp_path, HEADER, "36.03,3,3,,3,3")
    (result,) = json.loads(run("score", path, "--instrument", "smart-city-2023", "--format", "json"))["results"]
    assert (result["final"], result["final_unrounded"], result["rank"], result["improvement"]) == (None,) * 4
    assert result["missing"] == ["outcome"]
    assert "outcome" not in result["scores"]
    assert "outcome" in run("score", path, "--instrument", "smart-city-2023")


def test_a_blank_row_is_called_blank(run: Any, tmp_path: Path) -> None:
    table = run("score", marks(tmp_path, HEADER, "36.03,,-,,,"), "--instrument", "smart-city-2023")
    assert "Kabupaten Tangerang: the row is blank, so there is no index." in table
    assert "final" not in table


def test_csv_can_be_read_again_as_last_year(run: Any, tmp_path: Path) -> None:
    text = run("score", EXAMPLE, "--instrument", "smart-city-2023", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["region"], row["final"], row["rank"]) for row in rows] == [
        ("36.03", "3.35", "2"),
        ("35.71", "3.32", "3"),
        ("15.71", "3.48", "1"),
    ]
    last_year = tmp_path / "last.csv"
    last_year.write_text(text, encoding="utf-8")
    options = ("--instrument", "smart-city-2023", "--previous", last_year, "--format", "json")
    answer = json.loads(run("score", EXAMPLE, *options))
    assert [result["improvement"] for result in answer["results"]] == ["0.00"] * 3


def test_another_instrument_last_year_is_marked(run: Any, tmp_path: Path) -> None:
    last_year = marks(tmp_path, "region,final", "36.03,3.23", name="last.csv")
    options = ("--instrument", "smart-city-2023", "--previous", last_year, "--previous-instrument", "smart-city-2022")
    answer = json.loads(run("score", EXAMPLE, *options, "--format", "json"))
    assert answer["comparable"] is False
    assert [result["improvement"] for result in answer["results"]] == ["0.12", None, None]
    rows = list(csv.DictReader(io.StringIO(run("score", EXAMPLE, *options, "--format", "csv"))))
    assert {row["comparable"] for row in rows} == {"false"}
    assert "two different instruments" in run("score", EXAMPLE, *options)


def test_finals_of_another_scale_are_not_subtracted(run: Any, tmp_path: Path) -> None:
    """Of the other instrument, from 1 to 5: 49/12, rounded to its three decimals."""
    instrument = tmp_path / "daya-digital.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")
    header = f"region,{','.join(MARKS)}"
    now = marks(tmp_path, header, f"36.03,{','.join({**MARKS, 'services': '70', 'openness': '40'}.values())}")
    last_year = marks(tmp_path, "region,final", "36.03,3.62", name="last.csv")
    options = ("--instrument", instrument, "--previous", last_year, "--previous-instrument", "smart-city-2024")
    (result,) = json.loads(run("score", now, *options, "--format", "json"))["results"]
    assert (result["final"], result["improvement"]) == ("4.083", None)
    assert "another scale" in run("score", now, *options)


def test_an_instrument_of_last_year_needs_its_marks(run: Any) -> None:
    with pytest.raises(NothingToCompare):
        run("score", EXAMPLE, "--instrument", "smart-city-2023", "--previous-instrument", "smart-city-2022")


@pytest.mark.parametrize("language", ["en", "id"], indirect=True)
def test_the_table_is_by_rank_in_80_columns_and_the_readers_language(run: Any, language: str) -> None:
    table = run("score", EXAMPLE, "--instrument", "smart-city-2023")
    body = table.split("\n\n")[0].splitlines()
    assert all(len(line) <= 80 for line in body)
    named = body[-3:]
    assert [line.split()[2] for line in named] == ["Jambi", "Tangerang", "Kediri"]
    assert ("3,35" in named[1]) == (language == "id")
    assert ("3.35" in named[1]) == (language == "en")


def test_long_names_go_on_in_the_next_line(run: Any, tmp_path: Path) -> None:
    path = marks(tmp_path, HEADER, "71.09,3,3,3,3,3", "31.01,3,3,3,3,3")
    body = run("score", path, "--instrument", "smart-city-2023").split("\n\n")[0].splitlines()
    assert all(len(line) <= 80 for line in body)
    assert any(line.strip() == "Kepulauan Seribu" for line in body)


def test_ties_share_a_rank(run: Any, tmp_path: Path) -> None:
    path = marks(tmp_path, HEADER, "36.03,3,3,3,3,3", "35.71,3,3,3,3,3", "15.71,2,2,2,2,2")
    answer = json.loads(run("score", path, "--instrument", "smart-city-2023", "--format", "json"))
    assert [result["rank"] for result in answer["results"]] == [1, 1, 3]


def test_output_goes_whole_into_a_file(run: Any, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    options = ("score", EXAMPLE, "--instrument", "smart-city-2023", "--format", "json", "--output", target)
    assert run(*options) == ""
    assert len(json.loads(target.read_text(encoding="utf-8"))["results"]) == 3
    assert target.stat().st_mode & 0o777 == 0o666 & ~_umask()
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def test_on_faults_nothing_is_written(run: Any, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old", encoding="utf-8")
    path = marks(tmp_path, HEADER, "36.03,9,x,3,3,3")
    with pytest.raises(Faults) as refused:
        run("score", path, "--instrument", "smart-city-2023", "--output", target)
    assert len(refused.value.faults) == 2
    assert target.read_text(encoding="utf-8") == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["marks.csv", "out.json"]


def test_many_faults_are_cut_and_counted(run: Any, tmp_path: Path) -> None:
    path = marks(tmp_path, HEADER, *(f"region {number},1,1,1,1,1" for number in range(200)))
    with pytest.raises(Faults) as refused:
        run("score", path, "--instrument", "smart-city-2023")
    assert len(refused.value.faults) == MAX_FAULTS_TOLD + 1
    assert refused.value.faults[-1].fields == {"rest": 150}


def test_two_files_that_are_not_there_are_both_told(run: Any, tmp_path: Path) -> None:
    with pytest.raises(Faults) as refused:
        run("score", tmp_path / "a.csv", "--instrument", "smart-city-2023", "--previous", tmp_path / "b.csv")
    assert [Path(fault.place).name for fault in refused.value.faults] == ["a.csv", "b.csv"]


def test_a_missing_previous_file_does_not_hide_faults_of_the_file(run: Any, tmp_path: Path) -> None:
    path = marks(tmp_path, HEADER, "qqqq,1,1,1,1,1")
    with pytest.raises(Faults) as refused:
        run("score", path, "--instrument", "smart-city-2023", "--previous", tmp_path / "b.csv")
    assert [fault.code for fault in refused.value.faults] == ["no-file", "unknown-region"]


@pytest.mark.parametrize(
    ("output", "error"),
    [("absent/out.json", NoFolder), (".", NotAnOutputFile), ("marks.csv", NotAnOutputFile), ("x" * 300, OutputRefused)],
)
def test_where_nothing_can_be_written(tmp_path: Path, output: str, error: type[OutputRefused]) -> None:
    read = marks(tmp_path, "old")
    with pytest.raises(error) as refused:
        emit("new", str(tmp_path / output), read=(str(read),))
    assert refused.value.text()
    assert read.read_text(encoding="utf-8") == "old\n"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_that_exists_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "kept"
    target.write_text("old", encoding="utf-8")
    target.chmod(mode)
    emit("new", str(target))
    assert target.stat().st_mode & 0o7777 == mode
    assert target.read_text(encoding="utf-8") == "new"


def test_output_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "true")
    (tmp_path / "true").write_text("old", encoding="utf-8")
    emit("new", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "true").read_text(encoding="utf-8") == "new"


def test_explain_tangerang_2023(run: Any) -> None:
    text = run("explain", "kab. tangerang", "--year", "2023")
    for piece in ("0.388", "0.652", "1.032", "0.548", "0.734", "3.354 → 3.35", "Printed: 3.35", "+0.12", "141"):
        assert piece in text
    assert "https://sorotbanten.com/" in text
    assert reference.instrument("smart-city-2023").sha256 in text
    assert "differs" not in text


def test_explain_as_json(run: Any) -> None:
    answer = json.loads(run("explain", "36.03", "--year", "2023", "--format", "json"))
    (statement,) = answer["statements"]
    computed = statement["computed"]
    assert (computed["final"], computed["final_unrounded"], computed["difference"]) == ("3.35", "3.354", "0.004")
    assert computed["differs"] is False
    assert [part["contribution"] for part in computed["contributions"]] == ["0.388", "0.652", "1.032", "0.548", "0.734"]
    assert [part["weight"] for part in computed["contributions"]] == ["10", "20", "30", "20", "20"]


def test_explain_on_the_rounding_edge(run: Any) -> None:
    text = run("explain", "Kota Kediri", "--year", "2022")
    assert "3.315 → 3.32" in text
    assert "Printed: 3.31" in text
    assert "The printed dimensions are themselves rounded; that explains a difference of up to 0.01." in text


def test_explain_what_cannot_be_computed(run: Any) -> None:
    only_final = run("explain", "Kota Cimahi", "--year", "2024")
    assert "prints no scores below the final" in only_final
    no_instrument = run("explain", "Kabupaten Banjar", "--year", "2020")
    assert "No instrument of 2020 is known" in no_instrument
    assert "baseline: 3.51" in no_instrument
    assert json.loads(run("explain", "63.03", "--year", "2020", "--format", "json"))["instrument"] is None
    assert "prints no final" in run("explain", "Kota Banjarbaru", "--year", "2020")


def test_explain_shows_both_of_two_statements(run: Any) -> None:
    text = run("explain", "Kota Bandung", "--year", "2022")
    assert "Printed: 3.71" in text
    assert "Printed: 3.88" in text
    assert "2 sources" in text


@pytest.mark.parametrize(
    ("region", "year", "error"),
    [
        ("Tangerang", "2023", AmbiguousRegion),
        ("qqqq", "2023", UnknownRegion),
        ("Kabupaten Tangerang", "2019", NothingPublishedThatYear),
        ("Kota Sabang", "2023", NothingPublished),
    ],
)
def test_explain_refuses_what_it_does_not_know(run: Any, region: str, year: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        run("explain", region, "--year", year)


def test_instruments_are_listed(run: Any) -> None:
    lines = run("instruments", "list").splitlines()
    assert len(lines) == 1 + len(reference.instruments())
    for instrument, line in zip(reference.instruments(), lines[1:], strict=True):
        assert line.startswith(instrument.code)
        assert instrument.sha256[:12] in line


def test_an_instrument_is_shown_with_its_weights_and_sources(run: Any) -> None:
    text = run("instruments", "show", "smart-city-2023")
    instrument = reference.instrument("smart-city-2023")
    for node in instrument.nodes:
        assert node.code in text
    for address in instrument.sources:
        assert address in text
    assert "30%" in text
    assert "assumption" in text


def test_check_prints_the_hash_or_every_fault(run: Any, tmp_path: Path) -> None:
    source = reference.data_folder() / "instruments" / "smart-city-2023.yaml"
    assert reference.instrument("smart-city-2023").sha256 in run("instruments", "check", source)
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: 1\ncolour: red\n", encoding="utf-8")
    with pytest.raises(Faults) as refused:
        run("instruments", "check", broken)
    assert len(refused.value.faults) > 1


def test_diff_tells_what_changed(run: Any) -> None:
    assert "same" in run("instruments", "diff", "smart-city-2023", "smart-city-2023")
    text = run("instruments", "diff", "smart-city-2023", "smart-city-sleman")
    assert "final/impact: weight: 20 → 30" in text


def test_scoring_needs_neither_web_framework_nor_numpy() -> None:
    code = (
        "import argparse, sys\n"
        "from pilar.evaluation import commands\n"
        "parser = argparse.ArgumentParser()\n"
        "commands.register(parser.add_subparsers())\n"
        "options = parser.parse_args(sys.argv[1:])\n"
        "options.run(options)\n"
        "loaded = {'django', 'numpy', 'python_calamine', 'lokal'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)\n"
    )
    arguments = ["score", str(EXAMPLE), "--instrument", "smart-city-2023", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PILAR_LANGUAGE": "en"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["results"]) == 3
