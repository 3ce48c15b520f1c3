"""What Mobile JKN does with a place: take, give up, check in, register; each refusal, and what is asked twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from hospital.bpjs_line import PASSWORD, REFERRAL, Line, visit
from hospital.mobile_jkn import BODIES, CHECK_IN, NEW, SESSION, TAKE, Phone
from hospital.world import HERE, MOTHER, NIK, NOW, THERE, TUESDAY, World
from kit.neighbours import own
from kit.worlds import once
from pilar.hospital import operations
from pilar.hospital.models import Booking, BpjsExchange, BpjsMessage, Clinic, Patient, Session, Task
from pilar.hospital.rules.pharmacy import PharmacyState, Recipe
from pilar.people.rules import SCHEDULE
from pilar.platform.audit import events

# Ambil


def test_a_number_is_taken(world: World, phone: Phone) -> None:
    answer = phone.ask("take", TAKE)
    row = own(Booking).get()
    assert answer == {
        "nomorantrean": "A-001", "angkaantrean": 1, "kodebooking": row.code, "norm": "00000001",
        "namapoli": "Penyakit Dalam", "namadokter": "dr. Ana", "estimasidilayani": row.at, "sisakuotajkn": 1,
        "kuotajkn": 2, "sisakuotanonjkn": 3, "kuotanonjkn": 3, "keterangan": "Harap datang 30 menit lebih awal",
    }  # fmt: skip
    assert (row.channel, row.payer, row.visit, row.new, str(row.booked_by)) == ("jkn", "bpjs", "1", True, "Mobile JKN")
    assert phone.other.tell() == {}
    assert own(BpjsMessage).get().told == "Mobile JKN"


def test_a_number_takes_five_statements(phone: Phone) -> None:
    """A process that hears notifications asks the first of them, of the hospital, once in a while."""
    with CaptureQueriesContext(connection) as seen:
        phone.ask("take", TAKE)
    said = [one["sql"].split()[0:3] for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert [one[0] for one in said] == ["SELECT", "INSERT", "SELECT", "WITH", "INSERT"], said
    (event,) = events(target="hospital.booking", key=own(Booking).get().pk)
    assert (event.action, event.actor.name, event.area) == ("book", "Mobile JKN", "36.03")
    assert event.after == {"session": own(Booking).get().session_id, "number": 1, "channel": "jkn"}


def test_what_is_asked_again_is_answered_as_before(phone: Phone) -> None:
    first = phone.ask("take", TAKE)
    phone.now = NOW + timedelta(seconds=90)
    assert phone.ask("take", TAKE) == first
    assert own(Booking).count() == 1
    phone.now = NOW + timedelta(minutes=10)
    assert phone.refused("take", TAKE) == (201, "Nomor antrean hanya dapat diambil 1 kali pada tanggal yang sama")


def test_who_gave_up_takes_another_number(phone: Phone) -> None:
    first = phone.take()
    phone.ask("give-up", {"kodebooking": first, "keterangan": "Berhalangan"})
    second = phone.take()
    assert second != first
    assert list(own(Booking).order_by("number").values_list("number", "state")) == [(1, "cancelled"), (2, "booked")]


@pytest.mark.parametrize("places", [4, 1])
def test_a_storm_of_repetitions_takes_one_number(
    committed_world: World, other: Line, monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    """The last place, too, is told to all who ask for it by one key."""
    phone = Phone(other, monkeypatch)
    starts = Session.objects.get(hospital=HERE, clinic__code="dalam", day=TUESDAY).starts_at
    Session.objects.filter(hospital=HERE).update(
        capacity=places, places=[starts] * places, reserved=[0] * 4, release_at=[NOW] * 4
    )

    def storm(path: str, body: Any) -> list[str]:
        def once_more(_number: int) -> str:
            try:
                return Phone.send(phone, path, body).content.decode()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(once_more, range(24)))

    (answer,) = set(storm("antrean/ambil", TAKE))
    code = json.loads(answer)["response"]["kodebooking"]
    assert list(own(Booking).values_list("code", "number")) == [(code, 1)]
    assert own(Session).get(bookings__code=code).taken == 1
    phone.now = CHECK_IN
    body = {"kodebooking": code, "waktu": round(CHECK_IN.timestamp() * 1000)}
    (answer,) = set(storm("antrean/checkin", body))
    assert json.loads(answer)["metadata"]["code"] == 200
    assert list(own(Task).values_list("task", flat=True)) == [1]


def test_the_patient_is_booked_already(world: World, phone: Phone) -> None:
    world.book()
    assert phone.refused("take", TAKE) == (201, "Nomor antrean hanya dapat diambil 1 kali pada tanggal yang sama")


def test_the_referral_is_used_already(world: World, phone: Phone) -> None:
    phone.take()
    other = operations.Person("Lain", nik="3603010101900077", card="0001111111111")
    operations.register_patient(by=world.who("desk"), hospital=HERE, person=other, now=NOW)
    sentence = "Nomor referensi ini sudah dipakai untuk antrean pada tanggal yang sama"
    assert phone.refused("take", TAKE | {"nik": other.nik, "nomorkartu": other.card}) == (201, sentence)


def test_the_session_is_full(world: World, phone: Phone) -> None:
    own(Session).update(capacity=4, taken=4, last_number=4, next_place=5, taken_by=[4, 0, 0, 0])
    assert phone.refused("take", TAKE) == (201, "Kuota poli pada jadwal tersebut sudah penuh")


def test_registration_is_closed(phone: Phone) -> None:
    phone.now = NOW + timedelta(days=1, hours=4)
    assert phone.refused("take", TAKE) == (201, "Pendaftaran ke poli ini sudah tutup jam 11:00")
    phone.now = NOW
    own(Session).update(state="closed")
    assert phone.refused("take", TAKE) == (201, "Pendaftaran ke poli ini sudah tutup jam 11:00")


def test_registration_is_not_open_yet(phone: Phone) -> None:
    sentence = "Pendaftaran baru dibuka paling jauh 30 hari sebelum tanggal periksa"
    assert phone.refused("take", TAKE | {"tanggalperiksa": "2026-04-07"}) == (201, sentence)


def test_a_clinic_of_a_subspecialty_is_known_by_both_codes(phone: Phone) -> None:
    own(Clinic).filter(hospital=HERE, code="dalam").update(subspecialty="027")
    phone.ask("status", SESSION)
    phone.ask("status", SESSION | {"kodepoli": "027"})


def test_an_unknown_patient_registers_first_and_no_number_is_lost(phone: Phone) -> None:
    new = TAKE | {"nik": NEW["nik"], "nomorkartu": NEW["nomorkartu"]}
    code, sentence = phone.refused("take", new)
    assert (code, sentence) == (202, "Data pasien ini tidak ditemukan, silakan melakukan registrasi pasien baru")
    assert phone.refused("take", new)[0] == 202
    assert own(Session).get(hospital=HERE, clinic__code="dalam", day=TUESDAY).last_number == 0
    record = phone.ask("new-patient", NEW)["norm"]
    answer = phone.ask("take", new)
    assert (answer["norm"], answer["angkaantrean"]) == (record, 1)


def test_what_the_door_refuses_beside_is_told_in_indonesian(phone: Phone) -> None:
    code, sentence = phone.refused("take", TAKE | {"nomorreferensi": "pendek"})
    assert code == 201
    assert "19" in sentence


# Sisa, batal, check-in


def test_how_many_are_left(world: World, phone: Phone) -> None:
    first, second = world.book("desk", patient=world.stranger(2)), phone.take()
    for code in (first, second):
        visit(code, 3)
    assert phone.ask("left", {"kodebooking": second}) == {
        "nomorantrean": "A-002", "namapoli": "Penyakit Dalam", "namadokter": "dr. Ana", "sisaantrean": 2,
        "antreanpanggil": "-", "waktutunggu": timedelta(minutes=13), "keterangan": "",
    }  # fmt: skip
    assert phone.ask("left", {"kodebooking": first})["waktutunggu"] == timedelta(0)


def test_nothing_is_left_to_tell(world: World, phone: Phone) -> None:
    code = phone.take()
    for name in ("left", "pharmacy-take", "pharmacy-status"):
        assert phone.refused(name, {"kodebooking": "XXXXXXXXXXXX"}) == (201, "Antrean tidak ditemukan")
        assert phone.refused(name, {"kodebooking": code}) == (201, "Pasien belum check in")
    own(Booking).update(state="absent")
    assert phone.refused("left", {"kodebooking": code})[1].startswith("Antrean sudah terlewat")
    own(Booking).update(state="booked")
    phone.ask("give-up", {"kodebooking": code, "keterangan": "Berhalangan"})
    for name in ("left", "pharmacy-take", "pharmacy-status"):
        assert phone.refused(name, {"kodebooking": code}) == (201, "Antrean sudah dibatalkan")
    beyond = world.book("elsewhere", session=world.session(hospital=THERE).pk, patient=_elsewhere(world))
    assert phone.refused("left", {"kodebooking": beyond}) == (201, "Antrean tidak ditemukan")


def _elsewhere(world: World) -> int:
    person = operations.Person("Jauh", nik="3603010101900055")
    return operations.register_patient(by=world.who("elsewhere"), hospital=THERE, person=person, now=NOW)


def test_giving_up_is_done_once(phone: Phone) -> None:
    body = {"kodebooking": phone.take(), "keterangan": "Berhalangan"}
    phone.ask("give-up", body)
    phone.ask("give-up", body)
    row = own(Booking).get()
    assert (row.state, row.events.filter(kind="cancelled").count(), row.session.taken) == ("cancelled", 1, 0)
    gone = (201, "Antrean tidak ditemukan atau sudah dibatalkan")
    assert phone.refused("give-up", body | {"keterangan": "Lain"}) == gone
    phone.now = NOW + timedelta(minutes=10)
    assert phone.refused("give-up", body) == gone
    assert phone.other.tell() == {}


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("arrived", "Pasien sudah check in, antrean tidak dapat dibatalkan"),
        ("called", "Pasien sudah check in, antrean tidak dapat dibatalkan"),
        ("serving", "Pasien sudah check in, antrean tidak dapat dibatalkan"),
        ("served", "Pasien sudah dilayani, antrean tidak dapat dibatalkan"),
        ("absent", "Antrean sudah terlewat karena pasien tidak hadir"),
    ],
)
def test_what_cannot_be_given_up(phone: Phone, state: str, sentence: str) -> None:
    code = phone.take()
    own(Booking).update(state=state, arrived_at=NOW, started_at=NOW, ended_at=NOW)
    assert phone.refused("give-up", {"kodebooking": code, "keterangan": "Berhalangan"}) == (201, sentence)


def test_what_is_past_or_unknown_cannot_be_given_up(phone: Phone) -> None:
    code = phone.take()
    phone.now = NOW + timedelta(days=3)
    body = {"kodebooking": code, "keterangan": "Berhalangan"}
    assert phone.refused("give-up", body) == (201, "Tanggal periksa sudah terlewat")
    assert phone.refused("give-up", body | {"kodebooking": "X"}) == (201, "Antrean tidak ditemukan")


def _at(moment: datetime, code: str) -> dict[str, Any]:
    return {"kodebooking": code, "waktu": round(moment.timestamp() * 1000)}


def test_checking_in_twice_does_no_harm(phone: Phone) -> None:
    code = phone.take()
    phone.now = CHECK_IN
    phone.ask("check-in", _at(CHECK_IN, code))
    phone.now = CHECK_IN + timedelta(hours=1)
    phone.ask("check-in", _at(CHECK_IN, code))
    assert list(own(Task).values_list("task", "at")) == [(1, CHECK_IN)]
    assert phone.other.tell() == {"sent": 1}


def test_when_nobody_checks_in(phone: Phone) -> None:
    code = phone.take()
    assert phone.refused("check-in", _at(NOW, "X")) == (201, "Antrean tidak ditemukan")
    window = "Check in dapat dilakukan mulai 03-03-2026 08:00 sampai 03-03-2026 11:00"
    assert phone.refused("check-in", _at(NOW, code)) == (201, window)
    phone.now = CHECK_IN
    assert phone.refused("check-in", _at(CHECK_IN - timedelta(hours=1), code)) == (201, "Waktu check in sudah terlewat")
    assert phone.refused("check-in", _at(CHECK_IN + timedelta(hours=1), code)) == (201, "Waktu check in belum tiba")
    phone.now = NOW + timedelta(days=1, hours=3)
    assert phone.refused("check-in", _at(phone.now, code)) == (201, window)
    phone.ask("give-up", {"kodebooking": code, "keterangan": "Berhalangan"})
    assert phone.refused("check-in", _at(phone.now, code)) == (201, "Antrean sudah dibatalkan")


# Pasien baru, operasi, farmasi


def test_a_new_patient_is_registered_once(phone: Phone) -> None:
    record = phone.ask("new-patient", NEW)["norm"]
    assert phone.ask("new-patient", NEW)["norm"] == record
    assert own(Patient).filter(record=record, hospital=HERE).count() == 1
    phone.now = NOW + timedelta(minutes=10)
    sentence = f"Data peserta sudah terdaftar dengan nomor rekam medis {record}"
    assert phone.refused("new-patient", NEW) == (201, sentence)
    for born, said in (("2027-01-01", "setelah hari ini"), ("1899-12-31", "sebelum tahun 1900")):
        wrong = NEW | {"nik": "3603010101900019", "nomorkartu": "0009876543219", "tanggallahir": born}
        assert phone.refused("new-patient", wrong) == (201, f"Tanggal lahir tidak boleh {said}")


def test_a_number_of_one_and_the_card_of_another_are_refused(phone: Phone) -> None:
    phone.ask("new-patient", NEW)
    both = {"nik": NIK, "nomorkartu": NEW["nomorkartu"]}
    for name, body in (("take", TAKE), ("new-patient", NEW)):
        assert phone.refused(name, body | both)[1].startswith("NIK dan nomor kartu ini tercatat pada dua pasien")


@once
def planned(world: World) -> str:
    return operations.plan_operation(
        by=world.who("desk"), hospital=HERE, clinic="dalam", record="1", day=TUESDAY, procedure="Appendektomi", now=NOW
    )


def test_operations_of_the_hospital_and_of_a_patient(planned: str, phone: Phone) -> None:
    (row,) = phone.ask("operations", BODIES["operations"])
    common = {"kodebooking": planned, "tanggaloperasi": TUESDAY, "jenistindakan": "Appendektomi", "kodepoli": "INT",
              "namapoli": "Penyakit Dalam", "terlaksana": False}  # fmt: skip
    assert row == common | {"nopeserta": MOTHER.card, "lastupdate": NOW}
    assert phone.ask("operations-of-patient", {"nopeserta": MOTHER.card}) == [common]
    assert phone.ask("operations-of-patient", {"nopeserta": "0000000000000"}) == []
    assert phone.ask("operations", {"tanggalawal": "2026-04-01", "tanggalakhir": "2026-04-30"}) == []
    backwards = {"tanggalawal": "2026-04-02", "tanggalakhir": "2026-04-01"}
    sentence = "Tanggal akhir tidak boleh lebih awal dari tanggal awal"
    assert phone.refused("operations", backwards) == (201, sentence)


def test_the_pharmacy_has_a_number_for_who_has_a_prescription(world: World, phone: Phone) -> None:
    codes = [phone.take(), world.book("desk", patient=world.stranger(2))]
    for code in codes:
        visit(code, 3, 4, 5)
    body = {"kodebooking": codes[1]}
    none = (201, "Pasien tidak memiliki resep obat atau resep belum selesai dibuat")
    assert (phone.refused("pharmacy-take", body), phone.refused("pharmacy-status", body)) == (none, none)
    for code, recipe in zip(codes, Recipe, strict=True):
        operations.prescribe(by=world.who("doctor"), booking=code, recipe=recipe, now=NOW)
    answer = {"jenisresep": "non racikan", "nomorantrean": 2, "keterangan": ""}
    assert (phone.ask("pharmacy-take", body), phone.ask("pharmacy-take", body)) == (answer, answer)
    status = {"jenisresep": "non racikan", "totalantrean": 2, "sisaantrean": 2, "antreanpanggil": 0, "keterangan": ""}
    assert phone.ask("pharmacy-status", body) == status
    for number, to in enumerate((PharmacyState.MAKING, PharmacyState.READY)):
        now = NOW + timedelta(days=2, minutes=number)
        operations.move_medicine(by=world.who("pharmacy"), booking=codes[0], to=to, now=now)
    assert phone.ask("pharmacy-status", body) == status | {"sisaantrean": 1, "antreanpanggil": 1}


# What is kept


def test_the_log_of_what_was_asked_names_nobody(phone: Phone) -> None:
    phone.ask("new-patient", NEW)
    phone.take()
    phone.refused("take", TAKE | {"nik": "123"})
    rows = list(own(BpjsExchange).order_by("id").values_list("service", "incoming", "answer"))
    assert rows == [("new-patient", True, 200), ("take", True, 200), ("take", True, 201)]
    kept = str(list(own(BpjsExchange).values()))
    for secret in (NIK, MOTHER.card, REFERRAL, PASSWORD, phone.token, *NEW.values()):
        assert len(secret) < 5 or secret not in kept, secret


def test_a_day_through_mobile_jkn_is_told_in_order(world: World, phone: Phone) -> None:
    """Taken and checked in by phone: BPJS hears the tasks alone."""
    code = phone.take()
    phone.now = CHECK_IN
    phone.ask("check-in", _at(CHECK_IN, code))
    operations.tell_bpjs(by=SCHEDULE, now=phone.now)
    assert phone.other.told() == [("task", 1)]
