"""Figures of longer periods, series in steps, gaps and lateness: hand-worked cases and laws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.measures.rules.combining import Aggregation, combine, published, realised_share, target_met
from pilar.measures.rules.freshness import Schedule, gaps, late_since
from pilar.measures.rules.periods import Period, PeriodKind, parse_period, parts, period_of
from pilar.measures.rules.series import (
    MOST_POINTS,
    Step,
    Sums,
    parts_in,
    point,
    points_between,
    start_of,
    step_for,
    steps_of,
    with_gaps,
)

DAY, MONTH, QUARTER, YEAR = PeriodKind
SUM, MEAN, LAST, NONE = Aggregation
numbers = st.decimals(-(10**17), 10**17, places=6, allow_nan=False)
quarter = parse_period("2026-Q1")
months = parts(quarter, MONTH)
three = st.tuples(numbers, numbers, numbers)


def of(*values: str | None) -> dict[Period, Decimal]:
    return {month: Decimal(value) for month, value in zip(months, values, strict=True) if value is not None}


def test_a_quarter_by_hand() -> None:
    there = of("1", "2", "4")
    got = {how: combine(there, quarter, kind=MONTH, how=how).value for how in Aggregation}
    assert got == {SUM: Fraction(7), MEAN: Fraction(7, 3), LAST: Fraction(4), NONE: None}
    assert published(got[MEAN], 2) == Decimal("2.33")


def test_a_gap_makes_a_total_impossible_and_a_mean_of_what_is_there() -> None:
    got = {how: combine(of("1", None, "4"), quarter, kind=MONTH, how=how) for how in Aggregation}
    assert {how: one.value for how, one in got.items()} == {
        SUM: None,
        MEAN: Fraction(5, 2),
        LAST: Fraction(4),
        NONE: None,
    }
    assert {(one.present, one.expected, one.complete) for one in got.values()} == {(2, 3, False)}


def test_the_last_value_is_the_newest_that_is_there() -> None:
    assert combine(of("1", "2", None), quarter, kind=MONTH, how=LAST).value == 2


@pytest.mark.parametrize("how", Aggregation)
def test_nothing_gives_nothing(how: Aggregation) -> None:
    assert combine({}, quarter, kind=MONTH, how=how).value is None


@given(three)
def test_totals_and_means_are_exact(values: tuple[Decimal, ...]) -> None:
    there = dict(zip(months, values, strict=True))
    total = combine(there, quarter, kind=MONTH, how=SUM).value
    assert total == sum(Fraction(value) for value in values)
    assert combine(there, quarter, kind=MONTH, how=MEAN).value == total / 3


@given(three, numbers)
def test_what_lies_outside_does_not_count(values: tuple[Decimal, ...], other: Decimal) -> None:
    there: Mapping[Period, Decimal] = dict(zip(months, values, strict=True))
    for how in Aggregation:
        more = {**there, parse_period("2026-04"): other, parse_period("2025-12"): other}
        assert combine(more, quarter, kind=MONTH, how=how) == combine(there, quarter, kind=MONTH, how=how)


@given(st.lists(numbers, min_size=365, max_size=365))
def test_a_year_of_days_is_the_year_of_its_months(values: list[Decimal]) -> None:
    year = parse_period("2025")
    by_day = dict(zip(parts(year, DAY), values, strict=True))
    by_month = {month: combine(by_day, month, kind=DAY, how=SUM).value for month in parts(year, MONTH)}
    whole = combine(by_day, year, kind=DAY, how=SUM).value
    assert whole == sum(value for value in by_month.values() if value is not None)


def test_realised_over_planned() -> None:
    assert realised_share(Decimal(9), Decimal(12)) == Fraction(3, 4)
    assert realised_share(Decimal(1), Decimal(0)) is None
    assert [target_met(Decimal(9), Decimal(12), rising=way) for way in (True, False)] == [False, True]
    assert all(target_met(Decimal(12), Decimal(12), rising=way) for way in (True, False))


# Gaps and lateness


def test_gaps_by_hand() -> None:
    first, last = parse_period("2026-01-01"), parse_period("2026-01-10")
    present = [date(2026, 1, day) for day in (2, 3, 7)]
    found = gaps(present, first, last)
    assert [(str(gap.first), str(gap.last), gap.size) for gap in found] == [
        ("2026-01-01", "2026-01-01", 1), ("2026-01-04", "2026-01-06", 3), ("2026-01-08", "2026-01-10", 3),
    ]  # fmt: skip


@given(st.sampled_from(PeriodKind), st.sets(st.integers(0, 60)), st.integers(-2, 60))
def test_gaps_are_exactly_what_is_not_there(kind: PeriodKind, there: set[int], end: int) -> None:
    first = period_of(kind, date(2020, 1, 1))
    last = first.shifted(end)
    present = sorted(first.shifted(place).start for place in there)
    missing: list[Period] = []
    for gap in gaps(present, first, last):
        now = gap.first
        while now.start <= gap.last.start:
            missing.append(now)
            now = now.next()
    assert missing == [first.shifted(place) for place in range(end + 1) if place not in there]


@pytest.mark.parametrize(
    ("today", "late"),
    [(date(2026, 4, 10), None), (date(2026, 4, 11), date(2026, 4, 11)), (date(2026, 6, 1), date(2026, 4, 11))],
)
def test_late_is_the_day_after_the_due_date(today: date, late: date | None) -> None:
    schedule = Schedule(MONTH, date(2026, 1, 1), None, due_days=10)
    assert late_since(schedule, parse_period("2026-02"), today) == late


def test_nothing_is_late_before_it_begins_or_after_it_ends() -> None:
    assert late_since(Schedule(YEAR, date(2026, 1, 1), None, 0), None, date(2026, 12, 31)) is None
    assert late_since(Schedule(YEAR, date(2026, 1, 1), None, 0), None, date(2027, 1, 1)) == date(2027, 1, 1)
    ended = Schedule(MONTH, date(2026, 1, 1), date(2026, 2, 28), 0)
    assert late_since(ended, parse_period("2026-02"), date(2030, 1, 1)) is None
    assert late_since(ended, parse_period("2026-01"), date(2030, 1, 1)) == date(2026, 3, 1)


@given(
    st.sampled_from(PeriodKind), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 366),
    st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)  # fmt: skip
def test_the_last_expected_is_the_newest_overdue(
    kind: PeriodKind, today: date, days: int, ends_on: date | None
) -> None:
    schedule = Schedule(kind, date(2019, 1, 1), ends_on, days)
    overdue, now = [], period_of(kind, date(2019, 1, 1))
    while now.start <= today:
        if schedule.due_on(now) < today and (ends_on is None or now.start <= ends_on):
            overdue.append(now)
        now = now.next()
    assert schedule.last_expected(today) == (overdue[-1] if overdue else None)


@given(st.sampled_from(PeriodKind), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_what_is_expected_can_be_reported(kind: PeriodKind, today: date) -> None:
    schedule = Schedule(kind, date(2000, 1, 1), None, 0)
    expected = schedule.last_expected(today)
    assert expected is not None
    assert schedule.reportable(expected, today)
    assert not schedule.reportable(period_of(kind, today + timedelta(days=1)), today)


# Steps


def test_ten_years_of_days_are_drawn_by_weeks() -> None:
    first, last = parse_period("2016-01-01"), parse_period("2025-12-31")
    assert step_for(first, last) is Step.WEEK
    assert points_between(Step.WEEK, first, last) == 523
    assert step_for(first, first.shifted(MOST_POINTS - 1)) is Step.DAY
    assert step_for(first, first.shifted(MOST_POINTS)) is Step.WEEK


@given(st.sampled_from(PeriodKind), st.dates(date(1990, 1, 1), date(2020, 1, 1)), st.integers(0, 4000))
def test_points_are_never_too_many(kind: PeriodKind, day: date, more: int) -> None:
    first = period_of(kind, day)
    last = first.shifted(more if kind is DAY else more // 40)
    step = step_for(first, last)
    assert points_between(step, first, last) <= MOST_POINTS
    assert step in steps_of(kind)
    shorter = [one for one in steps_of(kind) if list(Step).index(one) < list(Step).index(step)]
    assert all(points_between(one, first, last) > MOST_POINTS for one in shorter)
    counted = {start_of(step, one.start) for one in _periods(first, last)}
    assert len(counted) == points_between(step, first, last)


def _periods(first: Period, last: Period) -> list[Period]:
    found = [first]
    while found[-1].start < last.start:
        found.append(found[-1].next())
    return found


def test_a_point_by_hand() -> None:
    week = Sums(date(2026, 3, 2), 7, Fraction(70), Fraction(13))
    short = Sums(date(2026, 3, 2), 6, Fraction(60), Fraction(13))
    assert [point(Step.WEEK, week, kind=DAY, how=how).value for how in Aggregation] == [70, 10, 13, 13]
    assert [point(Step.WEEK, short, kind=DAY, how=how).value for how in Aggregation] == [None, 10, 13, 13]
    assert [parts_in(Step.MONTH, date(2024, 2, 1), DAY), parts_in(Step.YEAR, date(2024, 1, 1), QUARTER)] == [29, 4]


def test_a_step_without_values_breaks_the_line() -> None:
    weeks = [
        point(Step.WEEK, Sums(start, 7, Fraction(7), Fraction(1)), kind=DAY, how=SUM)
        for start in (date(2026, 3, 2), date(2026, 3, 23))
    ]
    drawn = with_gaps(tuple(weeks))
    assert [(one.start.day, one.value) for one in drawn] == [(2, 7), (9, None), (16, None), (23, 7)]
    assert [str(one) for one in drawn][:2] == ["2026-03-02", "2026-03-09"]
    assert drawn[0].text() == "minggu mulai 2 Maret 2026"


def test_rounding_happens_once() -> None:
    thirds = [Fraction(1, 3)] * 3
    assert published(sum(thirds, Fraction(0)), 2) == Decimal("1.00")
    assert fmean([round(float(one), 2) for one in thirds]) * 3 == pytest.approx(0.99)
    assert published(None, 2) is None
