"""``pilar index``: what moves the ranks, other weights, the data after each step, outranking and growth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from evaluation.composites import HEADER, TWO, files, told
from pilar.evaluation.commands.composite import pictures
from pilar.evaluation.commands.composite.datasets import NoChildren, NoYears
from pilar.evaluation.commands.composite.moving import NoWeightSets
from pilar.evaluation.commands.composite.pictures import CannotDraw, NoPicture, OutputNeeded
from pilar.evaluation.commands.composite.report import NoSuchUnit

EXAMPLES = Path(__file__).parents[2] / "examples"
SPEC, DATA = EXAMPLES / "composite.yaml", EXAMPLES / "composite.csv"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PILAR_LANGUAGE", "en")
    with translation.override("en"):
        yield


def test_sensitivity_tells_each_choice_with_intervals(run: Any) -> None:
    found = json.loads(run(SPEC, DATA, "--show", "sensitivity", "--runs", "64", "--format", "json"))["sensitivity"]
    assert [row["input"] for row in found] == ["normalisation", "aggregation", "weights"]
    assert all(row["first_low"] <= row["first"] <= row["first_high"] for row in found)
    assert all(row["total_low"] <= row["total"] <= row["total_high"] for row in found)
    table = run(SPEC, DATA, "--show", "sensitivity", "--runs", "8", "--unit", "S07", "--each-weight")
    assert "Of the rank of Contoh 07." in table
    assert "green_space" in table


def test_other_weights_come_from_a_file(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100")
    sets = tmp_path / "sets.csv"
    sets.write_text("code;waiting only;both\nschools;0;1\nwaiting;1;3,0\n", encoding="utf-8")
    answer = run(*given, "--show", "weight-sets", "--weight-sets", sets, "--format", "json")
    rows = json.loads(answer)["weight-sets"]
    assert [(row["waiting only:index"], row["both:index"]) for row in rows] == [(10, 7.5), (0, 2.5)]
    assert [row["both:rank"] for row in rows] == [1, 2]
    with pytest.raises(NoWeightSets):
        run(*given, "--show", "weight-sets")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("code,w\nschools,1\n", ["sets.csv: The weights w name some children of final, but not all."]),
        (
            "code,w\nschools,x\nwaiting,1\n",
            ["sets.csv, row 2, column w (B): “x” is no number. Write it such as 1250 or 2.5"],
        ),
        ("name,w\nschools,1\n", ["sets.csv, row 1: The weights need a column “code” and a column for each set."]),
        ("code,w\nschools,1\nschools,1\nwaiting,1\n", ["sets.csv, column code (A): The node schools stands twice."]),
    ],
)
def test_other_weights_that_do_not_fit_are_told(run: Any, tmp_path: Path, text: str, faults: list[str]) -> None:
    given = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100")
    sets = tmp_path / "sets.csv"
    sets.write_text(text, encoding="utf-8")
    found = told(run, *given, "--weight-sets", sets)
    assert [line.replace(f"{tmp_path}/", "").strip("- ") for line in found] == faults


def test_the_data_after_each_step(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100")

    def shown(step: str) -> list[list[float]]:
        rows = json.loads(run(*given, "--show", step, "--format", "json"))[step]
        return [[row["schools"], row["waiting"]] for row in rows]

    assert shown("raw") == [[10, 5], [30, 9]]
    assert shown("imputed") == shown("treated") == [[0.1, 5], [0.3, 9]]
    assert shown("normalised") == [[0, 10], [10, 0]]
    assert "final" in run(*given, "--show", "aggregated", "--format", "csv").splitlines()[0]


def test_outranking_and_growth(run: Any, tmp_path: Path) -> None:
    given = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100")
    rows = json.loads(run(*given, "--show", "outranking", "--format", "json"))["outranking"]
    assert [(row["over:p"], row["over:q"]) for row in rows] == [(None, 50), (50, None)]
    with pytest.raises(NoYears):
        run(*given, "--show", "growth")
    with pytest.raises(NoChildren):
        run(*given, "--show", "outranking", "--node", "schools")
    grown = json.loads(run(SPEC, DATA, "--show", "growth", "--node", "poverty", "--format", "json"))["growth"]
    first = next(row for row in grown if row["unit"] == "S01")
    assert (first["start"], first["end"], first["first"], first["last"]) == (10.28, 10.44, 2024, 2025)
    assert first["rate"] == pytest.approx(100 * (10.44 / 10.28 - 1))


def test_a_flat_table_describes_an_index(run: Any, tmp_path: Path) -> None:
    table = tmp_path / "flat.csv"
    table.write_text("kode;induk;bobot;arah\nschools;;1;+\nwaiting;;3;-\n", encoding="utf-8")
    _, data = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100")
    assert "divided by their sum" in run(table, data)
    rows = json.loads(run(table, data, "--format", "json"))["results"]
    assert [row["final"] for row in rows] == [75, 25]
    table.write_text("kode;induk;bobot;arah\nschools;z;1;+\nwaiting;;3;up\n", encoding="utf-8")
    assert [line.replace(f"{tmp_path}/", "").strip("- ") for line in told(run, table, data)] == [
        "flat.csv, row 3: The direction is up; it must be higher or lower, + or -.",
        "flat.csv, row 2: schools lies below z, which has no row of its own.",
    ]
    table.write_text("kode;bobot\nschools;1\n", encoding="utf-8")
    assert "missing: parent, direction" in told(run, table, data)[0]


def test_the_weights_of_a_flat_table_are_read_as_the_column_writes_them(run: Any, tmp_path: Path) -> None:
    table = tmp_path / "flat.csv"
    _, data = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100")

    def described(*weights: str) -> None:
        rows = zip(("schools", "waiting"), weights, "+-", strict=True)
        text = "".join(f"{code};;{weight};{sign}\n" for code, weight, sign in rows)
        table.write_text(f"kode;induk;bobot;arah\n{text}", encoding="utf-8")

    described("1.000", "333,5")
    rows = json.loads(run(table, data, "--format", "json"))["results"]
    assert [row["final"] for row in rows] == pytest.approx([100 * 333.5 / 1333.5, 100 * 1000 / 1333.5])
    for wrong, line in (
        ("nan", "row 3, column bobot (C): “nan” is no number. Write it such as 1250 or 2.5"),
        ("1e99", "row 3: The weight 1E+99 is too far from 1."),
    ):
        described("1", wrong)
        (found,) = told(run, table, data)
        assert found.endswith(f"flat.csv, {line}")


def test_a_set_that_stands_in_two_places_is_told_once(run: Any, tmp_path: Path) -> None:
    own = "uncertainty: {weight_sets: [{code: w, weights: {schools: 1, waiting: 1}}]}\n"
    given = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100", spec=TWO + own)
    sets = tmp_path / "sets.csv"
    sets.write_text("code,w\nschools,1\nwaiting,1\n", encoding="utf-8")
    (line,) = told(run, *given, "--weight-sets", sets)
    assert "The set w stands in the description of the index already." in line


def test_a_unit_without_a_rank_is_not_called_unmoved(run: Any, tmp_path: Path) -> None:
    spec = TWO.replace("  children:", "  missing: require\n  children:")
    given = files(tmp_path, HEADER, "p,10,5,100", "q,30,1,100", "r,,7,100", spec=spec)
    asked = (*given, "--show", "sensitivity", "--runs", "8", "--weights", "10", "--unit")
    assert "It has no rank in some of the computed indices" in run(*asked, "r")
    assert "It never varies, so nothing moves it." in run(*asked, "p")
    with pytest.raises(NoSuchUnit):
        run(*asked, "z", "--format", "vega-lite")


def test_pictures(run: Any, tmp_path: Path) -> None:
    assert json.loads(run(SPEC, DATA, "--show", "weights", "--format", "vega-lite"))["data"]["values"]
    target = tmp_path / "ranks.png"
    run(SPEC, DATA, "--show", "uncertainty", "--runs", "20", "--format", "png", "--output", target)
    assert target.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OutputNeeded):
        run(SPEC, DATA, "--format", "png")
    with pytest.raises(NoPicture):
        run(SPEC, DATA, "--show", "growth", "--format", "svg")


def test_a_picture_says_what_is_not_installed(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda _name: None)
    with pytest.raises(CannotDraw, match="vl-convert-python"):
        run(SPEC, DATA, "--format", "svg")
