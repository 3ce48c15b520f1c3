"""When and where photographs say that they were taken: as cameras write it, in either order of bytes, and broken."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence import samples
from kit.selection import examples
from pilar.permits.rules.exif import Taken, read_exif
from pilar.permits.rules.places import Point

WIB = timezone(timedelta(hours=7))
PLACE = [(6, 1), (10, 1), (1234, 100)]
EAST = [(106, 1), (38, 1), (2530, 100)]


def directory(order: str, at: int, entries: list[tuple[int, int, int, bytes]], after: int = 0) -> bytes:
    """A directory at a place, with what does not fit into its entries behind it."""
    head, data, free = struct.pack(f"{order}H", len(entries)), b"", at + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in entries:
        where = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(f"{order}I", free + len(data))
        head += struct.pack(f"{order}HHI", tag, kind, count) + where
        data += value if len(value) > 4 else b""
    return head + struct.pack(f"{order}I", after) + data


def photograph(order: str = "<", taken: str = "2026:03:03 10:15:00", offset: str = "", side: bytes = b"E") -> bytes:
    """The beginning of a JPEG with the fields of a phone, as EXIF 2.32 lays them out."""

    def numbers(parts: list[tuple[int, int]]) -> bytes:
        return b"".join(struct.pack(f"{order}II", *one) for one in parts)

    times = [(0x9003, 2, len(taken) + 1, taken.encode() + b"\0")]
    if offset:
        times.append((0x9011, 2, len(offset) + 1, offset.encode() + b"\0"))
    places = [(1, 2, 2, b"S\0"), (2, 5, 3, numbers(PLACE)), (3, 2, 2, side + b"\0"), (4, 5, 3, numbers(EAST))]
    first_at, times_at = 8, 8 + 2 + 24 + 4
    exif = directory(order, times_at, times)
    gps_at = times_at + len(exif)
    first = directory(order, first_at, [(0x8769, 4, 1, struct.pack(f"{order}I", times_at)),
                                        (0x8825, 4, 1, struct.pack(f"{order}I", gps_at))])  # fmt: skip
    mark = b"II*\0" if order == "<" else b"MM\0*"
    tiff = mark + struct.pack(f"{order}I", first_at) + first + exif + directory(order, gps_at, places)
    body = b"Exif\0\0" + tiff
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\1\1" + b"\0" * 7
    return b"\xff\xd8" + app0 + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xda"


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_phone_says_when_and_where(order: str) -> None:
    found = read_exif(photograph(order), WIB)
    assert found.at == datetime(2026, 3, 3, 10, 15, tzinfo=WIB)
    assert found.point == Point(Decimal("-6.17009"), Decimal("106.64036"))
    other = read_exif(photograph(order, offset="+09:00"), WIB)
    assert other.at == datetime(2026, 3, 3, 1, 15, tzinfo=UTC)


def test_what_lies_elsewhere_or_is_no_day_is_left_out() -> None:
    assert read_exif(photograph(side=b"W"), WIB).point is None
    assert read_exif(photograph(taken="0000:00:00 00:00:00"), WIB).at is None


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", samples.pdf(), samples.png(4, 3), photograph()[:60]])
def test_what_says_nothing(content: bytes) -> None:
    assert read_exif(content, WIB) == Taken()


@settings(max_examples=examples(200), deadline=None)
@given(at=st.integers(20, len(photograph()) - 1), byte=st.integers(0, 255), cut=st.integers(0, 400))
def test_a_broken_one_never_fails(at: int, byte: int, cut: int) -> None:
    content = bytearray(photograph())
    content[at] = byte
    read_exif(bytes(content[: len(content) - cut]), WIB)
