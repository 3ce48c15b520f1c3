"""A simulator of BPJS by its contract, on this machine: for tests and the demonstration, with faults on demand.

It knows nothing of Pilar except the contract. It keeps received messages in memory, by the rules of the contract, and
in a file if one is given, so that a restarted simulator still knows them.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import unquote

from pilar.hospital.reference.bpjs import contract
from pilar.hospital.reference.hospitals import HospitalFile
from pilar.hospital.rules.bpjs.messages import Misfit, read
from pilar.hospital.rules.bpjs.services import Refused, Service
from pilar.hospital.rules.bpjs.signing import Keys

DAY_NAMES = dict(enumerate(("SENIN", "SELASA", "RABU", "KAMIS", "JUMAT", "SABTU", "MINGGU", "LIBUR NASIONAL"), 1))
FAULT_PATH = "/simulator/fault"
CHANGING = frozenset({"add", "pharmacy-add", "task", "cancel", "change-schedule"})
"""Services that change what BPJS knows."""
REMEMBERED = 50_000
"""The most bytes of a file that are read at a restart."""
CLOCK_SECONDS = 300
"""assumption: how far the clock of a request may be off."""


class SimulatedFault(StrEnum):
    SILENT = "silent"  # nothing is done, and there is no answer for a while
    LOST = "lost"  # it is done, and the answer is lost
    BROKEN = "broken"  # HTTP 503
    SIGNATURE = "signature"  # as if the signature were wrong
    GARBAGE = "garbage"  # an answer that does not open
    DUPLICATE = "duplicate"  # as if it were known already


@dataclass
class Known:
    """A booking as known to BPJS."""

    said: dict[str, Any]
    source: str
    created: datetime
    tasks: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    status: str = "Belum dilayani"


@dataclass
class Simulator:
    """The other side. ``schedule`` are rows of the service ``schedule``; where there are none, any doctor is known.

    ``knows_all``: a booking that it was not told of was made by Mobile JKN itself.
    """

    keys: tuple[Keys, ...]
    schedule: list[dict[str, Any]] = field(default_factory=list)
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    knows_all: bool = False
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    silent_seconds: float = 20.0
    bookings: dict[str, Known] = field(default_factory=dict)
    faults: list[SimulatedFault] = field(default_factory=list)
    log: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    journal: Path | None = None

    def remember(self, journal: Path) -> None:
        """Load earlier messages from a file, and append new ones to it."""
        text = journal.read_text(encoding="utf-8") if journal.exists() else ""
        clock = self.clock
        for line in text.splitlines()[-REMEMBERED:]:
            with suppress(Misfit, Refused, ValueError):  # truncated, or of an older contract
                path, body, at = json.loads(line)
                self.clock = partial(datetime.fromisoformat, at)
                service, values = _asked("POST", path, body.encode())
                ANSWERS[service.name](self, values)
        self.clock, self.journal = clock, journal
        if text and not text.endswith("\n"):  # the next message begins on a new line
            with journal.open("a") as file:
                file.write("\n")

    def _write_down(self, path: str, body: bytes) -> None:
        if self.journal is not None:
            with os.fdopen(os.open(self.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
                file.write(json.dumps([path, body.decode(), self.clock().isoformat()]) + "\n")

    def serve(self, port: int = 0) -> ThreadingHTTPServer:
        """As :func:`serve`, for one hospital."""
        return serve([self], port)

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes] | None:
        """Status and body of an answer; None: the connection is closed without one."""
        with self.lock:
            fault = self.faults.pop(0) if self.faults else None
        if fault is SimulatedFault.SILENT:
            time.sleep(self.silent_seconds)
            return None
        if fault is SimulatedFault.BROKEN:
            return 503, b"Service Unavailable"
        if fault is SimulatedFault.DUPLICATE:
            return 200, json.dumps(_refusal(Refused(208, "Data sudah ada"))).encode()
        try:
            service, values = _asked(method, path, body)
            keys = self._signed(headers, wrong=fault is SimulatedFault.SIGNATURE)
            with self.lock:
                self.log.append((service.name, values))
                said = ANSWERS[service.name](self, values)
                if service.name in CHANGING:
                    self._write_down(path, body)
            envelope = service.envelope(said, keys=keys, at=int(headers["x-timestamp"]))
        except Misfit as error:
            envelope = _refusal(Refused(201, f"{error.field} tidak sesuai"))
        except Refused as refused:
            envelope = _refusal(refused)
        if fault is SimulatedFault.GARBAGE:
            envelope["response"] = "Z2FyYmFnZQ=="
        return None if fault is SimulatedFault.LOST else (200, json.dumps(envelope).encode())

    def _signed(self, headers: Mapping[str, str], *, wrong: bool) -> Keys:
        keys = next((key for key in self.keys if key.cons_id == headers.get("x-cons-id")), None)
        at = headers.get("x-timestamp", "")
        if keys is None or not at.isdecimal() or not compare_digest(headers.get("user_key") or "", keys.user_key):
            raise Refused(401, "Unauthorized")
        if wrong or not compare_digest(headers.get("x-signature") or "", keys.signature(int(at))):
            raise Refused(401, "Signature tidak sesuai")
        if abs(self.clock().timestamp() - int(at)) > CLOCK_SECONDS:
            raise Refused(401, "Timestamp sudah kedaluwarsa")
        return keys

    def _clinics(self, _values: dict[str, Any]) -> list[dict[str, Any]]:
        rows = {row["kodesubspesialis"]: row for row in self.schedule}.values()
        return [{"nmpoli": row["namapoli"], "nmsubspesialis": row["namasubspesialis"],
                 "kdsubspesialis": row["kodesubspesialis"], "kdpoli": row["kodepoli"]} for row in rows]  # fmt: skip

    def _doctors(self, _values: dict[str, Any]) -> list[dict[str, Any]]:
        rows = {row["kodedokter"]: row["namadokter"] for row in self.schedule}
        return [{"kodedokter": code, "namadokter": name} for code, name in rows.items()]

    def _schedule(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in self.schedule if values["kodepoli"] in (row["kodepoli"], row["kodesubspesialis"])
                and row["hari"] == values["tanggal"].isoweekday()]  # fmt: skip

    def _fingerprint_clinics(self, _values: dict[str, Any]) -> list[dict[str, Any]]:
        names = ("kodesubspesialis", "namasubspesialis", "kodepoli", "namapoli")
        return [{name: row[name] for name in names} for row in self.schedule if row["kodepoli"] in ("HDL", "JAN")]

    def _fingerprint(self, values: dict[str, Any]) -> dict[str, Any]:
        number = values["noidentitas"]
        card = self.cards.get(number) or next((card for card in self.cards.values() if card["nik"] == number), None)
        if card is None:
            raise Refused(201, "Peserta tidak ditemukan")
        return card

    def _change_schedule(self, values: dict[str, Any]) -> None:
        self._require_doctor(values["kodedokter"])
        named = ("kodedokter", "kodesubspesialis")
        mine = [row for row in self.schedule if all(row[name] == values[name] for name in named)]
        self.schedule = [row for row in self.schedule if row not in mine]
        for hour in values["jadwal"] if mine else ():
            hours = {"hari": hour["hari"], "namahari": DAY_NAMES[hour["hari"]], "jadwal": (hour["buka"], hour["tutup"])}
            self.schedule.append({**mine[0], **hours})

    def _add(self, values: dict[str, Any]) -> None:
        self._require_doctor(values["kodedokter"])
        if values["kodebooking"] in self.bookings:
            raise Refused(208, "Terdapat duplikasi Kode Booking")
        if (values["jenispasien"] == "JKN") != bool(values["nomorkartu"]):
            raise Refused(201, "Nomor kartu tidak sesuai dengan jenis pasien")
        self.bookings[values["kodebooking"]] = Known(values, "Onsite", self.clock())

    def _pharmacy_add(self, values: dict[str, Any]) -> None:
        if 5 not in self._known(values["kodebooking"]).tasks:
            raise Refused(201, "Pasien belum selesai dilayani poli")

    def _task(self, values: dict[str, Any]) -> None:
        known, task = self._known(values["kodebooking"]), values["taskid"]
        if task in known.tasks:
            raise Refused(208, f"TaskId={task} sudah ada")
        if known.status == "Batal" or 99 in known.tasks:
            raise Refused(201, "Antrean sudah dibatalkan")
        if task in (2, 4, 5, 6, 7) and task - 1 not in known.tasks:
            raise Refused(201, f"TaskId={task - 1} belum dikirim")
        if known.tasks and values["waktu"] <= max(at for at, _received in known.tasks.values()):
            raise Refused(201, "Waktu tidak boleh kurang atau sama dengan waktu sebelumnya")
        known.tasks[task] = values["waktu"], self.clock()
        known.status = {99: "Batal"}.get(task, "Selesai dilayani" if task >= 5 else "Sedang dilayani")

    def _cancel(self, values: dict[str, Any]) -> None:
        known = self._known(values["kodebooking"])
        if known.status == "Batal":
            raise Refused(208, "Antrean sudah dibatalkan")
        if known.tasks:
            raise Refused(201, "Pasien sudah dilayani")
        known.status = "Batal"

    def _tasks(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        tasks = self._known(values["kodebooking"]).tasks
        return [{"wakturs": at, "waktu": received, "taskname": contract().tasks[task], "taskid": task,
                 "kodebooking": values["kodebooking"]} for task, (at, received) in sorted(tasks.items())]  # fmt: skip

    def _day_dashboard(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        return self._dashboard(values["waktu"], lambda day: day == values["tanggal"])

    def _month_dashboard(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        return self._dashboard(values["waktu"], lambda day: (day.month, day.year) == (values["bulan"], values["tahun"]))

    def _dashboard(self, clock: str, wanted: Callable[[date], bool]) -> list[dict[str, Any]]:
        groups: dict[tuple[date, str], list[Known]] = {}
        for booking in self.bookings.values():
            if booking.said and wanted(booking.said["tanggalperiksa"]):
                groups.setdefault((booking.said["tanggalperiksa"], booking.said["kodepoli"]), []).append(booking)
        rows = []
        for (day, clinic), members in sorted(groups.items()):
            row = {"kdppk": "0000", "nmppk": "Simulator", "kodepoli": clinic, "tanggal": day,
                   "namapoli": members[0].said["namapoli"], "jumlah_antrean": len(members),
                   "insertdate": self.clock()}  # fmt: skip
            for task in range(1, 7):
                spent = [(member.tasks[task + 1][clock != "rs"] - member.tasks[task][clock != "rs"]).total_seconds()
                         for member in members if {task, task + 1} <= member.tasks.keys()]  # fmt: skip
                row[f"waktu_task{task}"] = sum(spent)
                row[f"avg_waktu_task{task}"] = sum(spent) / len(spent) if spent else 0
            rows.append(row)
        return rows

    def _registered_on(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        return self._rows(lambda booking: booking["tanggalperiksa"] == values["tanggal"])

    def _registered(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        return self._rows(lambda booking: booking["kodebooking"] == values["kodebooking"])

    def _registered_active(self, _values: dict[str, Any]) -> list[dict[str, Any]]:
        return self._rows(lambda booking: self.bookings[booking["kodebooking"]].status == "Belum dilayani")

    def _registered_session(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        return self._rows(
            lambda booking: (
                booking["tanggalperiksa"].isoweekday() == values["hari"]
                and all(booking[name] == values[name] for name in ("kodepoli", "kodedokter", "jampraktek"))
            )
        )

    def _rows(self, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        return [
            {"kodebooking": said["kodebooking"], "tanggal": said["tanggalperiksa"], "kodepoli": said["kodepoli"],
             "kodedokter": said["kodedokter"], "jampraktek": said["jampraktek"], "nik": said["nik"],
             "nokapst": said["nomorkartu"], "nohp": said["nohp"], "norekammedis": said["norm"],
             "jeniskunjungan": said["jeniskunjungan"], "nomorreferensi": said["nomorreferensi"],
             "sumberdata": booking.source, "ispeserta": said["jenispasien"] == "JKN", "noantrean": said["nomorantrean"],
             "estimasidilayani": said["estimasidilayani"], "createdtime": booking.created, "status": booking.status}
            for booking in self.bookings.values() if (said := booking.said) and wanted(said)
        ]  # fmt: skip

    def _known(self, code: str) -> Known:
        if self.knows_all:
            self.bookings.setdefault(code, Known({}, "Mobile JKN", self.clock()))
        if (known := self.bookings.get(code)) is None:
            raise Refused(201, "Kode Booking tidak ditemukan")
        return known

    def _require_doctor(self, code: int) -> None:
        if self.schedule and code not in {row["kodedokter"] for row in self.schedule}:
            raise Refused(201, "Jadwal dokter tidak ditemukan di HFIS")


ANSWERS: dict[str, Callable[[Simulator, dict[str, Any]], Any]] = {
    "clinics": Simulator._clinics, "doctors": Simulator._doctors, "schedule": Simulator._schedule,
    "fingerprint-clinics": Simulator._fingerprint_clinics, "fingerprint": Simulator._fingerprint,
    "change-schedule": Simulator._change_schedule, "add": Simulator._add, "pharmacy-add": Simulator._pharmacy_add,
    "task": Simulator._task, "cancel": Simulator._cancel, "tasks": Simulator._tasks,
    "day-dashboard": Simulator._day_dashboard, "month-dashboard": Simulator._month_dashboard,
    "registered-on": Simulator._registered_on, "registered": Simulator._registered,
    "registered-active": Simulator._registered_active, "registered-session": Simulator._registered_session,
}  # fmt: skip
"""The handler of each called service."""


def serve(simulators: Sequence[Simulator], port: int = 0) -> ThreadingHTTPServer:
    """Start to listen; requests are told apart by the number of the hospital (``x-cons-id``). ``server_port`` is the
    port, ``shutdown()`` stops it."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"simulators": simulators}))
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def schedule_of(hospital: HospitalFile) -> list[dict[str, Any]]:
    """Make what BPJS has of a hospital (HFIS) from the file of the hospital, if it knows one."""
    return [
        {"kodesubspesialis": clinic.facts.get("subspecialty") or clinic.facts["poli"], "kodepoli": clinic.facts["poli"],
         "namasubspesialis": clinic.facts["name"], "namapoli": clinic.facts["name"], "hari": weekly.weekday,
         "namahari": DAY_NAMES[weekly.weekday], "jadwal": (weekly.starts, weekly.ends),
         "kapasitaspasien": weekly.capacity, "libur": False, "namadokter": weekly.doctor,
         "kodedokter": hospital.doctors[weekly.doctor]}
        for clinic in hospital.clinics if clinic.facts.get("poli")
        for weekly in clinic.weekly if hospital.doctors[weekly.doctor] is not None
    ]  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    simulators: Sequence[Simulator]

    def do_GET(self) -> None:
        self._do(b"")

    def do_POST(self) -> None:
        self._do(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _do(self, body: bytes) -> None:
        if self.path == FAULT_PATH:
            given = json.loads(body)
            self.simulators[0].faults.extend([SimulatedFault(given["fault"])] * given.get("times", 1))
            answer: tuple[int, bytes] | None = 204, b""
        else:
            asked = self.headers.get("x-cons-id")
            known = (
                simulator for simulator in self.simulators if any(keys.cons_id == asked for keys in simulator.keys)
            )
            answer = next(known, self.simulators[0]).answer(self.command, self.path, self.headers, body)
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer[0])
        self.send_header("Content-Length", str(len(answer[1])))
        self.end_headers()
        self.wfile.write(answer[1])

    def log_message(self, *_given: object) -> None:
        """Log nothing, since requests name persons."""


def _asked(method: str, path: str, body: bytes) -> tuple[Service, dict[str, Any]]:
    for service in contract().called.values():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", service.path)
        if service.method == method and (match := re.fullmatch(pattern, path)):
            texts = {name: unquote(text) for name, text in match.groupdict().items()}
            whole = {name: int(text) if text.isdecimal() and name in ("kodedokter", "hari") else text
                     for name, text in texts.items()}  # fmt: skip
            values = read(service.parts, whole)
            return service, values if service.given is None else {**values, **read(service.given, _json(body))}
    raise Refused(404, "Service tidak ditemukan")


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        raise Refused(201, "Format JSON tidak sesuai") from None


def _refusal(refused: Refused) -> dict[str, Any]:
    return {"response": None, "metadata": {"message": refused.message, "code": refused.code}}
