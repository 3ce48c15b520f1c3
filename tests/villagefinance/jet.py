"""A tiny writer of Access files (Jet 4): tables with their rows, as much as a reader of a village-year needs.

Written from the public description of the format by mdbtools. Access itself has never opened what comes out.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

PAGE = 4096
BOOLEAN, INT16, INT32, MONEY, DOUBLE, MOMENT, TEXT, MEMO, NUMERIC = 1, 3, 4, 5, 7, 8, 10, 12, 16
SIZES = {INT16: 2, INT32: 4, MONEY: 8, DOUBLE: 8, MOMENT: 8, NUMERIC: 17, BOOLEAN: 1}
SCALE = 2
EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - as Access counts


@dataclass(frozen=True)
class Stored:
    """A table: the name and type of each column, and its rows; ``says``: how many rows its head claims."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Any]]
    says: int | None = None
    older: int = 0
    """So many rows come from before the last column was there."""


@dataclass
class Written:
    """Pages on their way to a file."""

    pages: list[bytes] = field(default_factory=list)

    def add(self, page: bytes) -> int:
        assert len(page) <= PAGE
        self.pages.append(page.ljust(PAGE, b"\0"))
        return len(self.pages) - 1


def jet(*tables: Stored, version: int = 1, compressed: bool = True, stale: bool = False) -> bytes:
    """The file. ``stale``: pages that the tables gave back still lie about, as in every used file."""
    made = Written()
    made.add(b"\0\1\0\0Standard Jet DB\0" + struct.pack("<I", version))
    made.add(b"\0")
    made.add(b"\2\1")
    objects = []
    for table in tables:
        at = made.add(b"\2\1")
        _fill(made, at, table, compressed=compressed, stale=stale)
        objects.append((at, table.name, 1, 0))
    catalog = Stored(
        "MSysObjects", [("Id", INT32), ("Name", TEXT), ("Type", INT16), ("Flags", INT32)],
        [(2, "MSysObjects", 1, -0x80000000), *objects],
    )  # fmt: skip
    _fill(made, 2, catalog, compressed=compressed, stale=False)
    return b"".join(made.pages)


def _fill(made: Written, at: int, table: Stored, *, compressed: bool, stale: bool) -> None:
    """The definition of a table on page ``at``, its rows and the map of its pages."""
    records = [
        _record(made, table.columns[: -1 if place < table.older else None], row, compressed=compressed)
        for place, row in enumerate(table.rows)
    ]
    owned = []
    while records:
        some: list[bytes] = []
        while records and sum(map(len, some)) + len(records[0]) + 2 * len(some) + 20 < PAGE:
            some.append(records.pop(0))
        owned.append(made.add(data_page(some, owner=at)))
        if stale:
            made.add(data_page(some, owner=at))
    mapped = made.add(data_page([_map(made, owned)], owner=0))
    made.pages[at] = _definition(table, mapped).ljust(PAGE, b"\0")


def _map(made: Written, owned: Sequence[int]) -> bytes:
    """Which pages a table has: bits from the first on, or where they lie far apart pages of bits of the whole file."""
    first = min(owned, default=0)
    far = max(owned, default=0) - first >= 512
    bits = bytearray(PAGE - 4 if far else 64)
    for page in owned:
        place = page if far else page - first
        bits[place // 8] |= 1 << place % 8
    if far:
        return b"\1" + struct.pack("<17I", made.add(b"\5\1\0\0" + bytes(bits)), *[0] * 16)
    return b"\0" + struct.pack("<I", first) + bytes(bits)


def data_page(records: Sequence[bytes], *, owner: int, flags: Sequence[int] = ()) -> bytes:
    """A page of rows, the first at its end; ``flags`` of their offsets."""
    offsets, end = [], PAGE
    for at, record in enumerate(records):
        end -= len(record)
        offsets.append(end | (flags[at] if flags else 0))
    head = struct.pack("<2sHII", b"\1\1", 0, owner, 0) + struct.pack(f"<H{len(records)}H", len(records), *offsets)
    return head + b"\0" * (end - len(head)) + b"".join(reversed(records))


def _definition(table: Stored, mapped: int) -> bytes:
    varying = [kind in (TEXT, MEMO) for _name, kind in table.columns]
    said = len(table.rows) if table.says is None else table.says
    head = b"\2\1VC" + struct.pack("<I", 0) + struct.pack(
        "<8IBHHHIIII", 0, 0, said, 0, 0, 0, 0, 0, 0x4E, len(table.columns), sum(varying), len(table.columns), 0, 0,
        mapped << 8, mapped << 8,
    )  # fmt: skip
    columns, fixed = b"", 0
    for at, (_name, kind) in enumerate(table.columns):
        various = struct.pack("<BBH", 18, SCALE, 0) if kind == NUMERIC else b"\0" * 4
        columns += struct.pack("<BIHHH", kind, 0, at, sum(varying[:at]), at) + various
        columns += struct.pack(
            "<BBIHH", 2 if varying[at] else 3, 0, 0, 0 if varying[at] else fixed, SIZES.get(kind, 100)
        )
        fixed += 0 if varying[at] or kind == BOOLEAN else SIZES[kind]
    names = b""
    for name, _kind in table.columns:
        text = name.encode("utf-16-le")
        names += struct.pack("<H", len(text)) + text
    return head + columns + names


def _record(made: Written, columns: Sequence[tuple[str, int]], row: Sequence[Any], *, compressed: bool) -> bytes:
    fixed, pieces = b"", []
    mask = bytearray((len(columns) + 7) // 8)
    for at, ((_name, kind), value) in enumerate(zip(columns, row, strict=False)):
        if value is not None and (kind != BOOLEAN or value):
            mask[at // 8] |= 1 << at % 8
        if kind in (TEXT, MEMO):
            pieces.append(_varying(made, kind, value, compressed=compressed))
        elif kind != BOOLEAN:
            fixed += _fixed(kind, value)
    body = struct.pack("<H", len(columns)) + fixed
    offsets = []
    for piece in pieces:
        offsets.append(len(body))
        body += piece
    ends = [len(body), *reversed(offsets)] if pieces else []
    return (
        body + struct.pack(f"<{len(ends)}H", *ends) + (struct.pack("<H", len(pieces)) if pieces else b"") + bytes(mask)
    )


def _fixed(kind: int, value: Any) -> bytes:
    if value is None:
        return b"\0" * SIZES[kind]
    if kind == MONEY:
        return struct.pack("<q", int(value * 10_000))
    if kind == DOUBLE:
        return struct.pack("<d", float(value))
    if kind == MOMENT:
        return struct.pack("<d", (value - EPOCH) / dt.timedelta(days=1))
    if kind == NUMERIC:
        whole = abs(int(Decimal(value).scaleb(SCALE)))
        words = [whole >> 32 * (3 - place) & 0xFFFFFFFF for place in range(4)]
        return struct.pack("<B4I", 0x80 if value < 0 else 0, *words)
    return struct.pack("<h" if kind == INT16 else "<i", value)


def _varying(made: Written, kind: int, value: str | bytes | None, *, compressed: bool) -> bytes:
    """A text in the row, or where a long text lies: short ones in the row, others on one page or on a chain."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    text = _text(value, compressed=compressed)
    if kind == TEXT:
        return text
    if len(text) < 60:
        return struct.pack("<III", len(text) | 0x80000000, 0, 0) + text
    if len(text) < PAGE - 100:
        page = made.add(data_page([text], owner=0, flags=[0x8000]))
        return struct.pack("<III", len(text) | 0x40000000, page << 8, 0)
    pieces = [text[at : at + 2000] for at in range(0, len(text), 2000)]
    pointer = 0
    for piece in reversed(pieces):
        pointer = made.add(data_page([struct.pack("<I", pointer) + piece], owner=0)) << 8
    return struct.pack("<III", len(text), pointer, 0)


def _text(value: str, *, compressed: bool) -> bytes:
    """Compressed where Access would: stretches of Latin letters of one byte, a zero before and behind others."""
    if not compressed or "\0" in value:
        return value.encode("utf-16-le")
    found, narrow = b"\xff\xfe", True
    for character in value:
        wide = ord(character) > 0xFF
        if wide == narrow:
            found, narrow = found + b"\0", not narrow
        found += character.encode("utf-16-le" if wide else "latin-1")
    return found
