"""The client of BPJS against the simulator: each called service through real connections, rules and faults."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time as time_
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pilar.hospital.bpjs import client
from pilar.hospital.bpjs.access import Access, access_of, accesses, read_accesses, write_demonstration
from pilar.hospital.bpjs.client import NotReached, ask
from pilar.hospital.bpjs.simulator import SimulatedFault, Simulator
from pilar.hospital.rules.bpjs.messages import Misfit
from pilar.hospital.rules.bpjs.services import NotUnderstood, Refused
from pilar.hospital.rules.bpjs.signing import Keys

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
DAY = date(2026, 12, 1)
HOURS = (time(8), time(12))
KEYS = Keys("1000", "rahasia " * 10, "kunci")
SESSION = {
    "kodesubspesialis": "027", "namasubspesialis": "ANAK NEUROLOGI", "kodepoli": "ANA", "namapoli": "ANAK", "hari": 2,
    "namahari": "SELASA", "jadwal": HOURS, "kapasitaspasien": 30, "libur": False, "namadokter": "dr. Contoh",
    "kodedokter": 12345,
}  # fmt: skip
CARD = {"nomorkartu": "0001234567890", "nik": "3603010101900001", "tgllahir": date(1990, 1, 1), "daftarfp": True}
BOOKING = {
    "kodebooking": "ABC", "jenispasien": "JKN", "nomorkartu": CARD["nomorkartu"], "nik": CARD["nik"],
    "nohp": "081234567890", "kodepoli": "027", "namapoli": "ANAK", "pasienbaru": False, "norm": "12",
    "tanggalperiksa": DAY,
    "kodedokter": 12345, "namadokter": "dr. Contoh", "jampraktek": HOURS, "jeniskunjungan": 1,
    "nomorreferensi": "0001R0040116A000001", "nomorantrean": "A-12", "angkaantrean": 12, "estimasidilayani": NOW,
    "sisakuotajkn": 5, "kuotajkn": 30, "sisakuotanonjkn": 4, "kuotanonjkn": 10, "keterangan": "",
}  # fmt: skip


class Other:
    """BPJS of a test, and what asks it."""

    def __init__(self) -> None:
        self.now = NOW
        self.simulator = Simulator(
            (KEYS,), [SESSION], {"0001234567890": CARD}, clock=lambda: self.now, silent_seconds=2
        )
        self.server: ThreadingHTTPServer = self.simulator.serve()
        self.access = Access(f"http://127.0.0.1:{self.server.server_port}", KEYS, "jkn", "sandi")

    def ask(self, name: str, **values: Any) -> Any:
        return ask(self.access, name, values, now=self.now)

    def task(self, task: int, minutes: int) -> Any:
        return self.ask("task", kodebooking="ABC", taskid=task, waktu=NOW + timedelta(minutes=minutes))


@pytest.fixture
def other() -> Iterator[Other]:
    found = Other()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_each_called_service_answers(other: Other) -> None:
    assert other.ask("clinics") == [
        {"nmpoli": "ANAK", "nmsubspesialis": "ANAK NEUROLOGI", "kdsubspesialis": "027", "kdpoli": "ANA"}
    ]
    assert other.ask("doctors") == [{"kodedokter": 12345, "namadokter": "dr. Contoh"}]
    assert other.ask("schedule", kodepoli="ANA", tanggal=DAY) == [SESSION]
    assert other.ask("schedule", kodepoli="ANA", tanggal=DAY + timedelta(days=1)) == []
    assert other.ask("fingerprint-clinics") == []
    assert other.ask("fingerprint", identitas="nik", noidentitas=CARD["nik"]) == CARD
    days = [{"hari": 2, "buka": time(8), "tutup": time(12)}]
    other.simulator.schedule = [SESSION | {"jadwal": (time(9), time(12))}]
    assert other.ask("change-schedule", kodepoli="ANA", kodesubspesialis="027", kodedokter=12345, jadwal=days) is None
    assert other.simulator.schedule == [SESSION]
    assert other.ask("add", **BOOKING) is None
    for task, minutes in ((3, 0), (4, 10), (5, 20)):
        other.now = NOW + timedelta(minutes=minutes, seconds=7)
        assert other.task(task, minutes) is None
    assert other.ask("pharmacy-add", kodebooking="ABC", jenisresep="racikan", nomorantrean=4, keterangan="") is None
    listed = other.ask("tasks", kodebooking="ABC")
    assert [(one["taskid"], one["wakturs"], one["waktu"] - one["wakturs"]) for one in listed] == [
        (task, NOW + timedelta(minutes=minutes), timedelta(seconds=7)) for task, minutes in ((3, 0), (4, 10), (5, 20))
    ]
    (row,) = other.ask("day-dashboard", tanggal=DAY, waktu="rs")
    assert (row["jumlah_antrean"], row["avg_waktu_task3"], row["waktu_task1"]) == (1, 600, 0)
    assert other.ask("month-dashboard", bulan=12, tahun=2026, waktu="server") == [row | {"insertdate": other.now}]
    assert other.ask("month-dashboard", bulan=11, tahun=2026, waktu="server") == []
    (mine,) = other.ask("registered-on", tanggal=DAY)
    assert (mine["kodebooking"], mine["status"], mine["sumberdata"]) == ("ABC", "Selesai dilayani", "Onsite")
    assert other.ask("registered", kodebooking="ABC") == [mine]
    assert other.ask("registered-active") == []
    session = {"kodepoli": "027", "kodedokter": 12345, "hari": 2, "jampraktek": HOURS}
    assert other.ask("registered-session", **session) == [mine]
    assert other.ask("add", **{**BOOKING, "kodebooking": "DEF"}) is None
    assert other.ask("cancel", kodebooking="DEF", keterangan="Berhalangan") is None


@pytest.mark.parametrize(
    ("change", "code"),
    [({}, 208), ({"kodebooking": "DEF", "kodedokter": 9}, 201), ({"kodebooking": "DEF", "nomorkartu": ""}, 201)],
)
def test_a_booking_is_refused(other: Other, change: dict[str, Any], code: int) -> None:
    other.ask("add", **BOOKING)
    with pytest.raises(Refused) as caught:
        other.ask("add", **BOOKING | change)
    assert caught.value.code == code


def test_tasks_come_in_their_order_and_later_each_time(other: Other) -> None:
    with pytest.raises(Refused, match="tidak ditemukan"):
        other.task(3, 0)
    other.ask("add", **BOOKING)
    with pytest.raises(Refused, match="TaskId=4 belum"):
        other.task(5, 0)
    other.task(3, 5)
    with pytest.raises(Refused, match="Waktu"):
        other.task(4, 5)
    with pytest.raises(Refused, match="sudah ada"):
        other.task(3, 6)
    other.task(99, 7)
    with pytest.raises(Refused, match="dibatalkan"):
        other.task(4, 8)
    with pytest.raises(Misfit):
        other.task(8, 9)


def test_who_is_not_known_is_refused(other: Other) -> None:
    for keys in (Keys("1000", "lain", "kunci"), Keys("1001", KEYS.secret, "kunci"), Keys("1000", KEYS.secret, "lain")):
        with pytest.raises(Refused) as caught:
            ask(Access(other.access.address, keys, "", ""), "clinics", now=NOW)
        assert caught.value.code == 401
    with pytest.raises(Refused, match="Timestamp"):
        ask(other.access, "clinics", now=NOW + timedelta(hours=1))
    with pytest.raises(Refused) as caught:
        ask(Access(f"{other.access.address}/antrean", KEYS, "", ""), "clinics", now=NOW)
    assert caught.value.code == 404


@pytest.mark.parametrize(
    ("fault", "error", "told"),
    [
        (SimulatedFault.SILENT, NotReached, "Timeout"), (SimulatedFault.BROKEN, NotReached, "HTTP 503"),
        (SimulatedFault.LOST, NotReached, "RemoteDisconnected"), (SimulatedFault.SIGNATURE, Refused, "401"),
        (SimulatedFault.GARBAGE, NotUnderstood, "response"), (SimulatedFault.DUPLICATE, Refused, "208"),
    ],
)  # fmt: skip
def test_faults_on_demand(
    other: Other, fault: SimulatedFault, error: type[Exception], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", 0.5)
    other.simulator.faults.append(fault)
    with pytest.raises(error, match=told):
        other.ask("clinics")
    assert len(other.ask("clinics")) == 1


def test_a_lost_answer_was_done_all_the_same(other: Other) -> None:
    other.simulator.faults.append(SimulatedFault.LOST)
    with pytest.raises(NotReached):
        other.ask("add", **BOOKING)
    with pytest.raises(Refused, match="208"):
        other.ask("add", **BOOKING)


def test_what_is_told_after_a_line_that_was_cut_off_is_known_too(other: Other, tmp_path: Path) -> None:
    journal = tmp_path / "diberitahukan.jsonl"
    other.simulator.remember(journal)
    other.ask("add", **BOOKING)
    with journal.open("a") as file:
        file.write('["/antrean/ba')  # it was killed
    other.simulator.bookings.clear()
    other.simulator.remember(journal)
    other.ask("add", **{**BOOKING, "kodebooking": "DEF"})
    again = Simulator((KEYS,), [SESSION])
    again.remember(journal)
    assert [*again.bookings] == ["ABC", "DEF"]


def test_a_simulator_that_starts_again_has_the_hours_that_it_was_sent(other: Other, tmp_path: Path) -> None:
    """Otherwise it would show those of before, which nobody sends again."""
    journal = tmp_path / "diberitahukan.jsonl"
    other.simulator.remember(journal)
    days = [{"hari": 2, "buka": time(9), "tutup": time(12)}]
    other.ask("change-schedule", kodepoli="ANA", kodesubspesialis="027", kodedokter=12345, jadwal=days)
    again = Simulator((KEYS,), [SESSION])
    again.remember(journal)
    assert again.schedule == other.simulator.schedule == [SESSION | {"jadwal": (time(9), time(12))}]


def test_nobody_is_there(other: Other) -> None:
    other.server.shutdown()
    other.server.server_close()
    with pytest.raises(NotReached, match="ConnectionRefusedError"):
        other.ask("clinics")


def test_the_access_stands_in_a_file(settings: Any, tmp_path: Path) -> None:
    settings.PILAR_BPJS_FILE = ""
    assert (accesses(), access_of("rsu-tangerang")) == ({}, None)
    path = tmp_path / "bpjs.json"
    settings.PILAR_BPJS_FILE = str(path)
    assert accesses() == {}
    one = {"address": "https://x/antreanrs/", "cons_id": "1", "secret": "s", "user_key": "k", "username": "u"}
    path.write_text(json.dumps({"rsu-tangerang": {**one, "password": "p"}}))
    found = access_of("rsu-tangerang")
    assert found is not None
    assert (found.address, found.keys, found.password) == ("https://x/antreanrs", Keys("1", "s", "k"), "p")


def test_the_demonstration_ties_its_hospitals_to_the_simulator(tmp_path: Path) -> None:
    path = tmp_path / "bpjs.json"
    write_demonstration(path, "http://127.0.0.1:1")
    before = read_accesses(path)
    write_demonstration(path, "http://127.0.0.1:2")
    after = read_accesses(path)
    assert {one.address for one in after.values()} == {"http://127.0.0.1:2"}
    assert {code: one.keys for code, one in after.items()} == {code: one.keys for code, one in before.items()}
    assert (len(after), len({one.keys.secret for one in after.values()}), path.stat().st_mode & 0o077) == (3, 3, 0)


def test_the_command_answers(tmp_path: Path) -> None:
    path = tmp_path / "bpjs.json"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    write_demonstration(path, f"http://127.0.0.1:{port}")
    access = read_accesses(path)["rsu-tangerang"]
    command = [sys.executable, "-m", "pilar", "bpjs-simulator", str(path), "--port", str(port)]
    with subprocess.Popen(command) as process:
        try:
            for _attempt in range(1_200):
                with suppress(NotReached):
                    clinics = ask(access, "clinics", now=datetime.now(UTC))
                    assert "INT" in {one["kdpoli"] for one in clinics}
                    break
                time_.sleep(0.1)
            fault = urllib.request.Request(f"{access.address}/simulator/fault", b'{"fault": "broken"}')
            with urllib.request.urlopen(fault) as answer:
                assert answer.status == 204
            with pytest.raises(NotReached, match="503"):
                ask(access, "clinics", now=datetime.now(UTC))
        finally:
            process.terminate()
