"""A booking from its number to the check-in: one number each, never over capacity, nothing twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hospital.world import DAY, GENERAL, HERE, HOUR, NOW, THERE, TUESDAY, World
from kit.neighbours import own
from kit.races import together
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, BookingEvent, Session, Task
from pilar.hospital.rules.booking import (
    AlreadyBooked,
    Asked,
    BookingState,
    Channel,
    NotedAsGone,
    Payer,
    SessionFull,
    Visit,
    WrongState,
)
from pilar.hospital.rules.queue import Reason, SessionOver
from pilar.people.rules import NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

OPEN_DESK = Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL)


def fill(world: World, count: int, asked: Asked = OPEN_DESK, first: int = 0) -> list[str]:
    return [world.book("desk", patient=world.stranger(number), asked=asked) for number in range(first, first + count)]


def test_a_booking_has_number_place_and_time(world: World) -> None:
    code = world.book()
    row = Booking.objects.get(code=code)
    assert (row.number, row.place, row.state, row.channel) == (1, 1, "booked", "app")
    assert row.at == world.session().starts_at == row.booked_for
    session = world.session()
    assert (session.taken, session.last_number, session.next_place, session.taken_by) == (1, 1, 2, [1, 0, 0, 0])
    assert AuditEvent.objects.filter(action="book", target="hospital.booking", key=str(row.pk)).count() == 1


def test_the_same_request_is_told_the_same(world: World) -> None:
    key = uuid4()
    first = world.book(key=key)
    assert world.book(key=key) == first
    assert (world.session().taken, own(Booking).count()) == (1, 1)


def test_a_channel_does_not_take_what_is_kept_for_others(world: World) -> None:
    """Four places, one each kept for app, JKN and desk: the desk gets two."""
    fill(world, 2)
    with pytest.raises(SessionFull):
        world.book("desk", patient=world.stranger(8), asked=OPEN_DESK)
    assert world.book()  # one is kept for the app


def test_after_the_release_every_place_is_for_all(world: World) -> None:
    session = world.session()
    assert session.release_at[0] == session.starts_at - 24 * HOUR
    late = session.starts_at - 2 * HOUR
    for number in range(4):
        world.book("desk", patient=world.stranger(number), asked=OPEN_DESK, now=late)
    with pytest.raises(SessionFull):
        world.book("desk", patient=world.stranger(9), asked=OPEN_DESK, now=late)
    assert (world.session().taken, world.session().capacity) == (4, 4)


def test_a_full_session_is_answered_without_its_lock(world: World) -> None:
    session = world.session()
    Session.objects.filter(pk=session.pk).update(taken=4, last_number=4, next_place=5, taken_by=[4, 0, 0, 0])
    patient = world.stranger(1)
    with CaptureQueriesContext(connection) as asked, pytest.raises(SessionFull):
        world.book("desk", patient=patient, session=session.pk, asked=OPEN_DESK)
    said = [one["sql"] for one in asked.captured_queries if "hospital_session" in one["sql"]]
    assert [one.split()[0] for one in said] == ["SELECT"]
    assert "FOR " not in said[0]


def test_on_the_day_no_time_that_has_passed_is_given(world: World) -> None:
    late = world.session().starts_at + timedelta(minutes=30, seconds=20)
    world.book("desk", asked=OPEN_DESK, now=late)
    assert world.row().at == late - timedelta(seconds=20)


def test_a_place_is_booked_again_and_a_number_never(world: World) -> None:
    first = world.book()
    do.cancel(by=world.who("daughter"), booking=first, reason="sembuh", key=uuid4(), now=NOW)
    second = Booking.objects.get(code=world.book())
    assert (second.number, second.place) == (2, 1)
    assert (world.session().taken, world.session().free) == (1, [])


def test_cancelled_twice_it_is_cancelled_once(world: World) -> None:
    key, code = uuid4(), world.book()
    for _ in range(2):
        do.cancel(by=world.who("daughter"), booking=code, reason="sembuh", key=key, now=NOW)
    assert world.session().taken == 0
    with pytest.raises(WrongState):
        do.cancel(by=world.who("daughter"), booking=code, reason="sembuh", key=uuid4(), now=NOW)


def test_one_booking_of_a_patient_in_a_session(world: World) -> None:
    world.book()
    with pytest.raises(AlreadyBooked):
        world.book()
    assert (world.session().taken, world.session().last_number) == (1, 1)


def test_a_move_gives_the_old_place_up(world: World) -> None:
    code, wednesday = world.book(), world.session(TUESDAY + DAY)
    moved = do.move(by=world.who("daughter"), booking=code, session=wednesday.pk, key=uuid4(), now=NOW)
    assert Booking.objects.get(code=code).state == BookingState.MOVED
    assert Booking.objects.get(code=moved.code).moved_from == Booking.objects.get(code=code)
    assert (world.session().taken, world.session(TUESDAY + DAY).taken) == (0, 1)


def test_a_move_into_a_full_session_changes_nothing(world: World) -> None:
    code, wednesday = world.book(), world.session(TUESDAY + DAY)
    Session.objects.filter(pk=wednesday.pk).update(taken=4, last_number=4, next_place=5, taken_by=[4, 0, 0, 0])
    with pytest.raises(SessionFull):
        do.move(by=world.who("daughter"), booking=code, session=wednesday.pk, key=uuid4(), now=NOW)
    assert (Booking.objects.get(code=code).state, world.session().taken) == ("booked", 1)


def test_who_is_new_goes_to_the_desk_first(world: World) -> None:
    code = world.book(asked=Asked(Channel.APP, Payer.GENERAL, Visit.REFERRAL, new=True))
    at = world.row().at - timedelta(minutes=20)
    do.check_in(by=world.who("daughter"), booking=code, key=uuid4(), now=at)
    assert (world.row().state, list(own(Task).values_list("task", "at"))) == ("arrived", [(1, at)])


def test_checked_in_twice_waits_once(world: World) -> None:
    code, at = world.book(), world.row().at
    for _ in range(2):
        do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=at)
    assert own(BookingEvent).filter(kind="arrived").count() == own(Task).filter(task=3).count() == 1


@pytest.mark.parametrize(
    ("minutes", "code", "said"),
    [
        (-61, "check-in-early", "Check-in opens at 08:00"),
        (121, "check-in-over", "This session ended at 11:00"),
        (-24 * 60, "check-in-early", "This booking is for another day: check-in opens on 3 March 2026 at 08:00"),
        (24 * 60, "check-in-over", "This session ended on 3 March 2026 at 11:00"),
    ],
)
def test_check_in_has_its_time(world: World, minutes: int, code: str, said: str) -> None:
    """And says which day it is of, to a patient who comes with the code of another."""
    booked, at = world.book(), world.row().at
    with pytest.raises(Faults) as refused:
        do.check_in(by=world.who("desk"), booking=booked, key=uuid4(), now=at + timedelta(minutes=minutes))
    (fault,) = refused.value.faults
    with translation.override("en"):
        assert (fault.code, fault.text()) == (code, said)


def test_who_was_called_in_vain_is_sent_to_the_nurse(world: World) -> None:
    booked, at = world.book(), world.row().at
    desk, nurse = world.who("desk"), world.who("nurse")
    do.check_in(by=desk, booking=booked, key=uuid4(), now=at)
    do.leave(by=nurse, booking=booked, reason=Reason.LEFT, now=at)
    with pytest.raises(NotedAsGone):
        do.check_in(by=desk, booking=booked, key=uuid4(), now=at)
    assert (world.row().state, own(Task).count()) == ("absent", 1)
    do.recall(by=nurse, booking=booked, reason=Reason.RETURNED, now=at)
    assert world.row().state == "arrived"


def test_the_code_of_yesterday_checks_nobody_in(world: World) -> None:
    """Not even a patient who was not seen and is still in the list of yesterday."""
    booked, at = world.book(), world.row().at
    do.check_in(by=world.who("desk"), booking=booked, key=uuid4(), now=at)
    with pytest.raises(SessionOver):
        do.check_in(by=world.who("desk"), booking=booked, key=uuid4(), now=at + DAY)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(Channel.APP, Payer.BPJS, Visit.REFERRAL), "reference-missing"),
        (Asked(Channel.APP, Payer.BPJS, Visit.REFERRAL, "123"), "reference-format"),
        (Asked(Channel.APP, Payer.BPJS, Visit.REFERRAL, "0" * 19, TUESDAY - DAY), "reference-over"),
    ],
)
def test_a_patient_of_bpjs_has_a_referral(world: World, asked: Asked, code: str) -> None:
    with pytest.raises(Faults) as refused:
        world.book(asked=asked)
    assert [one.code for one in refused.value.faults] == [code]


OPENS = "session: Pendaftaran untuk hari itu dibuka pada 8 Maret 2026 pukul 00.00"


def test_before_its_window_nothing_is_booked(world: World) -> None:
    far = world.session(TUESDAY + 35 * DAY)
    with pytest.raises(Faults) as refused:
        world.book(session=far.pk)
    assert [(one.code, one.text()) for one in refused.value.faults] == [("too-early", OPENS)]


@pytest.mark.parametrize("who", ["stranger", "elsewhere", "nurse", "public"])
def test_nobody_books_for_others(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        world.book(who)
    code = world.book()
    with pytest.raises(NotFound):
        do.cancel(by=world.who(who), booking=code, reason="x", key=uuid4(), now=NOW)


def test_a_patient_of_another_hospital_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        world.book("desk", patient=world.patient, session=world.session(hospital=THERE).pk, asked=GENERAL)


def test_the_last_place_is_given_once(committed_world: World) -> None:
    world = committed_world
    session, now = world.session(), world.session().starts_at - 2 * HOUR
    patients = [world.stranger(number) for number in range(6)]
    desk = world.who("desk")
    came = together(*[
        lambda one=one: do.book(by=desk, session=session.pk, patient=one, asked=OPEN_DESK, key=uuid4(), now=now)
        for one in patients
    ])  # fmt: skip
    booked = [one for one in came if isinstance(one, do.Booked)]
    assert sorted(one.number for one in booked) == [1, 2, 3, 4]
    assert {type(one) for one in came} == {do.Booked, SessionFull}
    assert world.session().taken == own(Booking).filter(session=session).count() == 4


def test_one_request_sent_twice_at_once_books_once(committed_world: World) -> None:
    world, key = committed_world, uuid4()
    by, session, patient = world.who("daughter"), world.session().pk, world.patient
    came = together(*[
        lambda: do.book(by=by, session=session, patient=patient, asked=GENERAL, key=key, now=NOW)
    ] * 2)  # fmt: skip
    assert came[0] == came[1]
    assert isinstance(came[0], do.Booked)
    assert (world.session().taken, world.session().last_number, HERE) == (1, 1, "rsu-contoh")


def test_one_person_registered_twice_at_once_is_one_patient(committed_world: World) -> None:
    desk, person = committed_world.who("desk"), do.Person("Budi Contoh", nik="3603014501700099")
    came = together(*[lambda: do.register_patient(by=desk, hospital=HERE, person=person, now=NOW)] * 2)
    assert came[0] == came[1]
    assert isinstance(came[0], int)
