"""The day of a session: who is called and why, the same rule for all, tasks of BPJS in their order."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import signing

from hospital.world import DAY, GENERAL, HERE, HOUR, TUESDAY, World
from kit.neighbours import own
from kit.races import together
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, BookingEvent, Session, Task
from pilar.hospital.queries import bookings, day
from pilar.hospital.queries.day import KIOSK, kiosk_of
from pilar.hospital.rules.booking import Asked, BookingState, Channel, Payer, Priority, Visit, WrongState
from pilar.hospital.rules.queue import (
    KioskUnknown,
    NobodyWaits,
    NotRegistered,
    QueueRefused,
    Reason,
    SessionOver,
    StillCalled,
    StillHere,
    StillSeen,
)
from pilar.hospital.rules.tasks import TaskOutOfOrder
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults

DESK = Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL)
MINUTE = timedelta(minutes=1)


def come(world: World, count: int, *, minutes: int = -20, first: int = 0, **given: object) -> list[str]:
    """So many patients who booked for Tuesday and are in the hospital."""
    start = world.session().starts_at
    Session.objects.update(release_at=[start - 10 * DAY] * 4)
    found = [world.book("desk", patient=world.stranger(first + n), asked=DESK, **given) for n in range(count)]
    for code in found:
        do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=start + minutes * MINUTE)
    return found


def at(world: World, minutes: float = 0) -> datetime:
    return world.session().starts_at + minutes * MINUTE


def act(world: World, name: str, code: str, minutes: float, who: str = "doctor", **given: object) -> object:
    return getattr(do, name)(by=world.who(who), booking=code, now=at(world, minutes), **given)


def state(code: str) -> str:
    return Booking.objects.get(code=code).state


def see(world: World, code: str, minutes: float) -> None:
    """Everybody who is called is seen for five minutes."""
    act(world, "start", code, minutes)
    act(world, "finish", code, minutes + 5)


def test_a_visit_from_call_to_end_leaves_its_tasks_and_reasons(world: World) -> None:
    (code,) = come(world, 1)
    assert do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world)) == code
    see(world, code, 2)
    assert (state(code), world.session().began_at) == ("served", at(world, 2))
    assert list(own(Task).values_list("task", "at")) == [(3, at(world, -20)), (4, at(world, 2)), (5, at(world, 7))]
    events = own(BookingEvent).values_list("kind", "reason")
    assert list(events) == [("booked", ""), ("arrived", ""), ("call", "turn"), ("start", ""), ("finish", "")]


def test_the_next_is_called_by_the_rule_and_its_share(world: World) -> None:
    """Every second call at least goes to a patient without priority."""
    codes = come(world, 4)
    for code in codes[2:]:
        act(world, "set_priority", code, 0, "nurse", priority=Priority.ELDERLY)
    called = []
    for turn in range(4):
        called.append(do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world, turn * 10)))
        see(world, called[-1], turn * 10 + 1)
    assert called == [codes[2], codes[0], codes[3], codes[1]]
    reasons = own(BookingEvent).filter(kind="call").values_list("reason", flat=True)
    assert list(reasons) == ["priority", "turn", "priority", "turn"]


def test_nobody_is_called_twice_by_two_who_call_at_once(committed_world: World) -> None:
    world = committed_world
    come(world, 2)
    nurse, doctor = world.who("nurse"), world.who("doctor")
    session, now = world.session().pk, at(world)
    outcomes = together(
        lambda: do.call_next(by=nurse, session=session, now=now),
        lambda: do.call_next(by=doctor, session=session, now=now),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["StillCalled", "str"]
    assert own(Booking).filter(state="called").count() == 1


def test_one_is_called_and_one_is_seen_at_a_time(world: World) -> None:
    first, second = come(world, 2)
    session = world.session().pk
    do.call_next(by=world.who("nurse"), session=session, now=at(world))
    with pytest.raises(StillCalled):
        do.call_next(by=world.who("nurse"), session=session, now=at(world))
    act(world, "start", first, 1)
    do.call_next(by=world.who("nurse"), session=session, now=at(world, 2))
    with pytest.raises(StillSeen):
        act(world, "start", second, 3)
    act(world, "finish", first, 4)
    act(world, "start", second, 5)
    act(world, "finish", second, 6)
    with pytest.raises(NobodyWaits):
        do.call_next(by=world.who("nurse"), session=session, now=at(world, 7))


def test_out_of_turn_is_called_for_a_reason_of_the_list(world: World) -> None:
    codes = come(world, 3)
    with pytest.raises(QueueRefused):
        act(world, "call", codes[2], 0, "nurse", reason=Reason.TURN)
    act(world, "call", codes[2], 0, "nurse", reason=Reason.RESULTS)
    assert [state(one) for one in codes] == ["arrived", "arrived", "called"]
    assert own(BookingEvent).get(kind="call").reason == "results"


def test_who_is_not_there_is_called_again_then_skipped_behind_two(world: World) -> None:
    codes = come(world, 4)
    session, nurse = world.session().pk, world.who("nurse")
    do.call_next(by=nurse, session=session, now=at(world))
    with pytest.raises(Faults) as refused:
        act(world, "skip", codes[0], 1, "nurse", reason=Reason.NOT_THERE)
    assert [one.code for one in refused.value.faults] == ["called-too-few"]
    act(world, "call_again", codes[0], 2, "nurse")
    assert Booking.objects.get(code=codes[0]).calls == 2
    act(world, "skip", codes[0], 5, "nurse", reason=Reason.NOT_THERE)
    order = []
    for turn in range(4):
        order.append(do.call_next(by=nurse, session=session, now=at(world, 10 + turn * 10)))
        see(world, order[-1], 11 + turn * 10)
    assert order == [codes[1], codes[2], codes[0], codes[3]]


def test_who_left_and_comes_back_has_the_turn_of_who_comes_late(world: World) -> None:
    codes = come(world, 3)
    act(world, "leave", codes[0], 1, "nurse", reason=Reason.LEFT)
    assert (state(codes[0]), own(Task).filter(task=99).exists()) == ("absent", False)
    act(world, "recall", codes[0], 20, "nurse", reason=Reason.RETURNED)
    assert Booking.objects.get(code=codes[0]).turn_at == at(world, 20)
    assert do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world, 21)) == codes[1]


def test_who_comes_late_waits_behind_those_who_were_in_time(world: World) -> None:
    late = world.book(asked=GENERAL)
    codes = come(world, 3, minutes=0)
    do.check_in(by=world.who("desk"), booking=late, key=uuid4(), now=at(world, 31))
    found = day.day_of(world.session().pk, scope=world.who("nurse"), now=at(world, 32))
    assert [one.booking.code for one in found.waiting] == [codes[0], codes[1], late, codes[2]]


def test_a_new_patient_waits_for_the_desk_first(world: World) -> None:
    (code,) = come(world, 0) or [world.book(asked=Asked(Channel.APP, Payer.GENERAL, Visit.REFERRAL, new=True))]
    do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=at(world, -20))
    with pytest.raises(NobodyWaits):
        do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world))
    with pytest.raises(NotRegistered):
        act(world, "call", code, 0, "nurse", reason=Reason.DOCTOR)
    for minute in (-19, -18.9, -40):  # pressed twice, then the clock was set back
        act(world, "register_step", code, minute, "desk")
    with pytest.raises(TaskOutOfOrder):
        act(world, "register_step", code, -14, "desk")
    assert do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world)) == code
    assert list(own(Task).values_list("task", flat=True)) == [1, 2, 3]


def test_a_number_at_the_desk_waits_from_now_on(world: World) -> None:
    codes = come(world, 2)
    made = do.walk_in(by=world.who("desk"), session=world.session().pk, patient=world.stranger(50), asked=DESK,
                      priority=Priority.NONE, key=uuid4(), now=at(world, 3))  # fmt: skip
    found = day.day_of(world.session().pk, scope=world.who("nurse"), now=at(world, 4))
    assert [one.booking.code for one in found.waiting] == [*codes, made.code]
    assert made.number == 3


def test_a_kiosk_checks_in_by_the_code_and_only_in_its_hospital(world: World) -> None:
    code, key = world.book(), uuid4()
    with pytest.raises(NotFound):
        do.set_up_kiosk(by=world.who("elsewhere"), hospital=HERE)
    kiosk = do.set_up_kiosk(by=world.who("desk"), hospital=HERE)
    other = do.set_up_kiosk(by=world.who("elsewhere"), hospital="rsu-sebelah")
    given = {"by": world.who("public"), "booking": code, "key": key, "now": at(world, -10)}
    with pytest.raises(NotFound):
        do.check_in_at_kiosk(kiosk=other, **given)
    with pytest.raises(KioskUnknown):
        do.check_in_at_kiosk(kiosk=kiosk[:-1] + "!", **given)
    for _again in range(2):
        do.check_in_at_kiosk(kiosk=kiosk, **given)
    assert (state(code), own(Task).count()) == ("arrived", 1)


def test_a_consultation_that_was_begun_for_nobody_has_not_begun(world: World) -> None:
    """They are called again and seen, or are absent: of BPJS each task is told once."""
    here, gone = come(world, 2)
    do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world))
    act(world, "start", here, 1)
    with pytest.raises(NotAllowed):
        act(world, "take_back_start", here, 2, "nurse")
    act(world, "take_back_start", here, 2)
    row = Booking.objects.get(code=here)
    assert (row.state, row.started_at, world.session().began_at) == ("called", None, None)
    with pytest.raises(WrongState):
        act(world, "take_back_start", here, 3)
    act(world, "start", here, 4)
    act(world, "finish", here, 9)
    assert list(own(Task).filter(booking=row).order_by("at").values_list("task", flat=True)) == [3, 4, 5]
    do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world, 10))
    act(world, "start", gone, 11)
    act(world, "take_back_start", gone, 12)
    assert world.session().began_at == at(world, 4)
    act(world, "leave", gone, 13, "nurse", reason=Reason.LEFT)
    do.end_session(by=world.who("nurse"), session=world.session().pk, now=at(world, 130))
    tasks = own(Task).filter(booking__code=gone).order_by("at").values_list("task", flat=True)
    assert (state(gone), list(tasks)) == ("absent", [3, 4, 99])


def test_kiosks_that_are_ended_are_none_any_more(world: World) -> None:
    code = world.book()
    old, elsewhere = (do.set_up_kiosk(by=world.who(who), hospital=of) for who, of in
                      (("desk", HERE), ("elsewhere", "rsu-sebelah")))  # fmt: skip
    before = signing.dumps(HERE, salt=KIOSK)  # as kiosks were known before they could be ended
    assert [kiosk_of(one) for one in (old, elsewhere, before)] == [HERE, "rsu-sebelah", HERE]
    with pytest.raises(NotFound):
        do.end_kiosks(by=world.who("elsewhere"), hospital=HERE)
    do.end_kiosks(by=world.who("desk"), hospital=HERE)
    assert [kiosk_of(one) for one in (old, elsewhere, before)] == [None, "rsu-sebelah", None]
    given = {"by": world.who("public"), "booking": code, "key": uuid4(), "now": at(world)}
    with pytest.raises(KioskUnknown):
        do.check_in_at_kiosk(kiosk=old, **given)
    do.check_in_at_kiosk(kiosk=do.set_up_kiosk(by=world.who("desk"), hospital=HERE), **given)


def test_at_the_end_who_never_came_is_absent_and_bpjs_is_told_once(world: World) -> None:
    never = world.book()
    here, left = come(world, 2)
    act(world, "leave", left, 5, "nurse", reason=Reason.LEFT)
    with pytest.raises(StillHere):
        do.end_session(by=world.who("nurse"), session=world.session().pk, now=at(world, 130))
    act(world, "call", here, 6, reason=Reason.DOCTOR)
    see(world, here, 7)
    for _again in range(2):
        do.end_session(by=world.who("nurse"), session=world.session().pk, now=at(world, 130))
    assert [state(one) for one in (never, here, left)] == ["absent", "served", "absent"]
    told = own(Task).filter(task=99).values_list("booking__code", flat=True)
    assert (sorted(told), world.session().state) == (sorted([never, left]), "done")
    with pytest.raises(SessionOver):
        act(world, "recall", left, 131, "nurse", reason=Reason.RETURNED)


def test_sessions_that_nobody_ends_end_by_themselves_unless_somebody_waits(world: World) -> None:
    world.book()
    later = world.session().ends_at + 3 * HOUR
    do.end_sessions(by=world.who("schedule"), now=later)
    assert (state(world.code), world.session().state) == ("absent", "done")
    wednesday = world.session(TUESDAY + DAY)
    code = world.book(session=wednesday.pk)
    do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=wednesday.starts_at)
    do.end_sessions(by=world.who("schedule"), now=later + DAY)
    assert (state(code), world.session(TUESDAY + DAY).state) == ("arrived", "open")


def test_a_control_visit_is_booked_by_the_doctor_for_whom_they_see(world: World) -> None:
    (code,) = come(world, 1)
    wednesday = world.session(TUESDAY + DAY)
    with pytest.raises(WrongState):
        act(world, "book_control", code, 0, session=wednesday.pk, key=uuid4())
    do.call_next(by=world.who("doctor"), session=world.session().pk, now=at(world))
    act(world, "start", code, 1)
    made = act(world, "book_control", code, 2, session=wednesday.pk, key=uuid4())
    row = Booking.objects.get(code=made.code)  # type: ignore[attr-defined]
    assert (row.visit, row.channel, row.session_id) == ("3", "desk", wednesday.pk)
    with pytest.raises(NotAllowed):
        act(world, "book_control", code, 3, "nurse", session=wednesday.pk, key=uuid4())


def test_control_visits_that_take_the_first_offer_spread_over_the_days(world: World) -> None:
    (code,) = come(world, 1)
    doctor = world.who("doctor")
    for number in range(5):
        row = bookings.booking(code, scope=doctor, now=at(world))
        first = day.control_offers(row, TUESDAY + 7 * DAY, scope=doctor, now=at(world))[0]
        world.book("desk", patient=world.stranger(100 + number), session=first.key, asked=DESK)
    week = (TUESDAY + 4 * DAY, TUESDAY + 10 * DAY)
    taken = Session.objects.filter(hospital=HERE, clinic__code="dalam", day__range=week)
    assert list(taken.values_list("taken", flat=True)) == [1] * 5


def test_a_clock_that_is_set_back_leaves_tasks_that_grow(world: World) -> None:
    (code,) = come(world, 1)
    do.call_next(by=world.who("nurse"), session=world.session().pk, now=at(world))
    act(world, "start", code, -60)
    act(world, "finish", code, -90)
    times = list(own(Task).order_by("task").values_list("at", flat=True))
    assert times == sorted(set(times)) == [at(world, -20) + timedelta(milliseconds=n) for n in range(3)]
    row = Booking.objects.get(code=code)
    assert row.ended_at == row.started_at


@pytest.mark.parametrize(
    "who", ["pharmacy", "manager", "privacy", "health", "elsewhere", "stranger", "daughter", "public"]
)
def test_nobody_else_calls(world: World, who: str) -> None:
    come(world, 1)
    with pytest.raises((NotFound, NotAllowed)):
        do.call_next(by=world.who(who), session=world.session().pk, now=at(world))
    assert not own(Booking).filter(state=BookingState.CALLED).exists()
