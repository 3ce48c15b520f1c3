"""Read code in SIPD, objective of the RPJMD and weight from a list: of a programme, and of each of the activities in
its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pilar.masterplan.rules.content import BUDGETED
from pilar.platform.errors import Fault
from pilar.platform.imports.cells import Read, text
from pilar.platform.language import N_
from pilar.platform.reading import is_none
from pilar.platform.tables import Cell

Found = Mapping[str, tuple[str, Any]]
"""Values by the names of a workbook's columns, each with the field of the list that it comes from."""


def of_programme(cell: Callable[[str], Cell], read_code: Read) -> Found:
    """Read the values of a row for its programme; ``cell``: returns the cell in the column of a field."""
    return {name: (name, _value(name, cell(name), read_code)) for name in BUDGETED}


def of_activities(cell: Callable[[str], Cell], count: int, read_code: Read) -> list[Found]:
    """Read the values of a row for each of its activities, which are lines of one cell."""
    activities: list[dict[str, tuple[str, Any]]] = [{} for _ in range(count)]
    for name in BUDGETED:
        at = f"activity.{name}"
        for activity, said in zip(activities, _lines(name, cell(at), count), strict=True):
            activity[name] = (at, said if isinstance(said, Fault) else _value(name, said, read_code))
    return activities


def _lines(name: str, cell: Cell, count: int) -> list[Cell] | list[Fault]:
    if is_none(cell) or count == 1:
        return [cell] * count
    lines: list[Cell] = [line for line in cell.splitlines() if line.strip()] if isinstance(cell, str) else [cell]
    if name == "objective" and len(lines) == 1:
        return lines * count
    if len(lines) == count:
        return lines
    sentence = N_("The row names %(activities)s activities and %(given)s of these: write a line for each activity")
    return [Fault("lines-differ", sentence, {"activities": count, "given": len(lines)})] * count


def _value(name: str, cell: Cell, read_code: Read) -> Any:
    """Read a value; a weight is left to be read together with its column, as in the workbook."""
    if name == "sipd_code":
        return read_code(cell, None)
    return text(cell) if name == "objective" else "" if is_none(cell) else cell
