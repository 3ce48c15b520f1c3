"""``pilar statement`` and ``pilar siskeudes``: check and compare files of banks and of Siskeudes."""

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
from pilar.platform.language import N_, reader_language, translate
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
    """Read the statement in ``options.file`` and print it. Raises Faults (cut to the first ones)."""
    content = _content(options.file)
    try:
        statements = foreign.read_statements(Path(options.file).name, content, year=options.year)
    except Faults as refused:
        raise Faults(first_faults(refused.faults)) from None
    if options.format == "json":
        emit(json.dumps([_plain(statement) for statement in statements], ensure_ascii=False, indent=2) + "\n")
    else:
        emit("\n".join(line for statement in statements for line in _statement_lines(statement)) + "\n")
    return 0


def siskeudes(options: argparse.Namespace) -> int:
    """Read the village-year in ``options.file``, compare it and write it. Raises Faults (cut to the first ones)."""
    year = _year(options.file, options)
    against = _year(options.against, options) if options.against else None
    if options.books:
        from pilar.villagefinance.queries.siskeudes import our_year

        against = our_year(options.books, year.year, scope=OPERATOR)
    report = compare(year, against) if against else None
    doubtful = doubts(year, accounts=reference.accounts(), activities=reference.activities())
    if options.workbook:
        write_file(import_workbook(year), options.workbook, read=tuple(filter(None, (options.file, options.against))))
    if options.format == "json":
        emit(json.dumps(_year_told(year, report, doubtful), ensure_ascii=False, indent=2, default=_text) + "\n")
    else:
        emit("\n".join(_year_lines(year, report, doubtful)) + "\n")
    return 0


def _content(path: str) -> bytes:
    return content_of(Path(path), largest=foreign.MAX_DATABASE)


def _year(path: str, options: argparse.Namespace) -> VillageYear:
    content = _content(path)
    try:
        return foreign.read_village_year(Path(path).name, content, village=options.village, year=options.year)
    except Faults as refused:
        raise Faults(first_faults(refused.faults)) from None


def _plain(statement: Statement) -> dict[str, Any]:
    return {
        "account": statement.account, "first": statement.first.isoformat(), "last": statement.last.isoformat(),
        "opening": f"{statement.opening:.2f}", "closing": f"{statement.closing:.2f}",
        "rows": [
            {"number": row.number, "date": row.date.isoformat(), "amount": f"{row.amount:.2f}", "text": row.text,
             "reference": row.reference}
            for row in statement.rows
        ],
    }  # fmt: skip


def _statement_lines(statement: Statement) -> Iterator[str]:
    language = reader_language()
    yield f"{statement.account} {day(statement.first, language)} – {day(statement.last, language)}".strip()
    rows = [[row.date.isoformat(), grouped(row.amount, language), row.text] for row in statement.rows]
    ends = [["", grouped(value, language), translate(said)] for value, said in (
        (statement.opening, N_("opening balance")), (statement.closing, N_("closing balance")),
    )]  # fmt: skip
    sides: Sequence[Side] = ("left", "right", "left")
    yield from aligned([ends[0], *rows, ends[1]], sides, (None, None, TEXT_WIDTH))


def _year_told(year: VillageYear, report: Report | None, doubtful: Sequence[Doubt]) -> dict[str, Any]:
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
            for doubt in doubtful
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
    """Format an amount as plain digits and a day as in ISO 8601."""
    return (
        f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, dt.date) else str(value)
    )


def _year_lines(year: VillageYear, report: Report | None, doubtful: Sequence[Doubt]) -> Iterator[str]:
    yield f"{year.village} {year.name} {year.year}"
    yield ""
    rows = [[name, str(len(year.of(record)))] for name, record in TABLES.items() if year.of(record)]
    yield from aligned([[translate("Table"), translate("Rows")], *rows], ("left", "right"), (None, None))
    yield ""
    yield translate("What does not add up: %(count)s", count=len(doubtful))
    for doubt in doubtful:
        yield f"  {doubt.table} {_key(doubt.key)}: {translate(doubt.sentence, **doubt.fields)}"
    if report is not None:
        yield ""
        yield translate("Differences: %(count)s", count=len(report.differences))
        yield from map(_difference, report.differences)


def _difference(difference: Difference) -> str:
    if difference.side is not Of.BOTH:
        return f"  {difference.table} {_key(difference.key)}: {translate(SIDES[difference.side])}"
    values = (
        str(in_words(value, reader_language())) if value not in (None, "") else "–"
        for value in (difference.theirs, difference.ours)
    )
    return f"  {difference.table} {_key(difference.key)} {difference.column}: {' ≠ '.join(values)}"


def _key(key: Sequence[object]) -> str:
    return " / ".join(str(part) for part in key if part != "")
