"""Rows by the thousand, written into a table at once (``COPY``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

NULL = "\\N"
"""Nothing, in the text form of COPY."""


def copy_rows(table: str, columns: Iterable[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows into a table; no value holds a tab, a backslash or a line end. None is nothing."""
    names = ", ".join(columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for line in _lines(rows):
            copy.write(line)


def _lines(rows: Sequence[tuple[Any, ...]], size: int = 5_000) -> Iterator[str]:
    for start in range(0, len(rows), size):
        yield "".join(
            "\t".join([NULL if value is None else str(value) for value in row]) + "\n"
            for row in rows[start : start + size]
        )
