"""A log of synthetic cases of any size: some are simulated, the others are copies shifted by some weeks."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.clock import Event
from pilar.platform.calendar import WorkingDays

MORNING, AFTERNOON = 9 * 60, 15 * 60
_STATES = {K.ISSUED: "issued", K.REFUSED: "refused", K.STOPPED: "waiting", K.LEVIED: "paying", K.RETURNED: "returned"}
_CASE = (
    "id", "region_id", "version_id", "kind", "number", "state", "filed_by", "at_counter", "person", "identity_hash",
    "tracking_hash", "marks", "answers", "edition", "events_count", "returns", "created_at", "submitted_at",
    "accepted_at", "due_at", "closed_at",
)  # fmt: skip
_EVENT = ("case_id", "number", "kind", "at", "stage", "by", "reason", "facts")


class Simulated:
    """One case: the office works between 9 and 15 on working days, the applicant at any hour."""

    def __init__(self, draw: random.Random, calendar: WorkingDays, begun: datetime) -> None:
        self._draw, self._calendar, self._at = draw, calendar, begun
        self.events = [Event(K.DRAFTED, begun), Event(K.SUBMITTED, begun)]

    def go(self) -> list[Event]:
        """The events of a case that passes all stages."""
        self._now(K.OPENED, "check")
        while self._draw.random() < 0.2:
            self._office(2, K.RETURNED)
            self._applicant(6, K.SUBMITTED)
        self._office(2, K.ACCEPTED)
        self._now(K.DONE, "check")
        again = True
        while again:
            self._side_by_side()
            self._now(K.OPENED, "decide")
            again = self._draw.random() < 0.1
            self._office(3, K.SENT_BACK if again else K.DONE, "decide")
        self._now(K.OPENED, "levy")
        self._office(1, K.LEVIED, "levy")
        self._applicant(4, K.PAID)
        self._now(K.DONE, "levy")
        self._now(K.OPENED, "sign")
        self._office(2, K.DONE, "sign")
        self._now(K.REFUSED if self._draw.random() < 0.1 else K.ISSUED)
        return self.events

    def _side_by_side(self) -> None:
        self._now(K.OPENED, "health")
        self._now(K.OPENED, "visit")
        for stage, days in (("visit", 3), ("health", 2)):
            if self._draw.random() < 0.2:
                self._office(4, K.STOPPED)
                self._applicant(9, K.RESUMED)
            self._office(days, K.DONE, stage)

    def _now(self, kind: K, stage: str = "") -> None:
        self.events.append(Event(kind, self._at, stage))

    def _office(self, most: int, kind: K, stage: str = "") -> None:
        minute = timedelta(minutes=self._draw.randrange(MORNING, AFTERNOON))
        day = self._calendar.from_day((self._at + timedelta(days=self._draw.randint(0, most))).date())
        if self._of(day) + minute < self._at:
            day = self._calendar.after(day, 1)
        self._at = self._of(day) + minute
        self._now(kind, stage)

    def _of(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self._at.tzinfo)

    def _applicant(self, most: int, kind: K) -> None:
        self._at += timedelta(minutes=self._draw.randrange(most * 24 * 60))
        self._now(kind)


def load(cases: Sequence[Sequence[Event]], *, region: str, version: int, weeks: Iterable[int] = (0,)) -> int:
    """Copy these cases into the tables, once for each number of weeks that they are shifted by; return the key of the
    first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(max(id), 0) FROM permits_case")
        first = cursor.fetchone()[0] + 1
        every = [(events, timedelta(weeks=week)) for week in weeks for events in cases]
        made = [_case(first + place, events, later, region, version) for place, (events, later) in enumerate(every)]
        _copy(cursor, "permits_case", _CASE, made)
        _copy(cursor, "permits_caseevent", _EVENT, _events(first, every))
        cursor.execute("SELECT setval(pg_get_serial_sequence('permits_case', 'id'), max(id)) FROM permits_case")
        cursor.execute("ANALYZE permits_case, permits_caseevent")
    return int(first)


def _case(key: int, events: Sequence[Event], later: timedelta, region: str, version: int) -> tuple[Any, ...]:
    at = {event.kind: event.at + later for event in events}
    state = _STATES.get(events[-1].kind, "running")
    returns = sum(event.kind is K.RETURNED for event in events)
    closed = at.get(K.ISSUED) or at.get(K.REFUSED)
    number, begun = f"BENCH-{key}", events[0].at + later
    return (
        key, region, version, "new", number, state, "user:1", True, "-", f"{key}", number, "{}", "{}", 0, len(events),
        returns, begun, begun, at.get(K.ACCEPTED), closed, closed,
    )  # fmt: skip


def _events(first: int, every: Sequence[tuple[Sequence[Event], timedelta]]) -> Iterator[tuple[Any, ...]]:
    for key, (events, later) in enumerate(every, first):
        for number, event in enumerate(events, 1):
            by = f"desk {key % 7}" if event.kind is K.STOPPED else "user:1"
            yield key, number, str(event.kind), event.at + later, event.stage, by, event.reason, "{}"


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
