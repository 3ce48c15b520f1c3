"""Zip archives of strangers, opened so that nothing they say of themselves can cost more than it should.

Pure: no Django, no database.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

BLOCK = 64 * 1024

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
)
"""What opening, and reading what :func:`open_archive` allows, raises on an archive that is not in order."""

_ENTRY = b"PK\x01\x02"
# The end of the list, which says its length (APPNOTE 4.3.16); before it, in an archive of more than 4 GB, a locator.
_END, _END_SIZE, _LENGTH_AT = b"PK\x05\x06", 22, 12
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_MAX_TAIL = _LOCATOR_SIZE + _END_SIZE + 2**16
# Office files have no others (ECMA-376 part 2, annex B); the rest can ask for gigabytes before a byte is out.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class TooManyEntries(Exception):
    """The archive lists more entries than it may have."""


def open_archive(file: IO[bytes], *, most: int) -> zipfile.ZipFile:
    """The archive in ``file``. Raises :class:`TooManyEntries` before its list is read, one of ``DAMAGE`` if it has a
    name twice or packs by another method than deflation."""
    if _entries(file) > most:
        raise TooManyEntries
    archive = zipfile.ZipFile(file)
    names = [entry.filename for entry in archive.infolist()]
    if len(set(names)) < len(names) or any(entry.compress_type not in _METHODS for entry in archive.infolist()):
        archive.close()
        raise zipfile.BadZipFile
    return archive


def blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what is in an entry, unpacked piece by piece."""
    with archive.open(entry) as part:
        while block := part.read(BLOCK):
            yield block


def _entries(file: IO[bytes]) -> int:
    """Return how often the mark of an entry occurs in the list: as many entries as there can be, or more."""
    size = file.seek(0, os.SEEK_END)
    start = max(size - _MAX_TAIL, 0)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_SIZE or tail[max(place - _LOCATOR_SIZE, 0) :].startswith(_LOCATOR):
        return _marks(file, 0, size)
    # The list ends where its end is marked; its entries may be archives with marks of their own, outside of it.
    (length,) = struct.unpack_from("<L", tail, place + _LENGTH_AT)
    return _marks(file, max(start + place - length, 0), start + place)


def _marks(file: IO[bytes], start: int, end: int) -> int:
    marks, before = 0, b""
    file.seek(start)
    while block := file.read(min(16 * BLOCK, end - file.tell())):
        marks += (before + block).count(_ENTRY)
        before = block[-len(_ENTRY) + 1 :]
    file.seek(0)
    return marks
