"""Reads: series against sums made here, what is missing, longer periods, and how often the database is asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from kit.worlds import once
from measures.world import NOW, OWN, PERMITS, World, stored
from pilar.areas.reference import today_in
from pilar.measures import operations, queries
from pilar.measures.queries.open_data import open_measures
from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition
from pilar.measures.rules.periods import parse_period
from pilar.measures.rules.series import MAX_POINTS, Step, start_of
from pilar.people.rules import PUBLIC, NotFound
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

TEN_YEARS = [date(2016, 1, 1) + timedelta(days=place) for place in range(3653)]
LEFT_OUT = {date(2019, 7, 4), *(date(2020, 2, 1) + timedelta(days=place) for place in range(40))}


@once
def long(world: World) -> World:
    """Ten years of days, corrected here and there, with a day and forty days left out."""
    world.define("panjang", starts_on=TEN_YEARS[0])
    days = [day for day in TEN_YEARS if day not in LEFT_OUT]
    world.report(*[("panjang", str(day), str(day.toordinal() % 97)) for day in days], by="contributor")
    world.report(*[("panjang", str(day), "4000", {"reason": "salah"}) for day in days[::400]], by="contributor")
    return world


def now_counting() -> dict[date, Decimal]:
    counting: dict[date, Decimal] = {}
    for day, _number, value in stored("panjang"):
        counting[date.fromisoformat(day)] = value
    return counting


@pytest.mark.parametrize("how", Aggregation)
def test_ten_years_of_days_are_summed_by_the_database_as_by_hand(long: World, how: Aggregation) -> None:
    row = long.row("panjang")
    now = row.now
    definition: Definition = replace(now.version.definition, aggregation=how)
    row = replace(row, versions=(replace(now, version=replace(now.version, definition=definition)),))
    found = queries.series(row)
    assert found.step is Step.WEEK
    assert len(found.points) <= MAX_POINTS
    weeks: dict[date, list[Decimal]] = defaultdict(list)
    for day, value in now_counting().items():
        weeks[start_of(Step.WEEK, day)].append(value)
    for point in found.points:
        there = weeks.pop(point.start, [])
        assert point.present == len(there)
        if how is Aggregation.SUM:
            expected = Fraction(sum(there)) if len(there) == 7 else None
        elif how is Aggregation.MEAN:
            expected = Fraction(sum(there)) / len(there) if there else None
        else:
            expected = Fraction(there[-1]) if there else None
        assert point.value == expected, point
    assert not weeks
    assert found.incomplete == (5 if how is Aggregation.SUM else 0)


def test_a_chart_takes_one_query_and_a_page_of_values_three(long: World, django_assert_num_queries: Any) -> None:
    row, by = long.row("panjang"), long.who("coordinator")
    with django_assert_num_queries(1):
        queries.series(row)
    with django_assert_num_queries(3):
        page = queries.values(row, scope=by)
    assert page.paginator.count == len(TEN_YEARS) - len(LEFT_OUT)
    assert [one.period.start for one in page] == TEN_YEARS[:-13:-1]
    with django_assert_num_queries(1):
        missing = queries.missing(row, now=datetime(2025, 12, 31, 12, tzinfo=UTC))
    assert missing.size == 41
    assert [(str(gap.first), gap.size) for gap in missing.gaps] == [("2020-02-01", 40), ("2019-07-04", 1)]


def test_corrections_are_told_with_their_reasons(long: World) -> None:
    found = queries.corrections(long.row("panjang"), scope=long.who("coordinator"))
    assert len(found) == 10
    assert {(one.number, one.value, one.reason, one.by) for one in found} == {(2, Decimal(4000), "salah", "Dewi")}


def test_a_series_too_long_for_its_step_is_refused(long: World) -> None:
    with pytest.raises(Faults) as error:
        queries.series(long.row("panjang"), step=Step.DAY)
    assert [fault.code for fault in error.value.faults] == ["too-many-points"]
    assert len(queries.series(long.row("panjang"), step=Step.DAY, first=date(2025, 1, 1)).points) == 365


def test_longer_periods(world: World) -> None:
    days = [date(2026, 1, 1) + timedelta(days=place) for place in range(59)]
    world.report(*[("izin-terbit", str(day), "10") for day in days[:-1]])
    row = world.row()
    assert queries.combined(row, parse_period("2026-01")).value == 310
    february = queries.combined(row, parse_period("2026-02"))
    assert (february.value, february.present, february.expected) == (None, 27, 28)
    world.report(("izin-terbit", str(days[-1]), "10"))
    assert queries.combined(row, parse_period("2026-02")).value == 280
    with pytest.raises(ValueError, match="is not made of"):
        queries.combined(world.row("desa-daring"), parse_period("2026-02-01"))


def test_figures_of_two_definitions_are_never_one(world: World) -> None:
    world.report(("izin-terbit", "2026-01-30", "10"), ("izin-terbit", "2026-01-31", "10"))
    operations.revise_measure(
        by=world.who("coordinator"), region=OWN, measure="izin-terbit", now=NOW, since=date(2026, 2, 1),
        definition=replace(PERMITS, decimals=1, aggregation=Aggregation.LAST),
    )  # fmt: skip
    world.report(("izin-terbit", "2026-02-01", "10.5"))
    row = world.row()
    assert [str(one) for one in queries.series(row).points] == ["2026-02-01"]
    assert [str(one) for one in queries.series(row, version=1).points] == ["2026-01-30", "2026-01-31"]
    assert queries.series(row).values == (Decimal("10.5"),)
    assert queries.series(row, version=1).values == (Decimal(10), Decimal(10))
    assert queries.combined(row, parse_period("2026-Q1")).value is None
    assert queries.combined(row, parse_period("2026-02")).value == Fraction(21, 2)
    with pytest.raises(NotFound):
        queries.series(row, version=3)


def test_the_newest_figure_and_since_when_the_next_is_late(world: World) -> None:
    assert (world.row().latest, world.row().late_since) == (None, date(2026, 1, 3))
    world.report(("izin-terbit", "2026-03-08", "10"))
    row = world.row()
    assert (str(row.latest), row.latest_value, row.late_since) == ("2026-03-08", Decimal(10), None)
    assert world.row(now=NOW + timedelta(days=1)).late_since == date(2026, 3, 11)


def test_open_data_change_when_an_earlier_period_is_corrected(world: World) -> None:
    def changed(since: date) -> datetime:
        (found,) = [one for one in open_measures(since) if one.region == OWN]
        return found.changed

    later = NOW + timedelta(hours=5)
    world.report(("izin-terbit", "2026-03-05", "10"), ("izin-terbit", "2026-03-08", "10"))
    world.report(("izin-terbit", "2026-03-05", "11", {"reason": "salah"}), now=later)
    assert changed(date(2024, 1, 1)) == later
    assert changed(date(2026, 3, 6)) == changed(date(2027, 1, 1)) == NOW


def test_the_day_is_that_of_the_region(world: World) -> None:
    """Half past midnight in Tangerang is still the day before in Greenwich."""
    assert today_in(OWN, datetime(2026, 3, 9, 17, 30, tzinfo=UTC)) == date(2026, 3, 10)
    verdict = world.report(("izin-terbit", "2026-03-10", "1"), now=datetime(2026, 3, 9, 16, 59, tzinfo=UTC))[0]
    assert [fault.code for fault in verdict.faults] == ["not-over"]


def test_lists_search_and_narrow(world: World) -> None:
    by = world.who("coordinator")

    def codes(**asked: Any) -> list[str]:
        return [row.code for row in queries.measures(OWN, scope=by, now=NOW, **asked)]

    assert codes() == ["desa-daring", "izin-terbit", "rahasia"]
    assert codes(search="desa") == codes(search="DARING desa") == ["desa-daring"]
    assert codes(search="permits") == ["izin-terbit", "rahasia"]
    assert codes(office=world.cast.colleagues_office) == ["rahasia"]
    assert codes(size=1, page=2) == ["izin-terbit"]


def test_rooms_above_bind_to_what_they_may_read(world: World) -> None:
    keys = [world.row(code).key for code in ("izin-terbit", "desa-daring")]
    assert set(queries.measures_by_key(keys, scope=world.who("coordinator"), now=NOW)) == set(keys)
    assert set(queries.measures_by_key(keys, scope=PUBLIC, now=NOW)) == {keys[0]}


def test_sources_are_for_the_region(world: World) -> None:
    (row,) = queries.sources(OWN, scope=world.who("verifier"), now=NOW)
    assert (row.code, row.measures, row.tokens, row.synthetic) == ("sipinter", 1, 1, False)
    for who in ("neighbour", "assessor", "public"):
        with pytest.raises(NotFound):
            queries.sources(OWN, scope=world.who(who), now=NOW)
    for who in ("verifier", "secretariat", "contributor"):
        with pytest.raises(NotFound):
            queries.source(OWN, "sipinter", scope=world.who(who), now=NOW)
