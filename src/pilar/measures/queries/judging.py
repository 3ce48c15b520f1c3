"""Dry run of reported values: the outcome of each before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from pilar.areas.reference import today_in
from pilar.evidence import queries as evidence
from pilar.measures.models import Definition, Measure
from pilar.measures.queries.rows import is_built_in, schedule_of, version_of
from pilar.measures.queries.scoping import knows_region, readable
from pilar.measures.rules.authority import Action, Case, SourceStanding, may, reports_in
from pilar.measures.rules.definitions import CODE
from pilar.measures.rules.periods import Period, PeriodKind
from pilar.measures.rules.reports import Judge, Keyed, Known, Report, Target, Verdict, read
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.platform.errors import Fault
from pilar.platform.language import N_

# What counts now for each of many periods, by one look into the index each.
_KNOWN = """
    SELECT asked.measure, asked.start, there.number, there.value
    FROM unnest(%s::bigint[], %s::date[]) AS asked (measure, start)
    CROSS JOIN LATERAL (
        SELECT number, value FROM measures_value
        WHERE measure_id = asked.measure AND starts_on = asked.start
        ORDER BY number DESC LIMIT 1
    ) AS there
"""

_KEYED = """
    SELECT v.key, m.code, m.period, v.starts_on, v.value
    FROM measures_value AS v JOIN measures_measure AS m ON m.id = v.measure_id
    WHERE v.source_id = %s AND v.key <> '' AND v.key = ANY(%s)
"""


def judged(region: str, reports: Sequence[Report], *, scope: Standing, now: datetime) -> tuple[Verdict, ...]:
    """Return what would become of each report, in their order.

    Raises :class:`NotFound` for a region that ``scope`` may not know of, :class:`NotAllowed` for anyone who reports
    nothing there. At most six queries, whatever is sent.
    """
    if not knows_region(scope, region):
        raise NotFound
    if not reports_in(scope, region):
        raise NotAllowed
    rows = _measures(region, reports, scope)
    targets = {code: _target(row, scope) for code, row in rows.items()}
    reads = [read(report, targets.get(report.measure)) for report in reports]
    asked = {(read.target.code, read.period) for read in reads if read.target is not None and read.period is not None}
    judge = Judge(
        today=today_in(region, now),
        known=_known(rows, asked),
        keyed=_keyed(reports, scope) if isinstance(scope, SourceStanding) else None,
        evidence=_evidence(region, reports, scope),
    )
    return tuple(judge.judge(read) for read in reads)


def named_codes(reports: Iterable[Report]) -> set[str]:
    """The codes that reports name; what is no code names nothing, and is not asked of the database."""
    return {report.measure for report in reports if CODE.fullmatch(report.measure)}


def measure_keys(region: str, reports: Iterable[Report], *, scope: Standing) -> dict[str, int]:
    """Keys of the measures that reports name, by code, as far as ``scope`` reads them."""
    rows = Measure.objects.filter(readable(scope), region=region, code__in=named_codes(reports))
    return dict(rows.order_by().values_list("code", "pk"))


def _measures(region: str, reports: Iterable[Report], scope: Standing) -> dict[str, Measure]:
    rows = Measure.objects.filter(readable(scope), region=region, code__in=named_codes(reports))
    rows = rows.select_related("source")
    versions = Prefetch("definitions", Definition.objects.order_by("number"))
    return {row.code: row for row in rows.order_by().prefetch_related(versions)}


def _target(row: Measure, scope: Standing) -> Target:
    why_not = None
    built_in = is_built_in(row)
    if not may(scope, Action.REPORT, Case(row.region_id, row.office_id, row.source_id, built_in)):
        if isinstance(scope, SourceStanding):
            sentence = N_("This source system does not report this measure")
        elif built_in:
            sentence = N_("Pilar makes the figures of this measure itself; nobody enters them")
        else:
            sentence = N_("Another office reports this measure")
        why_not = Fault("not-allowed", sentence, {}, "measure")
    return Target(
        row.code, schedule_of(row), tuple(version_of(definition) for definition in row.definitions.all()), why_not
    )


def _known(rows: dict[str, Measure], asked: set[tuple[str, Period]]) -> dict[tuple[str, Period], Known]:
    if not asked:
        return {}
    by_key = {row.pk: (row.code, PeriodKind(row.period)) for row in rows.values()}
    pairs: list[tuple[int, date]] = [(rows[code].pk, period.start) for code, period in asked]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[key for key, _start in pairs], [start for _key, start in pairs]])
        rows_known = cursor.fetchall()
    known = {}
    for key, start, number, value in rows_known:
        code, kind = by_key[key]
        known[code, Period(kind, start)] = Known(number, value.normalize())
    return known


def _keyed(reports: Iterable[Report], scope: SourceStanding) -> dict[str, Keyed]:
    keys = [report.key for report in reports if report.key and report.key.isprintable()]
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_KEYED, [scope.source, keys])
        rows = cursor.fetchall()
    return {
        key: Keyed(code, Period(PeriodKind(kind), start), value.normalize()) for key, code, kind, start, value in rows
    }


def _evidence(region: str, reports: Iterable[Report], scope: Standing) -> set[UUID]:
    named = {report.evidence for report in reports if report.evidence is not None}
    if not named:
        return set()
    return {row.evidence for row in evidence.evidence_list(named, scope=scope) if row.region_code == region}
