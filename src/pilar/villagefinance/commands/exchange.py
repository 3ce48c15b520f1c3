"""``pilar statement`` and ``pilar siskeudes``: files that banks and Siskeudes make, checked and compared."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pilar.people.rules import OPERATOR
from pilar.platform.console import Side, aligned, emit, first_faults, write_file
from pilar.platform.errors import Faults
from pilar.platform.language import N_, spoken, translate
from pilar.platform.tables.reading import content_of
from pilar.platform.writing import day, grouped, in_words
from pilar.villagefinance import foreign, reference
from pilar.villagefinance.documents.siskeudes import import_workbook
from pilar.villagefinance.rules.siskeudes.differences import Difference, Doubt, Report, compare, doubts
from pilar.villagefinance.rules.siskeudes.differences import Side as Of
from pilar.villagefinance.rules.siskeudes.records import TABLES, VillageYear
from pilar.villagefinance.rules.statements.shape import Statement

TEXT_WIDTH = 60
SIDES = {Of.THEIRS: N_("only in the first file"), Of.OURS: N_("only in the second file"), Of.BOTH: ""}


def statement(options: argparse.Namespace) -> int:
    """Read the statement in ``options.file`` and tell it. Raises Faults (cut to the first ones)."""
    content = _content(options.file)
    try:
        statements = foreign.read_statements(Path(options.file).name, content, year=options.year)
    except Faults as refused:
        raise Faults(first_faults(refused.faults)) from None
    if options.format == "json":
        emit(json.dumps([_plain(one) for one in statements], ensure_ascii=False, indent=2) + "\n")
    else:
        emit("\n".join(line for one in statements for line in _statement_lines(one)) + "\n")
    return 0


def siskeudes(options: argparse.Namespace) -> int:
    """Read the village-year in ``options.file``, compare it and write it. Raises Faults (cut to the first ones)."""
    year = _year(options.file, options)
    against = _year(options.against, options) if options.against else None
    if options.books:
        from pilar.villagefinance.queries.siskeudes import our_year

        against = our_year(options.books, year.year, scope=OPERATOR)
    report = compare(year, against) if against else None
    found = doubts(year, accounts=reference.accounts(), activities=reference.activities())
    if options.workbook:
        write_file(import_workbook(year), options.workbook, read=tuple(filter(None, (options.file, options.against))))
    if options.format == "json":
        emit(json.dumps(_year_told(year, report, found), ensure_ascii=False, indent=2, default=_text) + "\n")
    else:
        emit("\n".join(_year_lines(year, report, found)) + "\n")
    return 0


def _content(path: str) -> bytes:
    return content_of(Path(path), largest=foreign.MAX_DATABASE)


def _year(path: str, options: argparse.Namespace) -> VillageYear:
    content = _content(path)
    try:
        return foreign.read_village_year(Path(path).name, content, village=options.village, year=options.year)
    except Faults as refused:
        raise Faults(first_faults(refused.faults)) from None


def _plain(one: Statement) -> dict[str, Any]:
    return {
        "account": one.account, "first": one.first.isoformat(), "last": one.last.isoformat(),
        "opening": f"{one.opening:.2f}", "closing": f"{one.closing:.2f}",
        "rows": [
            {"number": row.number, "date": row.date.isoformat(), "amount": f"{row.amount:.2f}", "text": row.text,
             "reference": row.reference}
            for row in one.rows
        ],
    }  # fmt: skip


def _statement_lines(one: Statement) -> Iterator[str]:
    language = spoken()
    yield f"{one.account} {day(one.first, language)} – {day(one.last, language)}".strip()
    rows = [[row.date.isoformat(), grouped(row.amount, language), row.text] for row in one.rows]
    ends = [["", grouped(value, language), translate(said)] for value, said in (
        (one.opening, N_("opening balance")), (one.closing, N_("closing balance")),
    )]  # fmt: skip
    sides: Sequence[Side] = ("left", "right", "left")
    yield from aligned([ends[0], *rows, ends[1]], sides, (None, None, TEXT_WIDTH))


def _year_told(year: VillageYear, report: Report | None, found: Sequence[Doubt]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "village": year.village,
        "name": year.name,
        "year": year.year,
        "tables": {name: len(year.of(record)) for name, record in TABLES.items() if year.of(record)},
        "doubts": [
            {
                "code": doubt.code,
                "table": doubt.table,
                "key": doubt.key,
                "text": translate(doubt.sentence, **doubt.fields),
            }
            for doubt in found
        ],
    }
    if report is not None:
        told["differences"] = [
            {
                "table": difference.table,
                "key": difference.key,
                "side": difference.side.value,
                "column": difference.column,
                "theirs": difference.theirs,
                "ours": difference.ours,
            }
            for difference in report.differences
        ]
    return told


def _text(value: object) -> str:
    """An amount as plain digits, a day as in ISO 8601."""
    return (
        f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, dt.date) else str(value)
    )


def _year_lines(year: VillageYear, report: Report | None, found: Sequence[Doubt]) -> Iterator[str]:
    yield f"{year.village} {year.name} {year.year}"
    yield ""
    rows = [[name, str(len(year.of(record)))] for name, record in TABLES.items() if year.of(record)]
    yield from aligned([[translate("Table"), translate("Rows")], *rows], ("left", "right"), (None, None))
    yield ""
    yield translate("What does not add up: %(count)s", count=len(found))
    for one in found:
        yield f"  {one.table} {_key(one.key)}: {translate(one.sentence, **one.fields)}"
    if report is not None:
        yield ""
        yield translate("Differences: %(count)s", count=len(report.differences))
        yield from map(_difference, report.differences)


def _difference(one: Difference) -> str:
    if one.side is not Of.BOTH:
        return f"  {one.table} {_key(one.key)}: {translate(SIDES[one.side])}"
    values = (str(in_words(value, spoken())) if value not in (None, "") else "–" for value in (one.theirs, one.ours))
    return f"  {one.table} {_key(one.key)} {one.column}: {' ≠ '.join(values)}"


def _key(key: Sequence[object]) -> str:
    return " / ".join(str(part) for part in key if part != "")
