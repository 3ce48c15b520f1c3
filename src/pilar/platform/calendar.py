"""Working days: which days are worked, when a number of them is over, and what the decrees of a day knew.

Pure. Days are dates, never multiples of 24 hours. Day 0 is the day on which something is received; the first day that
counts is the working day after it. Where holidays come from: ``areas.reference.decrees`` and ``areas.queries``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, takewhile

from pilar.platform.errors import PilarError
from pilar.platform.language import N_, Bilingual

FURTHER_YEARS = 25
"""How many years beyond the last one that a decree sets can be counted, with their weekends alone."""


class Leave(StrEnum):
    """The rule whether joint leave (cuti bersama) is off, as for most offices, or worked, as where the public is
    served."""

    OFF = "off"
    WORKED = "worked"


class OutsideCalendar(PilarError):
    code = "outside-calendar"
    status = 422
    sentence = N_("Working days are known from %(first)s to %(last)s")


class UnfitDays(PilarError):
    code = "unfit-days"
    status = 422
    sentence = N_("The number of working days is a whole number from 1 on")


class ClockStopped(PilarError):
    code = "clock-stopped"
    status = 409
    sentence = N_("There is no due date while the clock stands still")


@dataclass(frozen=True, slots=True)
class Decree:
    """A decree on days off: number, the day from which on it is known, source, and the year that it ``sets`` if any."""

    number: str
    made_on: dt.date
    source: str
    sets: int | None = None
    area: str = ""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that a decree takes out of work; ``dropped_by`` is the later decree that put it back."""

    day: dt.date
    name: Bilingual
    decree: Decree
    joint_leave: bool = False
    dropped_by: Decree | None = None

    def is_known(self, known: dt.date | None) -> bool:
        """Return whether it holds by the decrees that were made by the end of ``known``; None: by all of them."""
        if known is None:
            return self.dropped_by is None
        return self.decree.made_on <= known and not (self.dropped_by and self.dropped_by.made_on <= known)


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stands from the end of ``since`` to the end of ``until``; None: it still does."""

    since: dt.date
    until: dt.date | None = None


class WorkingDays:
    """The calendar of one set of decrees: tables made once, every answer two look-ups.

    ``known``: with the decrees of that day. Years that no known decree sets have no holidays (:meth:`undecreed`).
    """

    def __init__(
        self,
        holidays: Iterable[Holiday],
        *,
        weekend: Iterable[int],
        leave: Leave = Leave.OFF,
        known: dt.date | None = None,
    ) -> None:
        rows = tuple(holidays)
        setting = [row.decree for row in rows if row.decree.sets and not row.decree.area]
        self._free = frozenset(weekend)
        self._years = frozenset(decree.sets for decree in setting if known is None or decree.made_on <= known)
        set_years = [decree.sets for decree in setting if decree.sets]
        self.first, self.last = dt.date(min(set_years), 1, 1), dt.date(max(set_years) + FURTHER_YEARS, 12, 31)
        self._zero = self.first.toordinal()
        # A holiday on the day of a joint leave stands for it: that day is off for everybody.
        held = sorted((row for row in rows if row.is_known(known)), key=lambda row: not row.joint_leave)
        self._holidays = {row.day: row for row in held if not (row.joint_leave and leave is Leave.WORKED)}
        every = [dt.date.fromordinal(number) for number in range(self._zero, self.last.toordinal() + 1)]
        worked = [day.isoweekday() not in self._free and day not in self._holidays for day in every]
        self._until = list(accumulate(worked))
        self._days = [day for day, counts in zip(every, worked, strict=True) if counts]

    def is_working(self, day: dt.date) -> bool:
        """Return whether offices work on this day."""
        return self._count(day) > (self._count(day - dt.timedelta(days=1)) if day > self.first else 0)

    def after(self, day: dt.date, number: int) -> dt.date:
        """The ``number``-th working day after a day, which itself does not count."""
        place = day.toordinal() - self._zero
        if number < 1:
            raise UnfitDays
        if place < 0:
            raise self._outside()
        try:
            return self._days[self._until[place] + number - 1]
        except IndexError:
            raise self._outside() from None

    def before(self, day: dt.date, number: int) -> dt.date:
        """The ``number``-th working day before a day, which itself does not count."""
        if number < 1:
            raise UnfitDays
        place = self._count(day) - self.is_working(day) - number
        if place < 0:
            raise self._outside()
        return self._days[place]

    def from_day(self, day: dt.date) -> dt.date:
        """The day itself if it is worked, otherwise the next that is."""
        return day if self.is_working(day) else self.after(day, 1)

    def between(self, day: dt.date, other: dt.date) -> int:
        """Working days after ``day`` up to and with ``other``; negative if ``other`` lies before."""
        return self._count(other) - self._count(day)

    def days(self, day: dt.date, other: dt.date) -> tuple[dt.date, ...]:
        """Those that :meth:`between` counts."""
        return tuple(self._days[self._count(day) : self._count(other)])

    def due(self, day: dt.date, number: int, stops: Sequence[Stop] = ()) -> dt.date:
        """The ``number``-th working day after a day that is in no stop: what remained goes on, it does not begin again.

        Raises :class:`ClockStopped` in a stop that has not ended.
        """
        end = self.after(day, number)
        for stop in _apart(stops):
            if stop.since >= end:
                break
            if stop.until is None:
                raise ClockStopped
            if stood := self.between(max(stop.since, day), max(stop.until, day)):
                end = self.after(end, stood)
        return end

    def holidays(self, day: dt.date, other: dt.date) -> tuple[Holiday, ...]:
        """Return what took days out of work after ``day`` up to and with ``other``: without those on a weekend."""
        return tuple(
            row for at, row in sorted(self._holidays.items()) if day < at <= other and at.isoweekday() not in self._free
        )

    def holiday(self, day: dt.date) -> Holiday | None:
        """Return what takes a day off, also one on a weekend: for anyone who works then, too."""
        return self._holidays.get(day)

    def undecreed(self, day: dt.date, other: dt.date) -> tuple[int, ...]:
        """Years from ``day`` to ``other`` whose holidays no known decree sets: there weekends alone are counted."""
        return tuple(year for year in range(day.year, other.year + 1) if year not in self._years)

    def _count(self, day: dt.date) -> int:
        if not self.first <= day <= self.last:
            raise self._outside()
        return self._until[day.toordinal() - self._zero]

    def _outside(self) -> OutsideCalendar:
        return OutsideCalendar(first=self.first, last=self.last)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours in which offices work, in local time, from one day to another: parts of a usual day, and of a
    Friday."""

    since: dt.date
    until: dt.date | None
    usual: tuple[tuple[dt.time, dt.time], ...]
    friday: tuple[tuple[dt.time, dt.time], ...]
    source: str

    def parts(self, day: dt.date) -> tuple[tuple[dt.time, dt.time], ...]:
        return self.friday if day.isoweekday() == 5 else self.usual


def hours_on(day: dt.date, rows: Iterable[OfficeHours]) -> OfficeHours:
    """Those that hold on a day: of all that do, the ones that began last. Raises ValueError if there are none."""
    return max(
        (row for row in rows if row.since <= day and (row.until is None or day <= row.until)),
        key=lambda row: row.since,
    )


def received_on(moment: dt.datetime, calendar: WorkingDays, hours: Iterable[OfficeHours]) -> dt.date:
    """Day 0 of what came at a local moment: after the offices have closed, or on a day off, the next working day."""
    day = moment.date()
    if calendar.is_working(day) and moment.time() <= hours_on(day, hours).parts(day)[-1][1]:
        return day
    return calendar.after(day, 1)


def after_hours(
    moment: dt.datetime, amount: dt.timedelta, calendar: WorkingDays, hours: Sequence[OfficeHours]
) -> dt.datetime:
    """The local moment when an amount of office hours is over, without rests; the hours of a day off do not count."""
    left = amount
    for begin, end in _worked(moment, calendar, hours):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    raise AssertionError("days do not end")


def hours_between(
    moment: dt.datetime, other: dt.datetime, calendar: WorkingDays, hours: Sequence[OfficeHours]
) -> dt.timedelta:
    """Office hours from a local moment to another one, without rests; none if the other lies before."""
    parts = takewhile(lambda part: part[0] < other, _worked(moment, calendar, hours))
    return sum((min(end, other) - begin for begin, end in parts), dt.timedelta())


def _worked(
    moment: dt.datetime, calendar: WorkingDays, hours: Sequence[OfficeHours]
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Parts of days that offices work from a moment on."""
    day = calendar.from_day(moment.date())
    while True:
        for begin, end in hours_on(day, hours).parts(day):
            part = max(dt.datetime.combine(day, begin), moment), dt.datetime.combine(day, end)
            if part[0] < part[1]:
                yield part
        day = calendar.after(day, 1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a period, and why: received on ``day_zero``; ``counted`` are its days, the last of them ``due``."""

    day_zero: dt.date
    due: dt.date
    counted: tuple[dt.date, ...]
    holidays: tuple[Holiday, ...]
    undecreed: tuple[int, ...]


def deadline(calendar: WorkingDays, *, day_zero: dt.date, days: int, stops: Sequence[Stop] = ()) -> Deadline:
    """``days`` working days after ``day_zero``, with everything that a person needs to count them again."""
    due = calendar.due(day_zero, days, stops)
    counted = tuple(day for day in calendar.days(day_zero, due) if not _stands(day, stops))
    return Deadline(day_zero, due, counted, calendar.holidays(day_zero, due), calendar.undecreed(day_zero, due))


def _stands(day: dt.date, stops: Iterable[Stop]) -> bool:
    return any(stop.since < day <= (stop.until or day) for stop in stops)


def _apart(stops: Sequence[Stop]) -> Iterator[Stop]:
    """Stops in their order, those that overlap as one."""
    open_stop: Stop | None = None
    for stop in sorted(stops, key=lambda stop: stop.since):
        if open_stop and (open_stop.until is None or stop.since <= open_stop.until):
            ends = None if open_stop.until is None or stop.until is None else max(open_stop.until, stop.until)
            open_stop = Stop(open_stop.since, ends)
            continue
        if open_stop:
            yield open_stop
        open_stop = stop
    if open_stop:
        yield open_stop
