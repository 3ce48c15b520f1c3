"""Files that a closed survey is handed in with."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    """``ANSWERS`` are single answers: only who may see answers may read them."""

    RECAP = "recap"
    WORKBOOK = "workbook"
    ANSWERS = "answers"
