"""Files of every kind that is taken, as small as can be, and some that are not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

OOXML = "application/vnd.openxmlformats-officedocument"
MAIN_PARTS = {
    "docx": f"{OOXML}.wordprocessingml.document.main+xml",
    "xlsx": f"{OOXML}.spreadsheetml.sheet.main+xml",
    "pptx": f"{OOXML}.presentationml.presentation.main+xml",
}
OPEN_DOCUMENTS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def pdf(text: str = "halo") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Title (" + text.encode() + b") >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def png(width: int = 2, height: int = 3) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * min(width, 10) for _ in range(min(height, 10))))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 2, height: int = 3) -> bytes:
    first = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\1\1\0\0\1\0\1\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + first + frame + b"\xff\xd9"


def webp(width: int = 2, height: int = 3, form: bytes = b"VP8X") -> bytes:
    if form == b"VP8X":
        body = b"\0" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif form == b"VP8L":
        body = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + b"\0" * 5
    else:
        body = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    return b"RIFF" + struct.pack("<I", 12 + len(body)) + b"WEBP" + form + struct.pack("<I", len(body)) + body


def archive(parts: dict[str, bytes | str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return written.getvalue()


def office(ending: str, more: dict[str, bytes | str] | None = None) -> bytes:
    if ending in OPEN_DOCUMENTS:
        kind = f"application/vnd.oasis.opendocument.{OPEN_DOCUMENTS[ending]}"
        return archive({"mimetype": kind, "content.xml": "<x/>", **(more or {})})
    types = f'<Types><Override PartName="/main.xml" ContentType="{MAIN_PARTS[ending]}"/></Types>'
    return archive({"[Content_Types].xml": types, "main.xml": "<x/>", **(more or {})})


def macro_office() -> bytes:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = f'<Types><Override PartName="/main.xml" ContentType="{kind}"/></Types>'
    return archive({"[Content_Types].xml": types, "word/vbaProject.bin": b"x"})


def protected_office() -> bytes:
    """A part says that it is encrypted (bit 0 of its flags, in both headers)."""
    content = bytearray(office("docx"))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


FILES: dict[str, bytes] = {
    "pdf": pdf(),
    "png": png(),
    "jpg": jpeg(),
    "jpeg": jpeg(),
    "webp": webp(),
    **{ending: office(ending) for ending in (*MAIN_PARTS, *OPEN_DOCUMENTS)},
}
