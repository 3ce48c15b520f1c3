"""The files that are handed in with a closed survey."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    """Kinds of files. ``ANSWERS`` are single answers: reading them needs permission for answers."""

    RECAP = "recap"
    WORKBOOK = "workbook"
    ANSWERS = "answers"
