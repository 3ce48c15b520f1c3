"""Comma, semicolon or tab separated text."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.table import Table, build, place

SEPARATORS = ",;\t"
MAX_COLUMNS = 1_000
MAX_LINES = 100
MAX_SEPARATORS = 20_000
"""In a line with its texts, of which the longest that any room takes has half as many characters."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_delimited(
    content: bytes, budget: Budget, *, most_rows: int, longest_cell: int, headings: Sequence[str] | None = ()
) -> Table:
    """The table in ``content``: UTF-8, with or without byte order mark; the separator is taken from the first line, or
    where titles may stand there from what most lines have in common."""
    _refuse_other_text(budget.name, content)
    titled = headings is None or len(headings) > 0
    separator = _common_separator(content) if titled else _separator(content)
    records = enumerate(_records(budget.name, content, separator), start=1)
    return build(budget.name, records, budget, most_rows=most_rows, longest_cell=longest_cell, headings=headings)


def _refuse_other_text(name: str, content: bytes) -> None:
    if content.startswith(_UTF_16):
        sentence = N_("The text is UTF-16 (“Unicode text”). Save it as “CSV UTF-8”.")
        raise Faults([Fault("encoding-utf16", sentence, place=name)])
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = N_("The text is not UTF-8 (a byte in line %(line)s cannot be read). Save it as “CSV UTF-8”.")
        raise Faults([Fault("encoding", sentence, {"line": line}, name)]) from None
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        sentence = N_("Line %(line)s holds a NUL character: this is not a text file, or it was cut off.")
        raise Faults([Fault("nul-character", sentence, {"line": line}, name)])


def _lines(content: bytes) -> Iterator[str]:
    """The lines one after the other, as a whole they would stand in memory once more."""
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")


def _separator(content: bytes) -> str:
    """The separator that occurs most often, outside quotes, in the first line that is not blank."""
    header = next((line for line in _lines(content) if line.strip(SEPARATORS + " \r\n")), "")
    bare = "".join(header.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def _common_separator(content: bytes) -> str:
    """The separator that most of the first lines have equally often; titles and amounts may hold others."""
    lines = ["".join(line.split('"')[::2]) for line in islice(_lines(content), MAX_LINES)]

    def alike(separator: str) -> tuple[int, int]:
        counted = Counter(count for line in lines if (count := line.count(separator)))
        return max(((times, number) for number, times in counted.items()), default=(0, 0))

    return max(SEPARATORS, key=alike)


def _records(name: str, content: bytes, separator: str) -> Iterator[list[str]]:
    number = 0

    def narrow_lines() -> Iterator[str]:
        for line in _lines(content):
            # The reader below makes all cells of a line before one can be counted.
            if len(line) > MAX_SEPARATORS and line.count(separator) > MAX_SEPARATORS:
                raise _too_many(name, number, line.count(separator) + 1)
            yield line

    reader = csv.reader(narrow_lines(), delimiter=separator, strict=True)
    while True:
        number += 1
        try:
            record = next(reader, None)
        except csv.Error:
            sentence = N_("The row cannot be read: a quotation mark is not closed, or a cell is too long.")
            raise Faults([Fault("broken-row", sentence, place=place(name, number))]) from None
        if record is None:
            return
        if len(record) > MAX_COLUMNS:
            raise _too_many(name, number, len(record))
        yield [cell.strip() for cell in record]


def _too_many(name: str, row: int, cells: int) -> Faults:
    sentence = N_("The row has %(cells)s cells; at most %(most)s are read.")
    return Faults([Fault("too-many-columns", sentence, {"cells": cells, "most": MAX_COLUMNS}, place(name, row))])
