"""Reads of quarterly reports: those that count, and all earlier ones."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from pilar.masterplan.models import Report, ReportEvidence
from pilar.masterplan.rules.progress import Reported
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.reports import reported
from pilar.platform.rows import row_of

_FIGURES = """
    SELECT line_id, year, quarter, spent,
           CASE WHEN %(year)s::int IS NULL OR year = %(year)s
                     OR row_number() OVER (PARTITION BY line_id, year ORDER BY quarter DESC) = 1
                THEN body::text END
    FROM (
        SELECT DISTINCT ON (report.line_id, report.year, report.quarter)
               report.line_id, report.year, report.quarter, report.spent, report.body
        FROM masterplan_report AS report
        JOIN masterplan_line AS line ON line.id = report.line_id
        WHERE line.plan_id = %(plan)s
        ORDER BY report.line_id, report.year, report.quarter, report.number DESC
    ) AS counting
    ORDER BY line_id, year, quarter
"""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report of a programme (key of its line) for a quarter; ``number`` 1 is the first, each correction the next.

    ``taken_from``: the earlier place of a report taken over from a file; ``on_behalf``: the coordinator reported for
    the office.
    """

    key: int
    line: int
    number: int
    said: Reported
    obstacles: str
    reason: str
    by: str
    reported_at: datetime
    evidence: tuple[UUID, ...] = ()
    taken_from: str = ""
    on_behalf: bool = False


def figures(plan: int, year: int | None = None) -> dict[int, tuple[Reported, ...]]:
    """Read the reports under a plan, by key of the line: for each quarter the number that counts. One query.

    With a ``year``, the full reports are read only for that year and the last one of every other year; the rest have
    just their quarter and money, which is enough for sums and lights. Figures only, without persons and obstacles: they
    are open to everybody, see ``READ_REPORTS``.
    """
    said_of: dict[int, list[Reported]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"plan": plan, "year": year})
        for line, of, number, spent, body in cursor.fetchall():
            quarter = Quarter(of, number)
            said = Reported(quarter, spent=spent) if body is None else reported(quarter, json.loads(body), spent)
            said_of.setdefault(line, []).append(said)
    return {line: tuple(said) for line, said in said_of.items()}


def evidence_of_year(lines: Iterable[int], year: int) -> dict[int, tuple[UUID, ...]]:
    """Read the evidence of the reports of a year that count, by key of the line, in the order of the quarters. Two
    queries.

    A key gives no access: the evidence room decides who reads a piece.
    """
    counting = (
        Report.objects.filter(line__in=set(lines), year=year)
        .order_by("line_id", "quarter", "-number")
        .distinct("line_id", "quarter")
    )
    rows = ReportEvidence.objects.filter(report__in=list(counting.values_list("pk", flat=True)))
    pieces_of: dict[int, dict[UUID, None]] = {}
    for line, piece in rows.order_by("report__quarter", "pk").values_list("report__line", "evidence"):
        pieces_of.setdefault(line, {})[piece] = None
    return {line: tuple(pieces) for line, pieces in pieces_of.items()}


def known_quarters(lines: Iterable[int]) -> dict[int, set[Quarter]]:
    """Read the reported quarters, by key of the line. One query."""
    rows = Report.objects.filter(line__in=set(lines), number=1).order_by().values_list("line", "year", "quarter")
    quarters: dict[int, set[Quarter]] = {}
    for line, year, number in rows:
        quarters.setdefault(line, set()).add(Quarter(year, number))
    return quarters


def reports_of(line: int, quarter: Quarter | None = None) -> tuple[ReportRow, ...]:
    """Read all reports of a programme (of one quarter), newest quarter first and in it the one that counts. Two
    queries.

    They name persons and obstacles: only for callers with ``READ_REPORTS`` for the programme.
    """
    rows = Report.objects.filter(line=line)
    if quarter is not None:
        rows = rows.filter(year=quarter.year, quarter=quarter.number)
    rows = rows.select_related("account").prefetch_related("attachments")
    return tuple(
        row_of(
            ReportRow,
            row,
            line=row.line_id,
            said=reported(Quarter(row.year, row.quarter), row.body, row.spent),
            by=row.account.name,
            evidence=tuple(attachment.evidence_id for attachment in row.attachments.all()),
        )
        for row in rows.order_by("-year", "-quarter", "-number")
    )
