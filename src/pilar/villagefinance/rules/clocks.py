"""Deadlines of the steps of a village's year, and the consequence if nothing comes in time.

A clock counts from an event: working days, calendar days, to a day of a following month, or to a fixed day set by the
year of the budget. A due day that is no working day is not moved, except by tax law.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pilar.platform.calendar import Deadline, WorkingDays, deadline
from pilar.platform.language import N_, Bilingual
from pilar.villagefinance.rules.dated import Origin

LAST = 31
"""Stands for the last day of a month."""
FIRST_YEAR, LAST_YEAR = 2020, 2099
"""The years that have pages: from the first one whose rules are all known."""


@dataclass(frozen=True, slots=True)
class After:
    """A number of days after the event: working days or all days."""

    days: int
    working: bool


@dataclass(frozen=True, slots=True)
class InMonth:
    """A day of the month of the event, or of one that follows it."""

    day: int
    months: int


@dataclass(frozen=True, slots=True)
class InYear:
    """A day of a month, so many years after the year of the event."""

    month: int
    day: int
    years: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A legal deadline. ``silence``: without an answer by the due day, the matter takes effect on the next."""

    origin: Origin
    title: Bilingual
    span: After | InMonth | InYear
    silence: bool


@dataclass(frozen=True, slots=True)
class Due:
    """The due day of a step and, if the clock counts working days, how they were counted."""

    clock: Clock
    event: date
    day: date
    counted: Deadline | None = None

    @property
    def effective(self) -> date | None:
        """The day from which silence means consent; None where it never does."""
        return self.day + timedelta(days=1) if self.clock.silence else None


class Timeliness(StrEnum):
    """Timeliness of a step against its due day."""

    IN_TIME = "in_time"
    DONE_LATE = "done_late"
    OPEN = "open"
    LATE = "late"
    IN_EFFECT = "in_effect"


TIMELINESS_NAMES = {
    Timeliness.IN_TIME: (N_("Done in time"), "positive"),
    Timeliness.DONE_LATE: (N_("Done late"), "caution"),
    Timeliness.OPEN: (N_("Still to be done"), "neutral"),
    Timeliness.LATE: (N_("Late"), "negative"),
    Timeliness.IN_EFFECT: (N_("In effect by silence"), "positive"),
}
"""The name of each, and the tone in which it is shown."""


def due(clock: Clock, event: date, calendar: WorkingDays) -> Due:
    """Compute when a step is due after its event; for a clock of the year, any day of the budget's year is the
    event."""
    match clock.span:
        case After(days, working=True):
            counted = deadline(calendar, day_zero=event, days=days)
            return Due(clock, event, counted.due, counted)
        case After(days):
            return Due(clock, event, event + timedelta(days=days))
        case InMonth(day, later):
            return Due(clock, event, _in_month(event.year, event.month + later, day))
        case InYear(month, day, years):
            return Due(clock, event, _in_month(event.year + years, month, day))


def timeliness(deadline: Due, *, done: date | None, today: date) -> Timeliness:
    """Return the timeliness of a step done on a day, or not done yet. After deemed approval nothing is late."""
    if done is not None and done <= deadline.day:
        return Timeliness.IN_TIME
    if deadline.effective is not None and today >= deadline.effective:
        return Timeliness.IN_EFFECT
    if done is not None:
        return Timeliness.DONE_LATE
    return Timeliness.OPEN if today <= deadline.day else Timeliness.LATE


def last_day(year: int, month: int) -> date:
    """Return the last day of a month."""
    return _in_month(year, month, LAST)


def _in_month(year: int, month: int, day: int) -> date:
    """Return a day of a month counted from January of a year; a day that the month does not have becomes its last."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, months.monthrange(year, month)[1]))
