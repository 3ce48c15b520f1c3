"""One word for one thing for Indonesian readers, and plain English; docs/glossary.md has the tables. That no other word
is written, ./pilar check says."""

from __future__ import annotations

import ast
import re

from pilar.config.figures import SOURCE, VAGUE_NAMES, assigned, figures
from pilar.config.words import (
    ELSEWHERE,
    OPERATORS,
    OTHERWISE,
    catalogues,
    forbidden,
    in_document,
    in_source,
    said,
    stilted,
    words,
)
from repository.test_repository import CHECKOUT, tracked

SHOWN = ("src/pilar/**/*.py", "data/**/*.yaml", "examples/*", "src/pilar/**/*.html", "src/pilar/**/*.js")
IN_CODE = re.compile(
    r"\b(?:undian|benih|buku kerja|kursi|sintetis|rekaan|penelaahan hukum|kampanye|peladen|surel|kata kunci)\b",
    re.IGNORECASE,
)
NAMING_THEM = {"src/pilar/config/urls.py", "src/pilar/config/moved.py", "src/pilar/config/words.py"}
"""Former addresses, and the list itself."""
MOST_VAGUE = 0.001
"""A thousandth of all names given to variables; tests/config/test_figures.py says what counts."""


def test_such_words_are_found() -> None:
    assert [*forbidden("The draw", "Undian kedua")] == [("Undian", "simulasi; diambil ulang secara acak")]
    assert [*forbidden("You", "kata sandi Anda")] == []


def test_stilted_forms_are_found_in_docstrings_comments_and_documents() -> None:
    business = ["none of their business → who may not see it"]
    assert [
        *stilted(in_source('def act():\n    """Raise NotFound where it is none of\n    their business."""'))
    ] == business
    assert [*stilted(in_source('RATE = 1\n"""None of their business."""'))] == ["N" + business[0][1:]]
    assert [*stilted(in_source("act()  # none\nact()\n# none of\n# their business\n"))] == business
    assert [*stilted(in_source("act()  # none of\n\n# their business\nact('none of their business')"))] == []
    document = "# Title\n\nIt is none of\ntheir business.\n\n```\nRead\n\nanew.\n```\n\n| `anew` | again |\n"
    assert [*stilted(in_document(document))] == business


def test_of_a_changelog_only_the_newest_version_is_read() -> None:
    changelog = "# Changelog\n\n## 0.2.0\n\n- Read again.\n\n## 0.1.0\n\n- Read anew.\n"
    assert [*stilted(in_document(changelog))] == []
    assert [*stilted(in_document(changelog.replace("Read again", "Counted anew")))] == ["anew → again"]


def test_each_exception_is_needed() -> None:
    everything = {source: told for room in catalogues() for source, told in said(room)}
    assert all(words(OPERATORS).search(everything[source]) for source in ELSEWHERE)
    assert all(words(word).search(everything[source]) for source, word in OTHERWISE.items())


def test_no_other_word_in_data_and_demonstration() -> None:
    wrong = []
    for path in tracked(*SHOWN):
        name = path.relative_to(CHECKOUT).as_posix()
        if name not in NAMING_THEM:
            text = path.read_text(encoding="utf-8")
            wrong += [f"{name}: {word[0]}" for word in IN_CODE.finditer(text)]
    assert wrong == []


def test_the_glossary_has_the_table() -> None:
    glossary = (CHECKOUT / "docs/glossary.md").read_text(encoding="utf-8")
    for word in ("simulasi", "angka awal acak", "berkas Excel", "data contoh", "harmonisasi", "Prioritas peningkatan"):
        assert word in glossary


def test_each_term_of_the_code_leads_to_a_file_that_stands() -> None:
    terms = (
        (CHECKOUT / "docs/glossary.md")
        .read_text(encoding="utf-8")
        .partition("## Terms of the code")[2]
        .partition("\n## ")[0]
    )
    places = [line.rsplit("|", 2)[1] for line in terms.splitlines() if line.count("|") > 3][2:]
    named = [name for place in places for name in re.findall(r"`([a-z_]+\.[a-z_.]+)`", place)]
    assert len(named) > len(places)
    for name in named:
        path = CHECKOUT / "src/pilar" / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists(), name


def test_names_say_what_they_hold() -> None:
    paths = [path for path in tracked("src/pilar/**/*.py") if "migrations" not in path.parts]
    names = [
        (name, path.relative_to(CHECKOUT).as_posix())
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in assigned(node)
    ]
    vague = [path for name, path in names if name in VAGUE_NAMES]
    assert len(names) > 10_000
    assert len(vague) / len(names) < MOST_VAGUE, vague


def test_docstrings_begin_with_what_a_thing_is_or_does() -> None:
    rooms = {path.name: figures(path)["riddles"] for path in SOURCE.iterdir() if any(path.glob("*.py"))}
    assert len(rooms) > 10
    assert {room: share for room, share in rooms.items() if share} == {}
