"""Readers of cells: each takes a cell and its column's number format, and gives a value, None for nothing, or the
fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading import Notation, Words, is_none, read_day, read_figure, read_rupiah, read_yes
from pilar.platform.tables import Cell, shown

T = TypeVar("T")

Read = Callable[[Cell, Notation | None], Any]

MAX_WHOLE = 10**9


def raw(cell: Cell, _notation: Notation | None = None) -> Cell:
    """The cell as it is, for a room that reads it together with others."""
    return cell


def text(cell: Cell, _notation: Notation | None = None) -> str | None:
    """Words; a number is written without an exponent, a day as in ISO 8601."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return None if is_none(cell) else str(cell).strip()


def figure(unit: str = "", *, highest: Decimal | None = None) -> Read:
    """A number that counts in ``unit``; of a column with ``figures``."""
    return lambda cell, notation: read_figure(cell, unit, notation, highest=highest)


def rupiah(cell: Cell, notation: Notation | None = None) -> Decimal | Fault | None:
    """An amount of rupiah."""
    return None if cell == "" else read_rupiah(cell, notation)


def whole(cell: Cell, _notation: Notation | None = None) -> int | Fault | None:
    """A whole number such as a year or the number of a sheet."""
    figure = read_figure(cell, "", Notation.COMMA)
    if figure is None:
        return None
    if isinstance(figure, Fault) or figure != figure.to_integral_value() or not 0 <= figure < MAX_WHOLE:
        return Fault("no-whole-number", N_("“%(given)s” is no whole number"), {"given": shown(cell)})
    return int(figure)


def day(cell: Cell, _notation: Notation | None = None) -> dt.date | Fault | None:
    """A day as people write it."""
    return None if is_none(cell) else read_day(cell)


def yes(cell: Cell, _notation: Notation | None = None) -> bool | Fault | None:
    """Yes or no."""
    return read_yes(cell)


def words(known: Words[T]) -> Read:
    """Return what one of a list of words stands for."""
    return lambda cell, _notation: None if is_none(cell) else known.read(str(text(cell)))


def one_of(known: Mapping[str, T]) -> Read:
    """Return what a name stands for that may be any of many, in small letters."""

    def read(cell: Cell, _notation: Notation | None) -> T | Fault | None:
        said = text(cell)
        if said is None:
            return None
        sentence = N_("“%(given)s” is not in the list of this column")
        return known.get(said.casefold()) or Fault("not-in-list", sentence, {"given": shown(said)})

    return read
