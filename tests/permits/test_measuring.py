"""What is asked and reported once a quarter stands among the figures of the month with which it ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from people.team import account
from permits.around import PEOPLE, enter
from permits.world import DAY, NOW, OWN, World
from pilar.areas import operations as areas
from pilar.areas.reference import midnight_in
from pilar.measures.models import Value
from pilar.people import queries as people
from pilar.people.models import User
from pilar.people.rules import OPERATOR, SCHEDULE, Role, Standing
from pilar.permits import operations as do
from pilar.permits.rules.measures import IKM, INVESTED
from pilar.surveys import operations as surveys
from pilar.surveys.models import Cell
from pilar.surveys.operations import NewSurvey, Source
from pilar.surveys.rules.surveys import NewCell
from surveys.world import satisfied

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=31)


def coordinator() -> Standing:
    key = account("koordinator@contoh.invalid", Role.COORDINATOR, region=OWN)
    return people.standing(User.objects.get(pk=key), NOW)


def close_survey(office: int, by: Standing, ends: datetime = NOW + 20 * DAY) -> None:
    """A satisfaction survey of two services that closes within the month: 10 answers of 86.11, 5 of 88.89."""
    given = NewSurvey("ikm-2017", "IKM perizinan", 2026, NOW - DAY, ends)
    survey = surveys.create_survey(by=by, region=OWN, given=given, now=NOW)
    surveys.set_cells(by=by, survey=survey, cells=[NewCell("Izin praktik", office, 2), NewCell("Reklame", office, 2)])
    surveys.open_survey(by=by, survey=survey)
    for programme, marks, count in (("Izin praktik", (3, 4), 10), ("Reklame", (4, 3), 5)):
        token = Cell.objects.get(survey=survey, programme=programme).token
        for _ in range(count):
            surveys.answer(token=token, key=uuid4(), given=satisfied(*marks * 4, marks[0]), source=Source(),
                           began_at=NOW - timedelta(minutes=5), now=NOW)  # fmt: skip
    surveys.close_survey(by=by, survey=survey, now=ends + DAY)


def told() -> set[tuple[str, date, float]]:
    rows = Value.objects.filter(measure__code__in=[IKM, INVESTED], measure__region=OWN)
    return {(one.measure.code, one.starts_on, float(one.value)) for one in rows.select_related("measure")}


def one_stop_office() -> int:
    name = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
    return areas.add_office(by=OPERATOR, region=OWN, name=name, abbreviation="DPMPTSP")


@pytest.mark.parametrize(("hour", "month"), [(0, 3), (6, 4)])
def test_a_survey_counts_in_the_month_in_which_it_ends_in_its_region(world: World, hour: int, month: int) -> None:
    """What midnight ends belongs to the day before; at six it is the last of March in Greenwich still."""
    world.submit()
    world.accept()
    close_survey(one_stop_office(), coordinator(), midnight_in(OWN, date(2026, 4, 1)) + timedelta(hours=hour))
    for months in (1, 2):
        do.report_measures(by=SCHEDULE, now=NOW + months * MONTH)
    assert told() == {(IKM, date(2026, month, 1), 87.04)}


def test_the_last_month_of_a_quarter_has_its_investment_and_the_survey_that_closed_in_it(world: World) -> None:
    office = one_stop_office()
    world.submit()
    world.accept()
    close_survey(office, coordinator())
    for entry in (enter(), enter(quarter=2, nib="1234567890124")):
        do.judge_realised(by=PEOPLE["head"], entry=entry, confirmed=True, now=NOW)
    enter(nib="1234567890125")  # nobody has confirmed it
    do.report_measures(by=SCHEDULE, now=NOW)
    assert told() == set(), "of February there is neither"
    do.report_measures(by=SCHEDULE, now=NOW + MONTH)
    march = date(2026, 3, 1)
    assert told() == {(IKM, march, 87.04), (INVESTED, march, 7.5)}
    do.report_measures(by=SCHEDULE, now=NOW + 2 * MONTH)
    assert {day for _code, day, _value in told()} == {march}, "of April there is neither"
