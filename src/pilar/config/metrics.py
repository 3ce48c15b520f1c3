"""Metrics at /metrics for monitors, and a log line for each request.

Requests are told by the name of their address, never by its path, which may hold the key of a survey or an account; no
line and no figure says who asked.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from pilar.platform import jobs, mail
from pilar.platform.outage import database_is_away

ADDRESS = "/metrics"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where the processes of one server write their figures, read by whichever of them is asked."""

REQUESTS = Counter("pilar_requests", "Requests answered", ["address", "method", "status"])
SECONDS = Histogram(
    "pilar_request_seconds", "Time until an answer", ["address"], buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

log = structlog.get_logger("pilar.access")


def begin(folder: Path) -> None:
    """Begin again with the figures of all processes that this one starts."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[FOLDER] = str(folder)


class Measured:
    """Counts and times each request, writes its line, and answers /metrics, before anything else looks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == ADDRESS:
            return _metrics(request)
        start = time.perf_counter()
        response = self.get_response(request)
        taken = time.perf_counter() - start
        match = request.resolver_match
        address = match.view_name if match and match.view_name else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(address, method, response.status_code).inc()
        SECONDS.labels(address).observe(taken)
        if settings.PILAR_ACCESS_LOG:
            log.info(
                "request", address=address, method=method, status=response.status_code,
                milliseconds=round(taken * 1000), reference=getattr(request, "reference", ""),
            )  # fmt: skip
        return response


def _metrics(request: HttpRequest) -> HttpResponse:
    """Serve requests that carry the token of the installation; without one set there is no such address."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.PILAR_METRICS_TOKEN
    if not token or not secrets.compare_digest(given.encode(), token.encode()):
        return HttpResponseNotFound()
    registry = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(_Stored())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Stored:
    """Figures that stand in the database, read when they are asked for."""

    def collect(self) -> Iterator[Any]:
        try:
            connection.ensure_connection()
            attendance, messages = jobs.attendance(), mail.waiting()
        except Exception as error:
            if not database_is_away(error):
                raise
            yield GaugeMetricFamily("pilar_database_up", "Whether the database answers", value=0)
            return
        yield GaugeMetricFamily("pilar_database_up", "Whether the database answers", value=1)
        yield GaugeMetricFamily("pilar_worker_up", "Whether a worker runs jobs", value=int(attendance.present))
        yield GaugeMetricFamily("pilar_jobs_waiting", "Jobs that are due and not begun", value=attendance.waiting)
        longest = attendance.longest_wait.total_seconds()
        yield GaugeMetricFamily("pilar_jobs_longest_wait_seconds", "How long the oldest of them waits", value=longest)
        yield GaugeMetricFamily("pilar_messages_waiting", "Messages not yet delivered", value=messages)
