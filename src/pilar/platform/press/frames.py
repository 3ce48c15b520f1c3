"""Frames between a process and its engine: a length in eight bytes, then the content.

A question is JSON; an answer begins with a letter.
"""

from __future__ import annotations

import struct
from typing import IO

MADE, REFUSED, FAILED = b"m", b"r", b"f"
LENGTH = struct.Struct(">Q")


def send(pipe: IO[bytes], frame: bytes) -> None:
    """Send a frame."""
    pipe.write(LENGTH.pack(len(frame)) + frame)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """Read the next frame; None if the other side ended before it was whole."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    frame = pipe.read(length)
    return frame if len(frame) == length else None
