"""Content of a tabular file, with the row numbers and column letters that the spreadsheet shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, reader_language, translate
from pilar.platform.tables.budget import Budget
from pilar.platform.writing import plain

MAX_CELL = 500
MIN_HEADER = 20
"""The row of headings is looked for among so many."""
BELOW_ALL = 2**20 + 1
"""The row after the last that a sheet can have."""
MAX_FAULTS = 1_000
"""After these, the rest of a file is not looked at."""


@dataclass(frozen=True, slots=True)
class Percent:
    """A number that its cell shows with a percent sign, in percent: Excel stores 60% as 0.6, here it is 60."""

    value: Decimal

    def __str__(self) -> str:
        return f"{plain(self.value, reader_language())}%"


# Text as typed (blank is ""), or what a spreadsheet stored as a number, a percentage, a yes/no or a date or time.
Cell = str | Decimal | Percent | bool | dt.date | dt.time | dt.timedelta

# A row as a reader finds it, under the number that a spreadsheet shows.
NumberedRow = tuple[int, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the header and its place, counted from 0."""

    name: str
    index: int

    @property
    def letter(self) -> str:
        """The letter that a spreadsheet shows: A, B, … Z, AA."""
        return letter_of(self.index)

    def __str__(self) -> str:
        return f"{shown(self.name)} ({self.letter})" if self.name else self.letter


@dataclass(frozen=True, slots=True)
class Row:
    """A row under the header: the number that a spreadsheet shows, and one cell for each column."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows of one file; rows that are blank from end to end are left out.

    ``faults`` are faults of form (formulas, merged cells, rows longer than the header …). A consumer that gets a table
    from :func:`inspect_table` adds its own and refuses all together; :func:`read_table` never returns one with faults.
    """

    name: str
    header_row: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = ()

    def place(self, row: int | None = None, column: Column | None = None) -> str:
        """Return where a fault stands, in the reader's language: ``marks.csv, row 3, column impact (E)``."""
        return place(self.name, row, str(column) if column is not None else "")


def place(name: str, row: int | None = None, column: str = "") -> str:
    """A place in a file, in the reader's language."""
    if row is not None and column:
        return translate("%(file)s, row %(row)s, column %(column)s", file=name, row=row, column=column)
    if row is not None:
        return translate("%(file)s, row %(row)s", file=name, row=row)
    if column:
        return translate("%(file)s, column %(column)s", file=name, column=column)
    return name


def letter_of(index: int) -> str:
    """The spreadsheet letter of a column counted from 0."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def shown(value: object, longest: int = 40) -> str:
    """``value`` fit for a message: no control characters, cut when long."""
    given = plain(value, reader_language()) if isinstance(value, Decimal) and value.is_finite() else str(value)
    text = "".join(character if character.isprintable() else "�" for character in given[: longest + 1])
    return text if len(text) <= longest else text[: longest - 1] + "…"


_NO_WORD = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """A heading as it is compared: no capitals, single blanks for all that is no letter or digit."""
    return _NO_WORD.sub(" ", text.casefold()).strip()


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def inert(value: object) -> object:
    """A value for a cell of a CSV: a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def build(
    name: str,
    raw: Iterable[NumberedRow],
    budget: Budget,
    *,
    most_rows: int,
    longest_cell: int = MAX_CELL,
    headings: Sequence[str] | None = (),
    faults: Callable[[int], Iterable[Fault]] = lambda _header_row: (),
) -> Table:
    """A table from raw rows; ``faults`` are those of the reader, asked for when all rows are read.

    The header is the first row that is not blank, or with ``headings`` the one that looks like it; None: there is none,
    all rows count. Raises Faults when there is no header or no row under it, when there are more than ``most_rows``
    rows, and for what ``budget`` does not allow.
    """
    if headings is None:
        return _grid(name, raw, budget, most_rows=most_rows, longest_cell=longest_cell, faults=faults)
    misfits: list[Fault] = []
    header_row = 0
    columns: tuple[Column, ...] = ()
    rows: list[Row] = []

    def refused(*last: Fault) -> Faults:
        return Faults([*faults(header_row), *misfits, *last][:MAX_FAULTS])

    filled = ((number, cells) for number, cells in raw if any(cell != "" for cell in cells))
    for number, cells in _from_header(filled, frozenset(headings)) if headings else filled:
        misfits += _long_cells(name, number, cells, longest_cell)
        if not columns:
            header_row, columns = number, _columns(cells)
            continue
        if len(rows) == most_rows:
            raise refused(_too_many_rows(name, most_rows))
        budget.fill(len(columns))
        row, extra = _row(name, number, cells, columns)
        rows.append(row)
        misfits += extra
        if len(misfits) > MAX_FAULTS:
            raise refused()
    misfits += _nameless(name, header_row, columns, rows)
    if not columns:
        raise refused(_empty(name))
    if not rows:
        raise refused(Fault("only-header", "There is a header but no row under it.", place=name))
    return Table(name, header_row, columns, tuple(rows), (*faults(header_row), *misfits))


def _grid(
    name: str,
    raw: Iterable[NumberedRow],
    budget: Budget,
    *,
    most_rows: int,
    longest_cell: int,
    faults: Callable[[int], Iterable[Fault]],
) -> Table:
    """All rows that are not blank, under columns without names; merged cells are as good as titles."""
    misfits: list[Fault] = []
    rows: list[NumberedRow] = []
    for number, cells in raw:
        if all(cell == "" for cell in cells):
            continue
        if len(rows) == most_rows:
            raise Faults([_too_many_rows(name, most_rows)])
        budget.fill(len(cells))
        rows.append((number, cells))
        misfits += islice(_long_cells(name, number, cells, longest_cell), MAX_FAULTS - len(misfits))
    if not rows:
        raise Faults([_empty(name)])
    width = max(len(cells) for _number, cells in rows)
    budget.fill(width * len(rows) - sum(len(cells) for _number, cells in rows))
    padded = (Row(number, tuple(cells) + ("",) * (width - len(cells))) for number, cells in rows)
    columns = tuple(Column("", index) for index in range(width))
    return Table(name, 0, columns, tuple(padded), (*faults(BELOW_ALL), *misfits))


def _too_many_rows(name: str, most: int) -> Fault:
    return Fault("too-many-rows", "The table has more than %(most)s rows.", {"most": most}, name)


def _empty(name: str) -> Fault:
    return Fault("empty-file", "The file is empty.", place=name)


def _from_header(rows: Iterable[NumberedRow], headings: frozenset[str]) -> Iterator[NumberedRow]:
    """The rows from the header on: of the first few the one with most known headings, or where there are none the
    first that is no title. Headings in two rows become one."""
    rows = iter(rows)
    first = list(islice(rows, MIN_HEADER))
    widths = [sum(cell != "" for cell in cells) for _number, cells in first]
    heads = [
        _under(first[at - 1][1], cells) if at and widths[at - 1] > 1 and first[at - 1][0] == number - 1 else cells
        for at, (number, cells) in enumerate(first)
    ]
    known = [len({folded(str(cell)) for cell in cells} & headings) for cells in heads]
    if any(known):
        at = known.index(max(known))
    else:
        at = next((place for place, width in enumerate(widths) if 2 * width >= max(widths)), 0)
    if first:
        yield first[at][0], heads[at]
    yield from first[at + 1 :]
    yield from rows


def _under(above: Sequence[Cell], cells: Sequence[Cell]) -> Sequence[Cell]:
    """Headings that have a row of their groups above them: a blank one is called as the group, one that stands there
    several times gets the name of its group in front."""
    width = max(len(above), len(cells))
    lower = [*cells, *[""] * (width - len(cells))]
    upper = [*above, *[""] * (width - len(above))]
    groups: list[Cell] = []
    for group in upper:
        groups.append(groups[-1] if group == "" and groups else group)
    return [
        upper[place] if cell == "" else f"{groups[place]} {cell}" if lower.count(cell) > 1 and groups[place] else cell
        for place, cell in enumerate(lower)
    ]


def _columns(cells: Sequence[Cell]) -> tuple[Column, ...]:
    names = [" ".join(str(cell).split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(Column(name, index) for index, name in enumerate(names))


def _row(name: str, number: int, cells: Sequence[Cell], columns: Sequence[Column]) -> tuple[Row, list[Fault]]:
    width = len(columns)
    filled = len(cells)
    while filled > width and cells[filled - 1] == "":
        filled -= 1
    faults = []
    if filled > width:
        sentence = N_(
            "The row has %(cells)s cells but the header has %(columns)s. If numbers have a decimal comma, "
            "separate the columns by semicolons or put the numbers in quotes."
        )
        faults.append(Fault("long-row", sentence, {"cells": filled, "columns": width}, place(name, number)))
    padded = tuple(cells[:width]) + ("",) * (width - len(cells))
    return Row(number, padded), faults


def _long_cells(name: str, number: int, cells: Sequence[Cell], most: int) -> Iterator[Fault]:
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > most:
            yield Fault(
                "long-cell",
                "The cell holds more than %(most)s characters.",
                {"most": most},
                place(name, number, letter_of(index)),
            )


def _nameless(name: str, header_row: int, columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[Fault]:
    for column in columns:
        if not column.name and any(row.cells[column.index] != "" for row in rows):
            yield Fault(
                "nameless-column",
                "The column has values but no name in the header.",
                place=place(name, header_row, column.letter),
            )
