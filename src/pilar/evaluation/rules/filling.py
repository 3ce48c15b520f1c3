"""Workbooks of many regions in one file: an archive of strangers, opened within limits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from pilar.evaluation.rules.answer_sheets import SheetAnswer
from pilar.platform.archives import DAMAGE, TooManyEntries, blocks, open_archive
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables import shown

MAX_FILES = 600
"""Of one archive: more than there are regions in the nation."""
MAX_FILE = 5 * 2**20
MAX_UNPACKED = 200 * 2**20
MAX_NAME = 100
WORKBOOK = "[Content_Types].xml"
"""The part by which a workbook, which is an archive itself, is known."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers of one region, as its file has them."""

    assessment: int
    file: str
    answers: tuple[SheetAnswer, ...]


def files_in(name: str, content: bytes) -> Iterator[tuple[str, bytes | Fault]]:
    """The files of an archive by name, each with its content or why it is not read; a workbook is itself the only one.

    Folders and what a system adds for itself are left out. Raises Faults for what is no archive, has no file, too many,
    or unpacks to too much.
    """
    try:
        archive = open_archive(io.BytesIO(content), most=MAX_FILES)
    except TooManyEntries:
        sentence = N_("The archive has more than %(most)s files")
        raise Faults([Fault("too-many-files", sentence, {"most": MAX_FILES}, shown(name))]) from None
    except DAMAGE:
        raise Faults([_damaged(shown(name))]) from None
    with archive:
        entries = [entry for entry in archive.infolist() if not _is_left_out(entry)]
        if any(entry.filename == WORKBOOK for entry in entries):
            yield shown(name, MAX_NAME), content
            return
        if not entries:
            raise Faults([Fault("no-files", N_("There is no file in the archive"), place=shown(name))])
        left = MAX_UNPACKED
        for number, entry in enumerate(entries, start=1):
            # Cut names may be alike; the number tells them apart.
            called = shown(entry.filename, MAX_NAME)
            file = _unpacked(archive, entry, called)
            left -= len(file) if isinstance(file, bytes) else 0
            if left < 0:
                sentence = N_("The files of the archive have more than %(most)s MB")
                raise Faults([Fault("archive-too-large", sentence, {"most": MAX_UNPACKED // 2**20}, shown(name))])
            yield called if called == entry.filename else f"{called} ({number})", file


def _is_left_out(entry: zipfile.ZipInfo) -> bool:
    last = entry.filename.rpartition("/")[2]
    return entry.is_dir() or entry.filename.startswith("__MACOSX/") or last.startswith((".", "~$"))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, called: str) -> bytes | Fault:
    content = bytearray()
    try:
        for block in blocks(archive, entry):
            content += block
            if len(content) > MAX_FILE:
                sentence = N_("The file has more than %(most)s MB")
                return Fault("file-too-large", sentence, {"most": MAX_FILE // 2**20})
    except DAMAGE:
        return _damaged("")
    return bytes(content)


def _damaged(place: str) -> Fault:
    return Fault("damaged-archive", N_("The file is damaged or locked by a password"), place=place)
