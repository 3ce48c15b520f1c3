"""What villages achieve becomes measures of the office that guides them, month by month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kit.worlds import once
from pilar.areas.models import Office
from pilar.measures.models import Measure, SourceSystem, Value
from pilar.people.rules import SCHEDULE, NotAllowed
from pilar.villagefinance import operations
from pilar.villagefinance.models import Flag, ReportStep
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.measures import (
    ACCOUNTED,
    ANSWERED,
    CLOSED,
    DEFINITIONS,
    ENACTED,
    HALF_YEAR,
    OPEN,
    SPENT,
    UNMATCHED,
    month_to_report,
)
from villagefinance.bank import FEBRUARY, accept, keep, opened, statement
from villagefinance.world import REGION, VILLAGE, YEAR, World, advance, bank

pytestmark = pytest.mark.django_db
APRIL = datetime(YEAR, 4, 16, 3, tzinfo=UTC)


@once
def guided(world: World) -> World:
    """A region with an office for villages; of its three villages one has books, and no budget enacted in time."""
    name = "Dinas Pemberdayaan Masyarakat dan Pemerintahan Desa"
    Office.objects.create(region_id=REGION, name=name, abbreviation="DPMPD")
    world.receive()
    world.pay()
    return world


def told(code: str) -> list[tuple[date, int, float]]:
    rows = Value.objects.filter(measure__code=code, measure__region=REGION).order_by("starts_on", "number")
    return [(one.starts_on, one.number, float(one.value)) for one in rows]


def report(world: World, now: datetime = APRIL, who: str = "schedule") -> int:
    return operations.report_measures(by=world.who(who), now=now)


def test_the_last_month_that_was_due_is_reported(guided: World) -> None:
    close = datetime(YEAR, 4, 8, 3, tzinfo=UTC)
    operations.close_month(by=guided.who("treasurer"), village=VILLAGE, year=YEAR, month=3, now=close)
    assert report(guided) == 4
    march = date(YEAR, 3, 1)
    assert told(CLOSED) == [(march, 1, 33.33)]
    assert told(ENACTED) == [(march, 1, 0)]
    assert told(SPENT) == [(march, 1, 8.33)]
    assert Measure.objects.get(region=REGION, code=SPENT).public


def test_what_came_later_is_the_next_number_and_the_same_is_nothing(guided: World) -> None:
    assert report(guided) == 4
    assert report(guided, APRIL + timedelta(days=1)) == 0
    guided.pay(20)
    assert report(guided, APRIL + timedelta(days=2)) == 1
    assert [(number, value) for _month, number, value in told(SPENT)] == [(1, 8.33), (2, 10.0)]


def test_nothing_where_it_is_not_wanted_or_nobody_guides(guided: World) -> None:
    assert report(guided) == 4
    SourceSystem.objects.filter(region=REGION).update(active=False)
    assert report(guided, APRIL + timedelta(days=40)) == 0
    Office.objects.all().update(name="Dinas lain")
    assert report(guided, APRIL + timedelta(days=41)) == 0
    with pytest.raises(NotAllowed):
        report(guided, who="office")


def test_a_month_is_reported_once_its_reports_were_due() -> None:
    assert [month_to_report(date(2026, *day)) for day in ((1, 10), (1, 11), (2, 10), (3, 31))] == [
        (2025, 11), (2025, 12), (2025, 12), (2026, 2),
    ]  # fmt: skip


def test_the_semester_report_and_the_account_of_the_year_before_are_measured(guided: World) -> None:
    of = {**guided.of_year, "by": "user:2"}
    sent = {"paper": "Surat 1", "day": date(YEAR, 7, 9), "at": APRIL.replace(month=7, day=9)}
    ReportStep.objects.create(**of, act="semester", **sent)
    july = APRIL.replace(month=8)
    assert report(guided, july - timedelta(days=31)) == 4  # of June
    assert (told(HALF_YEAR), told(ACCOUNTED)) == ([], [])
    report(guided, july)
    assert told(HALF_YEAR) == [(date(YEAR, 7, 1), 1, 33.33)]
    report(guided, APRIL.replace(year=YEAR + 1, month=3, day=15))  # until the 31st nobody is late
    assert told(ACCOUNTED) == []
    ReportStep.objects.create(**of, act="lpj", at=APRIL)
    agreed = of | {"by": "user:11", "at": APRIL.replace(year=YEAR + 1, day=1, month=3)}
    ReportStep.objects.create(**agreed, act="perdes", paper="Perdes 1", day=date(YEAR + 1, 3, 1))
    report(guided, APRIL.replace(year=YEAR + 1))
    assert told(ACCOUNTED) == [(date(YEAR + 1, 3, 1), 1, 100)]


def test_movements_without_their_entry_and_flags_are_counted(guided: World) -> None:
    keep(guided, statement(0, FEBRUARY))
    accept(guided, *opened(guided).proposals)
    operations.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=datetime(YEAR, 3, 30, tzinfo=UTC))
    guided.book(Kind.ADVANCE, advance(20), bank(20), day=date(YEAR, 3, 11))
    operations.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=datetime(YEAR, 3, 31, tzinfo=UTC))
    flags = Flag.objects.filter(village=VILLAGE)
    assert flags.count() == 1
    assert report(guided) == 6
    march = date(YEAR, 3, 1)
    assert (told(UNMATCHED), told(OPEN), told(ANSWERED)) == ([(march, 1, 33.33)], [(march, 1, 1)], [(march, 1, 0)])
    operations.answer_flag(
        by=guided.who("head"), village=VILLAGE, year=YEAR, number=1, reply="Sedang disiapkan", now=APRIL
    )
    assert report(guided, APRIL + timedelta(days=1)) == 2
    assert (told(OPEN)[-1], told(ANSWERED)[-1]) == ((march, 2, 0), (march, 2, 100))
    assert not Measure.objects.filter(region=REGION, synthetic=True).exists()


def test_measures_of_made_up_books_are_marked(guided: World) -> None:
    assert operations.define_measures(by=SCHEDULE, region=REGION, synthetic=True, now=APRIL)
    assert report(guided) == 4
    with pytest.raises(NotAllowed):
        operations.define_measures(by=guided.who("office"), region=REGION, now=APRIL)
    assert set(Measure.objects.filter(region=REGION, synthetic=True).values_list("code", flat=True)) == set(DEFINITIONS)
