"""Small pictures of evidence that a room shows to everybody.

They are drawn again, so that nothing goes with them that the camera wrote, such as the place: of that only the way up
is read here.
"""

from __future__ import annotations

import hashlib
import io
import struct
from base64 import b64encode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from pilar.evidence import store
from pilar.evidence.operations import keep_document
from pilar.evidence.queries import file_of
from pilar.evidence.rules.filetypes import JPEG, PNG
from pilar.evidence.rules.images import jpeg_size, png_size
from pilar.evidence.serving import FileGone
from pilar.platform import press

PICTURES = {JPEG.media_type: jpeg_size, PNG.media_type: png_size}
WIDTH, QUALITY = 480, 70
"""Pixels, and per cent: about 30 kB, which a weak line carries in seconds."""
LASTS = 86_400
_TURNS = {
    2: "translate({w} 0) scale(-1 1)", 3: "translate({w} {h}) rotate(180)", 4: "translate(0 {h}) scale(1 -1)",
    5: "rotate(90) scale(1 -1)", 6: "translate({h} 0) rotate(90)", 7: "translate({h} {w}) rotate(90) scale(-1 1)",
    8: "translate(0 {w}) rotate(-90)",
}  # fmt: skip
"""How a picture of width w and height h is turned up, by its orientation (Exif 3.0, tag 0x0112)."""


def small_picture(request: HttpRequest, evidence: UUID, number: int) -> HttpResponse:
    """A version of a piece of evidence as a small picture; the caller has asked whether it may be seen.

    Raises NotFound for what is no picture, Infected, :class:`FileGone`, BeingMade.
    """
    file = file_of(evidence, number, media_types=PICTURES)

    def make() -> bytes:
        try:
            with store.open_file(file.storage_key) as opened:
                return small(opened.read(), file.media_type)
        except FileNotFoundError:
            raise FileGone(name=file.file_name) from None

    key = hashlib.sha256(f"small picture {file.sha256} {WIDTH} {QUALITY}".encode()).hexdigest()
    response = get_conditional_response(request, etag=f'"{key}"')
    if response is None:
        content = keep_document(key=key, make=make, now=timezone.now())
        response = HttpResponse(content, content_type=JPEG.media_type)
    response["ETag"] = f'"{key}"'
    response["Cache-Control"] = f"public, max-age={LASTS}"
    return response


def small(content: bytes, media_type: str) -> bytes:
    """A picture as a JPEG of at most :data:`WIDTH` pixels, the right way up; raises ValueError for what is none."""
    size = PICTURES[media_type](io.BytesIO(content))
    if size is None:
        raise ValueError("no picture")
    orientation = orientation_of(content) if media_type == JPEG.media_type else 1
    scale = min(1, WIDTH / max(size))
    width, height = (max(1, round(side * scale)) for side in size)
    across, down = (height, width) if orientation >= 5 else (width, height)
    turn = _TURNS.get(orientation, "").format(w=width, h=height)
    return press.jpeg(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}"><g transform="{turn}">'
        f'<image width="{width}" height="{height}" href="data:{media_type};base64,{b64encode(content).decode()}"/>'
        "</g></svg>",
        quality=QUALITY,
    )  # fmt: skip


def orientation_of(content: bytes) -> int:
    """Return which way up a JPEG was taken, from 1 to 8; 1 where nothing sound is said of it."""
    start = content.find(b"Exif\0\0", 0, 2**16) + 6
    block = content[start : start + 2**16] if start >= 6 else b""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    try:
        if order:
            (at,) = struct.unpack_from(f"{order}I", block, 4)
            (count,) = struct.unpack_from(f"{order}H", block, at)
            for entry in range(at + 2, at + 2 + 12 * count, 12):
                tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", block, entry)
                if tag == 0x0112:
                    return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
