"""What hospitals achieved in a month becomes measures, and everybody who was seen is asked how it was, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from hospital.past import past
from hospital.world import NOW, OTHER, OWN, World
from kit.worlds import once
from people.team import account
from pilar.areas import operations as areas
from pilar.hospital import operations as do
from pilar.hospital.models import Booking
from pilar.hospital.queries.management import figures_of
from pilar.hospital.rules.measures import ABSENT, AHEAD, DEFINITIONS, FORECAST, IKM, IN_TIME, MEDIAN, PROGRAMME
from pilar.measures.models import Measure, Value
from pilar.people import queries as people
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, Role
from pilar.surveys import operations as surveys
from pilar.surveys.models import Cell, Invitation, Survey
from pilar.surveys.operations import NewSurvey, Source
from pilar.surveys.rules.surveys import NewCell
from surveys.world import satisfied

FEBRUARY = date(2026, 2, 1)
WEDNESDAY = datetime(2026, 3, 4, 2, tzinfo=UTC)


@once
def served(world: World) -> World:
    """Four weeks that are over, and a health office."""
    past(world, absent=0.2, told=(0.9, 1.2), since=NOW - timedelta(days=28))
    world.extra["office"] = areas.add_office(by=OPERATOR, region=OWN, name="Dinas Kesehatan", abbreviation="Dinkes")
    return world


def told() -> dict[str, tuple[date, float]]:
    rows = Value.objects.filter(measure__code__in=DEFINITIONS).select_related("measure")
    return {one.measure.code: (one.starts_on, float(one.value)) for one in rows}


def test_the_last_month_becomes_measures_of_the_health_office(served: World) -> None:
    assert do.report_measures(by=SCHEDULE, now=NOW) == 5
    whole = figures_of(OWN, FEBRUARY, date(2026, 2, 28), scope=PUBLIC)
    found = told()
    assert set(found) == {IN_TIME, MEDIAN, AHEAD, ABSENT, FORECAST}
    assert {day for day, _value in found.values()} == {FEBRUARY}
    expected = {IN_TIME: whole.share, MEDIAN: whole.median, AHEAD: whole.booked_ahead, ABSENT: whole.absence}
    for code, value in expected.items():
        assert value is not None
        assert found[code][1] == pytest.approx(value, abs=0.005)
    assert 0 < found[ABSENT][1] < 50
    assert found[FORECAST][1] == 100
    assert set(Measure.objects.values_list("office", flat=True)) == {served.extra["office"]}
    assert do.report_measures(by=SCHEDULE, now=NOW) == 0, "the same is nothing"


def test_a_region_without_bookings_or_without_a_health_office_reports_nothing(served: World) -> None:
    areas.add_office(by=OPERATOR, region=OTHER, name="Dinas Kesehatan", abbreviation="Dinkes")
    do.report_measures(by=SCHEDULE, now=NOW)
    assert not Measure.objects.filter(region=OTHER).exists()
    with pytest.raises(NotAllowed):
        do.report_measures(by=served.who("manager"), now=NOW)


def survey(world: World, days: int = 60) -> None:
    """The satisfaction survey asks about hospital visits, for so many days."""
    by = people.standing(
        User.objects.get(pk=account("koordinator.uji@contoh.invalid", Role.COORDINATOR, region=OWN)), NOW
    )
    given = NewSurvey("ikm-2017", "IKM", 2026, NOW - timedelta(days=1), NOW + timedelta(days=days))
    key = surveys.create_survey(by=by, region=OWN, given=given, now=NOW)
    cells = [NewCell("Layanan lain", world.extra["office"], 2), NewCell(PROGRAMME, world.extra["office"], 2)]
    surveys.set_cells(by=by, survey=key, cells=cells)
    surveys.open_survey(by=by, survey=key)


def test_who_was_seen_yesterday_and_has_an_account_is_asked_once(served: World, client: Any) -> None:
    code = served.book()
    row = Booking.objects.get(code=code)
    Booking.objects.filter(pk=row.pk).update(
        state="served", arrived_at=row.at, started_at=row.at, ended_at=row.at + timedelta(minutes=9)
    )
    assert do.invite_patients(by=SCHEDULE, now=WEDNESDAY) == 0, "no survey runs"
    survey(served)
    assert do.invite_patients(by=SCHEDULE, now=WEDNESDAY - timedelta(days=1)) == 0
    for _ in range(2):
        do.invite_patients(by=SCHEDULE, now=WEDNESDAY)
    (invitation,) = Invitation.objects.all()
    assert (invitation.subject, invitation.cell.programme) == (f"hospital.booking:{row.pk}", PROGRAMME)
    assert client.get(reverse("surveys:answer", args=[invitation.token])).status_code == 200
    with pytest.raises(NotAllowed):
        do.invite_patients(by=served.who("manager"), now=WEDNESDAY)


def test_the_index_of_a_survey_that_has_ended_is_reported_for_the_month_in_which_it_did(served: World) -> None:
    row = Booking.objects.get(code=served.book())
    Booking.objects.filter(pk=row.pk).update(
        state="served", arrived_at=row.at, started_at=row.at, ended_at=row.at + timedelta(minutes=9)
    )
    survey(served, days=20)
    asked = Survey.objects.get()
    cell = Cell.objects.get(survey=asked, programme=PROGRAMME)
    for marks in ((4,) * 9, (3,) * 9):
        for _ in range(3):
            surveys.answer(token=cell.token, key=uuid4(), given=satisfied(*marks), source=Source(),
                           began_at=NOW - timedelta(minutes=5), now=NOW)  # fmt: skip
    by = people.standing(User.objects.get(email="koordinator.uji@contoh.invalid"), NOW)
    surveys.close_survey(by=by, survey=asked.pk, now=NOW + timedelta(days=21))
    do.report_measures(by=SCHEDULE, now=NOW)
    assert IKM not in told(), "it ends in March"
    do.report_measures(by=SCHEDULE, now=NOW + timedelta(days=31))
    assert told()[IKM] == (date(2026, 3, 1), 87.5)
    before = Value.objects.filter(measure__code=IKM).count()
    do.report_measures(by=SCHEDULE, now=NOW + timedelta(days=62))
    assert Value.objects.filter(measure__code=IKM).count() == before, "it is the index of no other month"
