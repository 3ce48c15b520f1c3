"""Read measures as known on a day: the newest period that had ended, for rooms above that compare days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from pilar.measures.queries.rows import MeasureRow
from pilar.measures.rules.definitions import DefinitionVersion, version_for
from pilar.measures.rules.periods import Period, period_of

_NEWEST = """
    SELECT place, value.starts_on, value.value, value.reported_at
    FROM unnest(%(keys)s::bigint[], %(lasts)s::date[]) WITH ORDINALITY AS wanted (measure_id, last, place)
    CROSS JOIN LATERAL (
        SELECT starts_on, value, reported_at FROM measures_value
        WHERE measure_id = wanted.measure_id AND starts_on <= wanted.last
        ORDER BY starts_on DESC, number DESC LIMIT 1
    ) AS value
"""


@dataclass(frozen=True, slots=True)
class ValueByDay:
    """The value of a period as it is shown, when it was told, and the definition by which it was measured."""

    period: Period
    value: Decimal
    reported_at: datetime
    version: DefinitionVersion | None


def values_by(wanted: Iterable[tuple[MeasureRow, date]]) -> Mapping[tuple[int, date], ValueByDay]:
    """For each measure and day the value of the newest period that had ended by that day, by key and day; nothing where
    there is none. Anyone who has the row may read it. One query, none for nothing."""
    asked = {(row.key, day): row for row, day in wanted}
    if not asked:
        return {}
    rows = list(asked.items())
    given = {"keys": [key for (key, _day), _row in rows], "lasts": [_ended(row, day) for (_key, day), row in rows]}
    values = {}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, given)
        for place, start, value, told in cursor.fetchall():
            pair, row = rows[place - 1]
            period = Period(row.kind, start)
            values[pair] = ValueByDay(period, row.shown(period, value), told, version_for(row.definitions, period))
    return values


def _ended(row: MeasureRow, day: date) -> date:
    """The first day of the last period that had ended by a day."""
    last = period_of(row.kind, day)
    return last.start if last.end <= day else last.previous().start
