"""Benchmark of phones and boards that follow a hospital's queues, on one web process with the demo's settings.

Each phone asks again every fifteen seconds with the sign of what it shows, as its browser does, and each board holds
its stream, or asks every second where the server has no place for one. Somebody is called every three seconds.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

from django.test import override_settings

from pilar.config import processes
from pilar.config.bench_http import served
from pilar.config.settings.base import PILAR_LIVE_READERS
from pilar.index.benchmark import Measure

PHONES, BOARDS, SESSIONS, BOOKED = 5_000, 200, 60, 30
EVERY, SECONDS, CALL, ACCEPTED = 15.0, 30.0, 3.0, 0.5
"""Seconds between two questions of a phone, of the measured run, and between two calls; within which 95 of 100 are
answered."""
HOSPITAL, REGION = "tolok-papan", "36.03"
BOARD = f"/rumah-sakit/papan/{HOSPITAL}/"


@dataclass
class Seen:
    """The answers to the readers: seconds of each answer of phones and boards, how often by which status, and the
    seconds of processor time that it took."""

    phones: list[float] = field(default_factory=list)
    boards: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    streams: int = 0
    processor: float = 0.0


class Line:
    """Requests of a browser to an address, each time by a connection of its own, as after a while of silence."""

    def __init__(self, port: int, address: str) -> None:
        self.port, self.address, self.tag = port, address, ""

    async def send(self) -> tuple[int, dict[str, str], asyncio.StreamReader, asyncio.StreamWriter]:
        """Ask; the status and the headers of the answer, and what it goes on with."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        known = f"If-None-Match: {self.tag}\r\nHX-Request: true\r\n" if self.tag else ""
        head = f"GET {self.address} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n{known}\r\n"
        writer.write(head.encode())
        said = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _colon, value in (header.partition(": ") for header in said[1:])}
        return int(said[0].split()[1]), headers, reader, writer

    async def ask(self) -> tuple[str, str]:
        """Ask for a page, which keeps its sign; its status and text."""
        try:
            status, headers, reader, writer = await self.send()
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            return "lost", ""
        self.tag = headers.get("etag", self.tag)
        return str(status), body.decode()


def benchmark() -> Iterator[Measure]:
    """Fill the database of this process, serve it as the demo does, and follow."""
    codes, sessions = _fill()
    with tempfile.TemporaryDirectory() as state:
        given = {"DJANGO_SETTINGS_MODULE": "pilar.config.settings.demo", "PILAR_STATE": state}
        with served(_command, given) as (port, process):
            seen = asyncio.run(_follow(port, codes, sessions, lambda: _processor(process)))
            megabytes = _megabytes(process)
    late, boards = (quantiles(delays, n=20)[-1] for delays in (seen.phones, seen.boards))
    said = ", ".join(f"{count} × {status}" for status, count in sorted(seen.answers.items()))
    yield Measure(f"95 of 100 answers to {PHONES} phones within, s ({said})", late, late, ACCEPTED, 1)
    name = f"95 of 100 answers to {BOARDS} boards within, s ({seen.streams} streams)"
    yield Measure(name, boards, boards, ACCEPTED, 1)
    share, count = seen.processor / SECONDS, sum(seen.answers.values()) + len(seen.boards)
    name = f"of a core for the web process, {seen.processor / count * 1000:.2f} ms an answer"
    yield Measure(name, share, share, 1, 1)
    most = processes.MAX_MEGABYTES / 1000
    yield Measure(f"{megabytes} MB of memory of the web process", megabytes / 1000, megabytes / 1000, most, 1)


def _command(port: int) -> list[str]:
    with override_settings(PILAR_LIVE_READERS=PILAR_LIVE_READERS):  # not the tests' own
        return processes.web_command(host="127.0.0.1", port=port, workers=1)


def _fill() -> tuple[list[str], list[int]]:
    """Sessions of today with bookings, of which half are here; codes of the bookings, keys of the sessions."""
    from uuid import uuid4

    from django.apps import apps
    from django.utils import timezone

    from pilar.areas.reference import today_in
    from pilar.hospital import operations
    from pilar.hospital.benchmark import ASKED, filled, patients
    from pilar.people.rules import OPERATOR

    now, codes = timezone.now(), []
    sessions = filled(HOSPITAL, SESSIONS, today_in(REGION, now), BOOKED, starts=now + timedelta(minutes=30))
    waiting = patients(HOSPITAL, SESSIONS * BOOKED)
    for number, patient in enumerate(waiting):
        made = operations.book(
            by=OPERATOR, session=sessions[number % SESSIONS], patient=patient, asked=ASKED, key=uuid4(), now=now
        )
        codes.append(made.code)
    here = apps.get_model("hospital", "Booking").objects.filter(hospital=HOSPITAL, number__lte=BOOKED // 2)
    here.update(state="arrived", arrived_at=now)
    return codes, sessions


async def _follow(port: int, codes: list[str], sessions: list[int], processor: Callable[[], float]) -> Seen:
    phones = [Line(port, f"/rumah-sakit/antrean/{codes[number % len(codes)]}/") for number in range(PHONES)]
    known: dict[str, str] = {}
    for phone in phones:  # as the person who has looked at their number before
        if phone.address not in known:
            await phone.ask()
            known[phone.address] = phone.tag
        phone.tag = known[phone.address]
    seen, until, spent = Seen(), time.monotonic() + SECONDS, processor()
    boards = [_board(port, seen, until) for _number in range(BOARDS)]
    await asyncio.gather(
        *(_phone(line, place, seen, until) for place, line in enumerate(phones)), *boards, _calls(sessions, until)
    )
    seen.processor = processor() - spent
    return seen


async def _phone(line: Line, place: int, seen: Seen, until: float) -> None:
    due = time.monotonic() + EVERY * place / PHONES
    while due < until:
        await asyncio.sleep(due - time.monotonic())
        status, _body = await line.ask()
        seen.answers[status] += 1
        seen.phones.append(time.monotonic() - due)
        due += EVERY


async def _board(port: int, seen: Seen, until: float) -> None:
    line = Line(port, BOARD)
    status, page = await line.ask()
    if status != "200":
        seen.answers[status] += 1
        return
    topic = html.unescape(re.findall(r'data-live="([^"]+)"', page)[0])
    try:
        answer, _headers, stream, _writer = await Line(port, topic).send()
    except (OSError, asyncio.IncompleteReadError):
        seen.answers["lost"] += 1
        return
    held = answer == 200
    seen.streams += held
    while (left := until - time.monotonic()) > 0:
        try:
            told = await asyncio.wait_for(_told(stream) if held else asyncio.sleep(1.0, True), left)
        except TimeoutError:
            return
        if not told:
            return
        began = time.monotonic()
        await line.ask()
        seen.boards.append(time.monotonic() - began)


async def _told(stream: asyncio.StreamReader) -> bool:
    """Wait until the stream says that something has changed; whether it did before it ended."""
    while text := await stream.readline():
        if text.startswith(b"event: told"):
            return True
    return False


async def _calls(sessions: list[int], until: float) -> None:
    """Call somebody in one session after the other."""
    number = 0
    while time.monotonic() + CALL < until:
        await asyncio.sleep(CALL)
        await asyncio.to_thread(_call, sessions[number % len(sessions)])
        number += 1


def _call(session: int) -> None:
    from django.apps import apps
    from django.db import connection, transaction
    from django.utils import timezone

    from pilar.platform.live import tell

    rows = apps.get_model("hospital", "Booking").objects.filter(session=session, state="arrived")
    with transaction.atomic():
        rows.filter(pk=rows.order_by("number").values("pk")[:1]).update(state="called", called_at=timezone.now())
        for topic in (f"hospital session {session}", f"hospital board {HOSPITAL}"):
            tell(topic)
    connection.close()


def _begun(process: int, what: str) -> list[str]:
    """Read what the system tells of each process that a server has begun."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [Path(f"/proc/{child}/{what}").read_text(encoding="ascii") for child in children]


def _processor(process: int) -> float:
    """Measure the seconds of processor time of what a server has begun, until now."""
    ticks = (stat.rpartition(")")[2].split()[11:13] for stat in _begun(process, "stat"))
    return sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")


def _megabytes(process: int) -> int:
    """Measure the memory that the largest process of a server has in use of its own at this moment."""
    lines = _begun(process, "status")
    return max(int(re.findall(r"VmRSS:\s+(\d+) kB", line)[0]) for line in lines) // 1000
