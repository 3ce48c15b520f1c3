"""Standard letters of the office: which there are, and how the facts of a case fill one. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter


class StandardLetter(StrEnum):
    RETURNED = "returned"
    STOPPED = "stopped"
    REFUSED = "refused"
    UPHELD = "upheld"
    """An objection; so is the next."""
    REJECTED = "rejected"
    SILENT = "silent"
    """The limit is over: the application counts as granted."""
    DRAFT = "draft"
    """Of the decision that silence amounts to, for a person to sign."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it is sent: its paragraphs stand apart by an empty line."""

    title: str
    text: str

    @property
    def sign(self) -> str:
        """By which it is known again: another letter has another one."""
        return hashlib.sha256(f"{self.title}\0{self.text}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Template:
    """A letter whose facts stand in braces."""

    title: str
    paragraphs: tuple[str, ...]

    def filled(self, facts: Mapping[str, str]) -> Written:
        """The letter about these facts; a paragraph of which all are empty is left out."""
        kept = (
            paragraph
            for paragraph in self.paragraphs
            if not _names(paragraph) or any(facts.get(name) for name in _names(paragraph))
        )
        return Written(self.title, "\n\n".join(paragraph.format_map(facts).strip() for paragraph in kept))


def _names(text: str) -> list[str]:
    return [name for _text, name, _spec, _conversion in Formatter().parse(text) if name]
