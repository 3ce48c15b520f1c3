"""What BPJS has is held against what the hospital has: hours, clinics, doctors, bookings, months, fingerprints."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hospital.bpjs_line import BPJS, Line
from hospital.test_bpjs_pages import as_who
from hospital.test_bpjs_simulator import CARD
from hospital.world import BEYOND, HERE, MOTHER, NIK, NOW, OTHER, THERE, TUESDAY, World
from kit.neighbours import own
from people.citizens import entered
from pilar.hospital import operations as do
from pilar.hospital.bpjs.simulator import DAY_NAMES, Known, SimulatedFault
from pilar.hospital.models import BpjsExchange, BpjsReading, Clinic, Doctor, Session
from pilar.hospital.operations import bpjs_comparing
from pilar.hospital.queries import bpjs as queries
from pilar.hospital.rules.bpjs.comparing import Consulting, Otherwise, differences
from pilar.people.rules import SCHEDULE, NotFound

LINE, HOURS = reverse("hospital:bpjs-line", args=[HERE]), reverse("hospital:bpjs-hours", args=[HERE])
CLINIC = {"kodesubspesialis": "INT", "namasubspesialis": "Penyakit Dalam", "kodepoli": "INT", "namapoli": "INTERNA"}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def known(weekday: int, hours: tuple[time, time] = (time(9), time(11)), **given: Any) -> dict[str, Any]:
    """A line of the list of BPJS, as ours has it."""
    row = {**CLINIC, "hari": weekday, "namahari": DAY_NAMES[weekday], "jadwal": hours, "kapasitaspasien": 4,
           "libur": False, "namadokter": "dr. Ana", "kodedokter": 900001}  # fmt: skip
    return row | given


def compared(world: World, other: Line) -> list[tuple[str, str, str, str]]:
    """What differs: what, weekday, ours, theirs."""
    do.compare_with_bpjs(by=SCHEDULE, now=other.now)
    _at, rows = queries.lists(HERE, scope=world.who("manager"))
    return [(one.what.value, f"{one.day:%u}" if one.day else "", one.ours, one.theirs) for one in rows]


def test_hours_are_held_against_each_other_day_by_day() -> None:
    def at(hour: int, places: int = 4) -> Consulting:
        return Consulting(1, 2, TUESDAY, (time(hour), time(hour + 2)), places)

    assert list(differences([at(8), at(12)], [at(8), at(12)])) == []
    assert list(differences([at(8), at(12)], [at(8, 5), at(13), at(15)])) == [
        (Otherwise.PLACES, at(8), at(8, 5)), (Otherwise.HOURS, at(12), at(13)), (Otherwise.ONLY_THERE, None, at(15)),
    ]  # fmt: skip
    assert list(differences([at(8), at(12)], [at(13)])) == [
        (Otherwise.HOURS, at(8), at(13)),
        (Otherwise.ONLY_HERE, at(12), None),
    ]


def test_lists_that_agree_differ_in_nothing(world: World, other: Line) -> None:
    other.simulator.schedule = [known(day) for day in range(1, 6)]
    assert compared(world, other) == []
    assert "sama dengan yang ada pada BPJS" in as_who(world, "manager").get(LINE).content.decode()


def test_what_differs_is_shown_and_our_hours_are_sent(world: World, other: Line) -> None:
    """Thursday is closed here, and has other hours on Wednesday there; there is Saturday, and nothing on Friday."""
    row = world.session(TUESDAY + timedelta(days=2))
    Session.objects.filter(pk=row.pk).update(state="cancelled")
    other.simulator.schedule = [
        known(1), known(2), known(3, (time(10), time(12)), kapasitaspasien=9), known(4), known(6, libur=True),
        known(7, namadokter="dr. Lain", kodedokter=77),
    ]  # fmt: skip
    own(Clinic).filter(code="dalam").update(fingerprint=True)
    found = compared(world, other)
    assert sorted(found) == sorted([
        ("no-fingerprint", "", "INT", ""), ("hours", "3", "09.00–11.00 (4)", "10.00–12.00 (9)"),
        ("only-here", "5", "09.00–11.00 (4)", ""), ("only-there", "4", "", "09.00–11.00 (4)"),
        ("only-there", "7", "", "09.00–11.00 (4)"),
    ])  # fmt: skip
    manager = as_who(world, "manager")
    text = manager.get(LINE).content.decode()
    assert "dr. Lain" in text
    assert text.count("Kirim jadwal kami") == 3
    read = manager.get(f"/en{LINE}").content.decode()
    assert "09:00–11:00 (4)" in read
    assert re.search(r"Last compared: \d+ Mar \d\d:\d\d\.", read)
    assert re.findall(r"\b\d\d\.\d\d\b", read) == []

    keys = {"clinic": row.clinic_id, "doctor": row.doctor_id}
    assert as_who(world, "desk").post(HOURS, keys).status_code == 404
    assert manager.post(HOURS, keys, follow=True).status_code == 200
    assert other.simulator.log[-1] == ("change-schedule", {
        "kodepoli": "INT", "kodesubspesialis": "INT", "kodedokter": 900001,
        "jadwal": [{"hari": day, "buka": time(9), "tutup": time(11)} for day in range(1, 6)],
    })  # fmt: skip
    assert {what for what, *_rest in compared(world, other)} == {"no-fingerprint", "only-there"}


def test_clinics_of_one_code_share_the_hours_that_bpjs_has(world: World, other: Line) -> None:
    row = world.session()
    second = Clinic.objects.create(hospital_id=HERE, code="sore", name="Sore", prefix="Z", kind="umum", poli="INT")
    manager = world.who("manager")
    do.decide_policy(by=manager, clinic=second.pk, changes={}, effect={}, reason="Baru", valid_from=TUESDAY, now=NOW)
    do.set_weekly(by=manager, clinic=second.pk, doctor=row.doctor_id, room=row.room_id, weekday=6, starts=time(13),
                  ends=time(15), capacity=4, shares=[0, 0, 0, 0], valid_from=TUESDAY, now=NOW)  # fmt: skip
    other.simulator.schedule = [*map(known, range(1, 6)), known(6, (time(13), time(15)))]
    assert compared(world, other) == []
    for ended_on, days in ((None, range(1, 7)), (TUESDAY + timedelta(days=2), range(2, 5))):
        own(Doctor).filter(pk=row.doctor_id).update(ended_on=ended_on)
        do.send_hours(by=manager, clinic=row.clinic_id, doctor=row.doctor_id, now=other.now)
        assert [one["hari"] for one in other.simulator.log[-1][1]["jadwal"]] == list(days)


def test_a_hospital_that_breaks_stops_no_other(world: World, other: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    one = bpjs_comparing.accesses()[HERE]
    monkeypatch.setattr(bpjs_comparing, "accesses", lambda: {HERE: one, BEYOND: one, THERE: one})
    usual = bpjs_comparing.today_in

    def broken(region: str, now: datetime) -> date:
        if region == OTHER:
            raise RuntimeError("broken")
        return usual(region, now)

    monkeypatch.setattr(bpjs_comparing, "today_in", broken)
    with pytest.raises(RuntimeError):
        do.compare_with_bpjs(by=SCHEDULE, now=other.now)
    assert set(own(BpjsReading).values_list("hospital", flat=True)) == {HERE, THERE}


def test_a_doctor_and_a_clinic_that_bpjs_does_not_have(world: World, other: Line) -> None:
    other.simulator.schedule = [known(day, kodedokter=5, kodepoli="ANA", kodesubspesialis="ANA") for day in (1, 2)]
    assert {("no-clinic", "", "INT", ""), ("no-doctor", "", "900001", "")} <= {*compared(world, other)}
    other.simulator.schedule = [known(day, namadokter="dr. Anna") for day in range(1, 6)]
    assert compared(world, other) == [("name", "", "900001", "dr. Anna")]


@pytest.mark.parametrize(
    ("fault", "status"), [(SimulatedFault.BROKEN, 503), (SimulatedFault.SIGNATURE, 409), (SimulatedFault.SILENT, 503)]
)
def test_hours_that_bpjs_does_not_take_are_told_by_a_sentence(
    world: World, other: Line, fault: SimulatedFault, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pilar.hospital.operations.bpjs_asking.SOON", 0.3)
    other.simulator.silent_seconds = 1
    other.simulator.faults.append(fault)
    row = world.session()
    answer = as_who(world, "manager").post(HOURS, {"clinic": row.clinic_id, "doctor": row.doctor_id})
    assert (answer.status_code, "BPJS" in answer.content.decode()) == (status, True)
    assert as_who(world, "manager").post(HOURS, {"clinic": "x", "doctor": "٣"}).status_code == 404


def test_a_booking_that_bpjs_alone_has_is_seen(world: World, other: Line) -> None:
    mine = world.book(asked=BPJS)
    other.tell()
    said = other.simulator.bookings[mine].said
    for code, status in (("HILANG2", "Belum dilayani"), ("BATAL22", "Batal")):
        one = said | {"kodebooking": code, "nomorantrean": "A-009", "tanggalperiksa": TUESDAY + timedelta(days=1)}
        other.simulator.bookings[code] = Known(one, "Mobile JKN", NOW, status=status)
    do.compare_with_bpjs(by=SCHEDULE, now=other.now)
    (row,) = queries.alone(HERE, TUESDAY, scope=world.who("manager"))
    assert (row.day, row.code, row.doctor, row.number, row.source) == (
        TUESDAY + timedelta(days=1), "HILANG2", "dr. Ana", "A-009", "Mobile JKN")  # fmt: skip
    text = as_who(world, "manager").get(LINE).content.decode()
    assert "HILANG2" in text
    assert "BATAL22" not in text
    for secret in (NIK, MOTHER.card, MOTHER.phone):
        assert secret not in text
        assert secret not in str(own(BpjsReading).values())
    for who in ("desk", "elsewhere", "public"):
        with pytest.raises(NotFound):
            queries.alone(HERE, TUESDAY, scope=world.who(who))
        with pytest.raises(NotFound):
            queries.lists(HERE, scope=world.who(who))
    other.now += timedelta(days=9)
    do.compare_with_bpjs(by=SCHEDULE, now=other.now)
    assert not own(BpjsReading).filter(kind="bookings", day__lt=date(2026, 3, 11)).exists()


def test_the_month_is_read_by_both_clocks(world: World, other: Line) -> None:
    from hospital.bpjs_line import visit

    for number, day in enumerate((TUESDAY, TUESDAY + timedelta(days=1))):
        code = world.book("desk", patient=world.stranger(number), session=world.session(day).pk)
        visit(code, 3, 4, 5, since=timezone.make_aware(datetime.combine(day, time(9))))
    for minutes in (3000, 10, 10):
        other.tell(minutes)
    do.compare_with_bpjs(by=SCHEDULE, now=other.now)
    (row,) = queries.clocks(HERE, scope=world.who("manager"), month=True)
    assert (row.day, row.clinic, row.bookings, row.ours[2]) == (date(2026, 3, 1), "Penyakit Dalam", 2, 600)
    assert "Maret 2026" in as_who(world, "manager").get(LINE).content.decode()


def test_whether_a_fingerprint_is_known_is_said_before_one_comes(world: World, other: Line) -> None:
    code = world.book(asked=BPJS)
    client = entered(Client(), "anak@contoh.invalid")
    page, part = reverse("hospital:booking", args=[code]), reverse("hospital:fingerprint", args=[code])
    assert part not in client.get(page).content.decode()
    assert client.get(part).status_code == 204
    own(Clinic).filter(code="dalam").update(fingerprint=True)
    assert part in client.get(page).content.decode()
    card = CARD | {"nomorkartu": MOTHER.card, "nik": NIK}
    for recorded, sentence in ((False, "BPJS belum memiliki"), (True, "BPJS sudah memiliki")):
        other.simulator.cards = {MOTHER.card: card | {"daftarfp": recorded}}
        assert sentence in client.get(part).content.decode()
    assert other.simulator.log[-1] == ("fingerprint", {"identitas": "noka", "noidentitas": MOTHER.card})
    assert MOTHER.card not in str(own(BpjsExchange).values())
    other.simulator.cards = {}
    assert client.get(part).status_code == 204
    other.simulator.faults.append(SimulatedFault.BROKEN)
    assert client.get(part).status_code == 204
    assert entered(Client(), "lain@contoh.invalid").get(part).status_code == 404
    world.row().refresh_from_db()
    do.cancel(by=world.who("daughter"), booking=code, reason="x", key=world.row().key, now=NOW)
    asked = len(other.simulator.log)
    assert (client.get(part).status_code, len(other.simulator.log)) == (204, asked)


def test_who_pays_alone_is_not_asked_for_a_fingerprint(world: World, other: Line) -> None:
    own(Clinic).filter(code="dalam").update(fingerprint=True)
    code = world.book(asked=replace(BPJS, payer=BPJS.payer.GENERAL, reference=""))
    assert do.fingerprint(by=world.who("daughter"), booking=code, now=NOW) is None
    own(Doctor).update(hfis=None)
    with pytest.raises(NotFound):
        do.send_hours(by=world.who("manager"), clinic=world.session().clinic_id, doctor=world.session().doctor_id,
                      now=NOW)  # fmt: skip
