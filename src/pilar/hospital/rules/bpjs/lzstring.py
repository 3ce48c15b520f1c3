"""LZ-String in its form for addresses (``EncodedURIComponent``), in which BPJS packs what it encrypts.

A text is a row of UTF-16 units. The dictionary grows by the last sequence plus one unit; codes 0 and 1 announce a new
unit of 8 and 16 bits, 2 the end, and codes are written with as many bits as the largest one needs.
"""

from __future__ import annotations

import struct

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-$"
NARROW, WIDE, END, FIRST = 0, 1, 2, 3
_VALUES = {letter: f"{place:06b}" for place, letter in enumerate(ALPHABET[:64])} | {" ": "111110"}
"""A plus that passed through an address becomes a space."""


class NotPacked(ValueError):
    """Raised for a text that is invalid, truncated, or unpacks to more than the limit."""


def pack(text: str) -> str:
    """The packed text, as the JavaScript original packs it."""
    bits: list[str] = []
    codes: dict[str, int] = {}
    fresh: set[str] = set()
    width, room = 2, 2

    def put(value: int, count: int) -> None:
        bits.append(f"{value:0{count}b}"[::-1])

    def counted() -> None:
        nonlocal width, room
        room -= 1
        if not room:
            width, room = width + 1, 2**width

    def emit(known: str) -> None:
        if known in fresh:
            narrow = ord(known) < 256
            put(NARROW if narrow else WIDE, width)
            put(ord(known), 8 if narrow else 16)
            fresh.remove(known)
            counted()
        else:
            put(codes[known], width)
        counted()

    known = ""
    for unit in _units(text):
        if unit not in codes:
            codes[unit] = len(codes) + FIRST
            fresh.add(unit)
        if known + unit in codes:
            known += unit
        else:
            emit(known)
            codes[known + unit] = len(codes) + FIRST
            known = unit
    if known:
        emit(known)
    put(END, width)
    row = "".join(bits)
    row += "0" * (6 - len(row) % 6)
    return "".join(ALPHABET[int(row[at : at + 6], 2)] for at in range(0, len(row), 6))


def unpack(packed: str, *, longest: int = 20_000_000) -> str:
    """Unpack the text. Raises :class:`NotPacked`; ``longest`` is in UTF-16 units, since a short text can unpack to a
    very long one."""
    try:
        bits = "".join(map(_VALUES.__getitem__, packed))
    except KeyError:
        raise NotPacked(packed[:20]) from None
    at = 0

    def take(count: int) -> int:
        nonlocal at
        at += count
        if at > len(bits):
            raise NotPacked("cut off")
        return int(bits[at - count : at][::-1], 2)

    entries: list[str] = ["", "", ""]
    said: list[str] = []
    length, width, room, known = 0, 2, 2, ""
    while (code := take(width)) != END:
        if code < FIRST:
            entries.append(chr(take(16 if code == WIDE else 8)))
            code = len(entries) - 1
            room -= 1
            if not room:
                width, room = width + 1, 2**width
        if code < len(entries):
            entry = entries[code]
        elif code == len(entries) and known:
            entry = known + known[0]
        else:
            raise NotPacked("unknown code")
        said.append(entry)
        length += len(entry)
        if length > longest:
            raise NotPacked("too long")
        if known:
            entries.append(known + entry[0])
        room -= 1
        if not room:
            width, room = width + 1, 2**width
        known = entry
    return "".join(said).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _units(text: str) -> str:
    """Each UTF-16 unit as a character."""
    given = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, struct.unpack(f"<{len(given) // 2}H", given)))
