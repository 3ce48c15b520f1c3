"""The made-up visits of three hospitals: there once, marked as made up, and a day that goes on by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from pytest_django.fixtures import Settings

from areas.places import load
from kit.worlds import once
from people.team import account
from pilar.areas.operations import load_holidays
from pilar.areas.reference import areas
from pilar.config import scenario, setup
from pilar.config.drawn.measures import told
from pilar.hospital import operations
from pilar.hospital.models import Booking, BookingEvent, Clinic, Hospital, Patient, Prescription, Session, Task
from pilar.hospital.queries import bookings, forecasts, management, recount, schedule
from pilar.hospital.reference.hospitals import shipped
from pilar.hospital.rules.pharmacy import PharmacyState, Recipe
from pilar.hospital.rules.roles import Role
from pilar.people.models import PublicAccount, User
from pilar.people.queries import standing
from pilar.people.queries.public import actor_of
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, Standing

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
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
    assert Task.objects.count() == 3 * Booking.objects.filter(state="served").count()
    went = Task.objects.order_by("booking", "task").values_list("booking", "at")
    assert all(at < then for (visit, at), (other, then) in pairwise(went) if visit == other)
    assert recount.differences() == ()


def test_every_clinic_of_the_three_hospitals_has_a_day(made: datetime) -> None:
    seen = Booking.objects.filter(day=made.date(), state="served", session__starts_at__lt=made - timedelta(hours=1))
    open_now = Session.objects.filter(day=made.date(), starts_at__lt=made - timedelta(hours=1))
    assert open_now.values("hospital").distinct().count() == 3
    assert open_now.values("clinic__code").distinct().count() == 21
    assert set(seen.values_list("session", flat=True)) == set(open_now.values_list("pk", flat=True))


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
    for minute in range(0, 64, 8):
        operations.live_day(by=SCHEDULE, now=made + timedelta(minutes=minute))
    assert today.filter(state="served").count() > before + 10
    assert today.filter(state__in=["arrived", "serving", "called"]).exists()
    waiting = today.filter(state="serving")
    assert waiting.count() == waiting.values("session").distinct().count()
    assert recount.differences() == ()
    assert len(set(Prescription.objects.filter(day=made.date()).values_list("state", flat=True))) >= 2


def test_the_day_goes_on_at_night_and_who_waits_at_midnight_is_seen(made: datetime, settings: Settings) -> None:
    settings.DEMO = True
    evening, midnight = made.replace(hour=16, minute=15), made.replace(hour=17, minute=0)  # of Western Indonesia
    for minute in (0, 1, 20, 50, 91):
        operations.live_day(by=SCHEDULE, now=evening + timedelta(minutes=minute))
    today, tomorrow = (Booking.objects.filter(day=made.date() + timedelta(days=later)) for later in (0, 1))
    assert today.filter(started_at__range=(evening, midnight)).exists()
    assert today.filter(ended_at__gt=midnight, state="served").exists()
    assert tomorrow.filter(called_at__gt=midnight).exists()
    assert recount.differences() == ()


def test_medicine_that_somebody_moves_by_hand_is_left_to_them(
    made: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    monkeypatch.setattr("pilar.hospital.operations.live._queues", lambda *_given: iter(()))
    key = account("apotek@contoh.invalid", Role.PHARMACY, region="36.03", unit="rsu-tangerang")
    pharmacist = standing(User.objects.get(pk=key), made)
    seen = Booking.objects.filter(hospital="rsu-tangerang", day=made.date(), state="served")
    mine, other = seen.order_by("ended_at").values_list("code", flat=True)[:2]
    for code in (mine, other):
        operations.prescribe(by=SCHEDULE, booking=code, recipe=Recipe.READY_MADE, now=made)
    operations.move_medicine(by=pharmacist, booking=mine, to=PharmacyState.MAKING, now=made)
    for minute, state in ((1, "waiting"), (2, "making"), (9, "making"), (10, "ready"), (14, "handed")):
        operations.live_day(by=SCHEDULE, now=made + timedelta(minutes=minute))
        found = [Prescription.objects.get(booking__code=code).state for code in (mine, other)]
        assert found == ["making", state], minute


def test_what_is_behind_in_one_hospital_holds_up_no_other(
    made: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    monkeypatch.setattr("pilar.hospital.operations.live.MOST", 12)
    first = Hospital.objects.order_by("code").values_list("code", flat=True)[0]
    seen = Booking.objects.filter(hospital=first, day=made.date(), state="served", prescription=None)
    for code in seen.order_by("pk").values_list("code", flat=True)[:20]:
        operations.prescribe(by=SCHEDULE, booking=code, recipe=Recipe.READY_MADE, now=made - timedelta(minutes=30))
    at = made + timedelta(minutes=5)
    assert operations.live_day(by=SCHEDULE, now=at) == 12
    moved = BookingEvent.objects.filter(at=at).values_list("booking__hospital", flat=True).distinct()
    assert set(moved) == set(Hospital.objects.values_list("code", flat=True))


def test_a_week_ahead_fills_as_days_pass(made: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.setattr("pilar.hospital.operations.live.MOST", 3)
    ahead = made.date() + timedelta(days=8)
    assert not Booking.objects.filter(day=ahead).exists()
    operations.live_day(by=SCHEDULE, now=made + timedelta(days=1))
    count = Booking.objects.filter(day=ahead).count()
    assert count > 50
    operations.live_day(by=SCHEDULE, now=made + timedelta(days=1, minutes=1))
    assert Booking.objects.filter(day=ahead).count() == count
    operations.live_day(by=SCHEDULE, now=made + timedelta(days=4))  # the machine was off meanwhile
    assert all(Booking.objects.filter(day=ahead + timedelta(days=later)).count() > 50 for later in (1, 2))
    assert recount.differences() == ()


def test_what_they_achieve_is_told_by_the_figures(made: datetime) -> None:
    codes = ["rs-tunggu-median"]
    assert scenario.play("offices", now=made)
    assert not told(scope=OPERATOR, region="36.03", codes=codes, now=made)
    assert scenario.play("figures", now=made)
    assert told(scope=OPERATOR, region="36.03", codes=codes, now=made)


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
    assert len(usual) == 21
    long = ("dalam", "anak", "saraf", "bedah", "jantung", "kulit")  # of the others a few days alone are over
    assert all(5 <= usual[clinic] <= 30 for clinic in long), usual
    whole = management.figures_of("36.03", made.date() - timedelta(days=30), made.date(), scope=PUBLIC)
    assert whole.share is not None
    assert 85 <= whole.share <= 99


def test_at_any_hour_of_the_week_each_hospital_sees_patients() -> None:
    for place in shipped():
        weekly = [one for clinic in place.clinics for one in clinic.weekly]
        closed = [
            (day, minutes / 60)
            for day in range(1, 8)
            for minutes in range(0, 24 * 60, 30)
            if not any(one.weekday == day and one.starts <= time(*divmod(minutes, 60)) < one.ends for one in weekly)
        ]
        assert closed == [], place.code
        around_the_clock = [one for one in place.clinics if len(one.weekly) >= 4 * 7]
        assert [one.policy for one in around_the_clock] == [{"holidays": True}], place.code
