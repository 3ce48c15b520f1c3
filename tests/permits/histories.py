"""Histories of cases for the tests of the clock: what happens to a case, drawn at random, on the clocks of WIB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from pilar.areas import reference
from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.clock import Event, Limit, Reading, Terms, read
from pilar.platform.calendar import Leave, WorkingDays

WIB = dt.timezone(dt.timedelta(hours=7))
HOURS = reference.calendar().hours
FAR = dt.datetime(2030, 1, 1, tzinfo=WIB)


def at(*local: int) -> dt.datetime:
    """A moment on the clocks of WIB."""
    return dt.datetime(*local, tzinfo=WIB)  # type: ignore[arg-type,misc]


def stopped(accepted: dt.datetime, gaps: Sequence[int]) -> tuple[Event, ...]:
    """A case that was found complete, then stopped and resumed in turn, with so many minutes in between."""
    events, moment = [Event(K.ACCEPTED, accepted)], accepted
    for place, gap in enumerate(gaps):
        moment += dt.timedelta(minutes=gap)
        events.append(Event(K.RESUMED if place % 2 else K.STOPPED, moment, reason="missing"))
    return tuple(events)


def clock(
    events: Iterable[Event],
    terms: Terms | Limit,
    *,
    now: dt.datetime = FAR,
    calendar: WorkingDays | None = None,
    leave: Leave = Leave.OFF,
) -> Reading:
    """The clock of a case in Kabupaten Tangerang."""
    given = terms if isinstance(terms, Terms) else Terms(terms)
    return read(given, events, calendar or reference.working_days(leave=leave), hours=HOURS, zone=WIB, now=now)


def is_open(moment: dt.datetime, calendar: WorkingDays) -> bool:
    """Whether offices work at a local moment, looked up in the rows of office hours."""
    day = moment.date()
    holding = [row for row in HOURS if row.since <= day and (row.until is None or day <= row.until)]
    parts = max(holding, key=lambda row: row.since).parts(day)
    return calendar.is_working(day) and any(begin <= moment.time() < end for begin, end in parts)
