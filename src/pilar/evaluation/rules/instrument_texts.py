"""Texts of an instrument on an indicator, for those who answer and those who mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pilar import index
from pilar.platform.language import Bilingual
from pilar.platform.writing import plain


@dataclass(frozen=True, slots=True)
class Told:
    """Question, guidance and examples, and what each mark asks for; each is None or empty where nothing is said."""

    question: Bilingual | None
    guidance: Bilingual | None
    examples: Bilingual | None
    descriptors: Mapping[Decimal, Bilingual]

    @property
    def is_there(self) -> bool:
        """Return whether anything is said."""
        return bool(self.question or self.guidance or self.examples or self.descriptors)

    @property
    def marks(self) -> tuple[tuple[Bilingual, Bilingual], ...]:
        """Each mark as readers write it, with what it asks for."""
        return tuple((number(value), text) for value, text in self.descriptors.items())


def told_of(node: index.Node) -> Told:
    """Return what the instrument says of a node."""
    return Told(
        _text(node.question),
        _text(node.guidance),
        _text(node.examples),
        {descriptor.value: Bilingual(**descriptor.text) for descriptor in node.descriptors},
    )


def number(value: Decimal) -> Bilingual:
    """A number as readers of either language write it."""
    return Bilingual(plain(value, "id"), plain(value, "en"))


def _text(text: dict[str, str] | None) -> Bilingual | None:
    return None if text is None else Bilingual(**text)
