"""Kinds of units below a region that a role may be held at: a village, a district, a hospital.

The room that has them names them here when it is ready (``AppConfig.ready``); a role says by ``RoleFacts.unit`` at
which kind it is held.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


class Names(Protocol):
    """Names of units by their code, in the reader's language and by one query: those that a region has now, or those of
    these codes, gone ones too."""

    def __call__(self, *, region: str = "", codes: Collection[str] = ()) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of unit; ``name`` is marked for translation."""

    name: str
    names: Names


KINDS: dict[str, UnitKind] = {}
