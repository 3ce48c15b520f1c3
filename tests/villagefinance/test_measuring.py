"""What villages achieve becomes measures of the office that guides them, month by month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kit.worlds import once
from pilar.areas.models import Office
from pilar.measures.models import Measure, SourceSystem, Value
from pilar.people.rules import NotAllowed
from pilar.villagefinance import operations
from pilar.villagefinance.rules.measures import CLOSED, ENACTED, SPENT, month_to_report
from villagefinance.world import REGION, VILLAGE, YEAR, World

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
    assert report(guided) == 3
    march = date(YEAR, 3, 1)
    assert told(CLOSED) == [(march, 1, 33.33)]
    assert told(ENACTED) == [(march, 1, 0)]
    assert told(SPENT) == [(march, 1, 8.33)]
    assert Measure.objects.get(region=REGION, code=SPENT).public


def test_what_came_later_is_the_next_number_and_the_same_is_nothing(guided: World) -> None:
    assert report(guided) == 3
    assert report(guided, APRIL + timedelta(days=1)) == 0
    guided.pay(20)
    assert report(guided, APRIL + timedelta(days=2)) == 1
    assert [(number, value) for _month, number, value in told(SPENT)] == [(1, 8.33), (2, 10.0)]


def test_nothing_where_it_is_not_wanted_or_nobody_guides(guided: World) -> None:
    assert report(guided) == 3
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
