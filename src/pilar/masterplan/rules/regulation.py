"""The wording of a draft regulation that sets a plan, as data: a draft by this project, completed by the legal
office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, and the list below it: letters or numbers, or the name of a list that comes from the plan."""

    text: str
    letters: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    brought: str = ""

    def filled(self, words: Mapping[str, str], lists: Mapping[str, tuple[str, ...]]) -> Clause:
        """Return the clause with the plan's words and lists filled in."""
        letters = lists[self.brought] if self.brought else tuple(letter.format(**words) for letter in self.letters)
        return Clause(self.text.format(**words), letters, tuple(number.format(**words) for number in self.numbers))


@dataclass(frozen=True, slots=True)
class Article:
    """A Pasal: one clause, or numbered paragraphs (ayat)."""

    clauses: tuple[Clause, ...]
    paragraphs: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """A BAB."""

    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Regulation:
    """Considerations (menimbang), legal basis (mengingat), chapters."""

    source: str
    considering: tuple[str, ...]
    in_view_of: tuple[str, ...]
    chapters: tuple[Chapter, ...]
