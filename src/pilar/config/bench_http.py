"""Benchmark of bookings through the web server, as Mobile JKN makes them, against a view that inserts one row.

Both are views of the same processes, behind the same middleware: ``granian`` serves this module.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from pilar.config.serving import Places
from pilar.config.settings.base import PILAR_LIVE_READERS
from pilar.index.benchmark import Measure
from pilar.platform.benchmark import spent_by

CLIENTS, REQUESTS, ROUNDS, WARM = 8, 160, 5, 40
"""Clients at once, requests of a round, rounds of which that with the middle ratio counts, requests before them."""
WANTED = 200
"""Bookings a second that a machine like this one has to bear, by its processors, or half as many as bare inserts."""
PACED, SECONDS, ACCEPTED = 52, 8, 0.5
"""Requests a second of the paced run, its length; seconds for 95 of 100 of it."""
HOSPITAL, PLACES = "tolok-web", 200
BARE, BOOK = "/lantai/", f"/rumah-sakit/bpjs/{HOSPITAL}/antrean/ambil"


def bare(_request: HttpRequest) -> HttpResponse:
    """Insert one row."""
    from django.apps import apps

    apps.get_model("platform", "Receipt").objects.create(key=uuid4(), kind="bench", owner=0, sha256="0" * 64)
    return HttpResponse("1")


def application() -> Any:
    """Return what the server of the benchmark serves."""
    from django.core.wsgi import get_wsgi_application

    served = Places(get_wsgi_application())
    from pilar.config import urls

    settings.PILAR_LIVE_READERS = PILAR_LIVE_READERS  # as an installation has it, not the tests
    settings.ROOT_URLCONF = (path(BARE[1:], csrf_exempt(bare)), *urls.urlpatterns)
    return served


def benchmark() -> Iterator[Measure]:
    """Fill the database of this process, serve it, and book."""
    with tempfile.TemporaryDirectory() as folder:
        access = Path(folder) / "bpjs.json"
        hospital_keys = {"address": "http://127.0.0.1:9", "cons_id": "x", "secret": "x", "user_key": "x",
                         "username": "jkn", "password": "sandi"}  # fmt: skip
        access.write_text(json.dumps({HOSPITAL: hospital_keys}))
        asked = _fill(WARM + ROUNDS * REQUESTS + PACED * SECONDS)
        with served(_command, {"PILAR_BPJS_FILE": str(access)}) as (port, process):
            token = _token(port)
            headers = {"x-token": token, "x-username": "jkn"}
            for number in range(WARM):
                line = http.client.HTTPConnection("127.0.0.1", port)
                _ask(line, BARE, {}, "")
                _ask(line, BOOK, headers, asked[number])
            rounds = []
            for turn in range(ROUNDS):
                mine = asked[WARM + turn * REQUESTS :]
                floor = _round(port, process, [(BARE, {}, "")] * REQUESTS)
                took = _round(port, process, [(BOOK, headers, body) for body in mine[:REQUESTS]])
                rounds.append((took[1] / floor[1], took, floor))
            _ratio, took, floor = sorted(rounds)[ROUNDS // 2]
            wall = f"{1 / took[0]:.0f} a second, a bare insert {1 / floor[0]:.0f}"
            name = f"{REQUESTS} bookings by HTTP, in the middle of {ROUNDS} rounds ({wall})"
            yield Measure(name, *took, max(floor[1], (os.cpu_count() or 1) / WANTED / 2), 2)
            late = _paced(port, token, asked[WARM + ROUNDS * REQUESTS :])
            name = f"95 of 100 bookings at {PACED} a second within, s"
            yield Measure(name, late, late, ACCEPTED, 1)


def _fill(count: int) -> list[str]:
    """A hospital with sessions of tomorrow and a patient for each request; the bodies of the requests."""
    from django.utils import timezone

    from pilar.areas.reference import today_in
    from pilar.hospital import operations
    from pilar.hospital.benchmark import filled
    from pilar.hospital.operations import Person
    from pilar.people.rules import OPERATOR

    day, bodies = today_in("36.03", timezone.now()) + timedelta(days=1), []
    sessions = filled(HOSPITAL, count // PLACES + 1, day, PLACES)
    for number in range(count):
        nik, card = f"36030145{number:08d}", f"{number:013d}"
        operations.register_patient(
            by=OPERATOR, hospital=HOSPITAL, person=Person("Tolok", nik=nik, card=card), now=timezone.now()
        )
        bodies.append(json.dumps({
            "nomorkartu": card, "nik": nik, "nohp": "081234567890", "kodepoli": "TLK", "norm": "",
            "tanggalperiksa": day.isoformat(), "kodedokter": number % len(sessions), "jampraktek": "09:00-17:00",
            "jeniskunjungan": 1, "nomorreferensi": f"0001R{number:014d}",
        }))  # fmt: skip
    return bodies


def _command(port: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "2", "--blocking-threads", "4", "--no-access-log", "--log-level", "warning", "--factory",
        "pilar.config.bench_http:application",
    ]  # fmt: skip


@contextmanager
def served(command: Callable[[int], list[str]], environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve the database of this process by a command for a port; the port, and the process of the server."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    from django.db import connection

    own = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    server = subprocess.Popen(command(port), env=os.environ | {"DATABASE_URL": own.geturl(), **environment})
    try:
        for _try in range(3_000):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with {server.returncode}")
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _token(port: int) -> str:
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", f"/rumah-sakit/bpjs/{HOSPITAL}/auth", headers={"x-username": "jkn", "x-password": "sandi"})
    return str(json.load(line.getresponse())["response"]["token"])


def _round(port: int, process: int, asked: Sequence[tuple[str, dict[str, str], str]]) -> tuple[float, float]:
    """Measure the seconds of a request, on the wall and of the processors of both servers, by clients that each ask
    again as soon as they are answered."""

    def client(place: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, source_address=(f"127.0.1.{place + 1}", 0))
        for call in asked[place::CLIENTS]:
            _ask(line, *call)

    began, used = time.perf_counter(), spent_by(process)
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return (time.perf_counter() - began) / REQUESTS, (spent_by(process) - used) / REQUESTS


def _paced(port: int, token: str, bodies: list[str]) -> float:
    """Seconds within which 95 of 100 requests are answered that come at an even pace, whatever is answered."""
    began, headers = time.perf_counter(), {"x-token": token, "x-username": "jkn"}

    def ask(number: int) -> float:
        due = began + number / PACED
        time.sleep(max(0.0, due - time.perf_counter()))
        line = http.client.HTTPConnection("127.0.0.1", port, source_address=(f"127.0.2.{number % 200 + 1}", 0))
        _ask(line, BOOK, headers, bodies[number])
        return time.perf_counter() - due

    with ThreadPoolExecutor(32) as pool:
        return quantiles(pool.map(ask, range(PACED * SECONDS)), n=20)[-1]


def _ask(line: http.client.HTTPConnection, where: str, headers: dict[str, str], body: str) -> None:
    line.request("POST", where, body, {"Content-Type": "application/json", **headers})
    answer = line.getresponse()
    said = answer.read()
    if answer.status != 200 or b'"code": 201' in said:
        raise RuntimeError(f"{answer.status}: {said[:300]!r}")
