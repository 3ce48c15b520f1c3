"""The sessions of coming days, when what is set weekly has changed or something is wrong somewhere."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from hospital.world import DAY, HERE, NOW, OTHER, OWN, TUESDAY, World
from pilar.areas import queries as areas
from pilar.hospital import operations as do
from pilar.hospital.models import Clinic, Doctor, Session, WeeklySession
from pilar.hospital.operations import opening
from pilar.hospital.queries import days_off
from pilar.hospital.queries.opening import apart
from pilar.people.rules import SCHEDULE, NotFound
from pilar.platform.calendar import WorkingDays
from pilar.platform.errors import Faults


def weekly(world: World, starts: time, ends: time) -> None:
    """The session of Tuesdays is at another time from the next week on."""
    old = WeeklySession.objects.get(clinic=world.session().clinic_id, weekday=2)
    do.set_weekly(
        by=world.who("manager"), clinic=old.clinic_id, doctor=old.doctor_id, room=old.room_id, weekday=2,
        starts=starts, ends=ends, capacity=4, shares=[1, 1, 1, 0], valid_from=TUESDAY + 7 * DAY, now=NOW,
        ends_weekly=old.pk,
    )  # fmt: skip


def times(world: World) -> dict[int, int]:
    """Of each Tuesday from the first on, by its week: at which minute its session begins."""
    mine = Session.objects.filter(clinic=world.session().clinic_id, day__gte=TUESDAY, day__week_day=3)
    return {(one.day - TUESDAY).days // 7: one.starts_at.minute for one in mine.exclude(state="cancelled")}


def test_what_nobody_has_booked_follows_a_new_time_at_once(world: World) -> None:
    """What is booked, and what a person changed, stands as it is and is listed; one that was cancelled is held then."""
    booked, changed, gone = (world.session(TUESDAY + 7 * week * DAY) for week in (2, 3, 4))
    world.book(session=booked.pk)
    do.change_session(
        by=world.who("manager"), session=changed.pk, room=changed.room_id, doctor=changed.doctor_id, starts=time(9),
        ends=time(11), capacity=9, closed=False, release=False, now=NOW,
    )  # fmt: skip
    do.cancel_session(by=world.who("manager"), session=gone.pk, reason="Dokter sakit", now=NOW)
    weekly(world, time(9, 30), time(11, 30))
    found = times(world)
    assert [found[week] for week in range(6)] == [0, 30, 0, 0, 30, 30]
    assert set(found.values()) == {0, 30}
    assert [(one.session.key, one.off) for one in apart(HERE, now=NOW)] == [(booked.pk, False)]
    assert do.open_sessions(by=SCHEDULE, now=NOW) == 0


def test_a_rule_holds_for_what_nobody_has_booked(world: World) -> None:
    booked, other = world.session(), world.session(TUESDAY + DAY)
    world.book()
    do.decide_policy(by=world.who("manager"), clinic=booked.clinic_id, changes={"rule": "bailey-welch", "overbook": 1},
                     effect={}, reason="Simulasi", valid_from=TUESDAY, now=NOW)  # fmt: skip
    laid = world.session(TUESDAY + DAY)
    assert (laid.capacity, laid.policy.facts["rule"]) == (5, "bailey-welch")
    assert laid.places[:2] == [other.places[0]] * 2
    assert (world.session().capacity, world.session().pk) == (4, booked.pk)
    assert world.session(TUESDAY - DAY).capacity == 4  # it is today's
    assert [one.session.key for one in apart(HERE, now=NOW)] == [booked.pk]
    assert world.session(clinic="jiwa").capacity == 4


def test_a_weekly_session_ends_or_is_taken_back(world: World) -> None:
    old = WeeklySession.objects.get(clinic=world.session().clinic_id, weekday=2)
    manager, last = world.who("manager"), TUESDAY + 10 * DAY
    for _again in range(2):
        do.end_weekly(by=manager, weekly=old.pk, last=last, now=NOW)
    assert set(times(world)) == {0, 1}
    kept = do.set_weekly(
        by=manager, clinic=old.clinic_id, doctor=old.doctor_id, room=old.room_id, weekday=2, starts=time(10),
        ends=time(12), capacity=4, shares=[1, 1, 1, 0], valid_from=last + DAY, now=NOW,
    )  # fmt: skip
    assert len(times(world)) > 10
    do.end_weekly(by=manager, weekly=kept, last=TUESDAY, now=NOW)
    assert not WeeklySession.objects.filter(pk=kept).exists()
    assert set(times(world)) == {0, 1}
    for wrong in (old.valid_from - DAY, last + DAY):  # it has been held for weeks, and has ended
        with pytest.raises(Faults) as refused:
            do.end_weekly(by=manager, weekly=old.pk, last=wrong, now=NOW)
        assert [one.place for one in refused.value.faults] == ["last"]
    with pytest.raises(NotFound):
        do.end_weekly(by=world.who("desk"), weekly=old.pk, last=TUESDAY, now=NOW)


def test_days_off_that_are_taken_back_are_open_again(world: World) -> None:
    """But for what was cancelled meanwhile, since its patients were told."""
    manager, booked = world.who("manager"), world.session()
    world.book()
    leave = do.add_leave(by=manager, hospital=HERE, doctor=booked.doctor_id, since=TUESDAY, until=TUESDAY + DAY,
                         reason="Cuti", now=NOW)  # fmt: skip
    stands = Session.objects.filter(doctor=booked.doctor_id, day__range=(TUESDAY, TUESDAY + DAY))
    assert list(stands) == [booked]
    assert [(one.session.key, one.off) for one in apart(HERE, now=NOW)] == [(booked.pk, True)]
    do.cancel_session(by=manager, session=booked.pk, reason="Cuti", now=NOW)
    for _again in range(2):
        do.end_leave(by=manager, leave=leave, now=NOW)
    assert sorted(stands.values_list("state", flat=True)) == ["cancelled", "open"]
    assert apart(HERE, now=NOW) == ()
    with pytest.raises(NotFound):
        do.end_leave(by=world.who("elsewhere"), leave=leave, now=NOW)


def test_a_holiday_that_is_decreed_later_closes_what_nobody_has_booked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nyepi of 2026 was known before; the other is decreed meanwhile, and one session of that day is booked."""
    assert not Session.objects.filter(day=date(2026, 3, 19)).exists()
    booked = world.session()
    world.book()
    usual = WorkingDays.holiday
    nyepi = areas.working_days("36.03").holiday(date(2026, 3, 19))
    monkeypatch.setattr(WorkingDays, "holiday", lambda self, day: nyepi if day == TUESDAY else usual(self, day))
    do.open_sessions(by=SCHEDULE, now=NOW)
    assert list(Session.objects.filter(hospital=HERE, day=TUESDAY)) == [booked]
    assert [(one.session.key, one.off) for one in apart(HERE, now=NOW)] == [(booked.pk, True)]


def test_a_clinic_sees_patients_on_holidays_where_its_rules_say_so(world: World) -> None:
    """Until they no longer do: what is booked by then stands on a day off."""
    nyepi, clinic, manager = date(2026, 3, 19), world.session().clinic_id, world.who("manager")
    sessions = Session.objects.filter(hospital=HERE, day=nyepi)
    assert not sessions.exists()
    for changes, since, held in (({"holidays": True}, nyepi, 1), ({"holidays": False}, nyepi + DAY, 1),
                                 ({"holidays": True}, nyepi, 1)):  # fmt: skip
        do.decide_policy(by=manager, clinic=clinic, changes=changes, effect={}, reason="Bersalin", valid_from=since,
                         now=NOW)  # fmt: skip
        assert list(sessions.values_list("clinic", flat=True)) == [clinic] * held
    assert apart(HERE, now=NOW) == ()
    leave = do.add_leave(by=manager, hospital=HERE, doctor=None, since=nyepi, until=nyepi, reason="Nyepi", now=NOW)
    assert not sessions.exists()
    do.end_leave(by=manager, leave=leave, now=NOW)
    world.book(session=sessions.get().pk)
    do.decide_policy(by=manager, clinic=clinic, changes={"holidays": False}, effect={}, reason="Tutup",
                     valid_from=nyepi, now=NOW)  # fmt: skip
    assert [(one.session.day, one.off) for one in apart(HERE, now=NOW)] == [(nyepi, True)]


def test_a_room_is_given_once(world: World) -> None:
    first, other = world.session(), world.session(clinic="jiwa")
    given = {"clinic": other.clinic_id, "doctor": other.doctor_id, "weekday": 6, "ends": time(12), "capacity": 4,
             "shares": [0, 0, 0, 0], "valid_from": TUESDAY, "now": NOW}  # fmt: skip
    do.set_weekly(by=world.who("manager"), room=first.room_id, starts=time(9), **given)  # type: ignore[arg-type]
    given |= {"clinic": first.clinic_id, "doctor": first.doctor_id}
    with pytest.raises(Faults) as refused:
        do.set_weekly(by=world.who("manager"), room=first.room_id, starts=time(11), **given)  # type: ignore[arg-type]
    assert [(one.code, one.place) for one in refused.value.faults] == [("room-busy", "room")]
    do.set_weekly(by=world.who("manager"), room=other.room_id, starts=time(11), **given)  # type: ignore[arg-type]


def test_one_that_a_person_gave_to_another_doctor_or_hour_is_not_opened_again(world: World) -> None:
    changed, later = world.session(), world.session(TUESDAY + DAY)
    other = Doctor.objects.create(hospital_id=HERE, name="dr. Pengganti")
    given: dict[str, Any] = {"by": world.who("manager"), "room": changed.room_id, "capacity": 4, "closed": False,
                             "release": False, "now": NOW}  # fmt: skip
    do.change_session(session=changed.pk, doctor=other.pk, starts=time(9), ends=time(11), **given)
    do.change_session(session=later.pk, doctor=later.doctor_id, starts=time(13), ends=time(15), **given)
    do.change_session(session=later.pk, doctor=other.pk, starts=time(14), ends=time(16), **given)
    assert do.open_sessions(by=SCHEDULE, now=NOW) == 0
    assert world.session().doctor == world.session(TUESDAY + DAY).doctor == other
    laid = Session.objects.exclude(laid_at=None).order_by("pk").values_list("laid_for", "laid_at")
    assert list(laid) == [(one.doctor_id, one.starts_at) for one in (changed, later)]


def test_one_that_was_cancelled_is_not_opened_again(world: World) -> None:
    gone = world.session()
    do.cancel_session(by=world.who("manager"), session=gone.pk, reason="Dokter sakit", now=NOW)
    assert do.open_sessions(by=SCHEDULE, now=NOW) == 0


def test_a_clinic_without_rules_and_a_hospital_that_breaks_stop_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = Clinic.objects.create(hospital_id=HERE, code="baru", name="Baru", prefix="Z", kind="umum")
    WeeklySession.objects.filter(clinic=world.session().clinic_id, weekday=2).update(clinic=bare)
    usual = opening.today_in

    def broken(region: str, now: datetime) -> date:
        if region == OTHER:
            raise RuntimeError("broken")
        return usual(region, now)

    monkeypatch.setattr(opening, "today_in", broken)
    with pytest.raises(RuntimeError):
        do.open_sessions(by=SCHEDULE, now=NOW + 7 * DAY)
    assert Session.objects.filter(hospital=HERE, day__gt=TUESDAY + 90 * DAY).exists()
    assert not Session.objects.filter(clinic=bare).exists()


def test_who_enters_a_day_off_hears_of_the_booked_sessions_on_it(world: World) -> None:
    world.book()
    for state, count in (("open", 1), ("closed", 1), ("cancelled", 0)):
        Session.objects.filter(pk=world.session().pk).update(state=state)
        assert len([*days_off.touched(OWN, TUESDAY, joint_leave=False)]) == count
    Session.objects.filter(pk=world.session().pk).update(state="open")
    assert [*days_off.touched(OWN, TUESDAY, joint_leave=True)] == []
    assert [*days_off.touched("32.73", TUESDAY, joint_leave=False)] == []
