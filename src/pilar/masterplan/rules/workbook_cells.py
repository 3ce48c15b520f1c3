"""A row of the workbook of programmes: what its cells say, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from pilar.masterplan.rules.quarters import Quarter, quarter_in
from pilar.masterplan.rules.workbook import HEADERS, Sheet, Told
from pilar.platform.errors import Fault
from pilar.platform.language import mark
from pilar.platform.reading import (
    Notation,
    Words,
    column_notation,
    is_none,
    read_amounts,
    read_figure,
    read_yes,
)
from pilar.platform.tables import Cell, Table, shown

LARGEST_NUMBER = 9_999
"""Of a row that is numbered."""

T = TypeVar("T")

Notations = Mapping[str, Notation | Fault | None]


def notations_of(table: Table, sheet: Sheet, columns: Mapping[str, int]) -> Notations:
    """How numbers are written in each column of figures, by field."""
    names = {
        Sheet.TARGETS: [name for name in columns if name == "base" or name.isdecimal()],
        Sheet.BUDGETS: ["amount"],
    }.get(sheet, [])
    return {name: column_notation(row.cells[columns[name]] for row in table.rows) for name in names if name in columns}


@dataclass(slots=True)
class Line:
    """A row of a sheet by names of fields, what is wrong with it, and what is to be looked at."""

    sheet: Sheet
    number: int
    cells: Mapping[str, Cell]
    told: list[Told]
    notations: Notations = field(default_factory=dict)
    notes: list[Told] = field(default_factory=list)

    def blank(self, name: str) -> bool:
        """Whether nothing stands there, not even a dash."""
        return self.cells.get(name, "") == ""

    def text(self, name: str) -> str:
        """The text in a cell; a dash stands for none."""
        cell = self.cells.get(name, "")
        if is_none(cell):
            return ""
        if isinstance(cell, str):
            return cell
        if isinstance(cell, Decimal):
            return f"{cell:f}"
        self.tell(name, Fault("no-text", mark("“%(given)s” is no text: write it as text"), {"given": str(cell)}))
        return ""

    def tell(self, name: str, fault: Fault) -> None:
        """Say what is wrong in a cell."""
        self.told.append(self._at(name, fault))

    def note(self, name: str, fault: Fault) -> None:
        """Say what is to be looked at in a cell."""
        self.notes.append(self._at(name, fault))

    def figure(self, name: str, unit: str) -> Decimal | None:
        """The number in a cell of a target that counts in ``unit``."""
        notation = self.notations.get(name)
        found = read_figure(self.cells.get(name, ""), unit, notation if isinstance(notation, Notation) else None)
        if not isinstance(found, Fault):
            return found
        if found.code == "two-ways" and isinstance(notation, Fault):
            found = Fault(found.code, notation.sentence, {**notation.fields, **found.fields})
        self.tell(name, found)
        return None

    def amounts(self, name: str) -> list[Decimal]:
        """The amounts of rupiah in a cell, several behind strokes; a dash is none."""
        notation = self.notations.get(name)
        found = read_amounts(self.cells.get(name, ""), notation if notation is Notation.POINT else None)
        for one in found:
            if isinstance(one, Fault):
                self.tell(name, one)
        return [one for one in found if isinstance(one, Decimal)]

    def whole(self, name: str, *, needed: bool = True) -> int | None:
        """A whole number such as a year."""
        found = read_figure(self.cells.get(name, ""), "", Notation.COMMA)
        if found is None:
            if needed:
                self.tell(name, Fault("no-value", mark("This is missing")))
            return None
        if isinstance(found, Fault) or found != found.to_integral_value() or not 0 <= found <= LARGEST_NUMBER:
            self.tell(name, Fault("no-whole-number", mark("Write a whole number from 0 to 9999")))
            return None
        return int(found)

    def chosen(self, name: str, known: Mapping[str, T]) -> T | None:
        """What the cell names, by its name in small letters."""
        said = self.text(name)
        found = known.get(said.casefold())
        if found is None:
            fields = {"given": shown(said)}
            sentence = mark("“%(given)s” is not in the list of this column") if said else mark("This is missing")
            self.tell(name, Fault("not-in-list", sentence, fields if said else {}))
        return found

    def worded(self, name: str, words: Words[T], *, default: T) -> T:
        """What the word in a cell stands for; ``default`` for a blank."""
        said = self.text(name)
        found = words.read(said) if said else default
        if isinstance(found, Fault):
            self.tell(name, found)
            return default
        return found

    def yes(self, name: str) -> bool:
        """Whether it is ticked."""
        found = read_yes(self.cells.get(name, ""))
        if isinstance(found, Fault):
            self.tell(name, found)
        return found is True

    def quarter(self, name: str) -> Quarter | None:
        """The quarter in a cell, or the one that a month or day lies in."""
        found = quarter_in(self.cells.get(name, ""))
        if isinstance(found, Quarter):
            return found
        self.tell(name, found or Fault("no-value", mark("This is missing")))
        return None

    def _at(self, name: str, fault: Fault) -> Told:
        return Told(self.sheet, self.number, HEADERS[self.sheet].get(name, name), fault)
