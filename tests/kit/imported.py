"""An import of accounts for tests: its columns, what it stores, and files for it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

import xlsxwriter
from django.utils import timezone

from pilar.platform.actors import Actor
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    Column,
    Importer,
    Row,
    Value,
    Verdict,
    cells,
    headings_of,
    read_rows,
)
from pilar.platform.language import N_, Bilingual
from pilar.platform.tables import inspect_content
from pilar.platform.tables.table import Percent

COLUMNS = (
    Column("code", Bilingual("Kode rekening", "Account code"), ("kode", "no rek"), filled=True, example="4.1.1"),
    Column("title", Bilingual("Uraian", "Description"), filled=True, example="Pajak"),
    Column("amount", Bilingual("Anggaran", "Budget"), ("jumlah rupiah",), cells.rupiah),
    Column("share", Bilingual("Porsi", "Share"), read=cells.figure("%"), figures=True, required=False),
    Column("day", Bilingual("Tanggal", "Date"), read=cells.day, required=False),
    Column("kind", Bilingual("Jenis", "Kind"), required=False, options=("Pendapatan", "Belanja")),
)
STORED: dict[str, dict[str, Any]] = {}
"""What this import stores, by code; a dictionary in the place of a table."""


class Accounts(Importer):
    kind = "tests.accounts"

    def __init__(self, owner: int = 7, subject: str = "36.03", now: datetime | None = None) -> None:
        self.owner, self.subject, self.now = owner, subject, now or timezone.now()
        self.actor = Actor("user", str(owner), "Dewi")

    @classmethod
    def of(cls, owner: int, subject: str, now: datetime) -> Self:
        return cls(owner, subject, now)

    def columns(self) -> Sequence[Column]:
        return COLUMNS

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        return [self._judge(row) for row in rows]

    def _judge(self, row: Row) -> Verdict:
        before = STORED.get(str(row["code"]))
        values = tuple(Value(one.title, row[one.name]) for one in COLUMNS if row[one.name] is not None)
        if row.faults:
            return Verdict(row, REFUSED, values, row.faults)
        if before == dict(row.values):
            return Verdict(row, UNCHANGED)
        return Verdict(row, NEW if before is None else CHANGED, values, seen=repr(before))

    def store(self, verdicts: Sequence[Verdict]) -> None:
        if "boom" in STORED:
            raise Faults([Fault("faster", N_("This is missing"))])
        STORED.update({one.row["code"]: dict(one.row.values) for one in verdicts})


def rows(content: bytes | str, name: str = "akun.csv", **chosen: str) -> Any:
    sheets = {"": COLUMNS}
    sent = content.encode() if isinstance(content, str) else content
    table = inspect_content(name, sent, headings=headings_of(sheets, chosen))
    return read_rows({"": table}, sheets, chosen)


def values(reading: Any, *names: str) -> list[tuple[Any, ...]]:
    assert reading.faults == (), [(one.row, one.column, one.fault.text()) for one in reading.faults]
    return [tuple(row[name] for name in names) for row in reading.rows]


Merged = list[tuple[str, object]]


def book(lines: Sequence[Sequence[Any]], merged: Merged | None = None) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        sheet, percent = made.add_worksheet(), made.add_format({"num_format": "0%"})
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        for number, line in enumerate(lines):
            for at, cell in enumerate(line):
                if isinstance(cell, Percent):
                    sheet.write_number(number, at, float(cell.value / 100), percent)
                elif isinstance(cell, date):
                    sheet.write_datetime(number, at, cell, day)
                elif cell != "":
                    sheet.write(number, at, cell)
        for where, text in merged or ():
            sheet.merge_range(where, text)
    return stream.getvalue()
