"""Figures of measures from the beginning of a year up to a day: what a room above sets next to a target of the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import connection

from pilar.measures.queries.rows import MeasureRow
from pilar.measures.rules.combining import Aggregation, published
from pilar.measures.rules.periods import Period, count, period_of

_SUMS = """
    SELECT place, count(*), sum(value), (array_agg(value ORDER BY starts_on DESC))[1], max(starts_on),
           (array_agg(reported_at ORDER BY starts_on DESC))[1]
    FROM (
        SELECT DISTINCT ON (place, starts_on) place, starts_on, value, reported_at
        FROM unnest(%(keys)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) WITH ORDINALITY
             AS wanted (measure_id, first, last, place)
        JOIN measures_value USING (measure_id)
        WHERE starts_on BETWEEN first AND last
        ORDER BY place, starts_on, number DESC
    ) AS counting
    GROUP BY place
"""


@dataclass(frozen=True, slots=True)
class YearToDate:
    """A measure in a year up to a day: ``present`` of ``expected`` periods are there, ``newest`` is the last of them.

    ``value`` is rounded as its definition says. A total is told only if every period is there; a mean is that of the
    periods that are; a stock, and what is not combined, is the newest value. None also where the definition has changed
    within the year, so that a total would add unlike figures. Of what Pilar measures from time to time none is missing.
    ``last`` is the figure of the newest period, as it is shown, and ``reported_at`` when it was told.
    """

    value: Decimal | None
    present: int
    expected: int
    newest: Period | None
    last: Decimal | None = field(default=None, compare=False)
    reported_at: datetime | None = field(default=None, compare=False)


def years_to_date(wanted: Iterable[tuple[MeasureRow, date]]) -> Mapping[tuple[int, date], YearToDate]:
    """For each measure and day (the last that counts) the figure of that day's year, by key and day. One query.

    Periods that have not ended by the day do not count: the figure of a measure by the year comes with its last day.
    """
    asked = {(row.key, end): (row, *_span(row, end)) for row, end in wanted}
    spans = [(pair, row, first, last) for pair, (row, first, last) in asked.items() if last is not None]
    sums: dict[int, tuple[int, Fraction, Fraction, date, datetime]] = {}
    if spans:
        given = {
            "keys": [pair[0] for pair, *_rest in spans],
            "firsts": [first.start for _pair, _row, first, _last in spans],
            "lasts": [last.start for _pair, _row, _first, last in spans],
        }
        with connection.cursor() as cursor:
            cursor.execute(_SUMS, given)
            for place, present, total, newest, start, told in cursor.fetchall():
                sums[place] = present, Fraction(total), Fraction(newest), start, told
    dates = dict.fromkeys(asked, YearToDate(None, 0, 0, None))
    for place, (pair, row, first, last) in enumerate(spans, start=1):
        dates[pair] = _figure(row, first, last, sums.get(place))
    return dates


def _span(row: MeasureRow, end: date) -> tuple[Period, Period | None]:
    """The first period of the year, and the last that has ended by ``end``; None if none has."""
    first = period_of(row.kind, date(end.year, 1, 1))
    last = period_of(row.kind, end)
    if last.end > end:
        last = last.previous()
    return first, last if last.start >= first.start else None


def _figure(
    row: MeasureRow, first: Period, last: Period, sums: tuple[int, Fraction, Fraction, date, datetime] | None
) -> YearToDate:
    expected = count(first, last)
    if sums is None:
        return YearToDate(None, 0, expected, None)
    present, total, newest, start, told = sums
    expected = present if row.built_in else expected
    period = Period(row.kind, start)
    holding = [
        version.version.definition
        for version in row.versions
        if version.version.since <= last.end and (version.version.until is None or first.start < version.version.until)
    ]
    how = holding[-1].aggregation if holding else row.definition.aggregation
    value: Fraction | None = newest
    if how is Aggregation.SUM:
        value = total if present == expected and len(holding) == 1 else None
    elif how is Aggregation.MEAN:
        value = total / present if len(holding) == 1 else None
    decimals = (holding[-1] if holding else row.definition).decimals
    return YearToDate(
        published(value, decimals), present, expected, period, published(newest, decimals), reported_at=told
    )
