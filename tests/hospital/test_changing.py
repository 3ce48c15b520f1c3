"""Sessions that change or are not held, and patients that were registered twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from hospital.test_booking import OPEN_DESK
from hospital.test_bpjs_pages import as_who
from hospital.world import DAY, GENERAL, HERE, HOUR, MOTHER, NIK, NOW, THERE, TUESDAY, World
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, BookingEvent, Doctor, Patient, Room
from pilar.hospital.queries import changes, patients
from pilar.hospital.queries.opening import apart
from pilar.hospital.queries.recount import differences
from pilar.hospital.rules.booking import CHANNELS, Channel, SessionClosed
from pilar.hospital.rules.moving import Room as Place
from pilar.hospital.rules.moving import proposals
from pilar.hospital.rules.queue import Reason, SessionOver, StillHere
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

WEDNESDAY = TUESDAY + DAY


def place(number: int, *, left: int = 9, doctor: int = 1) -> Place:
    return Place(number, doctor, TUESDAY + number * DAY, NOW + number * DAY, (left,) * len(CHANNELS))


def test_each_goes_to_the_next_day_with_a_place() -> None:
    rooms = [place(3), place(1, left=1), place(2, left=0)]
    assert proposals([Channel.APP, Channel.DESK, Channel.APP], 1, rooms) == (1, 3, 3)
    assert proposals([Channel.APP], 1, []) == (None,)


def test_on_one_day_the_same_doctor_comes_first() -> None:
    own, other = place(1, doctor=1), Place(2, 2, TUESDAY + DAY, NOW + DAY - timedelta(hours=2), (9,) * 4)
    assert proposals([Channel.APP], 1, [other, own]) == (1,)


def test_who_is_hit_is_moved_and_told(world: World) -> None:
    code, session = world.book(), world.session()
    other = world.book("desk", patient=world.stranger(1), asked=OPEN_DESK)
    assert [one.proposed and one.proposed.day for one in changes.hits(session.pk, now=NOW)] == [WEDNESDAY] * 2
    do.cancel_session(by=world.who("manager"), session=session.pk, reason="Dokter sakit", now=NOW)
    assert do.move_bookings(by=SCHEDULE, session=session.pk, now=NOW) == 2
    assert do.move_bookings(by=SCHEDULE, session=session.pk, now=NOW) == 0
    moved = Booking.objects.filter(session=world.session(WEDNESDAY)).order_by("number")
    assert [one.moved_from and one.moved_from.code for one in moved] == [code, other]
    assert (world.session().state, world.session().taken) == ("cancelled", 0)
    assert AuditEvent.objects.filter(action="cancel", target="hospital.session").count() == 1
    with pytest.raises(SessionClosed):
        do.cancel_session(by=world.who("manager"), session=session.pk, reason="Lagi", now=NOW)


def test_who_finds_no_place_is_cancelled(world: World) -> None:
    code, session = world.book(), world.session()
    later = session.__class__.objects.filter(clinic=session.clinic_id, day__gt=TUESDAY, day__lt=TUESDAY + 20 * DAY)
    later.update(state="closed")
    do.cancel_session(by=world.who("manager"), session=session.pk, reason="Dokter sakit", now=NOW)
    assert do.move_bookings(by=SCHEDULE, session=session.pk, now=NOW) == 0
    assert Booking.objects.get(code=code).state == "cancelled"
    assert BookingEvent.objects.get(kind="cancelled").reason == "session-cancelled"


def test_who_is_booked_there_already_goes_to_the_day_after(world: World) -> None:
    world.book(session=world.session(WEDNESDAY).pk)
    code = world.book()
    do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="Dokter sakit", now=NOW)
    assert do.move_bookings(by=SCHEDULE, session=world.session().pk, now=NOW) == 1
    assert Booking.objects.get(moved_from__code=code).session == world.session(WEDNESDAY + DAY)


def test_one_that_cannot_be_moved_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [world.book(), world.book("desk", patient=world.stranger(1), asked=OPEN_DESK)]
    do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="Dokter sakit", now=NOW)
    first = world.patient

    def broken(row: Booking, **_given: object) -> None:
        if row.patient_id == first:
            raise RuntimeError("broken")

    monkeypatch.setattr("pilar.hospital.operations.changing.tell_of", broken)
    with pytest.raises(RuntimeError):
        do.move_bookings(by=SCHEDULE, session=world.session().pk, now=NOW)
    assert [Booking.objects.get(code=one).state for one in codes] == ["booked", "moved"]


def test_a_session_is_held_for_who_is_here_and_takes_nobody_once_it_is_not(world: World) -> None:
    code, start = world.book(), world.session().starts_at
    do.check_in(by=world.who("desk"), booking=code, key=uuid4(), now=start)
    with pytest.raises(StillHere):
        do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="Dokter sakit", now=start)
    do.leave(by=world.who("nurse"), booking=code, reason=Reason.LEFT, now=start)
    late = world.book("desk", patient=world.stranger(1), asked=OPEN_DESK)
    do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="Dokter sakit", now=start)
    with pytest.raises(SessionOver):
        do.check_in(by=world.who("desk"), booking=late, key=uuid4(), now=start)


def test_a_session_that_is_held_moves_nobody(world: World) -> None:
    world.book()
    assert do.move_bookings(by=SCHEDULE, session=world.session().pk, now=NOW) == 0
    with pytest.raises(NotAllowed):
        do.move_bookings(by=world.who("manager"), session=world.session().pk, now=NOW)


def change(world: World, who: str = "manager", *, now: datetime = NOW, **given: Any) -> int:
    session = world.session()
    usual = {"room": session.room_id, "doctor": session.doctor_id, "starts": time(9), "ends": time(11),
             "capacity": session.capacity, "closed": False, "release": False}  # fmt: skip
    return do.change_session(by=world.who(who), session=session.pk, now=now, **{**usual, **given})


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(Faults) as error:
        act()
    return [one.code for one in error.value.faults]


def test_a_session_grows_and_who_has_booked_keeps_the_time(world: World) -> None:
    world.book()
    at, room = world.row().at, Room.objects.create(hospital_id=HERE, name="Ruang 3")
    assert change(world, capacity=8, room=room.pk, release=True) == 1
    session = world.session()
    assert (session.capacity, len(session.places), session.room_id) == (8, 8, room.pk)
    assert session.release_at == [NOW] * 4
    assert world.row().at == at == session.places[0]


def test_what_was_opened_to_all_is_kept_for_its_channels_again(world: World) -> None:
    before = world.session().release_at
    change(world, release=True)
    assert world.session().release_at == [NOW] * 4
    change(world)
    assert world.session().release_at == before


def test_other_hours_give_other_times_to_who_needs_one_and_they_are_told(
    world: World, told: list[tuple[str, str]]
) -> None:
    """Places are at 9.00, 9.13, 9.26, 9.39: from half past nine on they are at 9.30 and so on."""
    codes = [world.book(), world.book("desk", patient=world.stranger(1), asked=OPEN_DESK)]
    times = [Booking.objects.get(code=one).at for one in codes]
    assert change(world, starts=time(9, 30), ends=time(11)) == 2
    found = [Booking.objects.get(code=one) for one in codes]
    assert [one.at for one in found] == [one + timedelta(minutes=30) for one in times]
    assert [one.booked_for for one in found] == times
    assert len(told) == 1
    assert set(BookingEvent.objects.filter(kind="shift").values_list("reason", flat=True)) == {Reason.CHANGED}
    session = world.session()
    assert (session.places[0], session.by_hand) == (times[0] + timedelta(minutes=30), True)
    assert change(world, starts=time(9, 30)) == 0


def test_nobody_comes_earlier_but_whose_time_the_session_no_longer_has(world: World) -> None:
    codes = [world.book("desk", patient=world.stranger(n), asked=OPEN_DESK, now=world.session().starts_at - 2 * HOUR)
             for n in range(4)]  # fmt: skip
    times = [Booking.objects.get(code=one).at for one in codes]
    assert change(world, starts=time(8), ends=time(9, 30)) == 1
    found = [Booking.objects.get(code=one).at for one in codes]
    assert found[:3] == times[:3]
    assert times[3] > world.session().ends_at > found[3]
    assert change(world, ends=time(12), starts=time(8)) == 0


def test_another_doctor_or_room_is_told_to_all_and_is_free(world: World, told: list[tuple[str, str]]) -> None:
    world.book()
    other = world.session(clinic="jiwa")
    assert refused(lambda: change(world, doctor=other.doctor_id, room=other.room_id)) == ["doctor-busy", "room-busy"]
    free = Doctor.objects.create(hospital_id=HERE, name="dr. Pengganti")
    assert change(world, doctor=free.pk) == 1
    assert (world.session().doctor, len(told)) == (free, 1)
    elsewhere = Doctor.objects.filter(hospital=THERE)[0]
    with pytest.raises(NotFound):
        change(world, doctor=elsewhere.pk)


def test_hours_that_cannot_be_are_refused(world: World) -> None:
    assert refused(lambda: change(world, starts=time(11), ends=time(9))) == ["ends"]
    assert refused(lambda: change(world, ends=time(12), now=world.session().starts_at)) == ["begun"]
    assert change(world, capacity=9, now=world.session().starts_at) == 0
    assert world.session().capacity == 9


def test_a_session_that_was_cancelled_is_held_after_all(world: World) -> None:
    """A patient moved by the worker keeps their place; if the time is taken, they are not moved."""
    code = world.book()
    session = world.session()
    do.cancel_session(by=world.who("manager"), session=session.pk, reason="Dokter sakit", now=NOW)
    do.move_bookings(by=SCHEDULE, session=session.pk, now=NOW)
    change(world)
    assert (world.session().state, Booking.objects.get(code=code).state, world.session().taken) == ("open", "moved", 0)
    assert world.book("desk", patient=world.stranger(1), asked=OPEN_DESK)
    assert differences() == ()
    do.cancel_session(by=world.who("manager"), session=session.pk, reason="Lagi", now=NOW)
    other = world.session(clinic="jiwa")
    other.__class__.objects.filter(pk=other.pk).update(room=session.room_id)
    assert refused(lambda: change(world)) == ["room-busy"]
    with pytest.raises(SessionClosed):
        change(world, now=session.ends_at)


def test_who_is_not_moved_yet_stays_where_it_is_held_after_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    code, usual = world.book(), changes.hits

    def meanwhile(session: int, *, now: datetime) -> tuple[changes.Hit, ...]:
        found = usual(session, now=now)
        change(world)
        return found

    do.cancel_session(by=world.who("manager"), session=world.session().pk, reason="Dokter sakit", now=NOW)
    monkeypatch.setattr("pilar.hospital.operations.changing.hits", meanwhile)
    assert do.move_bookings(by=SCHEDULE, session=world.session().pk, now=NOW) == 0
    assert Booking.objects.get(code=code).state == "booked"


def test_days_off_leave_a_session_in_which_somebody_is_here(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, start = world.who("manager"), world.session().starts_at
    world.book("desk", session=world.session(WEDNESDAY).pk, patient=world.stranger(1), asked=OPEN_DESK)
    do.check_in(by=world.who("desk"), booking=world.book(), key=uuid4(), now=start)
    do.add_leave(by=manager, hospital=HERE, doctor=world.session().doctor_id, since=TUESDAY, until=WEDNESDAY,
                 reason="Cuti", now=start)  # fmt: skip
    assert [one.here for one in apart(HERE, now=start)] == [True, False]
    monkeypatch.setattr("django.utils.timezone.now", lambda: start)
    client, check = as_who(world, "manager"), reverse("hospital:cancel-days-off", args=[HERE])
    assert client.get(check).content.decode().count("tidak dibatalkan karena pasiennya sudah hadir") == 1
    assert do.cancel_days_off(by=manager, hospital=HERE, reason="Cuti", now=start) == 1
    assert client.get(check)["Location"] == reverse("hospital:schedules", args=[HERE])
    assert (world.session().state, world.session(WEDNESDAY).state) == ("open", "cancelled")


def test_all_sessions_of_days_off_are_cancelled_at_once(world: World) -> None:
    manager, session = world.who("manager"), world.session()
    world.book()
    do.add_leave(by=manager, hospital=HERE, doctor=None, since=TUESDAY, until=WEDNESDAY, reason="Cuti", now=NOW)
    with pytest.raises(NotFound):
        do.cancel_days_off(by=world.who("desk"), hospital=HERE, reason="Cuti", now=NOW)
    assert do.cancel_days_off(by=manager, hospital=HERE, reason="Cuti", now=NOW) == 1
    assert do.cancel_days_off(by=manager, hospital=HERE, reason="Cuti", now=NOW) == 0
    assert do.move_bookings(by=SCHEDULE, session=session.pk, now=NOW) == 1
    assert world.session(WEDNESDAY + DAY).taken == 1


def test_a_session_never_shrinks_below_what_is_given(world: World) -> None:
    world.book()
    world.book("desk", patient=world.stranger(1), asked=OPEN_DESK)
    with pytest.raises(Faults):
        change(world, capacity=1)
    change(world, capacity=2)
    assert world.session().capacity == 2


def test_closed_it_takes_no_booking(world: World) -> None:
    change(world, closed=True)
    with pytest.raises(Faults):
        world.book()
    change(world)
    assert world.book()


@pytest.mark.parametrize("who", ["desk", "nurse", "doctor", "elsewhere", "health", "daughter", "public"])
def test_only_who_keeps_the_schedule_changes_it(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        change(world, who, capacity=9)
    with pytest.raises(NotFound):
        do.cancel_session(by=world.who(who), session=world.session().pk, reason="x", now=NOW)


def test_two_rows_of_one_person_are_joined(world: World) -> None:
    desk, one = world.who("desk"), world.stranger(1)
    code = world.book("desk", patient=one, asked=OPEN_DESK)
    do.merge_patients(by=desk, patient=one, into=world.patient, now=NOW)
    do.merge_patients(by=desk, patient=one, into=world.patient, now=NOW)
    gone = Patient.objects.get(pk=one)
    assert (gone.merged_into_id, Booking.objects.get(code=code).patient_id) == (world.patient, world.patient)
    assert patients.merged_into(one, scope=desk) == world.patient
    assert patients.patient(world.patient, scope=desk, now=NOW).person == MOTHER
    assert patients.found(HERE, "36.03", gone.record, scope=desk) is None
    with pytest.raises(NotFound):
        world.book("desk", patient=one, asked=OPEN_DESK)


def test_two_accounts_or_two_bookings_are_not_joined(world: World) -> None:
    one = world.stranger(1)
    world.book()
    world.book("desk", patient=one, asked=OPEN_DESK)
    with pytest.raises(Faults):
        do.merge_patients(by=world.who("desk"), patient=one, into=world.patient, now=NOW)
    assert Patient.objects.get(pk=one).merged_into_id is None
    stranger = world.who("stranger")
    other = do.register_patient(
        by=stranger, hospital=HERE, person=do.Person("Rahmat"), account=stranger.citizen, now=NOW
    )
    with pytest.raises(Faults):
        do.merge_patients(by=world.who("desk"), patient=other, into=world.patient, now=NOW)


def test_at_the_desk_a_patient_is_joined_to_their_account(world: World) -> None:
    one, stranger = world.stranger(1), world.who("stranger")
    with pytest.raises(NotFound):
        patients.patient(one, scope=stranger, now=NOW)
    do.join_account(by=world.who("desk"), patient=one, account=stranger.citizen or 0, now=NOW)
    assert patients.patient(one, scope=stranger, now=NOW).person.name == "Pasien 1"
    for wrong in (world.who("daughter").citizen or 0, 10**8):
        with pytest.raises(Faults):
            do.join_account(by=world.who("desk"), patient=world.stranger(2), account=wrong, now=NOW)


@pytest.mark.parametrize("given", [NIK, MOTHER.card, "1", "00000001"])
def test_the_desk_finds_by_number(world: World, given: str) -> None:
    assert patients.found(HERE, "36.03", given, scope=world.who("desk")) == world.patient
    for who in ("nurse", "elsewhere", "daughter"):
        with pytest.raises(NotFound):
            patients.found(HERE, "36.03", given, scope=world.who(who))


def test_a_daughter_books_for_her_mother_without_a_phone(world: World) -> None:
    """The declared relative has no way to be told; who acts for them is."""
    from pilar.people import operations as people
    from pilar.people.queries import acting_for, reached_for

    daughter = world.who("daughter")
    people.declare_proxy(by=daughter, name="Siti Aminah", reason="Ibu, tanpa telepon", purpose="hospital",
                         valid_until=TUESDAY + 60 * DAY, now=NOW)  # fmt: skip
    mother = acting_for(daughter, purpose="hospital", now=NOW)[1]
    rows = patients.relatives(HERE, scope=daughter, now=NOW)
    assert [(one.name, one.own, one.patient) for one in rows][1] == ("Siti Aminah", False, None)
    assert reached_for(mother.account, purpose="hospital", now=NOW) == (daughter.citizen,)
    assert reached_for(daughter.citizen or 0, purpose="hospital", now=NOW) == (daughter.citizen,)
    assert reached_for(mother.account, purpose="hospital", now=NOW + 90 * DAY) == ()
    patient = do.register_patient(
        by=daughter, hospital=HERE, person=do.Person("Siti Aminah"), account=mother.account, now=NOW
    )
    assert world.book(patient=patient, asked=GENERAL, key=uuid4())
