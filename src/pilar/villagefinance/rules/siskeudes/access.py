"""Tables of an Access file (Jet 4 of .mdb and .mde, ACE of .accdb), row by row.

The package access-parser finds the tables, their columns and pages. Rows are read here, because an unreadable row must
stop the reading, while the package skips it and formats amounts by locale.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import struct
import tempfile
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables import Cell, Column, Row, Table, shown
from pilar.platform.tables.budget import Budget

SIGNATURES = (b"\x00\x01\x00\x00Standard Jet DB\x00", b"\x00\x01\x00\x00Standard ACE DB\x00")
PAGE = 4096
_DATA = b"\x01\x01"
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - as Access counts, without a zone
_MONEY_UNITS = 10_000
_BOOLEAN, _BYTE, _INT16, _INT32, _MONEY, _FLOAT, _DOUBLE, _MOMENT = 1, 2, 3, 4, 5, 6, 7, 8
_TEXT, _MEMO, _GUID, _NUMERIC = 10, 12, 15, 16
_DELETED, _ELSEWHERE, _OFFSET = 0x8000, 0x4000, 0x1FFF
_INLINE, _ONE_PAGE, _LENGTH = 0x80000000, 0x40000000, 0x3FFFFFFF
_COMPRESSED = b"\xff\xfe"


def is_access(content: bytes) -> bool:
    """Return whether a file is an Access database."""
    return content.startswith(SIGNATURES)


def read_access(content: bytes, wanted: Collection[str], budget: Budget, *, most_rows: int) -> Sequence[Table]:
    """Read the ``wanted`` tables of a file (names in any case) that have rows. Raises Faults for a damaged file."""
    if content[0x14:0x15] == b"\0":
        sentence = N_("This is a database of Access 97. Save it in Access as .mdb of Access 2000 or later")
        raise budget.refused("old-access", sentence)
    if len(content) % PAGE:
        raise budget.refused("cut-off", N_("The Access file was cut off: its last page is not whole"))
    try:
        database = _opened(content)
        known = {table.casefold(): table for table in database.catalog}
        read = [
            _Rows(table, database.get_table(known[table.casefold()]), content, budget, most_rows).table()
            for table in wanted
            if table.casefold() in known
        ]
    except (Faults, MemoryError, RecursionError):
        raise
    except Exception:  # the package raises any error on a damaged page
        sentence = N_("The Access file is damaged or encrypted. Compact it in Access and take off its password")
        raise budget.refused("broken-access", sentence) from None
    return [table for table in read if table.rows]


def _opened(content: bytes) -> Any:
    logging.getLogger("access_parser").setLevel(logging.CRITICAL)  # its log messages are not shown to users
    from access_parser import AccessParser

    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return AccessParser(file.name)


@dataclass(frozen=True, slots=True)
class _Stored:
    """The storage of a column: its type, its bit in the mask of null values, and its offset, or its index among the
    columns of variable length."""

    name: str
    kind: int
    bit: int
    fixed: bool
    start: int
    length: int
    varying: int
    scale: int

    @classmethod
    def of(cls, column: Any) -> _Stored:
        scale = column.various.scale if column.type == _NUMERIC else 0
        return cls(
            column.col_name_str, column.type, column.column_id, column.column_flags.fixed_length,
            2 + column.fixed_offset, column.length, column.variable_column_number, scale,
        )  # fmt: skip


class _Rows:
    """The rows of one table."""

    def __init__(self, name: str, table: Any, content: bytes, budget: Budget, most_rows: int) -> None:
        self.name, self.content, self.budget, self.most_rows = name, content, budget, most_rows
        self.owner: int = table.table.offset // PAGE
        self.map: int = table.table_header.row_page_map
        self.columns = sorted(map(_Stored.of, table.columns.values()), key=lambda column: column.bit)
        self.expected: int = table.table_header.number_of_rows

    def table(self) -> Table:
        """Read all rows. Raises Faults if their number is not the one that the table records."""
        columns = tuple(Column(column.name, at) for at, column in enumerate(self.columns))
        rows = []
        for record in self._records():
            if len(rows) == self.most_rows:
                sentence = N_("Table %(table)s has more than %(most)s rows")
                raise self._refused("too-many-rows", sentence, most=self.most_rows)
            self.budget.fill(len(columns))
            rows.append(Row(len(rows) + 1, self._cells(record)))
        if len(rows) != self.expected:
            sentence = N_("Table %(table)s has %(found)s rows, but says %(expected)s: the file is damaged")
            raise self._refused("rows-missing", sentence, expected=self.expected, found=len(rows))
        return Table(self.name, 0, columns, tuple(rows))

    def _refused(self, code: str, sentence: str, **fields: int) -> Faults:
        return Faults([Fault(code, sentence, {"table": shown(self.name), **fields}, self.budget.name)])

    def _records(self) -> Iterator[bytes]:
        for number in self._owned():
            page = self._page(number)
            if page[:2] != _DATA or struct.unpack_from("<I", page, 4)[0] != self.owner:
                continue
            (count,) = struct.unpack_from("<H", page, 12)
            offsets = struct.unpack_from(f"<{count}H", page, 14)
            for at, offset in enumerate(offsets):
                if offset & _DELETED:
                    continue
                if offset & _ELSEWHERE:
                    yield self._pointed(struct.unpack_from("<I", page, offset & _OFFSET)[0])
                else:
                    yield _between(page, offsets, at)

    def _owned(self) -> Iterator[int]:
        """Yield the pages of the table by its map: a released page may still look like one of its own."""
        usage = self._pointed(self.map)
        if usage[0] == 0:
            (first,) = struct.unpack_from("<I", usage, 1)
            yield from _bits(usage[5:], first)
            return
        pages = struct.unpack_from(f"<{(len(usage) - 1) // 4}I", usage, 1)
        for at, number in enumerate(pages):
            if number:
                yield from _bits(self._page(number)[4:], at * (PAGE - 4) * 8)

    def _page(self, number: int) -> bytes:
        return self.content[number * PAGE : (number + 1) * PAGE]

    def _pointed(self, pointer: int) -> bytes:
        """Return the record on another page that a pointer leads to: the row in its lowest byte, the page above."""
        page = self._page(pointer >> 8)
        (count,) = struct.unpack_from("<H", page, 12)
        offsets = struct.unpack_from(f"<{count}H", page, 14)
        return _between(page, offsets, pointer & 0xFF)

    def _cells(self, record: bytes) -> tuple[Cell, ...]:
        """Return the value of each column in a row; None for a column that was added after the row."""
        (stored,) = struct.unpack_from("<H", record)
        mask = record[len(record) - (stored + 7) // 8 :]
        cells: list[Cell] = []
        for column in self.columns:
            filled = column.bit < stored and bool(mask[column.bit // 8] & (1 << column.bit % 8))
            if column.kind == _BOOLEAN:
                cells.append(filled)
            elif not filled:
                cells.append("")
            elif column.fixed:
                cells.append(self._value(column, record[column.start : column.start + column.length]))
            else:
                cells.append(self._value(column, _varying(record, len(mask), column.varying)))
        return tuple(cells)

    def _value(self, column: _Stored, stored: bytes) -> Cell:  # noqa: PLR0911 - one kind of column each
        kind = column.kind
        if kind in (_BYTE, _INT16, _INT32):
            return Decimal(int.from_bytes(stored, "little", signed=kind != _BYTE))
        if kind == _MONEY:
            return Decimal(int.from_bytes(stored, "little", signed=True)) / _MONEY_UNITS
        if kind in (_FLOAT, _DOUBLE, _MOMENT):
            (number,) = struct.unpack("<f" if kind == _FLOAT else "<d", stored)
            if not math.isfinite(number):
                raise ValueError
            if kind == _MOMENT:
                return (_EPOCH + dt.timedelta(days=number)).replace(microsecond=0)
            return Decimal(f"{number:.7g}" if kind == _FLOAT else repr(number))
        if kind == _NUMERIC:
            words = struct.unpack("<4I", stored[1:17])
            number = sum(word << 32 * (3 - at) for at, word in enumerate(words))
            return Decimal(-number if stored[0] & 0x80 else number).scaleb(-column.scale)
        if kind == _GUID:
            return str(uuid.UUID(bytes_le=stored))
        if kind in (_TEXT, _MEMO):
            text = _text(stored if kind == _TEXT else self._memo(stored))
            self.budget.write(len(text))
            return text
        return ""

    def _memo(self, stored: bytes) -> bytes:
        """Return a long text: stored in the row, on one other page, or on a chain of pages that must end."""
        length, pointer = struct.unpack_from("<II", stored)
        size = length & _LENGTH
        if length & _INLINE:
            return stored[12 : 12 + size]
        if length & _ONE_PAGE:
            return self._pointed(pointer)[:size]
        pieces, seen = [], set()
        while pointer:
            if pointer in seen:
                raise ValueError
            seen.add(pointer)
            piece = self._pointed(pointer)
            (pointer,) = struct.unpack_from("<I", piece)
            pieces.append(piece[4:])
        return b"".join(pieces)[:size]


def _bits(stored: bytes, first: int) -> Iterator[int]:
    """Yield the numbers whose bits are set; the first bit stands for ``first``."""
    for at, byte in enumerate(stored):
        if byte:
            yield from (first + 8 * at + bit for bit in range(8) if byte & (1 << bit))


def _between(page: bytes, offsets: Sequence[int], at: int) -> bytes:
    """Return the bytes of a record that ends where the one before it begins."""
    end = offsets[at - 1] & _OFFSET if at else PAGE
    start = offsets[at] & _OFFSET
    if not start < end:
        raise ValueError
    return page[start:end]


def _varying(record: bytes, mask: int, at: int) -> bytes:
    """Return the bytes of a column of variable length; the offsets of the ends follow the columns, the last first."""
    place = len(record) - mask - 2
    (count,) = struct.unpack_from("<H", record, place)
    if at >= count:
        return b""
    start, end = (
        struct.unpack_from("<H", record, place - 2 * (place_in_table + 1))[0] for place_in_table in (at, at + 1)
    )
    if not start <= end <= len(record):
        raise ValueError
    return record[start:end]


def _text(stored: bytes) -> str:
    """Decode a text of two bytes a character; a compressed one has stretches of one byte, separated by zeros."""
    if not stored.startswith(_COMPRESSED):
        return stored.decode("utf-16-le")
    pieces, rest, narrow = [], stored[2:], True
    while rest:
        if narrow:
            piece, _zero, rest = rest.partition(b"\0")
            pieces.append(piece.decode("latin-1"))
        else:
            end = next((at for at in range(0, len(rest), 2) if rest[at] == 0), len(rest))
            pieces.append(rest[:end].decode("utf-16-le"))
            rest = rest[end + 1 :]
        narrow = not narrow
    return "".join(pieces)
