"""Who acts in the demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class People:
    """The coordinator, and the contributor in the place of all offices; ``offices``: keys by abbreviation."""

    coordinator: Standing
    contributor: Standing
    offices: Mapping[str, int]
    names: Mapping[str, str]
    """Of the offices, by abbreviation."""
