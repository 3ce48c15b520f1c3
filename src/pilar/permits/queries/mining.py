"""The event log of a region, read in one statement as arrays for ``rules.mining``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import psycopg
from django.db import connection

from pilar.areas import reference
from pilar.areas.queries import working_days
from pilar.people.rules import Standing
from pilar.permits.models import CaseEvent, ServiceVersion
from pilar.permits.queries.services import row_of
from pilar.permits.rules import mining
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.mining import DAY, READ, Calendars, Log, Mined, Numbers
from pilar.platform.calendar import Leave, hours_on
from pilar.platform.names import reference_of

LEAVES = tuple(Leave)
_EPOCH = date(1970, 1, 1)
_SINCE_2000 = 10957 * DAY  # PostgreSQL counts its moments from 2000 on
_HEAD = 20
"""Bytes before the first element of an array as PostgreSQL sends it."""
_BITS = 16
_LOG = f"""
SELECT array_agg(e.case_id), array_agg(e.at), array_agg(
  ((e.number::bigint << {_BITS} | k.place - 1) << {_BITS} | s.place - 1) << {_BITS} | v.place - 1
)
FROM permits_caseevent AS e JOIN permits_case AS c ON c.id = e.case_id
JOIN unnest($1::varchar[]) WITH ORDINALITY AS k (name, place) ON k.name = e.kind
JOIN unnest($2::varchar[]) WITH ORDINALITY AS s (name, place) ON s.name = e.stage
JOIN unnest($3::bigint[]) WITH ORDINALITY AS v (id, place) ON v.id = c.version_id
WHERE c.accepted_at >= $4 AND c.accepted_at < $5 AND c.accepted_at <= $6 AND e.at <= $6
"""  # noqa: S608 - no input
"""Number, kind, stage and version of an event are packed into one number, because each array costs as much as the
search."""
_STOPS = """
SELECT case_id, number, "by", id FROM permits_caseevent WHERE case_id = ANY(%s::bigint[]) AND kind = %s
"""


def mined(
    region: str,
    *,
    scope: Standing,
    since: date,
    until: date,
    split: date | None = None,
    service: str = "",
    now: datetime,
) -> Mined:
    """Mine the log of the cases accepted between two days, with joint leave as their services count it.

    ``split``: a day from which on something changed. Raises :class:`NotFound` for users who may not analyse the cases.
    """
    AUTHORITY.require(scope, Action.STUDY, Case(region), known=False)
    versions = ServiceVersion.objects.filter(region=region, **({"key": service} if service else {}))
    rows = {row.pk: row.service for row in map(row_of, versions)}
    pks, stages = list(rows), ["", *sorted({stage.key for row in rows.values() for stage in row.stages})]
    first, after = (reference.midnight_in(region, day) for day in (since, until + timedelta(days=1)))
    case, at, packed = _columns(_LOG, [list(map(str, READ)), stages, pks, first, after, now])
    order = np.argsort(case << _BITS | packed >> 3 * _BITS & 2**_BITS - 1, kind="stable")  # fast: they come in runs
    case, at, packed = case[order], at[order], packed[order]
    number, kind, stage, version = (packed >> shift & 2**_BITS - 1 for shift in (3 * _BITS, 2 * _BITS, _BITS, 0))
    stopped = np.flatnonzero(kind == READ.index(EventKind.STOPPED))
    by, names = _signed(case[stopped], number[stopped])
    local = reference.local(now, region).utcoffset() or timedelta()
    limits = [(row.limit.days or 0, row.limit.hours or 0) if row.limit else (0, 0) for row in rows.values()]
    log = Log(
        case, kind, stage, version, at + _SINCE_2000 + local // timedelta(microseconds=1), stages,
        [row.key for row in rows.values()], *np.array(limits, dtype=np.int64).reshape(-1, 2).T,
        leaves=np.array([LEAVES.index(row.leave) for row in rows.values()], dtype=np.int64), stopped_by=by,
    )  # fmt: skip
    calendars = _calendars(region, reference.today_in(region, now))
    result = mining.mined(log, calendars, split=(split - _EPOCH).days * DAY if split else None)
    return replace(result, stops=tuple(replace(stop, by=names[stop.by]) for stop in result.stops))


def _signed(cases: Numbers, numbers: Numbers) -> tuple[list[str], dict[str, str]]:
    """The references of the people who opened the stops of these cases, and their names."""
    with connection.cursor() as cursor:  # otherwise thousands of names would be looked up one by one
        cursor.execute(_STOPS, [np.unique(cases).tolist(), EventKind.STOPPED.value])
        rows = cursor.fetchall()
    by = {(case, number): reference for case, number, reference, _key in rows}
    of_each = {reference: key for _case, _number, reference, key in rows}
    names = CaseEvent.objects.filter(pk__in=of_each.values()).values_list("by", flat=True)
    signers = [by[pair] for pair in zip(cases.tolist(), numbers.tolist(), strict=True)]
    return signers, {reference_of(name): name for name in names}


def _columns(statement: str, given: Sequence[Any]) -> list[Numbers]:
    """Read the columns of big integers or moments that a statement returns as one row of arrays."""
    connection.ensure_connection()
    with psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(statement, given, binary=True)
        answer = cursor.pgresult
        assert answer is not None, "a statement that reads gives a result"
        sent = [answer.get_value(0, place) for place in range(answer.nfields)]
    element = np.dtype([("length", ">i4"), ("value", ">i8")])
    return [
        np.frombuffer(column or b"", element, offset=_HEAD if column else 0)["value"].astype(np.int64)
        for column in sent
    ]


def _calendars(region: str, today: date) -> Calendars:
    """Numbers of the working days up to tomorrow."""
    every = [working_days(region, leave=leave) for leave in LEAVES]
    first = every[0].first
    days = [first + timedelta(days=place) for place in range((today - first).days + 2)]
    counted = np.array([[days_of.between(first, day) for day in days] for days_of in every])
    worked = np.array([[days_of.is_working(day) for day in days] for days_of in every])
    rows = reference.calendar().hours
    open_ = [[(_of_day(begin), _of_day(end)) for begin, end in hours_on(day, rows).parts(day)] for day in days]
    most = max(map(len, open_))
    parts = np.array([spans + [(0, 0)] * (most - len(spans)) for spans in open_]) * worked[..., None, None]
    closes = np.where(worked, parts.max(axis=(2, 3)), DAY)  # on a day off everything counts as of the next
    return Calendars((first - _EPOCH).days, counted, counted + ~worked, closes, parts)


def _of_day(moment: time) -> int:
    return (datetime.combine(_EPOCH, moment) - datetime.combine(_EPOCH, time())) // timedelta(microseconds=1)
