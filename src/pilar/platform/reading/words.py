"""Words: none, yes and no, one of a list, several of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Generic, TypeVar

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables import Cell, shown

DASHES = frozenset({"-", "–", "—", "\N{MINUS SIGN}", "--"})
YES = frozenset({"ya", "y", "iya", "yes", "true", "benar", "x", "v", "on", "1", "✓", "✔"})
NO = frozenset({"tidak", "tdk", "no", "n", "false", "salah", "off", "0"})

PHONE_DIGITS = range(8, 16)
"""Digits of a number with its area, and of one with the country (ITU-T E.164: 15 at most)."""

_SEVERAL = re.compile(r"[/;,+&]|\bdan\b|\band\b", re.IGNORECASE)
_NO_LETTER = re.compile(r"[\W_]+")

T = TypeVar("T")


def is_none(cell: Cell) -> bool:
    """Return whether a cell says that there is nothing: blank, or a dash."""
    return isinstance(cell, str) and (not cell.strip() or cell.strip() in DASHES)


def is_phone(text: str) -> bool:
    """Return whether a text is the number of a phone: 8 to 15 digits, spaces and signs between them."""
    digits = re.sub(r"[\s().+/–-]", "", text)
    return digits.isascii() and digits.isdecimal() and len(digits) in PHONE_DIGITS


def read_yes(cell: Cell) -> bool | Fault | None:
    """Yes or no as it is ticked or written; None for nothing."""
    if isinstance(cell, bool) or is_none(cell):
        return cell if isinstance(cell, bool) else None
    word = f"{cell:f}" if isinstance(cell, Decimal) else str(cell).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    sentence = N_("“%(given)s” is neither yes nor no: write “ya” or “tidak”")
    return Fault("not-yes", sentence, {"given": shown(cell)})


def several(text: str) -> tuple[str, ...]:
    """Return what a list names: ``APBD/CSR``, ``APBD, CSR``, ``APBD dan CSR``; a dash and a blank name nothing."""
    parts = (part.strip() for part in _SEVERAL.split(text))
    return tuple(part for part in parts if part and part not in DASHES)


class Words(Generic[T]):
    """A list of words and what they stand for: a word is known in any case, with or without ``dropped`` ones before it.

    ``known``: the words of each meaning, the one to write first.
    """

    def __init__(self, known: Mapping[T, Iterable[str]], *, dropped: Iterable[str] = ()) -> None:
        self._dropped = frozenset(dropped)
        self._named = {meaning: tuple(words) for meaning, words in known.items()}
        self._meanings = {self._key(word): meaning for meaning, words in self._named.items() for word in words}

    def find(self, text: str) -> T | None:
        """Return what a word stands for; None for one that is not known."""
        return self._meanings.get(self._key(text))

    def read(self, text: str) -> T | Fault:
        """As :meth:`find`, or the fault that names the words to choose from."""
        value = self.find(text)
        if value is not None:
            return value
        if is_none(text):
            return Fault("no-value", N_("This is missing"))
        sentence = N_("“%(given)s” is not in the list of this column. There are: %(known)s")
        known = ", ".join(words[0] for words in self._named.values())
        return Fault("not-in-list", sentence, {"given": shown(text), "known": known})

    def _key(self, text: str) -> str:
        words = _NO_LETTER.sub(" ", text.casefold()).split()
        return " ".join(word for word in words if word not in self._dropped) or " ".join(words)
