"""Figures of longer periods, series in steps, gaps and lateness: hand-worked cases and laws."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilar.measures.rules.combining import Aggregation, combine, published
from pilar.measures.rules.periods import Period, PeriodKind, parse_period, parts

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
