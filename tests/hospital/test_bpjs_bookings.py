"""Bookings that one side alone has are found, at night and before a session; changed hours are sent by themselves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hospital.bpjs_line import BPJS, Line, states, visit
from hospital.test_booking import OPEN_DESK
from hospital.test_bpjs_comparing import known
from hospital.test_bpjs_pages import as_who
from hospital.world import HERE, MOTHER, NIK, NOW, TUESDAY, World
from kit.killed import act_until, is_killed
from kit.neighbours import own
from pilar.hospital import operations as do
from pilar.hospital.bpjs.simulator import Known, SimulatedFault
from pilar.hospital.models import BpjsMessage, BpjsReading, WeeklySession
from pilar.hospital.operations import BpjsRefused
from pilar.hospital.queries import bpjs as queries
from pilar.hospital.rules.bpjs.comparing import Reading
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.platform.models import AuditEvent

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHT = NOW + 15 * HOUR + 40 * MINUTE
"""23.40 in the hospital."""
BEGINS = timezone.make_aware(datetime.combine(TUESDAY, time(9)))


def compare(other: Line, now: datetime = NIGHT) -> dict[str, int]:
    other.now = now
    return do.compare_with_bpjs(by=SCHEDULE, now=now)


def asked(other: Line, service: str) -> int:
    return sum(name == service for name, _values in other.simulator.log)


def test_a_booking_that_bpjs_lost_is_told_anew_with_its_tasks(world: World, other: Line) -> None:
    visit(world.book(), 3, 4)
    other.tell(26 * 60)
    tasks = other.simulator.bookings.pop(world.code).tasks
    assert compare(other, other.now + HOUR) == {"missing": 3}
    assert states(world) == {"ADD": "waiting", "TASK_3": "waiting", "TASK_4": "waiting"}
    other.tell(1)
    assert {task: at for task, (at, _got) in other.simulator.bookings[world.code].tasks.items()} == {
        task: at for task, (at, _got) in tasks.items()
    }
    assert compare(other, other.now + HOUR) == {}


def test_a_coming_booking_that_bpjs_lost_is_told_anew(world: World, other: Line) -> None:
    """One that it has, though not in its waiting list, is not; nor is one that Mobile JKN took itself."""
    lost = world.book(asked=BPJS)
    there, theirs = (world.book("desk", patient=world.stranger(number), asked=OPEN_DESK) for number in (1, 2))
    other.tell()
    own(BpjsMessage).filter(booking__code=theirs).update(told="Mobile JKN")
    del other.simulator.bookings[lost], other.simulator.bookings[theirs]
    other.simulator.bookings[there].status = "Lain"
    compare(other)
    waits = own(BpjsMessage).filter(state="waiting").values_list("booking__code", "difference")
    assert list(waits) == [(lost, "missing")]
    assert other.tell(1) == {"sent": 1}
    assert other.simulator.bookings[lost].said["nik"] == NIK
    compare(other, NIGHT + DAY)
    assert queries.line(HERE, scope=world.who("manager"), now=NIGHT).different == 0


def test_who_gave_up_and_waits_at_bpjs_still_is_given_up_there_again(world: World, other: Line) -> None:
    code = world.book(asked=BPJS)
    other.tell()
    do.cancel(by=world.who("daughter"), booking=code, reason="Sembuh", key=world.row().key, now=NOW)
    other.tell(1)
    assert other.simulator.bookings[code].status == "Batal"
    other.simulator.bookings[code].status = "Belum dilayani"
    compare(other)
    assert states(world) == {"ADD": "sent", "CANCEL": "waiting"}
    other.tell(1)
    assert other.simulator.bookings[code].status == "Batal"
    compare(other, NIGHT + DAY)
    assert states(world) == {"ADD": "sent", "CANCEL": "sent"}
    assert queries.line(HERE, scope=world.who("manager"), now=NIGHT).different == 0


def strange(other: Line, code: str, day: date, **given: Any) -> None:
    """A booking that BPJS has and nobody here."""
    said = next(one.said for one in other.simulator.bookings.values())
    row = said | {"kodebooking": code, "nomorantrean": "A-009", "tanggalperiksa": day} | given
    other.simulator.bookings[code] = Known(row, "Mobile JKN", NOW)


def test_bookings_of_far_days_that_bpjs_alone_has_are_seen_until_they_are_none(world: World, other: Line) -> None:
    world.book(asked=BPJS)
    other.tell()
    strange(other, "JAUH2345", TUESDAY + 30 * DAY)
    compare(other)
    rows = queries.alone(HERE, TUESDAY, scope=world.who("manager"))
    assert [(one.code, one.day) for one in rows] == [("JAUH2345", TUESDAY + 30 * DAY)]
    del other.simulator.bookings["JAUH2345"]
    compare(other, NIGHT + DAY)
    assert queries.alone(HERE, TUESDAY, scope=world.who("manager")) == ()


def test_before_a_session_the_desk_sees_whom_bpjs_alone_has(
    world: World, other: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.book(asked=BPJS)
    other.tell()
    for code, day, given in (("BARU2345", TUESDAY, {}), ("BESOK234", TUESDAY + 7 * DAY, {}),
                             ("LAIN2345", TUESDAY, {"kodedokter": 5})):  # fmt: skip
        strange(other, code, day, **given)
    manager, desk = world.who("manager"), world.who("desk")
    for minutes, count in ((50, 0), (44, 1), (29, 1), (0, 0)):
        other.now = BEGINS - minutes * MINUTE
        assert do.look_at_bpjs(by=SCHEDULE, now=other.now) == count
    assert asked(other, "registered-session") == 2
    (row,) = queries.alone_today(HERE, TUESDAY, scope=desk)
    assert (row.code, row.doctor, row.number) == ("BARU2345", "dr. Ana", "A-009")
    assert queries.alone(HERE, TUESDAY, scope=manager) == (row,)
    assert queries.alone_today(HERE, TUESDAY + DAY, scope=desk) == ()
    monkeypatch.setattr("django.utils.timezone.now", lambda: other.now)
    text = as_who(world, "desk").get(reverse("hospital:arrivals", args=[HERE])).content.decode()
    assert "BARU2345" in text
    for secret in (NIK, MOTHER.card, MOTHER.name):
        assert secret not in text
        assert secret not in str(own(BpjsReading).values())
    for who in ("nurse", "elsewhere", "public"):
        with pytest.raises(NotFound):
            queries.alone_today(HERE, TUESDAY, scope=world.who(who))
    other.simulator.faults.append(SimulatedFault.BROKEN)
    other.now = BEGINS - 10 * MINUTE
    assert do.look_at_bpjs(by=SCHEDULE, now=other.now) == 0
    assert len(queries.alone_today(HERE, TUESDAY, scope=desk)) == 1


def changed(world: World, ends: time, first: date = TUESDAY, weekday: int = 2) -> None:
    """The doctor sees patients longer, from a day on."""
    row = WeeklySession.objects.get(clinic=world.session().clinic, weekday=weekday, valid_until=None)
    do.set_weekly(
        by=world.who("manager"), clinic=row.clinic_id, doctor=row.doctor_id, room=row.room_id, weekday=weekday,
        starts=row.starts, ends=ends, capacity=4, shares=[1, 1, 1, 0], valid_from=first, ends_weekly=row.pk, now=NOW,
    )  # fmt: skip


def send(other: Line, now: datetime = NOW) -> dict[str, int]:
    other.now = now
    return do.send_changed_hours(by=SCHEDULE, now=now)


def test_hours_that_change_are_sent_once(world: World, other: Line) -> None:
    """Not those that stand when it begins: BPJS may have been told of them, and what differs is shown."""
    other.simulator.schedule = [known(day) for day in range(1, 6)]
    assert (send(other), asked(other, "change-schedule")) == ({}, 0)
    changed(world, time(12))
    assert (send(other), send(other, NOW + HOUR)) == ({"sent": 1}, {})
    assert [one["jadwal"][1] for one in other.simulator.schedule if one["hari"] == 2] == [time(12)]
    assert AuditEvent.objects.filter(action="send-hours", target="hospital.hospital").count() == 1
    changed(world, time(13), first=TUESDAY + 14 * DAY)
    assert send(other, NOW + HOUR) == {}
    assert send(other, NOW + 8 * DAY) == {"sent": 1}
    other.simulator.schedule = []
    for row in WeeklySession.objects.filter(clinic=world.session().clinic, valid_until=None):
        do.end_weekly(by=world.who("manager"), weekly=row.pk, last=max(row.valid_from, TUESDAY), now=NOW)
    assert send(other, NOW + 30 * DAY) == {"sent": 1}
    assert other.simulator.log[-1][1]["jadwal"] == []
    with pytest.raises(NotAllowed):
        do.send_changed_hours(by=world.who("manager"), now=NOW)


def test_hours_are_sent_by_day_and_again_until_there_is_an_answer(world: World, other: Line) -> None:
    send(other)
    changed(world, time(12))
    evening = NOW + 12 * HOUR
    assert (send(other, evening), asked(other, "change-schedule")) == ({}, 0)
    other.simulator.faults.append(SimulatedFault.BROKEN)
    assert [send(other, evening + hours * HOUR) for hours in (4, 5, 6)] == [{"away": 1}, {"sent": 1}, {}]


def test_a_worker_that_is_killed_anywhere_sends_the_hours_all_the_same(committed_world: World, other: Line) -> None:
    """A worker killed after BPJS has heard sends the same hours again: they replace what stands there."""
    other.simulator.schedule = [known(day) for day in range(1, 6)]
    send(other)
    changed(committed_world, time(12))
    killed = 0
    while is_killed(lambda at=killed * 2 + 1: act_until(lambda: send(other), at)):
        killed += 1
        sent = AuditEvent.objects.filter(action="send-hours").count()
        (row,) = own(BpjsReading).filter(kind=Reading.HOURS)
        assert any([2, "09:00", "12:00"] in told["hours"] for told in row.rows) == bool(sent), "both or neither"
    assert killed > 3
    assert send(other, NOW + HOUR) == {}
    assert [one["jadwal"][1] for one in other.simulator.schedule if one["hari"] == 2] == [time(12)]
    assert AuditEvent.objects.filter(action="send-hours").count() == 1


def test_a_worker_that_is_killed_anywhere_keeps_what_the_desk_sees_whole(committed_world: World, other: Line) -> None:
    committed_world.book(asked=BPJS)
    other.tell()
    for code in ("BARU2345", "BARU2346"):
        strange(other, code, TUESDAY)
    other.now = BEGINS - 44 * MINUTE
    killed, seen = 0, set[int]()
    while is_killed(lambda at=killed + 1: act_until(lambda: do.look_at_bpjs(by=SCHEDULE, now=other.now), at)):
        killed += 1
        seen.add(len(queries.alone_today(HERE, TUESDAY, scope=committed_world.who("desk"))))
    assert killed > 3
    assert seen <= {0, 2}, "none or both"
    assert do.look_at_bpjs(by=SCHEDULE, now=other.now) == 2
    rows = queries.alone_today(HERE, TUESDAY, scope=committed_world.who("desk"))
    assert [row.code for row in rows] == ["BARU2345", "BARU2346"]
    assert own(BpjsReading).filter(day=TUESDAY).count() == 1


def test_who_is_not_known_as_the_sender_was_not_heard(world: World, other: Line) -> None:
    send(other)
    changed(world, time(12))
    other.simulator.faults.append(SimulatedFault.SIGNATURE)
    session = world.session()
    with pytest.raises(BpjsRefused):
        do.send_hours(by=world.who("manager"), clinic=session.clinic_id, doctor=session.doctor_id, now=NOW)
    other.simulator.faults.append(SimulatedFault.SIGNATURE)
    assert [send(other, NOW + hours * HOUR) for hours in (0, 1, 2)] == [{"away": 1}, {"sent": 1}, {}]


def test_hours_that_bpjs_refuses_wait_for_somebody(world: World, other: Line) -> None:
    send(other)
    changed(world, time(12))
    other.knows_no_doctor()
    assert [send(other, NOW + hours * HOUR) for hours in (0, 1)] == [{"refused": 1}, {}]
    other.knows_no_doctor(ever=True)
    session = world.session()
    do.send_hours(by=world.who("manager"), clinic=session.clinic_id, doctor=session.doctor_id, now=other.now)
    assert send(other, NOW + 2 * HOUR) == {}


def test_what_a_person_sends_is_not_sent_again(world: World, other: Line) -> None:
    """Also where nobody has looked at the hours before."""
    changed(world, time(12))
    session = world.session()
    do.send_hours(by=world.who("manager"), clinic=session.clinic_id, doctor=session.doctor_id, now=NOW)
    assert (send(other), asked(other, "change-schedule")) == ({}, 1)
