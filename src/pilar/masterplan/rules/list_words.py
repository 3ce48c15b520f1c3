"""Meanings that a region sets for words of its lists, and their limits."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pilar.masterplan.rules.content import Fund
from pilar.masterplan.rules.list_columns import LEFT_OUT, Fields
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables import shown

MAX_WORD, MAX_MEANING = 300, 60
MAX_SAID = 1_500
"""The most meanings at once: the columns of a list and the words in it."""
MAX_LETTERS = 40
"""The most letters of a possible abbreviation."""
_ROWS = re.compile(r"([1-9]\d{0,5})-([1-9]\d{0,5})", re.ASCII)
MAX_HEADINGS = 5


class WordKind(StrEnum):
    """Kinds of words: a heading, a word for an office or a sub-dimension, the source of funds where none is named, or
    the rows of headings of lists that begin alike."""

    COLUMN = "column"
    OFFICE = "office"
    PART = "part"
    FUND = "fund"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class SaidWord:
    """The meaning of a word: a field, the key of an office, the code of a sub-dimension or of a source of funds, rows
    such as ``5-6``, or ``LEFT_OUT`` for nothing; empty: the earlier meaning is removed."""

    kind: WordKind
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Words:
    """The meanings that a region has set, by kind and word."""

    said: Mapping[WordKind, Mapping[str, str]] = field(default_factory=dict)

    def of(self, kind: WordKind) -> Mapping[str, str]:
        return self.said.get(kind, {})

    @property
    def fund(self) -> Fund | None:
        """The source of money where none is named."""
        code = self.of(WordKind.FUND).get("", "")
        return Fund(code) if code in list(Fund) else None

    def rows(self, likeness: str) -> tuple[int, int] | None:
        """Return the rows of headings of a list with this beginning."""
        return rows_in(self.of(WordKind.ROWS).get(likeness, ""))


def rows_in(text: str) -> tuple[int, int] | None:
    """Return first and last row of ``5-6``; None for anything else."""
    match = _ROWS.fullmatch(text.strip())
    first, last = (int(match[1]), int(match[2])) if match else (0, 0)
    return (first, last) if match and first <= last < first + MAX_HEADINGS else None


def faults_of(
    said: Iterable[SaidWord], fields: Fields, offices: Collection[int], parts: Collection[str]
) -> list[Fault]:
    """Return the faults of meanings; the place of each is kind and word."""
    return list(_faults(said, fields, {str(office) for office in offices}, parts))


def _faults(
    said: Iterable[SaidWord], fields: Fields, offices: Collection[str], parts: Collection[str]
) -> Iterator[Fault]:
    for word in said:
        place = f"{word.kind}.{word.word}"
        known = {
            WordKind.COLUMN: word.meaning == LEFT_OUT or fields.knows(word.meaning),
            WordKind.OFFICE: word.meaning == LEFT_OUT or word.meaning in offices,
            WordKind.PART: word.meaning in parts,
            WordKind.FUND: word.meaning in list(Fund),
            WordKind.ROWS: rows_in(word.meaning) is not None,
        }[word.kind]
        if word.meaning and len(word.word) > MAX_WORD:
            sentence = N_("“%(word)s” is too long to be kept: at most %(most)s characters. Shorten it in the list")
            yield Fault(
                "too-long", sentence, {"word": shown(word.word), "most": MAX_WORD}, f"{word.kind}.{shown(word.word)}"
            )
        elif word.meaning and word.kind is WordKind.ROWS and not known:
            sentence = N_("Headings take at most %(most)s rows: write the first and the last of them")
            yield Fault("no-rows", sentence, {"most": MAX_HEADINGS}, place)
        elif word.meaning and not known:
            sentence = N_("What is chosen for “%(word)s” is not there any more: choose again")
            yield Fault("unknown-meaning", sentence, {"word": word.word}, place)


def likely_office(word: str, offices: Mapping[int, str]) -> int | None:
    """Return the office that an abbreviation seems to stand for, ``Dinkes`` for ``Dinas Kesehatan``: only a suggestion,
    and None where two are equally likely. ``offices``: folded names by key."""
    letters = word.replace(" ", "")
    if len(letters) > MAX_LETTERS:
        return None
    parts_of = {key: parts for key, name in offices.items() if (parts := _parts_of(letters, tuple(name.split())))}
    least = min(parts_of.values(), default=0)
    likely = [key for key, parts in parts_of.items() if parts == least]
    return likely[0] if len(likely) == 1 else None


def _parts_of(letters: str, words: tuple[str, ...]) -> int | None:
    """Return the smallest number of word beginnings, in order from the first word on, that make up the letters; None if
    impossible."""
    best: dict[int, int] = {0: 0}
    for at, word in enumerate(words):
        reached = dict(best) if at else {}
        for start, parts in best.items():
            for end in range(start + 1, len(letters) + 1):
                part = letters[start:end]
                if not word.startswith(part) and not (word == "dinas" and part == "dis"):
                    break  # a longer piece does not begin the word either
                reached[end] = min(reached.get(end, parts + 1), parts + 1)
        best = reached
    return best.get(len(letters)) if letters else None
