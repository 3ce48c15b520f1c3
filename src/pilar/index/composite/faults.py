"""Faults of a composite index, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from pilar.index.faults import Fault, IndexFaults


class SpecFaults(IndexFaults):
    """The description of a composite index cannot be used."""


class DataFaults(IndexFaults):
    """The index cannot be built from these data. Faults name ``unit``, ``year`` and ``node`` among their fields."""


@dataclass(frozen=True)
class Problem:
    """A fault in a spec: at the field ``key`` of the node ``node``, or of the whole where ``node`` is empty."""

    fault: Fault
    node: str = ""
    key: str = ""


def place_of(unit: str | None, year: int | None, node: str | None) -> str:
    """``36.03, 2023, population``; what is not known is left out."""
    return ", ".join(str(part) for part in (unit, year, node) if part is not None)
