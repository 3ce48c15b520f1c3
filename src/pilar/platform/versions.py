"""Saving over somebody else: who has not seen the stored version is told, and shown it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate


@dataclass(frozen=True, slots=True)
class Stored:
    """The state of the tables: its version (0: nothing yet), its values by field name, who saved it and when."""

    version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    at: datetime | None = None


class Outdated(PilarError):
    """Somebody saved after the version that was seen; :attr:`stored` is what stands there now.

    Nothing has been saved. Saving again with the stored version as seen puts one's own values in its place.
    """

    code = "outdated"
    status = 409
    sentence = N_(
        "%(name)s has changed this in the meantime. Nothing is lost: compare both versions and save the one that holds"
    )
    nameless = N_(
        "This has been changed in the meantime. Nothing is lost: compare both versions and save the one that holds"
    )

    def __init__(self, stored: Stored) -> None:
        super().__init__(name=stored.by, version=stored.version)
        self.stored = stored

    def text(self) -> str:
        return translate(self.sentence, name=self.stored.by) if self.stored.by else translate(self.nameless)

    def members(self) -> dict[str, Any]:
        """The version that is stored and its values, numbers as text."""
        values = {name: _plain(value) for name, value in self.stored.values.items()}
        return {"version": self.stored.version, "stored": values}


def _plain(value: Any) -> Any:
    """``3.5000`` as ``"3.5"`` and ``10`` as it is, as the API writes numbers."""
    if not isinstance(value, Decimal):
        return value
    whole = value == value.to_integral_value()
    return f"{value.quantize(Decimal(1)) if whole else value.normalize():f}"


def require_seen(seen: int, stored: Stored) -> None:
    """Raise :class:`Outdated` unless ``seen`` is the stored version."""
    if seen != stored.version:
        raise Outdated(stored)


def sign_of(told: object) -> int:
    """Return what stands in for a version where none is counted: a number of what is stored, as its text says it."""
    return int(hashlib.sha256(repr(told).encode()).hexdigest()[:12], 16)
