"""Status list of signed documents of a kind, region and year up to a day, for use offline.

Text: a first line (``pilar-list 1 <kind> <scope> <year> <day> <documents>``), then a line for each document: the first
digits of the SHA-256 of its pages and of its signed file, what became of it, the day on which it was registered. The
hash of a list is sealed, so that nobody can take a document out of it unseen. Python's library alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MARK = "pilar-list 1"
PAGES, FILE = 16, 24
"""Hexadecimal digits of each hash."""


class Standing(StrEnum):
    """The fate of a document; ``replaced``: a later one of the same number stands in its place."""

    VALID = "v"
    SUSPENDED = "s"
    REVOKED = "r"
    REPLACED = "x"


@dataclass(frozen=True, slots=True)
class Listed:
    """A document of a list; of its hashes the whole is given, and the first digits are written."""

    pages: str
    file: str
    standing: Standing
    registered: date


@dataclass(frozen=True, slots=True)
class DocumentList:
    kind: str
    scope: str
    year: int
    day: date
    documents: tuple[Listed, ...]

    def find(self, pages: str) -> Listed | None:
        """The document with these pages; None if it was never registered."""
        return next((document for document in self.documents if document.pages == pages[:PAGES]), None)


def written(kind: str, scope: str, year: int, day: date, documents: Iterable[Listed]) -> str:
    """The text of a list; its lines in one order, so that equal lists are equal bytes."""
    lines = sorted(
        f"{document.pages[:PAGES]} {document.file[:FILE]} {document.standing} {document.registered:%Y%m%d}"
        for document in documents
    )
    return "\n".join([f"{MARK} {kind} {scope} {year} {day} {len(lines)}", *lines, ""])


def read(text: str) -> DocumentList:
    """The list in a text; raises ValueError for any other."""
    head, *lines, last = text.split("\n")
    kind, scope, year, day, count = head.removeprefix(MARK).split()
    if not head.startswith(MARK) or last or int(count) != len(lines):
        raise ValueError("no list of documents, or not all of it")
    return DocumentList(kind, scope, int(year), date.fromisoformat(day), tuple(map(_listed, lines)))


def _listed(line: str) -> Listed:
    pages, file, standing, registered = line.split(" ")
    return Listed(pages, file, Standing(standing), date.fromisoformat(registered))
