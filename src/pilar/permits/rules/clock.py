"""The clock of a case: compute from its events and a calendar when it and its stages are due, and why.

Pure. Events after closing time or on a day off count as of the next working day: the completeness check, whose day is
day 0, as well as the beginning and the end of a stop. So splitting a stop in two changes nothing, and a stop that ends
when it begins has no effect. A day counts as used once it has begun. Days are dates of the region's zone; limits in
office hours count the time that offices are open. The time remaining when a stop begins continues after it.

A stage has a clock of its own, which is stopped whenever the case's is and while the stage is not open: if a case is
sent back to it, the remaining time continues. A case that was refused and reopened after an objection starts from the
beginning, with the limit for reopened cases, and so do its repeated stages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from pilar.permits.rules.cases import EventKind
from pilar.platform.calendar import (
    Deadline,
    Leave,
    OfficeHours,
    WorkingDays,
    after_hours,
    hours_between,
    received_on,
)

Amount = int | timedelta
"""Working days, or office hours."""
STOPS: Mapping[EventKind, EventKind] = {
    EventKind.STOPPED: EventKind.RESUMED,
    EventKind.LEVIED: EventKind.PAID,
    EventKind.RETURNED: EventKind.SUBMITTED,
}
"""Reasons for stopping the clock: it continues when all of them have ended. A voided levy ends as a stop does."""
ENDS = frozenset({EventKind.ISSUED, EventKind.REFUSED, EventKind.WITHDRAWN})
_ENDS_OF = {ends: begins for begins, ends in STOPS.items()}
MICROSECOND, HOUR = timedelta(microseconds=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of working days or of office hours, from 1 on."""

    days: int | None = None
    hours: int | None = None

    def __post_init__(self) -> None:
        if (self.days is None) == (self.hours is None) or (self.days or self.hours or 0) < 1:
            raise ValueError(self)


@dataclass(frozen=True, slots=True)
class Terms:
    """Limits of the case and of its stages, and whether joint leave is worked; None: no limit was set. ``again``: the
    limit of a case reopened after an objection."""

    limit: Limit | None
    stages: Mapping[str, Limit] = field(default_factory=dict)
    leave: Leave = Leave.OFF
    again: Limit | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the clock reads it; ``at`` is aware."""

    kind: EventKind
    at: datetime
    stage: str = ""
    reason: str = ""


class Pace(StrEnum):
    """The standing of a clock against its due date."""

    NOT_BEGUN = "not_begun"
    RUNNING = "running"
    STOPPED = "stopped"
    LATE = "late"
    IN_TIME = "in_time"
    DONE_LATE = "done_late"


@dataclass(frozen=True, slots=True)
class StageReading:
    """The clock of a stage. ``due``: a date, or a moment in the region's zone of a limit in hours; None without a
    limit, and while the clock is stopped with time left. ``left`` is negative once the limit has passed."""

    limit: Limit | None
    opened: datetime | None
    done: datetime | None
    used: Amount
    left: Amount | None
    due: date | None
    pace: Pace


@dataclass(frozen=True, slots=True)
class StopReading:
    """A stop of the case, what ended it, and how much time of the case it has taken so far."""

    kind: EventKind
    reason: str
    since: datetime
    until: datetime | None
    stood: Amount
    ended_by: EventKind | None = None


@dataclass(frozen=True, slots=True)
class Reading(StageReading):
    """The clock of a case. ``opened`` is the moment of day 0, ``done`` that of its end. ``again``: when it was
    reopened; earlier events no longer count."""

    day_zero: date | None
    stops: tuple[StopReading, ...]
    stopped_since: datetime | None
    stages: Mapping[str, StageReading]
    deadline: Deadline | None
    again: bool = False


def read(
    terms: Terms,
    events: Iterable[Event],
    calendar: WorkingDays,
    *,
    hours: Sequence[OfficeHours],
    zone: tzinfo,
    now: datetime,
) -> Reading:
    """The clock at ``now``, by the events up to then, in order. ``calendar`` counts joint leave as the terms say."""
    tracks = _Tracks()
    for event in events:
        if event.at <= now:
            tracks.take(event)
    days, by_hours = _InDays(calendar, hours, zone), _InHours(calendar, hours, zone)

    def axis(limit: Limit | None) -> _InDays:
        return by_hours if limit and limit.hours else days

    case, end = tracks.case, tracks.case.done or now
    limit = terms.again if tracks.again and terms.again else terms.limit
    reading = _reading(case, limit, axis(limit), now)
    return Reading(
        reading.limit, reading.opened, reading.done, reading.used, reading.left, reading.due, reading.pace,
        day_zero=days.day(case.opened) if case.opened else None,
        stops=tuple(
            StopReading(
                event.kind, event.reason, event.at.astimezone(zone), until and until.astimezone(zone),
                axis(limit).amount(event.at, until, end), ended_by,
            ) for event, until, ended_by in tracks.stops
        ),
        stopped_since=min((event.at for event in tracks.standing.values()), default=None) if not case.done else None,
        stages={
            key: _reading(track, own := terms.stages.get(key), axis(own), now) for key, track in tracks.stages.items()
        },
        deadline=_deadline(case, reading.due, days), again=tracks.again,
    )  # fmt: skip


class _Track:
    """When one clock runs: ``spans`` between two moments, the last one without an end while it runs. The last span of a
    finished clock also stays open, so its due date remains as it would have been."""

    def __init__(self) -> None:
        self.opened: datetime | None = None
        self.done: datetime | None = None
        self.spans: list[tuple[datetime, datetime | None]] = []

    def open(self, at: datetime, *, standing: bool) -> None:
        if self.opened and not self.done:
            return
        if self.done:
            self.stand(self.done)
        self.opened, self.done = self.opened or at, None
        if not standing:
            self.go_on(at)

    def stand(self, at: datetime) -> None:
        if self.spans and self.spans[-1][1] is None:
            self.spans[-1] = self.spans[-1][0], at

    def go_on(self, at: datetime) -> None:
        self.spans.append((at, None))

    @property
    def is_open(self) -> bool:
        return self.opened is not None and self.done is None


class _Tracks:
    """The clocks of a case and of its stages, updated by its events."""

    def __init__(self) -> None:
        self.case = _Track()
        self.stages: dict[str, _Track] = {}
        self.standing: dict[EventKind, Event] = {}
        self.stops: list[tuple[Event, datetime | None, EventKind | None]] = []
        self.again = False
        self.before: set[str] = set()

    def take(self, event: Event) -> None:
        kind = event.kind
        if kind in STOPS:
            self._stop(event)
        elif begins := _ENDS_OF.get(kind):
            taken_back = kind is EventKind.RESUMED and begins not in self.standing
            self._go_on(EventKind.LEVIED if taken_back else begins, event)
        elif kind is EventKind.ACCEPTED:
            self.case.open(event.at, standing=bool(self.standing))
        elif kind is EventKind.REOPENED:
            self._begin_anew(event.at)
        elif kind is EventKind.OPENED:
            if event.stage in self.before:
                self.before.remove(event.stage)
                del self.stages[event.stage]
            self.stages.setdefault(event.stage, _Track()).open(event.at, standing=bool(self.standing))
        elif kind in (EventKind.DONE, EventKind.SENT_BACK):
            self._end([self.stages[event.stage]] if event.stage in self.stages else [], event.at)
        elif kind in ENDS:
            self._end(self._all(), event.at)

    def _begin_anew(self, at: datetime) -> None:
        """Set the limits of the case and of each stage opened from now on."""
        self.case, self.again, self.before = _Track(), True, set(self.stages)
        self.standing, self.stops = {}, []
        self.case.open(at, standing=False)

    def _stop(self, event: Event) -> None:
        if event.kind in self.standing:
            return
        self.standing[event.kind] = event
        if self.case.is_open:
            self.stops.append((event, None, None))
        for __track in self._all():
            if __track.is_open:
                __track.stand(event.at)

    def _go_on(self, kind: EventKind, event: Event) -> None:
        begun = self.standing.pop(kind, None)
        self.stops = [(track, event.at, event.kind) if track is begun else (track, *end) for track, *end in self.stops]
        if begun and not self.standing:
            for track in self._all():
                if track.is_open:
                    track.go_on(event.at)

    @staticmethod
    def _end(tracks: Iterable[_Track], at: datetime) -> None:
        for track in tracks:
            if track.is_open:
                track.done = at

    def _all(self) -> list[_Track]:
        return [self.case, *self.stages.values()]


class _InDays:
    """Time in working days."""

    def __init__(self, calendar: WorkingDays, hours: Sequence[OfficeHours], zone: tzinfo) -> None:
        self.calendar, self.hours, self.zone = calendar, hours, zone

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def day(self, moment: datetime) -> date:
        """The working day to which a moment counts."""
        return received_on(self.local(moment), self.calendar, self.hours)

    def between(self, since: datetime, until: datetime) -> int:
        return self.calendar.between(self.day(since), self.day(until))

    def by(self, since: datetime, at: datetime) -> int:
        """Count the time used at a moment; a day counts as used as soon as it begins."""
        return max(0, self.calendar.between(self.day(since), self.local(at).date()))

    def after(self, since: datetime, left: int) -> date:
        return self.calendar.after(self.day(since), left)

    def is_past(self, due: date, at: datetime) -> bool:
        return self.local(at).date() > due

    def ticks(self, limit: Limit) -> int:
        return limit.days or 0

    def said(self, ticks: int) -> Amount:
        return ticks

    def used(self, since: datetime, until: datetime | None, at: datetime) -> int:
        """Count the time used of a span that may end after ``at``: its stop may count as of a later day."""
        used = self.by(since, at)
        return used if until is None else min(used, self.between(since, until))

    def amount(self, since: datetime, until: datetime | None, at: datetime) -> Amount:
        return self.said(self.used(since, until, at))


class _InHours(_InDays):
    """Time in microseconds of office hours."""

    def between(self, since: datetime, until: datetime) -> int:
        return hours_between(self.local(since), self.local(until), self.calendar, self.hours) // MICROSECOND

    def by(self, since: datetime, at: datetime) -> int:
        return self.between(since, at)

    def after(self, since: datetime, left: int) -> datetime:
        end = after_hours(self.local(since), left * MICROSECOND, self.calendar, self.hours)
        return end.replace(tzinfo=self.zone)

    def is_past(self, due: date, at: datetime) -> bool:
        return isinstance(due, datetime) and at > due

    def ticks(self, limit: Limit) -> int:
        return (limit.hours or 0) * (HOUR // MICROSECOND)

    def said(self, ticks: int) -> Amount:
        return ticks * MICROSECOND


def _reading(track: _Track, limit: Limit | None, axis: _InDays, now: datetime) -> StageReading:
    at = track.done or now
    used = sum(axis.used(since, until, at) for since, until in track.spans)
    due = _due(track, axis.ticks(limit), axis) if limit else None
    return StageReading(
        limit, track.opened, track.done,
        used=axis.said(used),
        left=axis.said(axis.ticks(limit) - used) if limit else None,
        due=due,
        pace=_pace(track, late=due is not None and axis.is_past(due, at)),
    )  # fmt: skip


def _due(track: _Track, left: int, axis: _InDays) -> date | None:
    for since, until in track.spans:
        if until is None or (spent := axis.between(since, until)) >= left:
            return axis.after(since, left)
        left -= spent
    return None


def _pace(track: _Track, *, late: bool) -> Pace:
    if track.opened is None:
        return Pace.NOT_BEGUN
    if track.done:
        return Pace.DONE_LATE if late else Pace.IN_TIME
    if late:
        return Pace.LATE
    return Pace.RUNNING if track.spans and track.spans[-1][1] is None else Pace.STOPPED


def _deadline(case: _Track, due: date | None, days: _InDays) -> Deadline | None:
    """The counted days, so that a person can check the count."""
    if due is None or case.opened is None:
        return None
    zero, last = days.day(case.opened), due.date() if isinstance(due, datetime) else due
    counted = tuple(
        day
        for since, until in case.spans
        for day in days.calendar.days(days.day(since), min(days.day(until), last) if until else last)
    )
    return Deadline(zero, last, counted, days.calendar.holidays(zero, last), days.calendar.undecreed(zero, last))
