"""What a report of a composite index holds, before it is written in any form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilar.index import composite

# A number is in floating point and unrounded; a blank is None.
Value = str | int | float | None


@dataclass(frozen=True)
class Report:
    """``columns``: key and heading of each; ``rows``: a value for each key; ``notes``: sentences below the table."""

    spec: composite.Spec
    name: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Mapping[str, Value]]
    notes: Sequence[str] = ()
