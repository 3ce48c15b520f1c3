"""Find the headings of a list, and the rows that are programmes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from pilar.masterplan.rules.list_columns import LEFT_OUT, Fields, meant_by
from pilar.platform.tables import Cell, Column, Row, Table, folded, shown

MAX_ABOVE = 40
"""Headings are searched in this many rows."""
MAX_HEIGHT = 3
"""The most rows of headings, one below the other."""
MAX_WIDE = 60
"""Headings are searched in this many columns; those further right are read with them."""
SAMPLES = 3
MAX_SIGNING = 2
"""The most people who sign a list side by side."""

_PLAIN_TOTAL = re.compile(r"(?:grand |sub ?)?(?:jumlah|total)(?: jumlah| total| keseluruhan| seluruhnya| semua)?")
_TOTAL = re.compile(r"(?:[\divxa-z]{1,4} )?(?:sub ?)?(?:jumlah|total)\b.*|grand total\b.*|rekapitulasi\b.*")
_PLACE_NUMBER = re.compile(r"\(?(\d{1,2})\)?")
_NUMBER = re.compile(r"\d{1,4}[.)]?")
_ENUMERATED = re.compile(r"^(?:[A-Za-z]|[IVXivx]{1,5}|\d{1,2})[.)]\s+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a list: the ``key`` by which its region knows it, its name and place, some cells, and its field
    (``LEFT_OUT``: ignored). ``said``: the region has set this."""

    key: str
    place: Column
    samples: tuple[str, ...]
    field: str
    said: bool

    @property
    def label(self) -> str:
        return str(self.place)


@dataclass(frozen=True, slots=True)
class Laid:
    """The layout of a list: its headings, their rows, and the rows below."""

    headings: tuple[Heading, ...]
    first: int
    last: int
    rows: tuple[Row, ...]
    nameless: tuple[Column, ...] = ()
    """Columns with content but no heading."""
    titles: tuple[str, ...] = ()
    """The texts above the headings."""

    def place(self, field: str) -> Heading | None:
        """Return the column of a field."""
        return next((heading for heading in self.headings if heading.field == field), None)


def lay_out(table: Table, fields: Fields, said: Mapping[str, str], chosen: tuple[int, int] | None = None) -> Laid:
    """Find the headings of a list: the rows in which most fields are recognised, or the ``chosen`` ones.

    ``table``: all filled rows; ``said``: meanings of columns in this region, by their keys.
    """
    rows = table.rows
    if chosen is not None:
        band = [at for at, row in enumerate(rows) if chosen[0] <= row.number <= chosen[1]]
        tried = [(band[0], len(band))] if band else [(0, 1)]
    else:
        tried = [
            (start, height)
            for start in range(min(len(rows), MAX_ABOVE))
            for height in range(1, MAX_HEIGHT + 1)
            if start + height <= len(rows) and _in_a_row(rows[start : start + height])
        ]
    bands = [(start, height, rows[start : start + height]) for start, height in tried]
    candidates = [(_known(_columns(band, fields, said, MAX_WIDE)), -height, -start) for start, height, band in bands]
    _most, height, start = (abs(figure) for figure in max(candidates))
    columns = _columns(rows[start : start + height], fields, said)
    below = rows[start + height :]
    below = below[1:] if below and _numbers_columns(below[0].cells) else below
    headings = tuple(_heading(column, below) for column in _once(columns))
    named = {heading.place.index for heading in headings}
    filled = {place for row in below for place, cell in enumerate(row.cells) if cell != ""}
    nameless = tuple(Column("", place) for place in sorted(filled - named))
    titles = tuple(cell for row in rows[:start] for cell in row.cells if isinstance(cell, str) and cell)
    return Laid(headings, rows[start].number, rows[start + height - 1].number, below, nameless, titles)


def likeness(table: Table) -> str:
    """Return a hash that recognises lists with the same beginning."""
    first = [[str(cell) for cell in row.cells] for row in table.rows[:3]]
    return sha256(repr(first).encode()).hexdigest()[:16]


def is_total(cells: Sequence[Cell], last: int) -> str:
    """Return the words that make a row a sum of others, such as ``Sub Total Smart Economy``; empty for any other row.

    They are in columns up to ``last``, that of titles: after it ``Jumlah kader`` is an indicator, and only the bare
    word counts as a sum.
    """
    texts = _words(cells[: last + 1])
    if texts:
        return texts[0] if _TOTAL.fullmatch(folded(texts[0])) else ""
    texts = _words(cells)
    return texts[0] if len(texts) == 1 and _PLAIN_TOTAL.fullmatch(folded(texts[0])) else ""


def _words(cells: Sequence[Cell]) -> list[str]:
    return [cell.strip() for cell in cells if isinstance(cell, str) and len(cell.strip()) > 1]


def is_footer(cells: Sequence[Cell]) -> bool:
    """Return whether a row may belong to the text below a list, such as place, office and name of the signatory."""
    filled = [cell for cell in cells if cell != ""]
    return len(filled) <= MAX_SIGNING and all(
        isinstance(cell, str) and not _NUMBER.fullmatch(cell.strip()) for cell in filled
    )


def section_of(cells: Sequence[Cell], last: int, parts: Container[str] = ()) -> str:
    """Return the words of a row above a group of programmes, such as ``A. Pelayanan publik``, without their number;
    nothing follows its column ``last``, that of titles.

    With a plain number in front, the row is an incomplete programme, unless its words name one of ``parts``.
    """
    if any(cell != "" for cell in cells[last + 1 :]):
        return ""
    filled = [cell for cell in cells if cell != ""]
    texts = [cell for cell in filled if isinstance(cell, str)]
    if len(filled) > 2 or not texts or (len(filled) == 2 and len(str(filled[0])) > 5):
        return ""
    text = bare(texts[-1]) if texts[-1] == filled[-1] else ""
    numbered = len(filled) == 2 and _NUMBER.fullmatch(str(filled[0]).strip()) is not None
    return "" if numbered and folded(text) not in parts else text


def bare(text: str) -> str:
    """Remove the number in front of words: ``1. Pelatihan``."""
    return _ENUMERATED.sub("", text.strip()).strip()


@dataclass(frozen=True, slots=True)
class _Named:
    index: int
    name: str
    lower: str
    key: str
    field: str
    said: bool


def _columns(band: Sequence[Row], fields: Fields, said: Mapping[str, str], widest: int | None = None) -> list[_Named]:
    """Return the columns under rows of headings: a heading over several columns belongs to the name of each."""
    spread: list[Sequence[Cell]] = [band[-1].cells]
    for upper in reversed(band[:-1]):
        spread.insert(0, _spread(upper.cells, spread[0]))
    width = max((place + 1 for row in band for place, cell in enumerate(row.cells) if cell != ""), default=0)
    columns = []
    seen: Counter[str] = Counter()
    for index in range(width if widest is None else min(width, widest)):
        parts = [" ".join(str(row[index]).split()) for row in spread if row[index] != ""]
        name, lower = " ".join(parts), parts[-1] if parts else ""
        word = folded(name)
        seen[word] += 1
        key = word if seen[word] == 1 else f"{word} #{seen[word]}"
        if not word:
            continue
        field = meant_by(said, fields, key, name, lower)
        columns.append(_Named(index, name, lower, key, field, key in said))
    return columns


def _spread(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[Cell]:
    """Repeat headings over several columns in each of them, where the row below divides them."""
    spread: list[Cell] = []
    for place, cell in enumerate(upper):
        divided = cell == "" and place > 0 and lower[place] != "" and lower[place - 1] != ""
        spread.append(spread[-1] if divided else cell)
    return spread


def _known(columns: Sequence[_Named]) -> int:
    return len({column.field for column in columns if column.field not in ("", LEFT_OUT)})


def _once(columns: Sequence[_Named]) -> Iterator[_Named]:
    """Yield the same columns; if two were only proposed for one field, the first keeps it."""
    said = {column.field for column in columns if column.said}
    taken: set[str] = set()
    for column in columns:
        proposed_again = not column.said and column.field != LEFT_OUT and column.field in taken | said
        taken.add(column.field)
        field = "" if proposed_again else column.field
        yield _Named(column.index, column.name, column.lower, column.key, field, column.said)


def _heading(named: _Named, rows: Sequence[Row]) -> Heading:
    filled = (row.cells[named.index] for row in rows[:50] if row.cells[named.index] != "")
    samples = tuple(shown(cell) for cell, _ in zip(filled, range(SAMPLES), strict=False))
    return Heading(named.key, Column(named.name, named.index), samples, named.field, named.said)


def _in_a_row(band: Sequence[Row]) -> bool:
    return all(lower.number == upper.number + 1 for upper, lower in pairwise(band))


def _numbers_columns(cells: Sequence[Cell]) -> bool:
    """Return whether cells are 1, 2, 3 …, like the row under the headings of an official table."""
    said = [_PLACE_NUMBER.fullmatch(str(cell).strip()) for cell in cells if cell != ""]
    numbers = [int(match[1]) for match in said if match is not None]
    return len(said) >= 3 and numbers == list(range(1, len(said) + 1))
