"""The rush at the opening: 200 clients at once, through a few processes that are killed, and connections that break.

Each client asks again until it has an answer, as a phone on a weak line does: at the desk, by this site, by Mobile JKN.
Afterwards nothing is counted twice, nothing is over capacity, no number and no task is missing and everybody with an
answer has a booking.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import tempfile
import time as clock
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import pytest
from django.db import Error, close_old_connections, connection

from hospital.world import DAY, HERE, NOW, TUESDAY, World, make_world
from kit.databases import connected_to_server, copy_tables
from pilar.config.embedded import EmbeddedServer, Place
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Task
from pilar.hospital.operations.jkn import take_by_jkn as do_by_jkn
from pilar.hospital.queries.jkn import mobile_jkn
from pilar.hospital.queries.recount import differences
from pilar.hospital.queries.schedule import HospitalRow
from pilar.hospital.rules.booking import Asked, Channel, Payer, SessionFull, Visit
from pilar.hospital.rules.bpjs.services import Refused
from pilar.people.rules import Standing
from pilar.platform.errors import PilarError

CLIENTS, PROCESSES, THREADS = 200, 6, 6
PLACES = 40
ENOUGH, PATIENCE = 20, 120
"""Bookings that a rush has at least, and the seconds more that it may take for them."""
LONGEST = 300
"""Seconds after which a process ends by itself."""
CHANNELS = (Channel.DESK, Channel.APP, Channel.JKN)


@dataclass(frozen=True)
class Hall:
    """What all clients rush at: the keys of the sessions, those of them that Mobile JKN sees by their days, and the
    patients; each client is one of them."""

    by: Standing
    mobile: Standing
    place: HospitalRow
    sessions: list[int]
    days: dict[int, date]
    patients: list[int]

    def book(self, client: int, session: int, key: UUID, channel: Channel, *, new: bool) -> tuple[str, datetime]:
        """Code and time of a booking, by the door of its channel."""
        if channel is Channel.JKN and session in self.days:
            given = {"kodepoli": "INT", "kodedokter": 900001, "tanggalperiksa": self.days[session],
                     "jampraktek": (time(9), time(11)), "nomorkartu": f"{client:013d}", "jeniskunjungan": 1,
                     "nik": f"36030145017{client:05d}", "nomorreferensi": f"0001R00{client:012d}"}  # fmt: skip
            with suppress(Refused):
                made = do_by_jkn(by=self.mobile, place=self.place, given=given, now=NOW)
                return made["kodebooking"], made["estimasidilayani"]
            raise SessionFull
        asked = Asked(channel, Payer.GENERAL, Visit.REFERRAL, new=new)
        booked = do.book(by=self.by, session=session, patient=self.patients[client], asked=asked, key=key, now=NOW)
        return booked.code, booked.at


def ask(hall: Hall, client: int, drawn: random.Random, told: TextIO) -> int:
    """One wish of a client, who asks again until there is an answer; what they are told, they write."""
    session, key = drawn.choice(hall.sessions), UUID(int=drawn.getrandbits(128), version=4)
    channel, new = drawn.choice(CHANNELS), drawn.random() < 0.3
    for _again in range(40):
        try:
            code, at = hall.book(client, session, key, channel, new=new)
            told.write(json.dumps(["booked", code]) + "\n")
            act = drawn.random()
            if act < 0.4:
                do.cancel(by=hall.by, booking=code, reason="x", key=key, now=NOW)
            elif act < 0.6:
                do.move(by=hall.by, booking=code, session=drawn.choice(hall.sessions), key=key, now=NOW)
            elif act < 0.8:
                do.check_in(by=hall.by, booking=code, key=key, now=at)
                told.write(json.dumps(["arrived", code]) + "\n")
        except PilarError:
            break
        except Error:  # the connection was broken: ask the same again
            connection.close()
            clock.sleep(0.2)
        else:
            break
    return client


def serve(place: int, hall: Hall, ends: Path, log: Path) -> None:
    """A process that serves its share of the clients by a few threads until the file ``ends`` is there, or its test has
    died: each client has always something to ask."""
    drawn, last = random.Random(f"{place} {os.getpid()}"), clock.monotonic() + LONGEST
    with log.open("a", buffering=1) as told, ThreadPoolExecutor(THREADS) as pool:
        asking = {pool.submit(ask, hall, one, drawn, told) for one in range(place, CLIENTS, PROCESSES)}
        while not ends.exists() and clock.monotonic() < last:
            answered, asking = wait(asking, timeout=1, return_when=FIRST_COMPLETED)
            asking |= {pool.submit(ask, hall, one.result(), drawn, told) for one in answered}
        pool.shutdown(cancel_futures=True)


def spawn(*given: object) -> int:
    child = os.fork()
    if child == 0:
        os.closerange(3, 1024)  # nothing of the test's own: neither a connection nor its hold on a server
        try:
            serve(*given)  # type: ignore[arg-type]
        finally:
            os._exit(0)
    return child


def hall_of(world: World) -> Hall:
    """Sessions of three days, all of whose places any channel may take."""
    sessions = [world.session(TUESDAY + number * DAY, clinic) for number in range(3) for clinic in ("dalam", "jiwa")]
    for one in sessions:
        do.change_session(
            by=world.who("manager"), session=one.pk, room=one.room_id, doctor=one.doctor_id, starts=time(9),
            ends=time(11), capacity=PLACES, closed=False, release=True, now=NOW,
        )  # fmt: skip
    days = {one.pk: one.day for one in sessions if one.clinic.code == "dalam"}
    patients = [world.stranger(number) for number in range(CLIENTS)]
    return Hall(world.who("desk"), *mobile_jkn(HERE), [one.pk for one in sessions], days, patients)


class Rush:
    """The processes that serve, so many seconds and, on a machine that does much else, until enough has happened."""

    def __init__(self, hall: Hall, logs: Path, seconds: float) -> None:
        connection.close()  # before a process is forked
        self._began, self._seconds, self._logs = clock.monotonic(), seconds, logs
        self._ends = logs.with_name(f"{logs.name} ends")
        self._given = [(place, hall, self._ends, logs / f"{place}") for place in range(PROCESSES)]
        self._serving = [spawn(*one) for one in self._given]

    def lasts(self, *, happened: bool = True) -> bool:
        enough = happened and len(told_by(self._logs)["booked"]) > ENOUGH
        return clock.monotonic() - self._began < (self._seconds if enough else self._seconds + PATIENCE)

    def kill(self, place: int) -> None:
        """Kill one of the processes, and begin another in its place."""
        os.kill(self._serving[place], signal.SIGKILL)
        os.waitpid(self._serving[place], 0)
        self._serving[place] = spawn(*self._given[place])

    def end(self) -> None:
        self._ends.touch()
        for child in self._serving:
            os.waitpid(child, 0)


@pytest.mark.server
@pytest.mark.parametrize("seconds", [5, pytest.param(30, marks=pytest.mark.thorough)])
def test_nothing_is_lost_or_given_twice(committed_world: World, tmp_path: Path, seconds: int) -> None:
    rush, drawn, killed, broken = Rush(hall_of(committed_world), tmp_path, seconds), random.Random(seconds), 0, 0
    while rush.lasts(happened=min(killed, broken) > 1):
        clock.sleep(0.15)
        if killed <= broken:
            rush.kill(drawn.randrange(PROCESSES))
            killed += 1
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE datname = "
                    "current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 2) AS several"
                )
                broken += cursor.fetchone()[0]
            connection.close()
    rush.end()
    assert (killed > 1, broken > 1) == (True, True)
    adds_up(tmp_path)


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A server of its own, with all tables and no rows, that this test may end."""
    home = Path(tempfile.mkdtemp(prefix="pilar-rush-"))
    home.chmod(0o711)
    server = EmbeddedServer(Place(home))
    server.start()
    try:
        copy_tables(server.place.url())
        with django_db_blocker.unblock(), connected_to_server(server.place.url()):
            yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.server
@pytest.mark.parametrize("by", ["restarted", "crashed"])
@pytest.mark.thorough
def test_a_database_that_restarts_in_the_rush_leaves_nothing_half_done(
    database: EmbeddedServer, tmp_path: Path, by: str
) -> None:
    """Told to end, or killed with all that it holds in memory: the clients ask on, and what was answered stays."""
    logs = tmp_path / "logs"
    logs.mkdir()
    rush, restarts = Rush(hall_of(make_world()), logs, 4), 0
    while rush.lasts(happened=restarts > 1):
        clock.sleep(1.5)
        if restarts < 2:
            connection.close()
            if by == "crashed":
                crash(database)
            database.stop()
            database.start()
            restarts += 1
    rush.end()
    assert restarts == 2
    adds_up(logs)


@pytest.mark.server
@pytest.mark.thorough
def test_who_books_first_after_a_restart_has_a_number(
    database: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that an installation keeps from one request to the next died with the server."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    connection.close()
    hall = hall_of(make_world())
    session, keys = hall.sessions[0], [UUID(int=number, version=4) for number in range(4)]
    for client, key in enumerate(keys):
        if client == len(keys) - 1:
            database.stop()
            database.start()
        close_old_connections()  # as each request begins
        assert connection.connection is not None, "nobody has noticed yet"
        code, _at = hall.book(client, session, key, Channel.DESK, new=False)
        assert Booking.objects.get(key=key).code == code
    assert differences() == ()


def crash(database: EmbeddedServer) -> None:
    """Kill the server and all that serve for it, at once."""
    first = int((database.place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    for one in (first, *(int(pid) for pid in Path(f"/proc/{first}/task/{first}/children").read_text().split())):
        os.kill(one, signal.SIGKILL)
    clock.sleep(0.2)


def told_by(logs: Path) -> dict[str, set[str]]:
    """The codes that clients were told, by what had become of them; a line that is being written is left out."""
    lines = [line for log in sorted(logs.iterdir()) for line in log.read_text().splitlines() if line.endswith("]")]
    told = [json.loads(line) for line in lines]
    return {what: {code for said, code in told if said == what} for what in ("booked", "arrived")}


def adds_up(logs: Path) -> None:
    """Everything counted again, and compared with what the clients were told."""
    assert differences() == ()
    told = told_by(logs)
    stored = dict(Booking.objects.values_list("code", "state"))
    assert len(told["booked"]) > ENOUGH
    assert told["booked"] - stored.keys() == set()
    here = {code for code, state in stored.items() if state == "arrived"}
    assert told["arrived"] - here == set()
    first = Task.objects.filter(task__in=[1, 3]).values_list("booking__code", flat=True)
    assert sorted(first) == sorted(here)
    assert {one.channel for one in Booking.objects.all()} == {*CHANNELS}
    assert told["arrived"] != set()
