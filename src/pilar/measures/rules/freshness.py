"""Gaps in a series, and since when a measure is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pilar.measures.rules.periods import Period, PeriodKind, count, period_of


@dataclass(frozen=True, slots=True)
class Gap:
    """Periods without a value, one after the other: from ``first`` to ``last``, ``size`` in number."""

    first: Period
    last: Period

    @property
    def size(self) -> int:
        return count(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule on which values of a measure are expected: kind of period, first and last day that it runs, days
    until one is due.

    ``starts_on`` is the first day of a period; ``ends_on`` is None while the measure runs. ``occasional``: a value
    comes when something has been looked at, so none is expected, and one can be there before its period is over.
    """

    kind: PeriodKind
    starts_on: date
    ends_on: date | None
    due_days: int
    occasional: bool = False

    def due_on(self, period: Period) -> date:
        """The last day on which the value of ``period`` is in time: ``due_days`` after the period has ended."""
        return period.end + timedelta(days=self.due_days)

    def reportable(self, period: Period, today: date) -> bool:
        """Return whether the period has come: a day on the day itself, anything longer once it has ended.

        Of an occasional measure it has come once it has begun.
        """
        return (period.start if self.occasional or self.kind is PeriodKind.DAY else period.end) <= today

    def last_expected(self, today: date) -> Period | None:
        """The newest period whose value is overdue unless it is there; None if there is none."""
        if self.occasional:
            return None
        newest = period_of(self.kind, today - timedelta(days=self.due_days)).previous()
        if self.ends_on is not None:
            newest = min(newest, period_of(self.kind, self.ends_on), key=lambda period: period.start)
        return newest if newest.start >= self.starts_on else None


def gaps(present: Iterable[date], first: Period, last: Period) -> tuple[Gap, ...]:
    """The runs of periods from ``first`` to ``last`` without a value; ``present`` are first days in rising order."""
    open_gaps = []
    wanted = first
    for start in present:
        if start > last.start:
            break
        if start > wanted.start:
            open_gaps.append(Gap(wanted, Period(first.kind, start).previous()))
        if start >= wanted.start:
            wanted = Period(first.kind, start).next()
    if wanted.start <= last.start:
        open_gaps.append(Gap(wanted, last))
    return tuple(open_gaps)


def late_since(schedule: Schedule, latest: Period | None, today: date) -> date | None:
    """The first day on which the period after ``latest`` (the newest reported) was overdue; None if nothing is."""
    waiting = period_of(schedule.kind, schedule.starts_on) if latest is None else latest.next()
    expected = schedule.last_expected(today)
    if expected is None or waiting.start > expected.start:
        return None
    return schedule.due_on(waiting) + timedelta(days=1)
