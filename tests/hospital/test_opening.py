"""The sessions of coming days, when what is set weekly has changed or something is wrong somewhere."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from hospital.world import DAY, HERE, NOW, OTHER, TUESDAY, World
from pilar.hospital import operations as do
from pilar.hospital.models import Clinic, Session, WeeklySession
from pilar.hospital.operations import scheduling
from pilar.people.rules import SCHEDULE


def weekly(world: World, starts: time, ends: time) -> None:
    """The session of Tuesdays is at another time from the next week on."""
    old = WeeklySession.objects.get(clinic=world.session().clinic_id, weekday=2)
    do.set_weekly(
        by=world.who("manager"), clinic=old.clinic_id, doctor=old.doctor_id, room=old.room_id, weekday=2,
        starts=starts, ends=ends, capacity=4, shares=[1, 1, 1, 0], valid_from=TUESDAY + 7 * DAY, now=NOW,
        ends_weekly=old.pk,
    )  # fmt: skip


def test_a_new_time_begins_after_the_sessions_that_are_open(world: World) -> None:
    """Those of the old time stand, nothing overlaps them, and one that was cancelled is held at the new time."""
    gone = world.session(TUESDAY + 14 * DAY)
    do.cancel_session(by=world.who("manager"), session=gone.pk, reason="Dokter sakit", now=NOW)
    weekly(world, time(9, 30), time(11, 30))
    do.open_sessions(by=SCHEDULE, now=NOW + 14 * DAY)
    mine = Session.objects.filter(clinic=gone.clinic_id, day__gte=TUESDAY).order_by("starts_at")
    found = [(one.day - TUESDAY).days for one in mine if one.starts_at.minute == 30]
    assert found[0] == 14
    assert min(found[1:]) > 84
    assert do.open_sessions(by=SCHEDULE, now=NOW + 14 * DAY) == 0


def test_one_that_was_cancelled_is_not_opened_again(world: World) -> None:
    gone = world.session()
    do.cancel_session(by=world.who("manager"), session=gone.pk, reason="Dokter sakit", now=NOW)
    assert do.open_sessions(by=SCHEDULE, now=NOW) == 0


def test_a_clinic_without_rules_and_a_hospital_that_breaks_stop_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = Clinic.objects.create(hospital_id=HERE, code="baru", name="Baru", prefix="Z", kind="umum")
    WeeklySession.objects.filter(clinic=world.session().clinic_id, weekday=2).update(clinic=bare)
    usual = scheduling.today_in

    def broken(region: str, now: datetime) -> date:
        if region == OTHER:
            raise RuntimeError("broken")
        return usual(region, now)

    monkeypatch.setattr(scheduling, "today_in", broken)
    before = Session.objects.filter(hospital=HERE).count()
    with pytest.raises(RuntimeError):
        do.open_sessions(by=SCHEDULE, now=NOW + 7 * DAY)
    assert Session.objects.filter(hospital=HERE).count() > before
    assert not Session.objects.filter(clinic=bare).exists()
