"""The made-up visits of three hospitals: there once, marked as made up, and a day that goes on by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from areas.places import load
from kit.worlds import once
from pilar.areas.operations import load_holidays
from pilar.areas.reference import areas
from pilar.config import scenario, setup
from pilar.hospital import operations
from pilar.hospital.models import Booking, Clinic, Patient, Session
from pilar.hospital.queries import bookings, forecasts, management, schedule
from pilar.people.models import PublicAccount
from pilar.people.queries.public import actor_of
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, Standing

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
"""Tuesday, half past ten in the morning."""


@once
def made() -> datetime:
    load([one for one in areas() if one.code in ("36", "36.03") or one.code.startswith("36.03.")])
    load_holidays(by=OPERATOR)
    setup.load_demo_accounts(password_of=lambda _email: "kata-sandi-contoh-2023")
    assert scenario.play("hospital", now=NOW)
    return NOW


def test_it_is_made_once(made: datetime) -> None:
    before = Booking.objects.count()
    assert not scenario.play("hospital", now=made)
    assert Booking.objects.count() == before
    assert Clinic.objects.values("code").distinct().count() == 21


def test_what_is_over_has_happened(made: datetime) -> None:
    over = Booking.objects.filter(session__ends_at__lt=made)
    assert over.count() > 3_000
    states = [over.filter(state=one).count() for one in ("served", "absent")]
    assert sum(states) == over.count()
    assert 0.04 < states[1] / over.count() < 0.14
    assert not Booking.objects.filter(day__gt=made.date()).exclude(state="booked").exists()
    for session in Session.objects.filter(taken__gt=0).order_by("?")[:20]:
        assert session.taken == session.bookings.count() == sum(session.taken_by)


def test_somebody_can_still_book(made: datetime) -> None:
    rows = schedule.sessions("rsu-tangerang", made.date(), made.date() + timedelta(days=7), clinic="dalam")
    assert rows
    assert all(one.taken < one.capacity for one in rows)


def test_the_daughter_has_booked_for_her_mother(made: datetime) -> None:
    account = PublicAccount.objects.get(declared=False)
    (row,) = bookings.own_bookings(scope=Standing(actor_of(account.pk)), now=made)
    assert (row.session.clinic.code, row.state) == ("jantung", "booked")
    assert row.account != account.pk
    assert Patient.objects.get(pk=row.patient).record


def test_the_day_goes_on_by_itself(made: datetime, settings: Settings) -> None:
    settings.DEMO = True
    today = Booking.objects.filter(day=made.date())
    before = today.filter(state="served").count()
    for minute in range(0, 60, 2):
        operations.live_day(by=SCHEDULE, now=made + timedelta(minutes=minute))
    assert today.filter(state="served").count() > before + 10
    assert today.filter(state__in=["arrived", "serving", "called"]).exists()
    waiting = today.filter(state="serving")
    assert waiting.count() == waiting.values("session").distinct().count()


def test_a_week_ahead_fills_as_days_pass(made: datetime, settings: Settings) -> None:
    settings.DEMO = True
    ahead = made.date() + timedelta(days=8)
    assert not Booking.objects.filter(day=ahead).exists()
    operations.live_day(by=SCHEDULE, now=made + timedelta(days=1))
    count = Booking.objects.filter(day=ahead).count()
    assert count > 50
    operations.live_day(by=SCHEDULE, now=made + timedelta(days=1, minutes=1))
    assert Booking.objects.filter(day=ahead).count() == count


def test_outside_the_demonstration_nothing_moves(made: datetime, settings: Settings) -> None:
    settings.DEMO = False
    assert operations.live_day(by=SCHEDULE, now=made) == 0
    with pytest.raises(NotAllowed):
        operations.live_day(by=Standing(actor_of(1)), now=made)


def test_the_forecasts_of_its_last_weeks_hold_as_they_promise(made: datetime) -> None:
    found = forecasts.weeks("rsu-tangerang", scope=PUBLIC)
    assert [one.monday for one in found] == [date(2026, 11, 16), date(2026, 11, 9)]
    assert all(one.judged > 250 for one in found)
    assert all(one.share is not None and 75 <= one.share <= 86 for one in found)


def test_patients_wait_as_they_do_where_doctors_begin_late(made: datetime) -> None:
    """Between what every patient at their time and one in two beyond the hour would come to."""
    usual = management.usual_waits("rsu-tangerang", made.date() - timedelta(days=30), scope=PUBLIC)
    assert len(usual) == 6
    assert all(5 <= minutes <= 30 for minutes in usual.values()), usual
    whole = management.figures_of("36.03", made.date() - timedelta(days=30), made.date(), scope=PUBLIC)
    assert whole.share is not None
    assert 85 <= whole.share <= 99
