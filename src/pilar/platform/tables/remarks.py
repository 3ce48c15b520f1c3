"""Remarks on a sheet that make it unfit to be read as data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables.table import place, shown

NAMED_CELLS = 10
MAX_MERGED = 1_000
"""That are told of; the place of further ones is not looked at."""
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


@dataclass(slots=True)
class Named:
    """Cells as the spreadsheet shows them: the first few, and how many there are."""

    first: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, cell: str) -> None:
        self.count += 1
        if self.count <= NAMED_CELLS:
            self.first.append(shown(cell))

    def __str__(self) -> str:
        rest = self.count - NAMED_CELLS
        listed = ", ".join(self.first)
        return f"{listed}, … (+{rest})" if rest > 0 else listed


class Remarks:
    """Formulas, error cells and merged cells of a sheet."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.formulas, self.errors = Named(), Named()
        self.blank = Named()
        """Formulas whose value nobody has worked out yet."""
        self._merged: list[str] = []

    def merge(self, cells: str) -> None:
        """Note merged cells such as ``A1:F1``."""
        if len(self._merged) < MAX_MERGED:
            self._merged.append(cells)

    def told(self, header_row: int) -> Iterator[Fault]:
        """Yield what makes the sheet unfit to be read as data; what is merged above its headings is a title."""
        where = place(self._name)
        if self.formulas.count:
            sentence = N_(
                "Formulas stand in %(cells)s. Copy them and paste them as values, so that the file says what is read."
            )
            blank = {"blank": str(self.blank)} if self.blank.count else {}
            yield Fault("formulas", sentence, {"cells": str(self.formulas)} | blank, where)
        if self.errors.count:
            sentence = N_("Error values such as #DIV/0! stand in %(cells)s. Correct them, or leave the cells blank.")
            yield Fault("error-cells", sentence, {"cells": str(self.errors)}, where)
        headings, merged = Named(), Named()
        for merge in self._merged:
            first, last = _rows_of(merge)
            if last > header_row:
                merged.add(merge)
            elif first == header_row:
                headings.add(merge)
        if headings.count:
            sentence = N_("Headings are merged: %(cells)s. Undo that, so that each column has a heading of its own.")
            yield Fault("merged-headings", sentence, {"cells": str(headings)}, where)
        if merged.count:
            sentence = N_("Cells are merged: %(cells)s. Undo that, so that each value stands in its own cell.")
            yield Fault("merged-cells", sentence, {"cells": str(merged)}, where)


def _rows_of(cells: str) -> tuple[int, int]:
    """The first and last row of ``A1:F1``; ValueError for no such."""
    first, _colon, last = cells.partition(":")
    return position(first)[1], position(last or first)[1]


def position(reference: str) -> tuple[int, int]:
    """Column and row of ``AB12``, counted from 1."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(match[2])
