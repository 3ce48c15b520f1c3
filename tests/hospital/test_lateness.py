"""A doctor who comes later or not at all: the least delay in all, nobody earlier unasked, everyone told."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import uuid4

import pytest

from hospital.test_day import DESK, MINUTE, act, at, come, state
from hospital.world import DAY, GENERAL, HERE, NOW, TUESDAY, World
from kit.neighbours import own
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, BookingEvent, Replan, Session, Task
from pilar.hospital.queries.bookings import to_tell
from pilar.hospital.queries.lateness import new_times, won
from pilar.hospital.queries.recount import differences
from pilar.hospital.rules.booking import WrongState
from pilar.hospital.rules.queue import SessionOver
from pilar.people import operations as people
from pilar.people.models import Notice, Proxy
from pilar.people.queries import acting_for
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.models import AuditEvent


def late(world: World, minutes: float | None, *, who: str = "doctor", now: float = -60) -> int:
    resume = None if minutes is None else at(world, minutes)
    until = world.session().ends_at + (minutes or 0) * MINUTE
    return do.replan_session(
        by=world.who(who), session=world.session().pk, resume=resume, until=until, now=at(world, now)
    )


def booked(world: World, count: int) -> list[str]:
    Session.objects.update(release_at=[world.session().starts_at - 10 * DAY] * 4)
    mine = world.book(asked=GENERAL)
    return [mine, *(world.book("desk", patient=world.stranger(n), asked=DESK) for n in range(1, count))]


def test_all_move_by_the_lateness_are_told_and_spared_the_waiting(world: World, told: list[tuple[str, str]]) -> None:
    codes = booked(world, 4)
    assert late(world, 40) == 4
    rows = [Booking.objects.get(code=one) for one in codes]
    assert [(one.at - one.booked_for) / MINUTE for one in rows] == [40, 40, 40, 40]
    plan = own(Replan).get()
    assert (plan.moved, plan.unplaced) == (4, 0)
    assert plan.nothing == {"waited": 160, "delay": 160, "within": 4, "unseen": 0}
    assert plan.then == {"waited": 0, "delay": 160, "within": 4, "unseen": 0}
    assert told == [
        (f"RSU {HERE}", f"/rumah-sakit/antrean/{codes[0]}/")
    ]  # the others have no account: the desk tells them
    assert Notice.objects.get(kind="hospital.tell-by-phone").user_id == world.keys["desk"]
    calls = to_tell(HERE, scope=world.who("desk"), now=at(world, -60))
    assert [(one.booking.code, (one.booking.at - one.was) / MINUTE) for one in calls] == [(c, 40) for c in codes[1:]]
    assert (world.session().delay, world.session().state) == (40, "open")
    assert own(BookingEvent).filter(kind="shift", reason="late").count() == 4
    assert AuditEvent.objects.filter(action="replan", target="hospital.session").count() == 1


def test_what_is_still_free_comes_later_too(world: World) -> None:
    booked(world, 2)
    late(world, 40)
    code = world.book("desk", patient=world.stranger(9), asked=DESK)
    assert Booking.objects.get(code=code).at == at(world, 26 + 40)


def test_a_gap_takes_the_delay_up_and_nobody_after_it_is_told(world: World, told: list[tuple[str, str]]) -> None:
    codes = booked(world, 4)
    do.cancel(by=world.who("daughter"), booking=codes[0], reason="sembuh", key=uuid4(), now=at(world, -120))
    told.clear()
    assert late(world, 13) == 0
    assert (told, world.session().delay) == ([], 13)


def test_who_agreed_may_be_earlier_and_nobody_else(world: World) -> None:
    codes = booked(world, 4)
    with pytest.raises(NotFound):
        do.agree_earlier(by=world.who("stranger"), booking=codes[0], agreed=True, now=at(world, -120))
    own(Booking).filter(code=codes[3]).update(may_come_earlier=True)
    do.cancel(by=world.who("desk"), booking=codes[1], reason="", key=uuid4(), now=at(world, -120))
    late(world, 13, now=-240)
    rows = [Booking.objects.get(code=one) for one in (codes[0], codes[2], codes[3])]
    assert all(one.at >= one.booked_for for one in rows[:2])
    assert rows[2].at >= rows[2].booked_for - timedelta(minutes=60)


def test_a_patient_says_that_they_may_come_earlier_and_takes_it_back(world: World) -> None:
    code = world.book()
    for agreed in (True, False):
        do.agree_earlier(by=world.who("daughter"), booking=code, agreed=agreed, now=at(world, -90))
        assert world.row().may_come_earlier is agreed


def test_who_is_here_waits_in_the_new_order(world: World) -> None:
    codes = come(world, 2)
    late(world, 30, now=0)
    assert [(one.at - one.booked_for) / MINUTE for one in own(Booking).order_by("number")] == [30, 30]
    assert to_tell(HERE, scope=world.who("desk"), now=at(world)) == (), "who is here is told here"
    assert do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world, 30)) == codes[0]
    assert own(Replan).get().then["waited"] == 2 * 50 + 13


def test_an_absent_doctor_sends_all_to_the_next_sessions_and_says_who_has_none(world: World) -> None:
    codes = booked(world, 4)
    do.check_in(by=world.who("desk"), booking=codes[0], key=uuid4(), now=at(world, -30))
    assert late(world, None, now=0) == 4
    assert (world.session().state, {state(one) for one in codes}) == ("cancelled", {"moved"})
    wednesday = own(Booking).filter(session=world.session(TUESDAY + DAY)).order_by("at")
    assert [one.moved_from.code for one in wednesday] == codes
    assert list(own(Task).values_list("booking__code", "task")) == [(codes[0], 3), (codes[0], 99)]
    plan = own(Replan).get()
    assert (plan.moved, plan.unplaced, plan.nothing["unseen"], plan.then["unseen"]) == (4, 0, 4, 0)


def test_for_whom_there_is_no_place_it_stays_booked_until_they_choose(
    world: World, told: list[tuple[str, str]]
) -> None:
    Session.objects.filter(day__gt=TUESDAY).update(state="closed")
    codes = booked(world, 2)
    assert late(world, None) == 2
    assert [state(one) for one in codes] == ["booked", "booked"]
    assert (own(Replan).get().unplaced, len(told)) == (2, 1)
    told.clear()
    do.end_sessions(by=world.who("schedule"), now=world.session().ends_at + DAY)
    assert [state(one) for one in codes] == ["cancelled", "cancelled"]
    reasons = own(BookingEvent).filter(kind="cancelled").values_list("reason", flat=True)
    assert list(reasons) == ["away", "away"]
    assert (len(told), world.session().taken, differences()) == (1, 0, ())
    assert world.session().state == "cancelled"  # it was not held, and counts nowhere as one that was
    ended = AuditEvent.objects.filter(action="end", target="hospital.session", key=str(world.session().pk))
    do.end_sessions(by=world.who("schedule"), now=world.session().ends_at + DAY)
    assert ended.count() == 1


def test_who_is_here_when_the_doctor_does_not_come_moves_or_cancels(world: World) -> None:
    """Before that, everybody who is here is seen."""
    Session.objects.filter(day__gt=TUESDAY).update(state="closed")
    codes = come(world, 2)
    with pytest.raises(WrongState):
        do.cancel(by=world.who("desk"), booking=codes[0], reason="", key=uuid4(), now=at(world))
    assert late(world, None, now=0) == 2
    assert [state(one) for one in codes] == ["arrived", "arrived"]
    Session.objects.filter(day__gt=TUESDAY).update(state="open")
    do.cancel(by=world.who("desk"), booking=codes[0], reason="", key=uuid4(), now=at(world))
    do.move(by=world.who("desk"), booking=codes[1], session=world.session(TUESDAY + DAY).pk, key=uuid4(), now=at(world))
    assert ([state(one) for one in codes], differences()) == (["cancelled", "moved"], ())
    assert own(Task).filter(task=99).count() == 2


def test_word_goes_to_who_acts_for_a_relative_or_the_desk_calls(world: World, told: list[tuple[str, str]]) -> None:
    daughter = world.who("daughter")
    people.declare_proxy(by=daughter, name="Siti Aminah", reason="Ibu", purpose="hospital",
                         valid_until=TUESDAY + 60 * DAY, now=NOW)  # fmt: skip
    mother = acting_for(daughter, purpose="hospital", now=NOW)[1].account
    patient = do.register_patient(by=daughter, hospital=HERE, person=do.Person("Siti"), account=mother, now=NOW)
    code = world.book(patient=patient)
    assert late(world, 40) == 1
    assert told == [(f"RSU {HERE}", f"/rumah-sakit/antrean/{code}/")]
    assert not Notice.objects.filter(kind="hospital.tell-by-phone").exists()
    Proxy.objects.all().update(valid_until=NOW.date())
    assert late(world, 50) == 1
    assert (len(told), Notice.objects.filter(kind="hospital.tell-by-phone").count()) == (1, 1)


def test_who_has_a_booking_of_that_day_already_is_left_to_choose(world: World) -> None:
    Session.objects.filter(day__gt=TUESDAY + DAY).update(state="closed")
    codes = booked(world, 2)
    other = world.book(session=world.session(TUESDAY + DAY).pk)
    assert late(world, None) == 2
    assert [state(one) for one in (*codes, other)] == ["booked", "moved", "booked"]
    assert own(Booking).filter(session=world.session(TUESDAY + DAY)).count() == 2


def test_a_doctor_who_comes_earlier_after_all_takes_what_is_free_along(world: World) -> None:
    before = world.session().places
    for minutes in (40, 10, 0):
        late(world, minutes)
    assert (world.session().delay, world.session().places) == (0, before)
    late(world, 20)
    session = world.session()
    do.change_session(
        by=world.who("manager"), session=session.pk, room=session.room_id, doctor=session.doctor_id, starts=time(9),
        ends=time(11), capacity=5, closed=False, release=False, now=at(world, -50),
    )  # fmt: skip
    assert world.session().places[0] == at(world, 20)


def test_doctor_or_nurse_say_so_and_not_after_the_end(world: World) -> None:
    booked(world, 1)
    for who, refused in (("desk", NotAllowed), ("elsewhere", NotFound), ("daughter", NotFound), ("public", NotFound)):
        with pytest.raises(refused):
            late(world, 40, who=who)
        with pytest.raises(refused):
            new_times(world.session().pk, scope=world.who(who), resume=at(world), until=at(world, 9), now=at(world))
    assert not own(Replan).exists()
    assert late(world, 40, who="nurse") == 1
    do.end_session(by=world.who("doctor"), session=world.session().pk, now=at(world, 130))
    with pytest.raises(SessionOver):
        late(world, 40)


def test_a_second_plan_counts_from_the_times_that_were_told(world: World) -> None:
    codes = booked(world, 2)
    late(world, 30)
    late(world, 50, now=-30)
    assert [(Booking.objects.get(code=one).at - at(world)) / MINUTE for one in codes] == [50, 63]
    act(world, "agree_earlier", codes[0], -20, "desk", agreed=True)
    assert (world.session().delay, own(Replan).last().nothing["delay"]) == (50, 40)


def test_what_a_plan_won_is_measured_once_the_day_is_over(world: World) -> None:
    """The first was seen before the plan, the second waited 10 minutes after it, the third was moved to Wednesday and
    waited 20 there, the fourth did not come."""
    codes = booked(world, 4)
    late(world, 40)
    plan, wednesday = own(Replan).get(), world.session(TUESDAY + DAY)
    assert won(HERE, TUESDAY, TUESDAY, scope=world.who("manager")) == ()
    for code, since, minutes in ((codes[0], -200, 9), (codes[1], 40, 10)):
        arrived = at(world, since)
        own(Booking).filter(code=code).update(
            state="served", arrived_at=arrived, started_at=arrived + minutes * MINUTE, ended_at=arrived + DAY
        )
    own(Booking).filter(code=codes[2]).update(state="moved")
    third, came = own(Booking).get(code=codes[2]), at(world, 60)
    Booking.objects.create(
        **{name: getattr(third, name) for name in ("hospital_id", "patient_id", "channel", "payer", "visit")},
        arrived_at=came, started_at=came + 20 * MINUTE, ended_at=came + 30 * MINUTE, session=wednesday,
        day=wednesday.day, number=1, place=1, at=wednesday.starts_at,
        booked_for=wednesday.starts_at, code="ABCDEFGHJKMN", key=uuid4(), state="served", moved_from=third,
        booked_at=plan.at, booked_by="x",
    )  # fmt: skip
    Session.objects.filter(pk=world.session().pk).update(state="done")
    (row,) = won(HERE, TUESDAY, TUESDAY, scope=world.who("manager"))
    assert (row.moved, row.without, row.planned, row.seen, row.measured) == (4, 160, 0, 2, 30)
    assert won(HERE, TUESDAY + DAY, TUESDAY + DAY, scope=world.who("manager")) == ()
    for who in ("doctor", "elsewhere", "public"):
        with pytest.raises(NotFound):
            won(HERE, TUESDAY, TUESDAY, scope=world.who(who))
