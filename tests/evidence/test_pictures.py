"""Small pictures for everybody: the right way up, small, and without what the camera wrote."""

from __future__ import annotations

import io
import struct

import pytest
import vl_convert

from evidence.samples import png
from pilar.evidence.pictures import WIDTH, orientation_of, small
from pilar.evidence.rules.images import jpeg_size

SECRET = b"6.178 S 106.63 E"


def photograph(orientation: int, order: str = "<") -> bytes:
    """800 pixels wide and 400 high, with what a phone writes into it."""
    drawn = bytes(vl_convert.svg_to_jpeg(
        '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400">'
        '<rect width="400" height="400" fill="red"/></svg>'
    ))  # fmt: skip
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    block = b"Exif\0\0" + mark + struct.pack(f"{order}IH", 8, 1) + entries + b"\0" * 4 + SECRET
    return drawn[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + drawn[2:]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_up_and_tells_nothing_of_the_camera(orientation: int, order: str) -> None:
    taken = photograph(orientation, order)
    assert orientation_of(taken) == orientation
    assert SECRET in taken
    made = small(taken, "image/jpeg")
    size = (WIDTH, WIDTH // 2)
    assert jpeg_size(io.BytesIO(made)) == (size[::-1] if orientation >= 5 else size)
    assert SECRET not in made
    assert b"Exif" not in made
    assert len(made) < len(taken) + 20_000


@pytest.mark.parametrize(
    "content", [b"", b"Exif\0\0", b"Exif\0\0II*\0", b"Exif\0\0II*\0\xff\xff\xff\x7f", photograph(99)]
)
def test_what_is_not_sound_is_upright(content: bytes) -> None:
    assert orientation_of(content) == 1


def test_a_small_picture_stays_as_large_as_it_is() -> None:
    assert jpeg_size(io.BytesIO(small(png(20, 10), "image/png"))) == (20, 10)
    with pytest.raises(ValueError, match="no picture"):
        small(b"x", "image/png")
