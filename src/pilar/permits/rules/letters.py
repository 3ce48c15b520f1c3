"""Standard letters of the office: their kinds, and how they are filled with the facts of a case. Pure."""

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
    """The limit has passed: the application counts as granted."""
    DRAFT = "draft"
    """The decision that follows from silence, for a person to sign."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it is sent: its paragraphs stand apart by an empty line."""

    title: str
    text: str

    @property
    def sign(self) -> str:
        """A digest to recognise the letter: another letter has another one."""
        return hashlib.sha256(f"{self.title}\0{self.text}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Template:
    """A letter with facts in braces."""

    title: str
    paragraphs: tuple[str, ...]

    def filled(self, facts: Mapping[str, str]) -> Written:
        """The letter filled with these facts; paragraphs whose facts are all empty are left out."""
        kept = (
            paragraph
            for paragraph in self.paragraphs
            if not _names(paragraph) or any(facts.get(name) for name in _names(paragraph))
        )
        return Written(self.title, "\n\n".join(paragraph.format_map(facts).strip() for paragraph in kept))


def _names(text: str) -> list[str]:
    return [name for _text, name, _spec, _conversion in Formatter().parse(text) if name]
