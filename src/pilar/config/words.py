"""Words that are not written: in Indonesian sentences, and in English prose; docs/glossary.md lists both."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

from babel.messages.pofile import read_po

from pilar.config.state import CHECKOUT
from pilar.platform.language import ROOMS

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
    # Next to a file that somebody checks by it: commands, sheets, and what is folded away "for experts".
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

STILTED = {
    r"none of (?:their|his|her) business": "who may not see it",
    r"(?:told|said|known) by nobody": "that says who may not read it",
    r"whose it is says": "says who owns it",
    r"in hand is leave": "if the caller has the row, they may read it",
    r"whom": "the person who, who … for; or name the role",
    r"beside": "next to, besides, in addition to, compared with, in parallel",
    r"whoever": "anybody who, the person who; no matter who",
    r"(?:for|to|by|of|from) who(?! in\b)": "for those who, by the person who",
    r"anew": "again",
    r"tells? whether": "return whether",
    r"upon|lest|shall|betimes|hitherto|therein": "on, so that … not, must, early, until now, in it",
    r"what (?:is|was) told": "the notes, the findings, the notification, the fields shown",
    r"nobody's": "of no office, without a role; no … ",
    r"in vain": "without effect, fails",
    r"of theirs": "of their own",
    r"as it stands there": "as it is in the file",
}
"""What is not written in docstrings, comments and documents (expressions in small letters), and what is instead."""

ANY_STILTED = re.compile(rf"\b(?:{'|'.join(STILTED)})\b".replace(" ", r"[\s#]+"))
"""For a first look at a text in small letters: parsing every file would take ten times as long."""

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/**/*.md")
CODE = re.compile(r"^```.*?^```|`+[^`]+`+", re.DOTALL | re.MULTILINE)


def faults() -> Iterator[str]:
    """Name each word that is not written: in the catalogues, in docstrings, comments and documents."""
    for room in catalogues():
        for source, told in said(room):
            yield from (f"{room}: {word} → {better}: {told}" for word, better in forbidden(source, told))
            if room != OPERATORS_ROOM and source not in ELSEWHERE and (word := words(OPERATORS).search(told)):
                yield f"{room}: {word[0]} is a word of operators: {told}"
    sources = chain(ROOMS.rglob("*.py"), (CHECKOUT / "tests").rglob("*.py"))
    documents = chain.from_iterable(CHECKOUT.glob(pattern) for pattern in DOCUMENTS)
    for path in sorted({*sources, *documents}):
        if "migrations" not in path.parts and ANY_STILTED.search((text := path.read_text(encoding="utf-8")).lower()):
            passages = in_source(text) if path.suffix == ".py" else in_document(text)
            yield from (f"{path.relative_to(CHECKOUT)}: {form}" for form in stilted(passages))


def forbidden(source: str, told: str) -> Iterator[tuple[str, str]]:
    """Name the words in an Indonesian sentence that are not written, each with what is written in its place."""
    for pattern, better in FORBIDDEN.items():
        if (word := words(pattern).search(CONNECTION.sub("", told))) and OTHERWISE.get(source) != word[0]:
            yield word[0], better


def stilted(passages: Iterable[str]) -> Iterator[str]:
    """Name the stilted forms in English passages, each with what is written instead; code in backquotes is left out."""
    for passage in (passage for passage in passages if ANY_STILTED.search(passage.lower())):
        prose = " ".join(CODE.sub("…", passage).split())
        for pattern, better in STILTED.items():
            yield from (f"{form[0]} → {better}" for form in words(pattern).finditer(prose))


def in_source(text: str) -> Iterator[str]:
    """Yield the docstrings of a Python file and its comments; comments on consecutive lines are one passage."""
    passage, last, begins = "", 0, True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if passage and token.start[0] > last + 1:
                yield passage
                passage = ""
            passage, last = f"{passage} {token.string.lstrip('#: ')}", token.start[0]
        elif token.type == tokenize.STRING and begins:
            yield token.string
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            begins = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    yield passage


def in_document(text: str) -> Iterator[str]:
    """Yield the paragraphs of a document, of a changelog those of its newest version."""
    newest = "\n## ".join(text.split("\n## ")[:2]) if text.startswith("# Changelog") else text
    yield from re.split(r"\n\s*\n", CODE.sub("…", newest))


def catalogues() -> list[str]:
    """List the rooms that have an Indonesian catalogue."""
    return sorted(path.parents[3].name for path in ROOMS.glob("*/locale/id/LC_MESSAGES/django.po"))


@cache
def words(pattern: str) -> re.Pattern[str]:
    """Make an expression that finds whole words."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", 0 if "anda" in pattern else re.IGNORECASE)


def said(room: str) -> list[tuple[str, str]]:
    """Read each English sentence of a room with its Indonesian."""
    with (ROOMS / room / "locale/id/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="id")
    sentences = []
    for message in catalogue:
        source = message.id if isinstance(message.id, str) else message.id[0] if message.id else ""
        told = [message.string] if isinstance(message.string, str) else message.string or ()
        sentences += [(source, sentence) for sentence in told if source]
    return sentences
