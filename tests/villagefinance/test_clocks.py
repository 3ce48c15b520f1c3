"""Clocks: due days by a calendar that counts for itself, silence, and what is late."""

from __future__ import annotations

import calendar as months
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.areas.reference import calendar, working_days
from pilar.villagefinance.reference import clock_rules
from pilar.villagefinance.rules.clocks import (
    TIMELINESS_NAMES,
    After,
    InMonth,
    InYear,
    Timeliness,
    due,
    timeliness,
)

DAYS = working_days("36.03")
CLOCKS = clock_rules(region="36.03", day=date(2026, 1, 1))
HOLIDAYS = np.array(
    sorted({one.day for one in calendar().holidays if one.dropped_by is None and not one.decree.area}),
    dtype="datetime64[D]",
)
EVENTS = st.dates(date(2025, 1, 2), date(2027, 6, 30))


@pytest.mark.parametrize(("rule", "event", "day"), [
    ("agree_draft", "2027-01-01", "2026-10-31"),
    ("send_draft", "2026-10-30", "2026-11-02"),
    # 20 working days; Christmas and its joint leave lie between.
    ("evaluate", "2026-11-30", "2026-12-30"),
    ("correct", "2026-11-30", "2026-12-30"),
    ("enact", "2027-05-05", "2026-12-31"),
    ("draft_dpa", "2026-11-27", "2026-12-02"),
    ("verify_dpa", "2026-11-27", "2026-12-18"),
    ("account_for_advance", "2026-11-27", "2026-12-11"),
    ("answer_question", "2026-11-27", "2026-12-11"),
    ("treasurer_report", "2026-12-31", "2027-01-10"),
    ("semester_report", "2026-01-01", "2026-07-14"),
    ("consolidate_semester", "2026-01-01", "2026-08-14"),
    ("account_for_year", "2026-01-01", "2027-03-31"),
    ("consolidate_year", "2026-12-31", "2027-04-14"),
])  # fmt: skip
def test_due_days(rule: str, event: str, day: str) -> None:
    assert str(due(CLOCKS[rule], date.fromisoformat(event), DAYS).day) == day


def test_each_clock_has_its_test() -> None:
    (marked,) = (one for one in test_due_days.pytestmark if one.name == "parametrize")
    assert {one[0] for one in marked.args[1]} == {*CLOCKS}


@given(st.sampled_from(sorted(CLOCKS)), EVENTS)
def test_due_days_by_another_calendar(rule: str, event: date) -> None:
    found = due(CLOCKS[rule], event, DAYS)
    match found.clock.span:
        case After(days, working=True):
            # Day 0 does not count, so that a day off is as good as the working day before it.
            zero = np.busday_offset(event, 0, roll="backward", holidays=HOLIDAYS)
            assert np.datetime64(found.day) == np.busday_offset(zero, days, holidays=HOLIDAYS)
            assert found.counted is not None
            assert len(found.counted.counted) == days
        case After(days):
            assert (found.day - event).days == days
        case InMonth(day, later):
            ordinal = event.year * 12 + event.month - 1 + later
            assert found.day.year * 12 + found.day.month - 1 == ordinal
            assert found.day.day == min(day, months.monthrange(found.day.year, found.day.month)[1])
        case InYear(month, day, years):
            assert found.day == date(event.year + years, month, day)


@given(st.sampled_from(sorted(CLOCKS)), EVENTS, st.integers(0, 40))
def test_what_happens_later_is_due_no_earlier(rule: str, event: date, later: int) -> None:
    clock = CLOCKS[rule]
    assert due(clock, event, DAYS).day <= due(clock, event + timedelta(days=later), DAYS).day


def test_silence_takes_effect() -> None:
    found = due(CLOCKS["evaluate"], date(2026, 11, 2), DAYS)
    last, after = found.day, found.day + timedelta(days=1)
    assert found.effective == after
    assert timeliness(found, done=None, today=last) is Timeliness.OPEN
    assert timeliness(found, done=None, today=after) is Timeliness.IN_EFFECT
    # A result that comes too late changes nothing.
    assert timeliness(found, done=after, today=after) is Timeliness.IN_EFFECT
    assert timeliness(found, done=last, today=after) is Timeliness.IN_TIME


def test_without_silence_it_is_late() -> None:
    found = due(CLOCKS["semester_report"], date(2026, 1, 1), DAYS)
    last, after = found.day, found.day + timedelta(days=1)
    assert found.effective is None
    assert timeliness(found, done=None, today=last) is Timeliness.OPEN
    assert timeliness(found, done=None, today=after) is Timeliness.LATE
    assert timeliness(found, done=after, today=after) is Timeliness.DONE_LATE
    assert {*TIMELINESS_NAMES} == {*Timeliness}


def test_a_region_may_have_a_clock_of_its_own() -> None:
    clock = CLOCKS["semester_report"]
    later = replace(clock, span=InYear(7, 31, 0))
    assert str(due(later, date(2026, 5, 1), DAYS).day) == "2026-07-31"
