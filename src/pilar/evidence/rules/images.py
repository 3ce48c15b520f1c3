"""Width and height of a picture, from its header; nothing is decoded.

Layouts: JPEG ITU-T T.81 annex B, PNG W3C REC-png-3 section 11.2.1, WebP RFC 9649 section 2.
"""

from __future__ import annotations

import struct
from typing import IO

Size = tuple[int, int]

# Start of frame: all C0 to CF but those that begin Huffman tables, arithmetic conditioning and the JPEG extension.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
MAX_SEGMENTS = 2_000
MAX_FILLING = 64


def png_size(file: IO[bytes]) -> Size | None:
    """Width and height in pixels, None if the header is not there."""
    file.seek(8)
    head = file.read(16)
    if len(head) < 16 or head[4:8] != b"IHDR":
        return None
    return _positive(*struct.unpack(">II", head[8:]))


def jpeg_size(file: IO[bytes]) -> Size | None:
    """As :func:`png_size`; walks from segment to segment up to the frame."""
    file.seek(2)
    for _ in range(MAX_SEGMENTS):
        if file.read(1) != b"\xff":
            return None
        kind = file.read(MAX_FILLING).lstrip(b"\xff")
        if not kind:
            return None
        file.seek(1 - len(kind), 1)
        if kind[0] in _BARE:
            continue
        length = file.read(2)
        if len(length) < 2 or (skipped := struct.unpack(">H", length)[0] - 2) < 0:
            return None
        if kind[0] in _FRAMES:
            frame = file.read(5)
            if len(frame) < 5:
                return None
            height, width = struct.unpack(">HH", frame[1:])
            return _positive(width, height)
        file.seek(skipped, 1)
    return None


def webp_size(file: IO[bytes]) -> Size | None:
    """As :func:`png_size`, of the lossy, lossless and extended form."""
    file.seek(12)
    head = file.read(18)
    if len(head) < 18:
        return None
    body = head[8:]
    match head[:4]:
        case b"VP8 " if body[3:6] == b"\x9d\x01\x2a":
            width, height = struct.unpack("<HH", body[6:10])
            return _positive(width & 0x3FFF, height & 0x3FFF)
        case b"VP8L" if body[0] == 0x2F:
            bits = int.from_bytes(body[1:5], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    return None


def _positive(width: int, height: int) -> Size | None:
    return (width, height) if width and height else None
