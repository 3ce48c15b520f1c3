"""Comma, semicolon or tab separated text."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark
from pilar.platform.tables.budget import Budget
from pilar.platform.tables.table import Table, build, place

SEPARATORS = ",;\t"
MOST_COLUMNS = 1_000

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_delimited(content: bytes, budget: Budget, *, most_rows: int, longest_cell: int) -> Table:
    """The table in ``content``: UTF-8, with or without byte order mark; the separator is taken from the header."""
    name = budget.name
    records = enumerate(_records(name, _decoded(name, content)), start=1)
    return build(name, records, budget, most_rows=most_rows, longest_cell=longest_cell)


def _decoded(name: str, content: bytes) -> str:
    if content.startswith(_UTF_16):
        sentence = mark("The text is UTF-16 (“Unicode text”). Save it as “CSV UTF-8”.")
        raise Faults([Fault("encoding-utf16", sentence, place=name)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = mark("The text is not UTF-8 (a byte in line %(line)s cannot be read). Save it as “CSV UTF-8”.")
        raise Faults([Fault("encoding", sentence, {"line": line}, name)]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        sentence = mark("Line %(line)s holds a NUL character: this is not a text file, or it was cut off.")
        raise Faults([Fault("nul-character", sentence, {"line": line}, name)])
    return text


def _separator(text: str) -> str:
    """The separator that occurs most often, outside quotes, in the first line that is not blank."""
    lines = io.StringIO(text, newline="")
    header = next((line for line in lines if line.strip(SEPARATORS + " \r\n")), "")
    bare = "".join(header.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def _records(name: str, text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader, None)
        except csv.Error:
            sentence = mark("The row cannot be read: a quotation mark is not closed, or a cell is too long.")
            raise Faults([Fault("broken-row", sentence, place=place(name, number))]) from None
        if record is None:
            return
        if len(record) > MOST_COLUMNS:
            sentence = mark("The row has %(cells)s cells; at most %(most)s are read.")
            fields = {"cells": len(record), "most": MOST_COLUMNS}
            raise Faults([Fault("too-many-columns", sentence, fields, place(name, number))])
        yield [cell.strip() for cell in record]
