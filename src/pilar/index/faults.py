"""Faults in an instrument file or in answers: all of one reading are told at once.

The shape of :class:`Fault` is that of Pilar's own expected errors, so that a caller can hand faults on, but nothing
of Pilar is imported: the library stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One fault.

    ``sentence`` is the English source sentence with ``%(name)s`` places for ``fields``. ``place`` says where:
    ``smart-city-2023.yaml, line 12, final/output`` in an instrument, ``36.03, impact`` in answers; faults in answers
    also carry the fields ``unit`` and ``node``. ``line``: of the file, if it stands in one; the place
    names it too, as :func:`at_line` writes it.
    """

    code: str
    sentence: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    line: int | None = None

    def text(self) -> str:
        """The fault in English with its place in front."""
        said = self.sentence % self.fields
        return f"{self.place}: {said}" if self.place else said


def at_line(fault: Fault, name: str, line: int, path: str = "") -> Fault:
    """The fault with its place in a file: ``smart-city-2023.yaml, line 12, final/output``."""
    return replace(fault, place=", ".join(filter(None, (name, f"line {line}", path))), line=line)


class IndexFaults(Exception):
    """Every fault of one call, in the order of the input."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.text() for fault in self.faults))


class InstrumentFaults(IndexFaults):
    """An instrument file cannot be used."""


class ScoringFaults(IndexFaults):
    """Answers cannot be scored."""


def N_(sentence: str) -> str:  # noqa: N802 (the usual short name of gettext_noop)
    """Mark a sentence for the translation catalogue."""
    return sentence


class Said(Enum):
    """A finding whose value is its English source sentence, by the stable code of its name."""

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def sentence(self) -> str:
        return str(self.value)


class Reason(Said):
    """A finding that says why there is no number."""

    @property
    def reason(self) -> str:
        return self.code
