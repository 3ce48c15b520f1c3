"""Read place and time from a photograph: the few fields of EXIF 2.32 (CIPA DC-008) that give them. Pure.

A JPEG keeps them in its segment APP1: a TIFF header, then directories of twelve bytes an entry.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from pilar.permits.rules.places import STEP, Point, in_indonesia

HEAD = 128 * 1024
"""The number of bytes of a file that contain the fields: a segment has 64 KiB at most, and it comes first."""
_APP1, _START_OF_SCAN = 0xE1, 0xDA
_EXIF, _GPS, _TAKEN, _OFFSET = 0x8769, 0x8825, 0x9003, 0x9011
_NORTH, _LATITUDE, _EAST, _LONGITUDE = 1, 2, 3, 4
_ASCII, _LONG, _RATIONAL = 2, 4, 5
_SIZES = {_ASCII: 1, _LONG: 4, _RATIONAL: 8}
_MOST = 200
"""The most entries of a directory that are read."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Time and place; None for what the photograph lacks. A time without an offset is in the zone of the place."""

    at: datetime | None = None
    point: Point | None = None


def read_exif(head: bytes, zone: tzinfo) -> Taken:
    """Read time and place from the first bytes of a file: empty if it is not a JPEG, lacks these fields, or is
    broken."""
    try:
        tiff = next(_segments(head), b"")
        if not tiff:
            return Taken()
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        first = _directory(tiff, order, *struct.unpack_from(f"{order}4xI", tiff))
        return Taken(_moment(_below(tiff, order, first, _EXIF), zone), _place(_below(tiff, order, first, _GPS)))
    except (KeyError, ValueError, IndexError, struct.error, ArithmeticError):
        return Taken()


def _segments(head: bytes) -> Iterator[bytes]:
    at = 2 if head[:2] == b"\xff\xd8" else len(head)
    while at + 4 <= len(head) and head[at] == 0xFF and head[at + 1] != _START_OF_SCAN:
        size = int.from_bytes(head[at + 2 : at + 4], "big")
        if head[at + 1] == _APP1 and head[at + 4 : at + 10] == b"Exif\0\0":
            yield head[at + 10 : at + 2 + size]
        at += 2 + size


def _directory(tiff: bytes, order: str, at: int) -> dict[int, bytes | list[int] | list[Decimal]]:
    tags: dict[int, bytes | list[int] | list[Decimal]] = {}
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for entry in range(at + 2, at + 2 + 12 * min(count, _MOST), 12):
        tag, kind, many = struct.unpack_from(f"{order}HHI", tiff, entry)
        if kind not in _SIZES or many > _MOST:
            continue
        short = many * _SIZES[kind] <= 4
        start = entry + 8 if short else struct.unpack_from(f"{order}I", tiff, entry + 8)[0]
        if kind == _ASCII:
            tags[tag] = tiff[start : start + many].split(b"\0")[0]
        elif kind == _LONG:
            tags[tag] = list(struct.unpack_from(f"{order}{many}I", tiff, start))
        else:
            parts = struct.unpack_from(f"{order}{2 * many}I", tiff, start)
            tags[tag] = [Decimal(up) / Decimal(down) for up, down in zip(parts[::2], parts[1::2], strict=True)]
    return tags


def _below(tiff: bytes, order: str, first: Mapping[int, object], tag: int) -> Mapping[int, object]:
    where = first.get(tag)
    return _directory(tiff, order, where[0]) if isinstance(where, list) else {}


def _moment(fields: Mapping[int, object], zone: tzinfo) -> datetime | None:
    taken, offset = fields.get(_TAKEN), fields.get(_OFFSET, b"")
    if not isinstance(taken, bytes) or not isinstance(offset, bytes):
        return None
    try:
        if offset.strip():
            return datetime.strptime(f"{taken.decode()} {offset.decode()}", "%Y:%m:%d %H:%M:%S %z")
        return datetime.strptime(taken.decode(), "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
    except ValueError:
        return None


def _place(fields: Mapping[int, object]) -> Point | None:
    pair = []
    for side, degrees, other in ((_NORTH, _LATITUDE, b"S"), (_EAST, _LONGITUDE, b"W")):
        value = fields.get(degrees)
        if not isinstance(value, list) or len(value) != 3:
            return None
        size = Decimal(value[0] + value[1] / 60 + value[2] / 3600).quantize(STEP)
        pair.append(-size if fields.get(side) == other else size)
    return Point(*pair) if in_indonesia(*pair) else None
