"""Figures of a year up to a day, which a plan sets next to its targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from measures.world import DAILY, NOW, OTHER, OWN, PERMITS, World
from pilar.measures import operations, queries
from pilar.measures.queries import MeasureRow, YearToDate
from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.periods import Period, PeriodKind
from pilar.people.rules import PUBLIC

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 31)


def define(world: World, code: str, kind: PeriodKind, how: Aggregation, decimals: int = 0) -> MeasureRow:
    given = replace(
        DAILY, code=code, kind=kind, office=world.cast.office, public=True, starts_on=date(2025, 1, 1),
        definition=replace(PERMITS, aggregation=how, decimals=decimals),
    )  # fmt: skip
    operations.define_measure(by=world.who("coordinator"), region=OWN, given=given, now=NOW)
    return queries.measure(OWN, code, scope=PUBLIC, now=NOW)


def tell(world: World, code: str, *rows: tuple[str, str]) -> None:
    from datetime import timedelta

    by, later = world.who("contributor"), NOW + timedelta(days=300)
    for period, value in rows:
        operations.report_value(by=by, region=OWN, measure=code, period=period, value=value, evidence=None, now=later)


def figure(row: MeasureRow, end: date = MARCH) -> YearToDate:
    return queries.years_to_date([(row, end)])[row.key, end]


def test_a_total_needs_every_period(world: World) -> None:
    row = define(world, "bulanan", PeriodKind.MONTH, Aggregation.SUM)
    assert figure(row) == YearToDate(None, 0, 3, None)
    tell(world, "bulanan", ("2025-12", "7"), ("2026-01", "1"), ("2026-03", "3"), ("2026-04", "100"))
    assert figure(row) == YearToDate(None, 2, 3, Period(PeriodKind.MONTH, date(2026, 3, 1)))
    tell(world, "bulanan", ("2026-02", "2"))
    assert figure(row).value == 6
    # In the middle of a month it has not ended.
    assert figure(row, date(2026, 3, 30)).value == 3
    assert figure(row, date(2026, 1, 30)) == YearToDate(None, 0, 0, None)


def test_corrections_count(world: World) -> None:
    row = define(world, "bulanan", PeriodKind.MONTH, Aggregation.SUM)
    tell(world, "bulanan", ("2026-01", "1"), ("2026-02", "2"), ("2026-03", "3"))
    operations.correct_value(
        by=world.who("contributor"), region=OWN, measure="bulanan", period="2026-01", value="10", reason="Keliru",
        seen=1, evidence=None, now=NOW,
    )  # fmt: skip
    assert figure(row).value == 15


@pytest.mark.parametrize(
    ("how", "wanted"),
    [(Aggregation.MEAN, "2.33"), (Aggregation.LAST, "4.00"), (Aggregation.NONE, "4.00")],
    ids=["mean", "stock", "not combined"],
)
def test_other_ways_take_what_is_there(world: World, how: Aggregation, wanted: str) -> None:
    row = define(world, "lain", PeriodKind.MONTH, how, decimals=2)
    tell(world, "lain", ("2026-01", "2"), ("2026-02", "1"), ("2026-03", "4"))
    found = figure(row)
    assert (found.value, found.newest) == (Decimal(wanted), Period(PeriodKind.MONTH, date(2026, 3, 1)))


def test_a_yearly_figure_comes_with_the_end_of_its_year(world: World) -> None:
    row = define(world, "tahunan", PeriodKind.YEAR, Aggregation.LAST)
    tell(world, "tahunan", ("2025", "9"))
    assert figure(row, date(2025, 9, 30)) == YearToDate(None, 0, 0, None)
    assert figure(row, date(2025, 12, 31)).value == 9


def test_a_total_over_two_definitions_is_none(world: World) -> None:
    row = define(world, "bulanan", PeriodKind.MONTH, Aggregation.SUM)
    tell(world, "bulanan", ("2026-01", "1"), ("2026-02", "2"), ("2026-03", "3"))
    operations.revise_measure(
        by=world.who("coordinator"), region=OWN, measure="bulanan", since=date(2026, 4, 1),
        definition=replace(PERMITS, decimals=1), now=NOW,
    )  # fmt: skip
    row = queries.measure(OWN, "bulanan", scope=PUBLIC, now=NOW)
    assert figure(row).value == 6
    tell(world, "bulanan", ("2026-04", "4"), ("2026-05", "5"), ("2026-06", "6"))
    assert figure(row, date(2026, 6, 30)).value is None


def test_many_measures_and_days_are_one_query(world: World, django_assert_num_queries: Any) -> None:
    rows = [define(world, f"m-{place}", PeriodKind.MONTH, Aggregation.LAST) for place in range(4)]
    for row in rows:
        tell(world, row.code, ("2026-01", "2"))
    ends = (date(2026, 1, 31), MARCH, date(2026, 6, 30))
    with django_assert_num_queries(1):
        found = queries.years_to_date((row, end) for row in rows for end in ends)
    assert [one.value for one in found.values()] == [2] * 12
    with django_assert_num_queries(0):
        assert queries.years_to_date([]) == {}


def test_measures_by_code_are_those_that_the_reader_reads(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert set(queries.measures_by_code(OWN, ["izin-terbit", "desa-daring"], scope=PUBLIC, now=NOW)) == {
            "izin-terbit"
        }
    own = queries.measures_by_code(OWN, ["izin-terbit", "desa-daring"], scope=world.who("contributor"), now=NOW)
    assert set(own) == {"izin-terbit", "desa-daring"}
    assert queries.measures_by_code(OTHER, ["izin-terbit"], scope=world.who("contributor"), now=NOW) == {}
    with django_assert_num_queries(0):
        assert queries.measures_by_code(OWN, [], scope=PUBLIC, now=NOW) == {}
