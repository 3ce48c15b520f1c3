"""What ``pilar index`` says of a file that is not in order, and that no name in a table acts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from evaluation.composites import HEADER, TWO, files, told


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PILAR_LANGUAGE", "en")
    with translation.override("en"):
        yield


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1+1", "@sum(a1)"])
def test_a_name_is_no_formula_in_csv(run: Any, tmp_path: Path, name: str) -> None:
    given = files(tmp_path, f"name,{HEADER}", f"{name},p,10,5,100", "b,q,30,9,100")
    rows = list(csv.DictReader(io.StringIO(run(*given, "--format", "csv"))))
    assert [row["name"] for row in rows] == [f"'{name}", "b"]
    answer = json.loads(run(*given, "--format", "json"))
    assert answer["results"][0]["name"] == name


@pytest.mark.parametrize("form", ["table", "csv"])
def test_no_name_reaches_the_terminal_as_a_command(run: Any, tmp_path: Path, form: str) -> None:
    given = files(tmp_path, f"name,{HEADER}", "\x1b[31mred\x9b1m\x07,p,10,5,100", "b,q,30,9,100")
    said = run(*given, "--format", form)
    assert "�[31mred�1m�" in said
    assert not {"\x1b", "\x9b", "\x07"} & set(said)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            ("format: composite-1", "format: composite-2"),
            "two.yaml, line 1: “composite-2” is no format: write format: 1 for an instrument, "
            "format: composite-1 for a composite index.",
        ),
        (
            ("code: schools", "code: Schools"),
            "two.yaml, line 12, final: “Schools” cannot be a code: write small letters, digits and _, a letter first.",
        ),
        (
            ("version: 1.0", "version: one"),
            "two.yaml, line 3: “one” cannot be a version: write numbers with points between them, such as 1.0.",
        ),
    ],
)
def test_a_wrong_word_of_the_file_is_shown_with_what_it_should_be(
    run: Any, tmp_path: Path, change: tuple[str, str], line: str
) -> None:
    given = files(tmp_path, HEADER, "p,10,5,100", "q,30,9,100", spec=TWO.replace(*change))
    assert told(run, *given) == [line]


def test_the_line_of_a_fault_is_told_in_the_readers_language(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILAR_LANGUAGE", "id")
    given = files(tmp_path, HEADER, "p,10,5,100", spec=TWO.replace("version: 1.0", "version: satu"))
    with translation.override("id"):
        assert told(run, *given)[0].startswith("two.yaml, baris 3: “satu” tidak dapat menjadi versi")


def test_quotients_that_are_all_blank_are_told_whatever_is_shown(run: Any, tmp_path: Path) -> None:
    spec = TWO.replace("source: assumption", "source: assumption\nyears: yearly")
    lines = ["p,2024,10,5,", "q,2024,,9,100", "p,2025,10,5,", "q,2025,,9,100"]
    given = files(tmp_path, "unit,year,schools,waiting,heads", *lines, spec=spec)
    sentence = "schools has no value in the rows by which it is to be normalised."
    assert told(run, *given, "--show", "indicators") == [f"two.csv, column schools (C): {sentence}"]
