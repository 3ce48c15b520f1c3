"""Office files are zip archives; this looks into one without trusting what it says of itself."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import IO, Literal

from pilar.platform.archives import DAMAGE, TooManyEntries, blocks, open_archive

MAX_UNPACKED = 200_000_000
MAX_PARTS = 10_000
MAX_DESCRIPTION = 1_000_000
"""Limits of what is unpacked: assumption, wide enough for a presentation full of pictures."""

_MAIN = re.compile(
    rb'ContentType\s*=\s*["\'](application/vnd\.openxmlformats-officedocument\.'
    rb'(?:wordprocessingml\.document|spreadsheetml\.sheet|presentationml\.presentation))\.main\+xml["\']'
)
_MACROS = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml|Basic/|Scripts/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Archive:
    """The kind that an archive turned out to be: an office media type, empty for another archive; or why it is
    refused."""

    media_type: str = ""
    fault: Literal["", "damaged", "protected", "too-large", "macros"] = ""


def inspect(file: IO[bytes]) -> Archive:
    """Look through the archive. Every part is unpacked once and discarded, so that its check sum is known to hold."""
    try:
        with open_archive(file, most=MAX_PARTS) as archive:
            return _inspect(archive)
    except TooManyEntries:
        return Archive(fault="too-large")
    except DAMAGE:
        return Archive(fault="damaged")


def _inspect(archive: zipfile.ZipFile) -> Archive:
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        return Archive(fault="too-large")
    if any(part.flag_bits & 0x1 for part in parts):
        return Archive(fault="protected")
    media_type, macros = _meaning(archive)
    if media_type and (macros or any(_MACROS.search(part.filename) for part in parts)):
        return Archive(fault="macros")
    if media_type:
        for part in parts:
            for _block in blocks(archive, part):
                pass
    return Archive(media_type)


def _meaning(archive: zipfile.ZipFile) -> tuple[str, bool]:
    """The media type, and whether the archive says that it has macros.

    OOXML: ECMA-376 part 2, content types stream. OpenDocument 1.3 part 2 section 3.3: the part ``mimetype``.
    """
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        said = _read(archive, "[Content_Types].xml")
        main = _MAIN.search(said)
        macros = b"macroenabled" in said.lower() or b"vbaproject" in said.lower()
        kind = main[1].decode("ascii") if main else ""
        return ("application/x-macros" if macros and not kind else kind), macros
    if "mimetype" in names:
        return _read(archive, "mimetype").decode("ascii").strip(), False
    return "", False


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(MAX_DESCRIPTION)
