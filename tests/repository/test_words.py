"""One word for one thing in what Indonesian readers see; docs/glossary.md has the table."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from pilar.platform.language import ROOMS
from repository.test_repository import CHECKOUT, tracked

FORBIDDEN = {
    r"undian|diundi|mengundi": "simulasi; diambil ulang secara acak",
    r"benih": "angka awal acak",
    r"buku kerja": "berkas Excel",
    r"kursi(?:nya)?|duduk": "anggota panel, penugasan, ditugaskan",
    r"sintetis|rekaan|buatan": "data contoh",
    r"bukan kebetulan|bisa kebetulan": "perbedaan bermakna",
    r"penelaahan hukum": "harmonisasi",
    r"tercetak|dicetak|mencetak": "menurut sumber, disebut sumber",
    r"kampanye|fase": "periode, tahap",
    r"walikota": "wali kota",
    r"kata kunci|password": "kata sandi",
    r"kamu|anda": "Anda",
    r"peladen": "server",
    r"surel": "email",
    r"untuk mesin": "sebagai data",
    r"apa yang dinaikkan berikutnya": "prioritas peningkatan",
}
"""What is not written, and what is written in its place."""

OPERATORS = r"server(?:nya)?|proses latar|peramban|sha-256|hash(?:-nya)?"
"""What only those read who run Pilar, and experts who check its figures."""

OPERATORS_ROOM = "config"
"""The room of the command line and of its messages."""

ELSEWHERE = {
    # Beside a file that somebody checks by it: commands, sheets, and what is folded away "for experts".
    "Index %(code)s, version %(version)s, SHA-256 %(sha256)s",
    "Instrument %(code)s, version %(version)s, SHA-256 %(sha256)s",
    "SHA-256 of the input",
    "SHA-256 of the instrument",
    "SHA-256 of the results",
    "SHA-256 of the pages",
    "SHA-256 of the signed file",
    # Only the command that loads instruments says it.
    "Instrument %(instrument)s version %(version)s is already loaded with other content. A loaded version never "
    "changes, because results name its hash: give the file a new version",
}
"""Words of operators in the other rooms, sentence by sentence."""

OTHERWISE = {
    "The text has characters that cannot be printed": "dicetak",  # on paper
}
"""A word in its other meaning."""

CONNECTION = re.compile(r"\w+://\S+|ROLE .*PASSWORD")

SHOWN = ("src/pilar/**/*.py", "data/**/*.yaml", "examples/*", "src/pilar/**/*.html", "src/pilar/**/*.js")
IN_CODE = re.compile(
    r"\b(?:undian|benih|buku kerja|kursi|sintetis|rekaan|penelaahan hukum|kampanye|peladen|surel|kata kunci)\b",
    re.IGNORECASE,
)
FORMER_ADDRESSES = {"src/pilar/config/urls.py", "src/pilar/config/moved.py"}


def words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", 0 if "anda" in pattern else re.IGNORECASE)


def said(room: str) -> list[tuple[str, str]]:
    """Each English sentence of a room with its Indonesian."""
    with (ROOMS / room / "locale/id/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="id")
    found = []
    for message in catalogue:
        source = message.id if isinstance(message.id, str) else message.id[0] if message.id else ""
        told = [message.string] if isinstance(message.string, str) else message.string
        found += [(source, one) for one in told if source]
    return found


CATALOGUES = sorted(path.parents[3].name for path in ROOMS.glob("*/locale/id/LC_MESSAGES/django.po"))


@pytest.mark.parametrize("room", CATALOGUES)
def test_one_word_for_one_thing(room: str) -> None:
    wrong = [
        f"{word[0]} → {better}: {told}"
        for source, told in said(room)
        for pattern, better in FORBIDDEN.items()
        if (word := words(pattern).search(CONNECTION.sub("", told))) and OTHERWISE.get(source) != word[0]
    ]
    assert wrong == []


@pytest.mark.parametrize("room", [one for one in CATALOGUES if one != OPERATORS_ROOM])
def test_words_of_operators_stay_with_operators(room: str) -> None:
    wrong = [told for source, told in said(room) if words(OPERATORS).search(told) and source not in ELSEWHERE]
    assert wrong == []


def test_each_exception_is_needed() -> None:
    everything = {source: told for room in CATALOGUES for source, told in said(room)}
    assert all(words(OPERATORS).search(everything[source]) for source in ELSEWHERE)
    assert all(words(word).search(everything[source]) for source, word in OTHERWISE.items())


def test_no_other_word_in_data_and_demonstration() -> None:
    wrong = []
    for path in tracked(*SHOWN):
        name = path.relative_to(CHECKOUT).as_posix()
        if name not in FORMER_ADDRESSES:
            text = path.read_text(encoding="utf-8")
            wrong += [f"{name}: {word[0]}" for word in IN_CODE.finditer(text)]
    assert wrong == []


def test_the_glossary_has_the_table() -> None:
    glossary = (CHECKOUT / "docs/glossary.md").read_text(encoding="utf-8")
    for word in ("simulasi", "angka awal acak", "berkas Excel", "data contoh", "harmonisasi", "Prioritas peningkatan"):
        assert word in glossary
