"""What happens to bookings is told to BPJS: in order, once, after outages and kills, and held against its own list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from hospital.bpjs_line import BPJS, REFERRAL, Line, states, visit
from hospital.world import HERE, MOTHER, NIK, NOW, THERE, TUESDAY, World
from kit.killed import act_until, is_killed
from kit.neighbours import own
from pilar.hospital import operations
from pilar.hospital.bpjs import client
from pilar.hospital.bpjs.simulator import SimulatedFault, Simulator
from pilar.hospital.models import Booking, BpjsExchange, BpjsMessage, BpjsReading, Doctor, Task
from pilar.hospital.operations.booking import note
from pilar.hospital.queries import bpjs as queries
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.bpjs.sending import Sending, Step
from pilar.hospital.rules.pharmacy import PharmacyState, Recipe
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.platform import secrets
from pilar.platform.models import AuditEvent

CLOCKS = ("rs", "server")


def test_a_booking_is_told_with_all_its_fields(world: World, other: Line) -> None:
    code = world.book(asked=BPJS)
    assert other.tell() == {"sent": 1}
    ((_name, said),) = other.simulator.log
    session = world.session()
    assert said == {
        "kodebooking": code, "jenispasien": "JKN", "nomorkartu": MOTHER.card, "nik": NIK, "nohp": MOTHER.phone,
        "kodepoli": "INT", "namapoli": "Penyakit Dalam", "pasienbaru": False, "norm": "00000001",
        "tanggalperiksa": TUESDAY, "kodedokter": 900001, "namadokter": "dr. Ana",
        "jampraktek": (timezone.localtime(session.starts_at).time(), timezone.localtime(session.ends_at).time()),
        "jeniskunjungan": 1, "nomorreferensi": REFERRAL, "nomorantrean": "A-001", "angkaantrean": 1,
        "estimasidilayani": world.row().at, "sisakuotajkn": 2, "kuotajkn": 2, "sisakuotanonjkn": 2,
        "kuotanonjkn": 3, "keterangan": "",
    }  # fmt: skip
    assert AuditEvent.objects.filter(target="hospital.patient.person", action="read", actor_key="schedule").exists()
    assert other.tell() == {}


def test_who_pays_alone_has_neither_card_nor_referral(world: World, other: Line) -> None:
    world.book()
    other.tell()
    said = other.simulator.log[0][1]
    assert (said["jenispasien"], said["nomorkartu"], said["nomorreferensi"]) == ("NON JKN", "", "")


def test_a_visit_is_told_step_by_step(world: World, other: Line) -> None:
    code = world.book(asked=BPJS)
    visit(code, 3, 4, 5)
    operations.prescribe(
        by=world.who("doctor"), booking=code, recipe=Recipe.COMPOUND, now=NOW + timedelta(days=1, hours=2)
    )
    for minutes, to in ((1, PharmacyState.MAKING), (2, PharmacyState.READY)):
        now = NOW + timedelta(days=1, hours=2, minutes=minutes)
        operations.move_medicine(by=world.who("pharmacy"), booking=code, to=to, now=now)
    assert other.tell() == {"sent": 7}
    assert other.told() == [("add", None), ("task", 3), ("task", 4), ("task", 5), ("pharmacy-add", None), ("task", 6),
                            ("task", 7)]  # fmt: skip
    tasks = {values["taskid"]: values for name, values in other.simulator.log if name == "task"}
    assert {task: values["waktu"] for task, values in tasks.items()} == dict(own(Task).values_list("task", "at"))
    assert [tasks[task]["jenisresep"] for task in (4, 5, 6)] == [None, "Racikan", "Racikan"]
    assert other.simulator.log[4][1]["nomorantrean"] == 1


def test_without_medicine_task_5_says_so(world: World, other: Line) -> None:
    visit(world.book(asked=replace(BPJS, new=True)), 1, 2, 3, 4, 5)
    other.tell()
    assert other.simulator.log[-1][1]["jenisresep"] == "Tidak ada"


def test_a_booking_given_up_or_moved_is_cancelled(world: World, other: Line) -> None:
    code = world.book()
    operations.cancel(by=world.who("daughter"), booking=code, reason="Demam sudah reda", key=uuid4(), now=NOW)
    moved = world.book()
    later = world.session(TUESDAY + timedelta(days=1)).pk
    operations.move(by=world.who("daughter"), booking=moved, session=later, key=uuid4(), now=NOW)
    assert other.tell() == {"sent": 5}
    told = [(name, values["kodebooking"]) for name, values in other.simulator.log]
    assert told.index(("add", code)) < told.index(("cancel", code))
    assert told.index(("add", moved)) < told.index(("cancel", moved))
    assert {one.status for one in other.simulator.bookings.values()} == {"Batal", "Belum dilayani"}


def test_of_a_move_the_old_booking_is_given_up_first(world: World, other: Line) -> None:
    code = world.book()
    other.tell()
    later = world.session(TUESDAY + timedelta(days=1)).pk
    moved = operations.move(by=world.who("daughter"), booking=code, session=later, key=uuid4(), now=NOW).code
    other.tell()
    told = [(name, values["kodebooking"]) for name, values in other.simulator.log]
    assert told == [("add", code), ("cancel", code), ("add", moved)]


def test_a_visit_that_has_begun_is_not_given_up_besides(world: World, other: Line) -> None:
    code = world.book()
    visit(code, 3, 99)
    own(Booking).filter(code=code).update(state=BookingState.CANCELLED)
    other.tell()
    assert other.told() == [("add", None), ("task", 3), ("task", 99)]


def test_a_text_that_cannot_be_read_holds_up_nothing_else(
    world: World, other: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*given: Any, **named: Any) -> Any:
        raise secrets.Unreadable(key="lama")

    code = world.book()
    visit(world.book("desk", patient=world.stranger(2)), 3)
    with monkeypatch.context() as patch:
        patch.setattr("pilar.hospital.operations.bpjs.persons", unreadable)
        assert other.tell() == {"dead": 2}
    assert "lama" in own(BpjsMessage).get(booking__code=code).told


def test_each_message_is_signed_at_its_own_moment_and_the_pass_ends_in_time(
    world: World, other: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock goes on by ten seconds each time that somebody looks at it."""
    ticks = count(0, 10)
    asked: list[datetime] = []

    def ask(*given: Any, now: datetime) -> None:
        asked.append(now)

    world.book()
    world.book("desk", patient=world.stranger(2))
    monkeypatch.setattr("pilar.hospital.operations.bpjs.ask", ask)
    monkeypatch.setattr("pilar.hospital.operations.bpjs.time", SimpleNamespace(monotonic=lambda: next(ticks)))
    assert other.tell() == {"sent": 1}
    assert asked == [other.now + timedelta(seconds=40)]


def test_absence_is_task_99(world: World, other: Line) -> None:
    visit(world.book(), 3, 99)
    other.tell()
    assert other.told()[-1] == ("task", 99)


def test_no_task_before_the_booking_was_taken(world: World, other: Line) -> None:
    visit(world.book(), 3, 4)
    other.knows_no_doctor()
    assert other.tell() == {"dead": 1}
    assert states(world) == {"ADD": "dead", "TASK_3": "waiting", "TASK_4": "waiting"}
    assert own(BpjsMessage).get(state="dead").told == "201 Jadwal dokter tidak ditemukan di HFIS"
    other.knows_no_doctor(ever=True)
    assert other.tell(60 * 24) == {}
    assert operations.send_again(by=world.who("manager"), hospital=HERE, now=other.now) == 1
    assert other.tell() == {"sent": 3}
    assert other.told() == [("add", None), ("add", None), ("task", 3), ("task", 4)]


def test_what_the_contract_does_not_allow_is_not_sent(world: World, other: Line) -> None:
    person = operations.Person("Tanpa NIK")
    patient = operations.register_patient(by=world.who("desk"), hospital=HERE, person=person, now=NOW)
    world.book("desk", patient=patient)
    assert other.tell() == {"dead": 1}
    assert (own(BpjsMessage).get().told, other.simulator.log) == ("NIK belum diisi", [])


def test_nothing_is_told_of_who_has_no_code(world: World, other: Line) -> None:
    visit(world.book(), 3)
    own(Doctor).filter(name="dr. Ana").update(hfis=None)
    assert other.tell() == {}
    assert queries.without_code(HERE, scope=world.who("manager"), now=NOW) == ("Kesehatan Jiwa", "dr. Ana")
    own(Doctor).filter(name="dr. Ana").update(hfis=900001)
    assert other.tell() == {"sent": 2}


@pytest.mark.parametrize("fault", [SimulatedFault.BROKEN, SimulatedFault.LOST, SimulatedFault.SIGNATURE,
                                   SimulatedFault.SILENT])  # fmt: skip
def test_a_line_that_is_down_is_left_for_the_next_time(
    world: World, other: Line, fault: SimulatedFault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", 0.3)
    other.simulator.silent_seconds = 1
    world.book()
    world.book("desk", patient=world.stranger(2))
    other.simulator.faults.append(fault)
    assert other.tell() == {"waiting": 1}
    first = own(BpjsMessage).earliest("id")
    assert (first.attempts, first.next_at) == (1, NOW + timedelta(minutes=1))
    assert first.told != ""
    assert other.tell(1) == {"sent": 2}


def test_garbage_holds_up_nothing_else(world: World, other: Line) -> None:
    world.book()
    world.book("desk", patient=world.stranger(2))
    other.simulator.answer = lambda *given: (200, b"<html>")  # type: ignore[method-assign]
    assert other.tell() == {"waiting": 2}


def test_after_eight_hours_without_bpjs_everything_is_told_in_its_order(world: World, other: Line) -> None:
    codes = [world.book("desk", patient=world.stranger(number)) for number in range(2)]
    other.simulator.faults = [SimulatedFault.BROKEN] * 10_000
    attempts = 0
    for minute in range(8 * 60):
        if minute == 100:
            for code in codes:
                visit(code, 3, 4)
        if minute == 300:
            for code in codes:
                row = own(Booking).get(code=code)
                note(row, 5, NOW + timedelta(days=1, hours=3))
                row.state = BookingState.SERVED
                row.save()
        attempts += sum(other.tell(1).values())
    assert attempts < 8 * 60
    assert set(own(BpjsMessage).values_list("state", flat=True)) == {"waiting"}
    other.simulator.faults.clear()
    assert own(BpjsMessage).count() == 8
    assert other.tell(30) == {"sent": 8}
    for code in codes:
        assert [values.get("taskid") for _name, values in other.simulator.log if values["kodebooking"] == code] == [
            None, 3, 4, 5]  # fmt: skip


def test_after_three_days_somebody_is_needed(world: World, other: Line) -> None:
    world.book()
    other.simulator.faults = [SimulatedFault.BROKEN] * 9
    assert other.tell() == {"waiting": 1}
    assert other.tell(3 * 24 * 60) == {"dead": 1}
    assert own(BpjsMessage).get().told == "HTTP 503"


def test_who_was_killed_after_bpjs_has_heard_learns_that_it_is_known(
    world: World, other: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(world.book(), 3)

    class Killed(BaseException):
        pass

    for last in ("add", "task"):

        def dies(_hospital: str, service: str, *given: Any, at: str = last, **named: Any) -> None:
            if service == at:
                raise Killed

        with monkeypatch.context() as patch:
            patch.setattr("pilar.hospital.operations.bpjs.keep_exchange", dies)
            with pytest.raises(Killed), transaction.atomic():
                other.tell()
        assert other.told()[-1][0] == last
        assert not own(BpjsMessage).exists()
    assert other.tell() == {"sent": 2}
    assert [told[:3] for told in own(BpjsMessage).values_list("told", flat=True)] == ["208", "208"]
    assert {code: sorted(one.tasks) for code, one in other.simulator.bookings.items()} == {world.code: [3]}


def test_a_worker_that_is_killed_anywhere_loses_nothing_and_tells_nothing_twice(
    committed_world: World, other: Line
) -> None:
    visit(committed_world.book(), 3, 4)
    killed = 0
    while is_killed(lambda at=killed * 3 + 1: act_until(other.tell, at)):
        killed += 1
    assert killed > 3
    assert other.tell(60) == {}
    assert states(committed_world) == {"ADD": "sent", "TASK_3": "sent", "TASK_4": "sent"}
    (known,) = other.simulator.bookings.values()
    assert {task: at for task, (at, _received) in known.tasks.items()} == dict(own(Task).values_list("task", "at"))


def test_a_simulator_that_starts_again_knows_what_it_was_told(world: World, other: Line, tmp_path: Path) -> None:
    """As the demonstration does each morning: otherwise BPJS would take nothing of bookings that were made before."""
    journal = tmp_path / "diberitahukan.jsonl"
    other.simulator.remember(journal)
    visit(world.book(), 3, 4)
    assert other.tell() == {"sent": 3}
    with journal.open("a") as file:
        file.write('["/antrean/ba')  # it was killed
    again = Simulator(other.simulator.keys)
    again.remember(journal)
    assert again.bookings == other.simulator.bookings != {}
    assert (again.journal, journal.stat().st_mode & 0o077) == (journal, 0)
    assert again.clock() > NOW


def test_bpjs_list_is_held_against_what_it_was_told(world: World, other: Line) -> None:
    code = world.book()
    visit(code, 3, 4, 5)
    other.tell(24 * 60)
    known = other.simulator.bookings[code]
    del known.tasks[5]
    known.tasks[4] = known.tasks[4][0] + timedelta(minutes=7), known.tasks[4][1]
    other.now += timedelta(hours=9)
    assert operations.compare_with_bpjs(by=SCHEDULE, now=other.now) == {"missing": 1, "other-time": 1}
    rows = {Step(one.step).task: one for one in own(BpjsMessage).filter(step__gt=0)}
    assert rows[3].received_at == NOW + timedelta(days=1)
    assert (rows[3].difference, rows[4].difference, rows[5].state) == ("", "other-time", "waiting")
    assert other.tell() == {"sent": 1}
    assert sorted(known.tasks) == [3, 4, 5]
    row = queries.line(HERE, scope=world.who("manager"), now=other.now)
    assert (row.waiting, row.dead, row.different) == (0, 0, 2)
    assert [count for _step, _late, count in row.late] == [1, 1]


def test_a_booking_that_bpjs_does_not_know_keeps_no_other_from_being_compared(world: World, other: Line) -> None:
    codes = [world.book(), world.book("desk", patient=world.stranger(2))]
    for code in codes:
        visit(code, 3, 4)
    other.tell(24 * 60)
    del other.simulator.bookings[codes[0]]
    del other.simulator.bookings[codes[1]].tasks[4]
    other.now += timedelta(hours=9)
    assert operations.compare_with_bpjs(by=SCHEDULE, now=other.now) == {"missing": 4}  # and the first itself
    assert own(BpjsReading).filter(kind__in=CLOCKS).count() == 2


def test_both_clocks_of_the_day_are_kept(world: World, other: Line) -> None:
    visit(world.book(), 3, 4, 5)
    for hours in (25, 26, 27):
        other.now = NOW + timedelta(hours=hours)
        other.tell()
    operations.compare_with_bpjs(by=SCHEDULE, now=other.now)
    assert own(BpjsReading).filter(kind__in=CLOCKS).count() == 2
    (row,) = queries.clocks(HERE, scope=world.who("manager"))
    assert (row.clinic, row.bookings, row.ours[2], row.theirs[2]) == ("Penyakit Dalam", 1, 600.0, 0.0)


def test_the_log_names_nobody(world: World, other: Line) -> None:
    world.book(asked=BPJS)
    other.tell()
    (row,) = queries.exchanges(HERE, scope=world.who("manager"))
    assert (row.service, row.code, row.answer, row.incoming) == ("add", world.code, 200, False)
    assert (row.body["nik"], row.body["nomorreferensi"], row.body["angkaantrean"]) == (f"{NIK[:4]}…{NIK[-2:]}", "…", 1)
    kept = str(own(BpjsExchange).values())
    for secret in (NIK, MOTHER.card, MOTHER.phone, MOTHER.name, REFERRAL):
        assert secret not in kept


def test_only_who_manages_the_hospital_reads_and_sends_again(world: World, other: Line) -> None:
    world.book()
    other.knows_no_doctor()
    other.tell()
    (row,) = queries.messages(HERE, scope=world.who("manager"))
    assert (row.state, row.step_name, row.difference_name, row.code) == (
        Sending.DEAD, "Pendaftaran antrean", "", world.code)  # fmt: skip
    for who in ("desk", "elsewhere", "daughter", "public"):
        for read in (queries.messages, queries.exchanges, queries.clocks):
            with pytest.raises(NotFound):
                read(HERE, scope=world.who(who))
        with pytest.raises(NotFound):
            queries.without_code(HERE, scope=world.who(who), now=NOW)
        with pytest.raises(NotFound):
            queries.line(HERE, scope=world.who(who), now=NOW)
        with pytest.raises(NotFound):
            operations.send_again(by=world.who(who), hospital=HERE, now=NOW)
    with pytest.raises(NotFound):
        operations.send_again(by=world.who("manager"), hospital=THERE, now=NOW)
    assert operations.send_again(by=world.who("manager"), hospital=HERE, message=row.key + 1, now=NOW) == 0
    assert operations.send_again(by=world.who("manager"), hospital=HERE, message=row.key, now=NOW) == 1
    for job in (operations.tell_bpjs, operations.compare_with_bpjs):
        with pytest.raises(NotAllowed):
            job(by=world.who("manager"), now=NOW)


def test_a_hospital_that_is_not_tied_tells_nothing(world: World, settings: Any) -> None:
    settings.PILAR_BPJS_FILE = ""
    world.book()
    assert operations.tell_bpjs(by=SCHEDULE, now=NOW) == {}
    assert operations.compare_with_bpjs(by=SCHEDULE, now=NOW) == {}
    assert not own(BpjsMessage).exists()


def test_the_database_keeps_one_message_a_step(world: World, other: Line) -> None:
    world.book()
    other.tell()
    row = own(BpjsMessage).get()
    for change in ({"step": 10}, {"state": "lost"}, {"state": "waiting"}, {"difference": "none"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            own(BpjsMessage).filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        BpjsMessage.objects.create(booking=row.booking, hospital=row.hospital, step=0, at=NOW, made_at=NOW, next_at=NOW)


def test_made_up_visits_are_taken_whoever_pays(world: World, other: Line) -> None:
    operations.fill_visits(by=SCHEDULE, clinics={HERE: ["dalam"]}, back=4, others=0, ahead=2, now=NOW)
    other.tell()
    assert set(own(BpjsMessage).values_list("state", "told")) == {("sent", "Ok")}
    over = own(Booking).filter(day__lt=NOW.date(), tasks__task=5)
    assert over.count() > over.filter(messages__isnull=False).count() == 0
    assert {one["jenispasien"] for name, one in other.simulator.log if name == "add"} == {"JKN", "NON JKN"}
