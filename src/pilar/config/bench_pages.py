"""Benchmark of a region's public page while nothing is written, against a bare view of one process.

Both stand behind the same middleware; the page answers as to a visitor who takes compressed bytes, and as to one who
has it already.
"""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from pilar.config.bench_http import served
from pilar.config.serving import WORKING, Places
from pilar.index.benchmark import Measure
from pilar.platform.benchmark import spent_by

CLIENTS, REQUESTS, ROUNDS, WARM = 4, 400, 5, 40
"""Clients at once, requests of a round, rounds of which that with the middle ratio counts, requests before them."""
AIM, LEAST = 0.5, 0.4
"""Share of the bare view's answers a second that the page is to reach, and that it has to."""
BARE, PAGE = "/lantai/", "/wilayah/36.03/"
FRESH = ("ETag", "Cache-Control")


def bare(_request: HttpRequest) -> HttpResponse:
    """Answer with a letter."""
    return HttpResponse("1")


def application() -> Any:
    """Give what the server of the benchmark serves."""
    from django.core.wsgi import get_wsgi_application

    place = Places(get_wsgi_application())
    from pilar.config import urls

    settings.ROOT_URLCONF = (path(BARE[1:], bare), *urls.urlpatterns)
    return place


def benchmark() -> Iterator[Measure]:
    """Serve the database of this process by one web process, and read."""
    with served(_command, {}) as (port, process):
        headers = {"Accept-Encoding": "gzip"}
        _round(port, process, WARM, BARE, {})
        tag = _ask(http.client.HTTPConnection("127.0.0.1", port), PAGE, headers)["ETag"]
        known = headers | {"If-None-Match": tag or ""}
        for name, given in (("a region's page", headers), ("the same, known already", known)):
            said = _round(port, process, WARM, PAGE, given)[1]
            rounds = []
            for _turn in range(ROUNDS):
                floor = _round(port, process, REQUESTS, BARE, {})[0]
                took = _round(port, process, REQUESTS, PAGE, given)[0]
                rounds.append((took[1] / floor[1], took, floor))
            _ratio, took, floor = sorted(rounds)[ROUNDS // 2]
            missed = ", ".join(f"no {header}" for header in FRESH if header not in said)
            wall = f"{1 / took[0]:.0f} a second, a bare view {1 / floor[0]:.0f}"
            yield Measure(f"{name}, one process, aim {1 / AIM:g} ({wall})", *took, floor[1], 1 / LEAST, missed)


def _command(port: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", str(WORKING), "--no-access-log", "--log-level", "warning", "--factory",
        "pilar.config.bench_pages:application",
    ]  # fmt: skip


def _round(
    port: int, process: int, count: int, where: str, headers: dict[str, str]
) -> tuple[tuple[float, float], http.client.HTTPMessage]:
    """Measure seconds of a request, on the wall and of the processors of both servers; with headers of an answer."""

    def client(place: int) -> http.client.HTTPMessage:
        line = http.client.HTTPConnection("127.0.0.1", port, source_address=(f"127.0.3.{place + 1}", 0))
        return [_ask(line, where, headers) for _number in range(count // CLIENTS)][-1]

    began, used = time.perf_counter(), spent_by(process)
    with ThreadPoolExecutor(CLIENTS) as pool:
        said = list(pool.map(client, range(CLIENTS)))
    return ((time.perf_counter() - began) / count, (spent_by(process) - used) / count), said[0]


def _ask(line: http.client.HTTPConnection, where: str, headers: dict[str, str]) -> http.client.HTTPMessage:
    line.request("GET", where, headers=headers)
    answer = line.getresponse()
    answer.read()
    if answer.status != (304 if "If-None-Match" in headers else 200):
        raise RuntimeError(f"{where} answered {answer.status}")
    return answer.headers
