"""Until when each step of a village's year is due, and what follows when nothing comes by then.

A clock counts from an event: working days, calendar days, to a day of a following month, or to a day that the year of
the budget sets whatever happens. A due day that is no working day stays what it is; only the law on taxes moves one.
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
"""As the day of a month: its last."""
FIRST_YEAR, LAST_YEAR = 2020, 2099
"""The years that have pages: from the first one whose rules are all known."""


@dataclass(frozen=True, slots=True)
class After:
    """So many days after the event, working days or all."""

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
    """A clock of the law. ``silence``: what is not answered by the due day takes effect on the next."""

    origin: Origin
    title: Bilingual
    span: After | InMonth | InYear
    silence: bool


@dataclass(frozen=True, slots=True)
class Due:
    """When a step is due, and how the working days were counted if they were."""

    clock: Clock
    event: date
    day: date
    counted: Deadline | None = None

    @property
    def effective(self) -> date | None:
        """The day from which silence means consent; None where it does not."""
        return self.day + timedelta(days=1) if self.clock.silence else None


class Timeliness(StrEnum):
    """How a step stands against its due day."""

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
    """Tell when a step is due after its event; of a clock of the year, any day of the year of the budget is its
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
    """Tell how a step stands that was done on a day, or is not done yet. After silence took effect, nothing is late."""
    if done is not None and done <= deadline.day:
        return Timeliness.IN_TIME
    if deadline.effective is not None and today >= deadline.effective:
        return Timeliness.IN_EFFECT
    if done is not None:
        return Timeliness.DONE_LATE
    return Timeliness.OPEN if today <= deadline.day else Timeliness.LATE


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return _in_month(year, month, LAST)


def _in_month(year: int, month: int, day: int) -> date:
    """A day of the month counted from January of a year on; a day that it does not have is its last."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, months.monthrange(year, month)[1]))
