"""Periods: written and read, counted, taken apart; laws over all kinds and four centuries."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.measures.rules.freshness import gaps
from pilar.measures.rules.periods import (
    Period,
    PeriodKind,
    count,
    first_day,
    parse_period,
    parts,
    period_of,
    periods,
)
from pilar.measures.rules.series import Point, Step, following, parts_in, points_between, start_of
from pilar.platform.errors import Faults

DAY, MONTH, QUARTER, YEAR = PeriodKind
kinds = st.sampled_from(PeriodKind)
days = st.dates(date(1900, 1, 1), date(2299, 12, 31))
any_period = st.builds(period_of, kinds, days)


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("2026-03-05", DAY, date(2026, 3, 5), date(2026, 3, 5)),
        ("2024-02", MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", MONTH, date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-q4", QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (" 2026-03 ", MONTH, date(2026, 3, 1), date(2026, 3, 31)),
    ],
)
def test_what_is_read(text: str, kind: PeriodKind, start: date, end: date) -> None:
    found = parse_period(text)
    assert (found.kind, found.start, found.end) == (kind, start, end)
    assert parse_period(text, kind) == found


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("", None, "no-period"),
        ("2026-13", None, "unreadable-period"),
        ("2026-02-30", None, "unreadable-period"),
        ("2026-Q5", None, "unreadable-period"),
        ("2026-3", MONTH, "unreadable-period"),
        ("03/2026", MONTH, "unreadable-period"),
        ("1899", None, "unreadable-period"),
        ("3000", None, "unreadable-period"),
        ("２０２６", None, "unreadable-period"),
        ("2026-03", DAY, "period-of-another-kind"),
        ("2026-03-05", YEAR, "period-of-another-kind"),
    ],
)
def test_what_is_refused(text: str, kind: PeriodKind | None, code: str) -> None:
    with pytest.raises(Faults) as told:
        parse_period(text, kind)
    assert [(fault.code, fault.place) for fault in told.value.faults] == [(code, "period")]
    assert told.value.text()


def test_readers_see_words() -> None:
    said = [parse_period(text).text() for text in ("2026-03-05", "2026-03", "2026-Q3", "2026")]
    assert said == ["5 Maret 2026", "Maret 2026", "triwulan III 2026", "2026"]


@pytest.mark.parametrize("kind", [MONTH, QUARTER, YEAR])
def test_a_period_begins_on_its_first_day(kind: PeriodKind) -> None:
    with pytest.raises(ValueError, match="begins on 2026-01-02"):
        Period(kind, date(2026, 1, 2))


@given(any_period)
def test_what_is_written_is_read_again(period: Period) -> None:
    assert parse_period(str(period)) == period


@given(kinds, days)
def test_each_day_lies_in_exactly_one_period(kind: PeriodKind, day: date) -> None:
    found = period_of(kind, day)
    assert found.start <= day <= found.end
    assert period_of(kind, found.start) == period_of(kind, found.end) == found
    assert period_of(kind, found.end + timedelta(days=1)) == found.next()
    assert first_day(kind, day) == found.start


@given(any_period, st.integers(-400, 400))
def test_steps_add_up(period: Period, steps: int) -> None:
    there = period.shifted(steps)
    assert there.shifted(-steps) == period
    assert count(period, there) == max(steps + 1, 0)
    assert period.next().previous() == period


@given(any_period, st.integers(0, 40))
def test_counting_is_listing(period: Period, steps: int) -> None:
    listed = list(periods(period, period.shifted(steps)))
    assert len(listed) == count(period, period.shifted(steps)) == steps + 1
    assert all(one.next() == other for one, other in pairwise(listed))


@given(any_period)
def test_parts_tile_the_whole(period: Period) -> None:
    kinds = list(PeriodKind)
    for kind in PeriodKind:
        if kinds.index(kind) > kinds.index(period.kind):
            with pytest.raises(ValueError, match="is not made of"):
                parts(period, kind)
            continue
        tiles = parts(period, kind)
        assert (tiles[0].start, tiles[-1].end) == (period.start, period.end)
        assert sum((tile.end - tile.start).days + 1 for tile in tiles) == (period.end - period.start).days + 1


def test_two_kinds_are_never_counted_together() -> None:
    for ask in (count, lambda one, other: list(periods(one, other))):
        with pytest.raises(ValueError, match="one kind"):
            ask(parse_period("2026"), parse_period("2026-03"))


def test_gaps_are_before_between_and_after_what_is_there() -> None:
    first, last = Period(MONTH, date(2026, 1, 1)), Period(MONTH, date(2026, 8, 1))

    def missing(*months: int) -> list[tuple[int, int, int]]:
        found = gaps([date(2026, month, 1) for month in months], first, last)
        return [(one.first.start.month, one.last.start.month, one.size) for one in found]

    assert missing() == [(1, 8, 8)]
    assert missing(2, 3, 6) == [(1, 1, 1), (4, 5, 2), (7, 8, 2)]
    assert missing(1, 7) == [(2, 6, 5), (8, 8, 1)]
    assert missing(*range(1, 10)) == []


@given(st.sampled_from(Step), days, st.integers(0, 1200))
def test_points_are_counted_as_they_follow_each_other(step: Step, day: date, length: int) -> None:
    first, last = Period(DAY, day), Period(DAY, day + timedelta(days=length))
    starts = [start_of(step, day)]
    while (following_one := following(Point(step, starts[-1], None, 0, 0))) <= last.start:
        starts.append(following_one)
    assert points_between(step, first, last) == len(starts)
    assert parts_in(step, starts[-1], DAY) == (following_one - starts[-1]).days
