"""Working days against numpy, and what stops, office hours and decrees do to them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.areas import reference
from pilar.platform.calendar import (
    ClockStopped,
    Decree,
    Holiday,
    Leave,
    OfficeHours,
    OutsideCalendar,
    Stop,
    UnfitDays,
    WorkingDays,
    after_hours,
    deadline,
    received_on,
)
from pilar.platform.language import Bilingual

DAYS = st.dates(dt.date(2024, 1, 15), dt.date(2027, 12, 31))
KNOWN = st.none() | st.dates(dt.date(2023, 9, 1), dt.date(2026, 12, 31))
LEAVES = st.sampled_from(Leave)
NUMBERS = st.integers(1, 400)
HOURS = reference.calendar().hours


def oracle(leave: Leave, known: dt.date | None, stops: tuple[Stop, ...] = ()) -> np.busdaycalendar:
    """Days off as numpy takes them; days in a stop are off too."""
    off = [
        row.day
        for row in reference.calendar().holidays
        if (known is None or row.decree.made_on <= known) and not (row.joint_leave and leave is Leave.WORKED)
    ]
    for stop in stops:
        assert stop.until is not None
        off += [stop.since + dt.timedelta(days=place + 1) for place in range((stop.until - stop.since).days)]
    return np.busdaycalendar(holidays=off)


@given(day=DAYS, number=NUMBERS, leave=LEAVES, known=KNOWN)
def test_due_days_are_those_of_numpy(day: dt.date, number: int, leave: Leave, known: dt.date | None) -> None:
    ours, theirs = reference.working_days(leave=leave, known=known), oracle(leave, known)
    assert ours.after(day, number) == np.busday_offset(day, number, "backward", busdaycal=theirs).astype(object)
    assert ours.from_day(day) == np.busday_offset(day, 0, "forward", busdaycal=theirs).astype(object)
    assert ours.is_working(day) == np.is_busday(day, busdaycal=theirs)


@given(day=st.dates(dt.date(2026, 1, 15), dt.date(2027, 12, 31)), number=NUMBERS, leave=LEAVES)
def test_days_before_are_those_of_numpy(day: dt.date, number: int, leave: Leave) -> None:
    found = reference.working_days(leave=leave).before(day, number)
    assert found == np.busday_offset(day, -number, "forward", busdaycal=oracle(leave, None)).astype(object)


@given(day=DAYS, other=DAYS, leave=LEAVES, known=KNOWN)
def test_counts_are_those_of_numpy(day: dt.date, other: dt.date, leave: Leave, known: dt.date | None) -> None:
    day, other, one = min(day, other), max(day, other), dt.timedelta(days=1)
    # numpy counts from the first day on and leaves the last one out; between() is the other way round.
    theirs = np.busday_count(day + one, other + one, busdaycal=oracle(leave, known))
    ours = reference.working_days(leave=leave, known=known)
    assert ours.between(day, other) == -ours.between(other, day) == len(ours.days(day, other)) == theirs


@given(day=DAYS, number=NUMBERS, leave=LEAVES)
def test_what_is_counted_comes_back(day: dt.date, number: int, leave: Leave) -> None:
    calendar = reference.working_days(leave=leave)
    due = calendar.after(day, number)
    assert calendar.between(day, due) == number
    assert calendar.before(due, number) <= day
    assert calendar.after(day, number + 1) > due


@given(
    day=DAYS,
    number=st.integers(1, 60),
    spans=st.lists(st.tuples(st.integers(-20, 120), st.integers(0, 40)), max_size=4),
)
def test_a_stop_takes_its_days_out(day: dt.date, number: int, spans: list[tuple[int, int]]) -> None:
    stops = tuple(
        Stop(day + dt.timedelta(days=begins), day + dt.timedelta(days=begins + lasts)) for begins, lasts in spans
    )
    found = deadline(reference.working_days(), day_zero=day, days=number, stops=stops)
    following = day + dt.timedelta(days=1)
    expected = np.busday_offset(following, number - 1, "forward", busdaycal=oracle(Leave.OFF, None, stops))
    assert found.due == expected.astype(object)
    assert len(found.counted) == number
    assert found.counted[-1] == found.due


def test_an_open_stop_has_no_due_day() -> None:
    calendar, day = reference.working_days(), dt.date(2026, 3, 13)
    with pytest.raises(ClockStopped):
        calendar.due(day, 5, [Stop(dt.date(2026, 3, 16))])
    assert calendar.due(day, 5, [Stop(dt.date(2026, 3, 27))]) == dt.date(2026, 3, 27), "it began when the time was over"


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [((2026, 3, 13), 14, (2026, 4, 10)), ((2025, 3, 26), 14, (2025, 4, 25)), ((2026, 3, 13), 5, (2026, 3, 27))],
)
def test_days_counted_by_hand(received: tuple[int, int, int], days: int, due: tuple[int, int, int]) -> None:
    assert reference.working_days("36.03").after(dt.date(*received), days) == dt.date(*due)


@pytest.mark.parametrize(("year", "worked"), [(2024, 238), (2025, 237), (2026, 240)])
def test_working_days_of_a_year(year: int, worked: int) -> None:
    calendar = reference.working_days()
    first = dt.date(year, 1, 1)
    assert calendar.between(first, dt.date(year, 12, 31)) + calendar.is_working(first) == worked


def test_a_decree_is_known_from_its_day_on() -> None:
    day = dt.date(2025, 8, 18)
    assert reference.working_days(known=dt.date(2025, 8, 6)).is_working(day)
    assert not reference.working_days(known=dt.date(2025, 8, 7)).is_working(day)
    assert reference.working_days(leave=Leave.WORKED).is_working(day)


def test_years_that_no_known_decree_sets_are_told() -> None:
    assert reference.working_days().undecreed(dt.date(2026, 12, 1), dt.date(2028, 1, 3)) == (2028,)
    early = reference.working_days(known=dt.date(2025, 8, 6))
    assert early.undecreed(dt.date(2025, 12, 1), dt.date(2026, 1, 5)) == (2026,)
    assert early.holidays(dt.date(2025, 12, 31), dt.date(2026, 12, 31)) == ()


def test_a_day_that_was_dropped_is_worked_again() -> None:
    first = Decree("1/2020", dt.date(2020, 1, 2), "assumption", 2020)
    later = Decree("2/2020", dt.date(2020, 5, 20), "assumption")
    row = Holiday(dt.date(2020, 5, 26), Bilingual("a", "a"), first, joint_leave=True, dropped_by=later)
    on = {
        known: WorkingDays([row], weekend=[6, 7], known=known).is_working(row.day)
        for known in (dt.date(2020, 1, 1), dt.date(2020, 5, 19), dt.date(2020, 5, 20), None)
    }
    assert list(on.values()) == [True, False, True, True]


def test_what_the_calendar_does_not_hold_is_refused() -> None:
    calendar = reference.working_days()
    for wrong in (
        lambda: calendar.after(dt.date(2023, 12, 31), 1),
        lambda: calendar.after(dt.date(2026, 1, 1), 100_000),
        lambda: calendar.before(dt.date(2024, 1, 5), 40),
        lambda: calendar.between(dt.date(2024, 1, 5), dt.date(2100, 1, 1)),
    ):
        with pytest.raises(OutsideCalendar):
            wrong()
    with pytest.raises(UnfitDays):
        calendar.after(dt.date(2026, 1, 1), 0)
    assert reference.working_days().is_working(calendar.first) is False


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ((2026, 4, 9, 5, 0), (2026, 4, 9)),
        ((2026, 4, 9, 16, 0), (2026, 4, 9)),
        ((2026, 4, 9, 16, 1), (2026, 4, 10)),
        ((2026, 4, 10, 16, 30), (2026, 4, 10)),
        ((2026, 4, 10, 16, 31), (2026, 4, 13)),
        ((2026, 4, 11, 9, 0), (2026, 4, 13)),
        ((2026, 3, 17, 15, 1), (2026, 3, 25)),
    ],
    ids=[
        "before they open",
        "as they close",
        "after",
        "Friday",
        "after on Friday",
        "Saturday",
        "Ramadan, then holidays",
    ],
)
def test_what_comes_after_the_offices_have_closed(moment: tuple[int, ...], day: tuple[int, int, int]) -> None:
    local = dt.datetime(*moment)  # type: ignore[arg-type,misc]  # noqa: DTZ001 - local by design
    assert received_on(local, reference.working_days(), HOURS) == dt.date(*day)


@given(
    begins=st.datetimes(dt.datetime(2026, 1, 2), dt.datetime(2027, 6, 1)),  # noqa: DTZ001
    minutes=st.integers(1, 3_000),
)
def test_office_hours_against_minutes_counted_one_by_one(begins: dt.datetime, minutes: int) -> None:
    calendar, begins = reference.working_days(), begins.replace(second=0, microsecond=0)
    found = after_hours(begins, dt.timedelta(minutes=minutes), calendar, HOURS)
    counted = np.arange(begins, found, np.timedelta64(1, "m")).astype(object)
    assert sum(_open(at, calendar) for at in counted) == minutes


def _open(at: dt.datetime, calendar: WorkingDays) -> bool:
    holding = [row for row in HOURS if row.since <= at.date() and (row.until is None or at.date() <= row.until)]
    parts = max(holding, key=lambda row: row.since).parts(at.date())
    return calendar.is_working(at.date()) and any(begin <= at.time() < end for begin, end in parts)


def test_a_week_of_office_hours_is_what_the_regulation_sets() -> None:
    def week(hours: OfficeHours) -> float:
        lengths = [
            dt.datetime.combine(day, end) - dt.datetime.combine(day, begin)
            for day in (dt.date(2026, 11, 2) + dt.timedelta(days=place) for place in range(5))
            for begin, end in hours.parts(day)
        ]
        return sum(lengths, dt.timedelta()) / dt.timedelta(hours=1)

    assert [week(one) for one in HOURS] == [37.5] + [32.5] * (len(HOURS) - 1)
