"""Benchmark of measured figures: twenty measures of ten years of days, loaded, charted, and listed.

Fifty sources of two hundred such measures are 36.5 million values; docs/measures.md says what they need.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from pilar.areas.operations import add_office
from pilar.index.benchmark import Measure, measure
from pilar.measures import operations, queries
from pilar.measures.operations import NewMeasure
from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition, Direction, Wording
from pilar.measures.rules.periods import PeriodKind
from pilar.measures.rules.reports import MAX_ROWS, Report
from pilar.people.rules import OPERATOR
from pilar.platform.benchmark import spent

REGION = "36.71"
MEASURES, REPEATS = 20, 9
DAYS = [date(2016, 1, 1) + timedelta(days=place) for place in range(3653)]
NOW = datetime(2026, 1, 2, tzinfo=UTC)

DEFINITION = Definition(
    title=Wording("Tolok"), text=Wording("Data contoh untuk mengukur kecepatan"), unit=Wording("buah"),
    direction=Direction.UP, aggregation=Aggregation.SUM, decimals=0, lowest=Decimal(0), highest=Decimal(10**9),
)  # fmt: skip

_BARE_SERIES = "SELECT starts_on, value FROM measures_value WHERE measure_id = %s ORDER BY starts_on"


def benchmark() -> Iterator[Measure]:
    """Load and read in the database of this process, which holds all regions."""
    reports = _prepare()
    yield _loading(reports)
    yield _again(reports)
    yield from _reading()


def _prepare() -> list[Report]:
    office = add_office(by=OPERATOR, region=REGION, name="Tolok")
    source = operations.add_source(by=OPERATOR, region=REGION, code="tolok", title="Tolok", now=NOW)
    for place in range(MEASURES):
        given = NewMeasure(
            f"tolok-{place}", PeriodKind.DAY, office, DAYS[0], 1, DEFINITION, source=source, synthetic=True
        )
        operations.define_measure(by=OPERATOR, region=REGION, given=given, now=NOW)
    return [
        Report(f"tolok-{place}", day.isoformat(), str(37 * day.toordinal() % 1009), key=f"{place}-{day:%y%m%d}")
        for day in DAYS
        for place in range(MEASURES)
    ]


def _sending(reports: Sequence[Report]) -> Callable[[], None]:
    """Return what a source does to report all of it, in as few requests as it may."""
    made = operations.issue_token(
        by=OPERATOR, region=REGION, source="tolok", name=secrets.token_hex(4), days=1, now=NOW
    )
    by = operations.use_source_token(secret=made.secret, now=NOW)

    def send() -> None:
        for first in range(0, len(reports), MAX_ROWS):
            part = reports[first : first + MAX_ROWS]
            operations.report_values(by=by, region=REGION, reports=part, whole=True, now=NOW)

    return send


def _loading(reports: Sequence[Report]) -> Measure:
    """From reports to stored values, each judged, compared with a COPY of the same rows into a table indexed alike."""

    def copied() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM measures_value ORDER BY reported_at, starts_on, measure_id")
            rows = cursor.fetchall()
            cursor.execute("CREATE TEMPORARY TABLE bare_values (LIKE measures_value INCLUDING ALL)")
            with cursor.copy("COPY bare_values FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

    measured = measure("", _sending(reports), copied, 7, 0, clock=spent)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE measures_value")
        cursor.execute(
            "SELECT count(*), pg_relation_size('measures_value'), pg_indexes_size('measures_value') FROM measures_value"
        )
        count, table, indexes = cursor.fetchone()
    size = f"{table / count:.0f} + {indexes / count:.0f} bytes each"
    return replace(measured, name=f"load {count} values ({size}; aim: 6)")


def _again(reports: Sequence[Report]) -> Measure:
    """The same sent again, which changes nothing, compared with reading as many rows."""

    def read() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT measure_id, starts_on, number, value, key FROM measures_value")
            cursor.fetchall()

    return measure(f"send {len(reports)} values again", _sending(reports), read, 70, 0, clock=spent)


def _reading() -> Iterator[Measure]:
    """A chart, a total of a year and a list, compared with bare rows of one measure."""
    row = queries.measure(REGION, "tolok-7", scope=OPERATOR, now=NOW)
    mean = replace(row.now.version, definition=replace(DEFINITION, aggregation=Aggregation.MEAN))
    averaged = replace(row, versions=(replace(row.now, version=mean),))

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE_SERIES, [row.key])
            cursor.fetchall()

    points = len(queries.series(row).points)
    for name, work, limit in (
        (f"chart of {len(DAYS)} days, {points} points", lambda: queries.series(row), 4),
        ("the same, means", lambda: queries.series(averaged), 4.5),
        ("what is missing of ten years", lambda: queries.missing(row, now=NOW), 4.5),
        (f"list of {MEASURES} measures", lambda: list(queries.measures(REGION, scope=OPERATOR, now=NOW)), 4),
    ):
        yield measure(name, work, bare, limit, REPEATS, clock=spent)
