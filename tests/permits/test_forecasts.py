"""Forecasts from the stored cases of a service, and the figures of a month."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kit.worlds import once
from permits.histories import WIB, at, clock
from permits.test_mining_log import SERVICE, drawn, keep
from permits.world import OWN, World
from pilar.areas import reference
from pilar.areas.models import Office
from pilar.areas.reference import today_in
from pilar.measures.models import Measure, SourceSystem, Value
from pilar.people.rules import SCHEDULE, NotAllowed
from pilar.permits import operations
from pilar.permits.queries.forecasts import FILED, forecast_of, forecasts_at, forecasts_of
from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.clock import Event, Limit
from pilar.permits.rules.forecast import FEW
from pilar.permits.rules.measures import FORECAST, IN_TIME, ISSUED, MEDIAN, RETURNED

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 1, 15)
NOW = at(2026, 1, 15, 9)
ENDS = (K.ISSUED, K.REFUSED)
ALL = [[event for event in one if event.at <= NOW] for one in drawn(400, open_=0)]


@once
def experienced(world: World) -> World:
    """An office with 400 cases of a year, the last of which are still open."""
    keep(ALL)
    return world


@pytest.mark.usefixtures("experienced")
def test_the_forecast_of_a_case_that_is_filed_now() -> None:
    found = forecast_of(SERVICE, region=OWN, today=TODAY)
    assert found
    assert TODAY < found.first < found.likely < found.last
    calendar = reference.working_days()
    assert all(calendar.is_working(day) for day in (found.first, found.likely, found.last))
    assert found.coverage.judged > 100
    assert 0.8 < found.coverage.held / found.coverage.judged <= 1


@pytest.mark.usefixtures("experienced")
def test_it_shrinks_as_the_case_goes_on_and_grows_as_it_waits() -> None:
    def days(path: tuple[str, ...], since: dt.date) -> int:
        found = forecast_of(SERVICE, path, region=OWN, today=TODAY, since=since)
        assert found
        assert found.first >= TODAY
        return (found.last - TODAY).days

    checked = (*FILED, "accepted", "done:check")
    last_step = (*checked, "done:visit", "done:health", "done:decide", "levied:levy", "paid", "done:levy")
    assert days(last_step, TODAY) < days(checked, TODAY) < days(FILED, TODAY)
    assert days(FILED, TODAY - dt.timedelta(days=2)) <= days(FILED, TODAY)


@pytest.mark.usefixtures("world")
def test_of_few_cases_nothing_is_said() -> None:
    keep(ALL[: FEW - 1])
    assert forecast_of(SERVICE, region=OWN, today=TODAY) is None
    keep(ALL[FEW:])
    assert forecast_of(SERVICE, region=OWN, today=TODAY), "what came since counts at once"
    assert forecast_of("unknown", region=OWN, today=TODAY) is None


def let_go(begun: dt.datetime) -> list[Event]:
    """A case whose applicant never answered."""
    days = (dt.timedelta(days=place) for place in range(3))
    return [Event(kind, begun + next(days)) for kind in (K.SUBMITTED, K.ACCEPTED, K.STOPPED)]


@pytest.mark.usefixtures("experienced")
def test_who_never_answers_holds_up_no_forecast() -> None:
    before = forecast_of(SERVICE, region=OWN, today=TODAY)
    keep([let_go(at(2025, 7, 1, 9) + dt.timedelta(days=place)) for place in range(60)])
    found = forecast_of(SERVICE, region=OWN, today=TODAY)
    assert before
    assert found
    assert abs(found.last - before.last) <= dt.timedelta(days=10)


@pytest.mark.usefixtures("experienced")
def test_open_cases_are_told_and_those_that_are_over_left_out() -> None:
    begun = Event(K.SUBMITTED, NOW - dt.timedelta(days=1))
    accepted = Event(K.ACCEPTED, NOW - dt.timedelta(hours=1))
    first = keep([[begun, accepted], ALL[0]])
    found = forecasts_of([first, first + 1], now=NOW)
    assert [*found] == [first]
    path = ("submitted", "accepted")
    assert found[first] == forecast_of(SERVICE, path, region=OWN, today=TODAY)


def told(code: str) -> list[tuple[dt.date, int, float]]:
    rows = Value.objects.filter(measure__code=code).order_by("starts_on", "number")
    return [(one.starts_on, one.number, float(one.value)) for one in rows]


def test_the_last_month_becomes_measures(experienced: World) -> None:
    now, month = at(2025, 9, 3, 1), dt.date(2025, 8, 1)
    assert operations.report_measures(by=SCHEDULE, now=now) == 0, "no office of this kind"
    name = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
    Office.objects.create(region_id=OWN, name=name, abbreviation="DPMPTSP")
    assert operations.report_measures(by=SCHEDULE, now=now) == 6
    ended = [
        one for one in ALL
        if one[-1].kind in ENDS and month <= one[-1].at.astimezone(WIB).date() < dt.date(2025, 9, 1)
    ]  # fmt: skip
    readings = [clock(one, Limit(days=9)) for one in ended]
    used = sorted(one.used for one in readings if isinstance(one.used, int))
    late = sum(one.pace == "done_late" for one in readings)
    returned = sum(any(event.kind is K.RETURNED for event in one) for one in ended)
    assert told(MEDIAN) == [(month, 1, used[(len(used) - 1) // 2])]
    assert told(IN_TIME) == [(month, 1, round(100 * (len(used) - late) / len(used), 2))]
    assert told(RETURNED) == [(month, 1, round(100 * returned / len(used), 2))]
    assert told(ISSUED) == [(month, 1, sum(one[-1].kind is K.ISSUED for one in ended))]
    assert 80 < told(FORECAST)[0][2] <= 100
    assert operations.report_measures(by=SCHEDULE, now=now) == 0, "the same is nothing"
    with pytest.raises(NotAllowed):
        operations.report_measures(by=experienced.who("head"), now=now)
    SourceSystem.objects.update(active=False)
    assert operations.report_measures(by=SCHEDULE, now=at(2025, 10, 3, 1)) == 0
    assert Measure.objects.filter(synthetic=True).count() == 0


@pytest.mark.usefixtures("experienced")
def test_the_finder_and_the_standard_tell_it_before_anything_is_asked() -> None:
    found = forecast_of(SERVICE, region=OWN, today=today_in(OWN, timezone.now()))
    assert found
    likely = date_format(found.likely, "j F Y")
    for name, asked in (("service", [OWN, SERVICE]), ("finder", [OWN])):
        page = Client().get(reverse(f"permits:{name}", args=asked), {"kind": "new"}).content.decode()
        assert f"separuhnya paling lambat {likely}" in page
    assert "belakangan ini" not in page, "no case has ended of late"


@pytest.mark.usefixtures("experienced")
def test_services_are_told_together_with_one_query(django_assert_num_queries: Any) -> None:
    assert forecasts_at(OWN, [SERVICE, "sip-perawat"], today=TODAY).keys() == {SERVICE}
    with django_assert_num_queries(1):
        assert forecasts_at(OWN, [SERVICE, "sip-perawat"], today=TODAY).keys() == {SERVICE}
