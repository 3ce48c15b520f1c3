"""The services that a hospital exposes to Mobile JKN: token, fields, and what there is of a session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.db import OperationalError

from hospital.bpjs_line import PASSWORD, visit
from hospital.mobile_jkn import BODIES, SESSION, Phone
from hospital.world import BEYOND, HERE, NOW, THERE, World
from kit.neighbours import own
from pilar.hospital.models import Booking, BpjsExchange
from pilar.hospital.reference.bpjs import contract

# Token


@pytest.mark.parametrize(("name", "password"), [("jkn", "lain"), ("lain", PASSWORD), ("", ""), ("jkn", "é")])
def test_a_wrong_user_or_password_gets_no_token(phone: Phone, name: str, password: str) -> None:
    answer = phone.get("auth", password.encode().decode("latin-1"), name)
    assert answer == {"response": None, "metadata": {"message": "Username atau password tidak sesuai", "code": 201}}


def _services() -> list[str]:
    return [name for name in contract().exposed if name != "token"]


@pytest.mark.parametrize("name", _services())
def test_no_service_answers_without_a_token_that_holds(
    phone: Phone, name: str, settings: Any, monkeypatch: Any
) -> None:
    path = contract().exposed[name].path[1:]

    def said(**headers: str) -> tuple[int, str]:
        found = phone.send(path, {}, **headers).json()["metadata"]
        return found["code"], found["message"]

    assert said(x_token="") == (201, "Token tidak ada, ambil token terlebih dahulu")
    assert said(x_token="bukan.token") == (201, "Token tidak berlaku, ambil token kembali")
    assert said(x_username="lain") == (201, "Username atau password tidak sesuai")
    later = signing.time.time() + contract().numbers["token_seconds"] + 1
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: later)
        assert said() == (201, "Token kedaluwarsa, ambil token kembali")
    file = Path(settings.PILAR_BPJS_FILE)
    file.write_text(file.read_text().replace(PASSWORD, "sandi-baru"))
    assert said() == (201, "Token tidak berlaku, ambil token kembali")


def test_a_token_holds_for_one_hospital(phone: Phone, settings: Any) -> None:
    file = Path(settings.PILAR_BPJS_FILE)
    given = json.loads(file.read_text())
    file.write_text(json.dumps({**given, BEYOND: given[HERE]}))
    assert phone.send("antrean/status", SESSION, BEYOND).json()["metadata"]["message"].startswith("Token tidak berlaku")


def test_what_is_no_service_is_not_found(phone: Phone) -> None:
    for path, hospital in (("antrean/perbarui", HERE), ("antrean/status", THERE), ("antrean/status", "rsu-lain")):
        answer = phone.send(path, SESSION, hospital)
        assert (answer.status_code, answer.json()["metadata"]["code"]) == (404, 201)
    assert phone.client.get(f"/rumah-sakit/bpjs/{HERE}/antrean/ambil").status_code == 404


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "[" * 100_000])
def test_what_is_no_json_is_refused(phone: Phone, body: str) -> None:
    assert phone.refused("status", body) == (201, "Isi permintaan bukan JSON yang benar")


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_what_no_database_holds_is_refused_in_the_envelope(phone: Phone, text: str) -> None:
    assert phone.refused("left", {"kodebooking": f"A{text}"})[0] == 201
    assert phone.refused("left", {"kodebooking": "A", f"nik{text}": f"36030145017{text}00001"})[0] == 201
    assert list(own(BpjsExchange).order_by("id").values_list("body", flat=True)) == [
        {"kodebooking": "A"}, {"kodebooking": "A", "nik": "3603…01"},
    ]  # fmt: skip


def test_who_asks_too_often_waits(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contract().numbers, "requests_a_minute", 2)  # type: ignore[arg-type]
    answers = [phone.send("antrean/status", SESSION) for _time in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].json()["metadata"] == {
        "message": "Terlalu banyak permintaan, coba lagi sebentar lagi",
        "code": 201,
    }
    assert int(answers[2]["Retry-After"]) > 0


def test_a_database_that_is_away_is_told_in_the_envelope(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: Any) -> None:
        raise OperationalError("connection refused") from ConnectionRefusedError()

    monkeypatch.setattr("pilar.hospital.pages.jkn.queries.mobile_jkn", away)
    monkeypatch.setattr("pilar.hospital.pages.jkn.database_is_away", lambda error: True)
    answer = phone.send("antrean/status", SESSION)
    assert (answer.status_code, answer.json()["metadata"]["code"]) == (503, 201)


# Each field


def _fields() -> list[tuple[str, str]]:
    return [(name, field.name) for name in _services() for field in contract().exposed[name].given or ()]


WRONG = {"text": 5, "int": "12", "date": "03-03-2026", "hours": "09.00-11.00", "visit": 5, "card": "123", "nik": "12a4",
         "kk": "1", "phone": "08", "ms": 1_772_500_000, "choice": "X"}  # fmt: skip


@pytest.mark.parametrize(("name", "field"), _fields(), ids=[f"{name}.{field}" for name, field in _fields()])
def test_a_field_that_is_empty_or_malformed_is_named(phone: Phone, name: str, field: str) -> None:
    found = next(one for one in contract().exposed[name].given or () if one.name == field)
    label = contract().labels[field]
    if not found.may_be_empty:
        for empty in (BODIES[name] | {field: ""}, {key: one for key, one in BODIES[name].items() if key != field}):
            assert phone.refused(name, empty) == (201, f"{label} belum diisi")
    code, message = phone.refused(name, BODIES[name] | {field: WRONG[found.kind]})
    assert code == 201
    assert label in message


# Status


def test_status_of_a_session(world: World, phone: Phone) -> None:
    visit(world.book(), 3)
    own(Booking).update(called_at=NOW)
    world.book("desk", patient=world.stranger(2))
    assert phone.ask("status", SESSION) == {
        "namapoli": "Penyakit Dalam", "namadokter": "dr. Ana", "totalantrean": 2, "sisaantrean": 2,
        "antreanpanggil": "A-001", "sisakuotajkn": 1, "kuotajkn": 1, "sisakuotanonjkn": 1, "kuotanonjkn": 3,
        "keterangan": "",
    }  # fmt: skip


SESSION_REFUSALS = [
    ({"kodepoli": "XYZ"}, "Poli tidak ditemukan"),
    ({"kodedokter": 1}, "Dokter tidak ditemukan"),
    ({"kodedokter": 10**12}, "Dokter tidak ditemukan"),
    ({"tanggalperiksa": "2026-03-01"}, "Tanggal periksa sudah terlewat"),
    ({"tanggalperiksa": "2026-03-07"}, "Poli tutup pada tanggal 07-03-2026"),
    ({"kodedokter": 900002}, "Tidak ada jadwal dokter tersebut pada tanggal 03-03-2026"),
    ({"jampraktek": "13:00-15:00"}, "Dokter tersebut tidak praktek pada jam 13:00-15:00 tanggal 03-03-2026"),
]


@pytest.mark.parametrize("name", ["status", "take"])
@pytest.mark.parametrize(("change", "sentence"), SESSION_REFUSALS)
def test_a_session_that_there_is_not(phone: Phone, name: str, change: dict[str, Any], sentence: str) -> None:
    assert phone.refused(name, BODIES[name] | change) == (201, sentence)
    assert not own(Booking).exists()
