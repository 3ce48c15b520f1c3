"""Forecasts of a session's queue: learned from records, written down at the check-in, measured week by week."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from hospital.past import MINUTE, past
from hospital.world import DAY, HERE, HOUR, NOW, World
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, ForecastWeek, Prediction, Session
from pilar.hospital.queries.consultations import seen, served
from pilar.hospital.queries.day import day_of
from pilar.hospital.queries.following import board, place
from pilar.hospital.queries.forecasts import Wait, _learned, forecaster, waits, weeks
from pilar.hospital.rules.booking import Priority
from pilar.hospital.rules.forecast import FEW
from pilar.people.rules import PUBLIC, SCHEDULE, NotAllowed
from pilar.platform.jobs import run_now

LAST_MONDAY = date(2026, 2, 23)


def booked(world: World, count: int = 4) -> list[str]:
    """Tuesday's session, everyone by the desk; the day before it, when all places are for all."""
    late = world.session().starts_at - 2 * HOUR
    asked = world.extra["asked"]
    return [world.book("desk", patient=world.stranger(number), asked=asked, now=late) for number in range(count)]


@pytest.fixture(autouse=True)
def desk(world: World) -> None:
    from hospital.test_booking import OPEN_DESK

    world.extra["asked"] = OPEN_DESK


def told(world: World, now: datetime) -> list[Wait]:
    found = waits(world.session().pk, scope=PUBLIC, now=now)
    return [
        found[row.pk] for row in Booking.objects.filter(session=world.session()).order_by("number") if row.pk in found
    ]


def test_a_session_that_takes_no_further_bookings_goes_on_telling_its_patients(world: World) -> None:
    codes = booked(world)
    opens = world.session().starts_at
    Session.objects.filter(pk=world.session().pk).update(state="closed", delay=40)
    found = place(codes[0], now=opens)
    assert (found.wait is not None, found.resume) == (True, opens + 40 * MINUTE)
    assert [one.resume for one in board(HERE, now=opens).late] == [opens + 40 * MINUTE]


def test_who_is_booked_is_told_from_when_to_when_and_how_many_are_there_before(world: World) -> None:
    codes = booked(world)
    opens = world.session().starts_at
    for code in codes[:3]:
        do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=opens - 5 * MINUTE)
    found = told(world, opens)

    assert [one.ahead for one in found] == [0, 1, 2, 3]
    assert opens == found[0].earliest == found[0].likely >= found[0].latest - 2 * MINUTE
    assert all(one.earliest <= one.likely <= one.latest for one in found)
    assert found[1].latest < found[2].latest
    # No forecast is earlier than the time of the place, except for patients who are there already.
    assert found[3].earliest >= Booking.objects.get(code=codes[3]).at


def test_a_late_doctor_moves_everyone(world: World) -> None:
    booked(world)
    session = world.session()
    before = told(world, session.starts_at)
    session.delay = 40
    session.save(update_fields=["delay"])
    after = told(world, session.starts_at)
    assert after[0].likely - before[0].likely == pytest.approx(40 * MINUTE, abs=8 * MINUTE)
    assert all(one.likely - session.starts_at >= 40 * MINUTE for one in after)


def test_who_has_priority_is_forecast_to_be_called_before_as_the_rule_says(world: World) -> None:
    """One of two calls goes to a patient without priority: the third overtakes the first, and nobody else."""
    codes = booked(world)
    opens = world.session().starts_at
    for code in codes:
        do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=opens - 5 * MINUTE)
    before = told(world, opens)
    do.set_priority(by=world.who("nurse"), booking=codes[2], priority=Priority.ELDERLY, now=opens)
    after = told(world, opens)
    assert [one.ahead for one in after] == [1, 2, 0, 3]
    assert after[2].likely < before[2].likely
    assert after[0].likely > before[0].likely
    assert day_of(world.session().pk, scope=world.who("nurse"), now=opens).waiting[0].booking.code == codes[2]


def test_who_often_does_not_come_in_a_clinic_is_counted_less(world: World) -> None:
    booked(world)
    opens = world.session().starts_at
    past(world, absent=0.7, minutes=lambda _draw: 30)
    assert forecaster(HERE, NOW.date()).chance(world.session().clinic_id) < 0.5
    assert forecaster(HERE, NOW.date()).chance(world.session(clinic="jiwa").clinic_id) > 0.7
    many = told(world, opens)[3].forecast.likely
    Booking.objects.filter(state="absent").update(state="cancelled")
    _learned.cache_clear()
    assert forecaster(HERE, NOW.date()).chance(world.session().clinic_id) > 0.9
    assert told(world, opens)[3].forecast.likely > many


def test_a_phone_says_how_many_intervals_held_where_it_was_not_what_it_has_to_be(world: World) -> None:
    code = booked(world)[1]
    opens = world.session().starts_at
    assert place(code, now=opens).held is None
    for later, (judged, held, said) in enumerate(((FEW - 1, 0, None), (40, 32, None), (40, 20, 50)), start=1):
        with transaction.atomic():
            ForecastWeek.objects.create(hospital_id=HERE, monday=LAST_MONDAY, judged=judged, held=held, width=1)
            assert place(code, now=opens + 5 * later * MINUTE).held == said  # kept for two minutes
            transaction.set_rollback(True)


def test_a_slow_clinic_is_forecast_by_its_own_records_of_days_before(world: World) -> None:
    booked(world)
    opens = world.session().starts_at
    for row in Booking.objects.filter(session=world.session()):
        row.state, row.arrived_at = "arrived", opens - 5 * MINUTE
        row.save()
    assumed = told(world, opens)[3].likely - opens
    past(world, minutes=lambda draw: draw.uniform(35, 45))
    assert told(world, opens)[3].likely - opens == pytest.approx(3 * 40 * MINUTE, abs=12 * MINUTE)
    assert assumed < 60 * MINUTE


def test_the_same_minute_is_computed_once_and_then_read(world: World) -> None:
    booked(world)
    now = world.session().starts_at
    first = waits(world.session().pk, scope=PUBLIC, now=now)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        again = waits(world.session().pk, scope=PUBLIC, now=now)
    assert again == first
    assert len(queries) <= 5


def test_what_is_told_at_the_check_in_is_written_down_until_one_is_called(world: World) -> None:
    code = world.book()
    row = world.row()
    do.check_in(by=world.who("daughter"), booking=code, key=row.key, now=row.at)
    run_now("hospital.predict", booking=row.pk)
    kept = Prediction.objects.get(booking=row)
    assert (kept.booking_id, kept.ahead) == (row.pk, 0)
    assert kept.low <= kept.likely <= kept.high

    Booking.objects.filter(pk=row.pk).update(state="called")
    run_now("hospital.predict", booking=row.pk)
    assert Prediction.objects.filter(booking=row).count() == 1
    with pytest.raises(NotAllowed):
        do.predict(by=world.who("manager"), booking=row.pk, now=NOW)


def test_a_week_is_measured_once_and_too_narrow_forecasts_make_the_next_wider(world: World) -> None:
    past(world, told=(0.99, 1.005), since=NOW - 14 * DAY)
    assert do.measure_forecasts(by=SCHEDULE, now=NOW) == 3
    assert do.measure_forecasts(by=SCHEDULE, now=NOW + HOUR) == 0
    week = weeks(HERE, scope=PUBLIC)[0]
    assert (week.monday, week.judged, week.share) == (LAST_MONDAY, 20, 100)
    assert 0.8 < week.width < 1.2  # twenty say little
    with pytest.raises(NotAllowed):
        do.measure_forecasts(by=world.who("manager"), now=NOW)


def test_enough_wrong_forecasts_widen_the_interval_that_is_told(world: World) -> None:
    past(world, told=(1.02, 1.1), since=NOW - 14 * DAY)
    past(world, clinic="jiwa", told=(1.02, 1.1), since=NOW - 14 * DAY)
    do.measure_forecasts(by=SCHEDULE, now=NOW)
    week = weeks(HERE, scope=PUBLIC)[0]
    assert (week.judged, week.share) == (40, pytest.approx(0, abs=15))
    assert week.width == pytest.approx(1.5**0.2, abs=0.02)

    booked(world)
    opens = world.session().starts_at
    wide = told(world, opens)[3].forecast
    with transaction.atomic():
        ForecastWeek.objects.create(hospital_id=HERE, monday=LAST_MONDAY + timedelta(days=7), judged=0, held=0, width=1)
        narrow = told(world, opens)[3].forecast
        transaction.set_rollback(True)
    assert wide.high - wide.likely == pytest.approx(week.width * (narrow.high - narrow.likely))


def test_a_measured_week_is_never_changed(world: World) -> None:
    do.measure_forecasts(by=SCHEDULE, now=NOW)
    with pytest.raises(ProgrammingError), transaction.atomic():
        ForecastWeek.objects.update(held=0)


def test_what_is_learned_counts_the_way_to_the_door_but_no_break(world: World) -> None:
    rows = past(world, minutes=lambda _draw: 10, since=NOW - 3 * DAY)  # Friday alone: Monday's session is not over
    first, second, third, fourth = rows[-4:]
    for row, minutes in ((second, 2), (third, 2), (fourth, 30)):
        Booking.objects.filter(pk=row.pk).update(
            started_at=row.started_at + minutes * MINUTE, ended_at=row.ended_at + minutes * MINUTE
        )
    found = list(seen(served(NOW.date()).filter(hospital=HERE), NOW.date()))
    assert [one.minutes for one in found] == [12, 10, 10, 10]
    assert [one.off for one in found] == [-5, -18, -31, -44]
    assert [one.returning for one in found] == [True, False, True, False]
    assert first.session_id == fourth.session_id


def test_what_would_have_been_told_is_replayed_for_days_that_are_over_once(world: World) -> None:
    past(world, absent=0.2, since=NOW - 21 * DAY)
    told_of = do.replay_forecasts(by=SCHEDULE, hospital=HERE, days=14, now=NOW)
    served_then = Booking.objects.filter(state="served", day__gte=NOW.date() - 14 * DAY)
    assert told_of == Prediction.objects.filter(booking__hospital=HERE).count() == served_then.count() > 0
    first = Prediction.objects.filter(booking__hospital=HERE, booking__number=1).earliest("made_at")
    assert first.ahead == 0
    assert first.low <= 5 <= first.high  # five minutes early
    do.measure_forecasts(by=SCHEDULE, now=NOW)
    assert weeks(HERE, scope=PUBLIC)[0].judged > 10
    assert do.replay_forecasts(by=SCHEDULE, hospital=HERE, days=14, now=NOW) == 0
    with pytest.raises(NotAllowed):
        do.replay_forecasts(by=world.who("manager"), hospital=HERE, days=14, now=NOW)
