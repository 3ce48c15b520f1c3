"""Accepted file types, recognised by content; the name must agree.

The list is closed. Left out are formats that can carry a program (SVG, HTML, office files with macros, the old office
formats) and formats that have no signature to be known by (CSV, text).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from pilar.evidence.rules import archives, images
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

PLACE = "file"
TAIL = 4_096
"""Where the end mark of a PDF is looked for; some scanners write a few lines behind it."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is taken in: media type, endings of the name, name for readers."""

    media_type: str
    endings: tuple[str, ...]
    name: str


PDF = FileKind("application/pdf", (".pdf",), "PDF")
JPEG = FileKind("image/jpeg", (".jpg", ".jpeg"), "JPEG")
PNG = FileKind("image/png", (".png",), "PNG")
WEBP = FileKind("image/webp", (".webp",), "WebP")
_OOXML, _ODF = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
OFFICE = (
    FileKind(f"{_OOXML}.wordprocessingml.document", (".docx",), "Word"),
    FileKind(f"{_OOXML}.spreadsheetml.sheet", (".xlsx",), "Excel"),
    FileKind(f"{_OOXML}.presentationml.presentation", (".pptx",), "PowerPoint"),
    FileKind(f"{_ODF}.text", (".odt",), "OpenDocument"),
    FileKind(f"{_ODF}.spreadsheet", (".ods",), "OpenDocument"),
    FileKind(f"{_ODF}.presentation", (".odp",), "OpenDocument"),
)
KINDS = (PDF, JPEG, PNG, WEBP, *OFFICE)
CSV = FileKind("text/csv", (".csv",), "CSV")
"""Never taken in, since it has no signature to be known by; only Pilar itself makes such a file."""
MEDIA_TYPES: dict[str, FileKind] = {kind.media_type: kind for kind in (*KINDS, CSV)}
INLINE = frozenset({PDF.media_type, JPEG.media_type, PNG.media_type, WEBP.media_type})
"""What a browser may show in its window; everything else is saved."""
ACCEPT = ",".join([ending for kind in KINDS for ending in kind.endings] + [JPEG.media_type, PNG.media_type])
"""For the ``accept`` attribute: with the image types a phone offers its camera."""

_PICTURES: tuple[tuple[FileKind, Callable[[bytes], bool], Callable[[IO[bytes]], images.Size | None]], ...] = (
    (JPEG, lambda head: head.startswith(b"\xff\xd8\xff"), images.jpeg_size),
    (PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), images.png_size),
    (WEBP, lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP", images.webp_size),
)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def detect(file: IO[bytes], name: str, *, largest: int, most_pixels: int) -> FileKind:
    """Return what the content is; ``file`` can be searched (seek) and is left at its beginning.

    ``largest`` is in bytes, ``most_pixels`` is width times height. Raises Faults at ``file``: empty, too large, not in
    the list, damaged, with macros, protected, packed like a bomb, or named like another kind.
    """
    size = file.seek(0, 2)
    if size == 0:
        raise _fault("empty-file", N_("The file is empty. Choose another one"))
    if size > largest:
        raise too_large(size, largest)
    kind = _kind(file, size, most_pixels)
    file.seek(0)
    if not name.lower().endswith(kind.endings):
        sentence = N_("The content is %(kind)s, but the name ends in “%(ending)s”. Give the name the ending %(right)s")
        raise _fault(
            "ending-differs", sentence, kind=kind.name, ending=PurePath(name).suffix[:20], right=kind.endings[0]
        )
    return kind


def too_large(size: int, largest: int) -> Faults:
    """The fault of a file with more than ``largest`` bytes."""
    sentence = N_("The file has %(size)s MB; at most %(most)s MB are taken. Reduce it, or choose another")
    return _fault("file-too-large", sentence, size=-(-size // 2**20), most=largest // 2**20)


def _kind(file: IO[bytes], size: int, most_pixels: int) -> FileKind:
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"%PDF-"):
        file.seek(max(0, size - TAIL))
        if b"%%EOF" not in file.read():
            raise _damaged()
        return PDF
    for kind, begins, measure in _PICTURES:
        if begins(head):
            pixels = measure(file)
            if pixels is None:
                raise _damaged()
            if pixels[0] * pixels[1] > most_pixels:
                sentence = N_("The picture has %(width)s × %(height)s pixels; at most %(most)s million are taken")
                raise _fault(
                    "too-many-pixels", sentence, width=pixels[0], height=pixels[1], most=most_pixels // 1_000_000
                )
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head.startswith(_OLE):
        sentence = N_("The file has an old office format or a password. Save it as PDF, or again without a password")
        raise _fault("old-office", sentence)
    raise _not_taken()


def _office(file: IO[bytes]) -> FileKind:
    archive = archives.inspect(file)
    match archive.fault:
        case "damaged":
            raise _damaged()
        case "protected":
            raise _fault("protected", N_("The file is protected by a password. Save it without one"))
        case "too-large":
            raise _fault("packed-too-tightly", N_("Unpacked, the file is too large. Save it as PDF instead"))
        case "macros":
            raise _fault("macros", N_("The file has macros. Save it without macros, or as PDF"))
    kind = MEDIA_TYPES.get(archive.media_type)
    if kind not in OFFICE:
        raise _not_taken()
    return kind


def _not_taken() -> Faults:
    sentence = N_("This kind of file is not taken. Save it as PDF, JPEG, PNG, WebP, DOCX, XLSX, PPTX, ODT, ODS or ODP")
    return _fault("kind-not-taken", sentence)


def _damaged() -> Faults:
    return _fault("damaged-file", N_("The file is damaged or incomplete. Open it, save it again and choose it again"))


def _fault(code: str, sentence: str, **fields: object) -> Faults:
    return Faults([Fault(code, sentence, fields, PLACE)])
