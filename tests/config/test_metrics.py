"""/metrics and the log of requests: figures by name, for holders of the token, and nothing about who asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import structlog
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from pilar.config import metrics
from pilar.platform.models import OutgoingMessage

TOKEN = "for-monitors-alone"
HEADERS = {"authorization": f"Bearer {TOKEN}"}


def figure(client: Client, name: str) -> float:
    answer = client.get("/metrics", headers=HEADERS)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    found = re.search(rf"^{re.escape(name)} (\S+)$", answer.content.decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    settings.PILAR_METRICS_TOKEN = TOKEN


@pytest.mark.django_db
def test_requests_are_counted_by_the_name_of_their_address(client: Client) -> None:
    name = 'pilar_requests_total{address="portal:about",method="GET",status="200"}'
    before = figure(client, name)
    client.get("/tentang/")
    client.get("/en/tentang/")
    assert figure(client, name) == before + 2
    assert figure(client, 'pilar_request_seconds_count{address="portal:about"}') >= 2
    unknown = 'pilar_requests_total{address="none",method="other",status="404"}'
    before = figure(client, unknown)
    client.generic("BREW", "/s/secret-key/nowhere/at/all/")
    assert figure(client, unknown) == before + 1
    assert "secret-key" not in client.get("/metrics", headers=HEADERS).content.decode()


@pytest.mark.django_db
def test_jobs_messages_and_database_are_told(client: Client) -> None:
    assert figure(client, "pilar_database_up") == 1
    assert figure(client, "pilar_worker_up") == 0
    before = figure(client, "pilar_messages_waiting")
    OutgoingMessage.objects.create(content={})
    assert figure(client, "pilar_messages_waiting") == before + 1
    answer = client.get("/metrics", headers=HEADERS).content.decode()
    assert "pilar_jobs_waiting 0.0" in answer
    assert "pilar_jobs_longest_wait_seconds 0.0" in answer


def test_a_database_that_is_away_is_a_figure(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError from psycopg.OperationalError("connection refused")

    monkeypatch.setattr(metrics.connection, "ensure_connection", away)
    answer = client.get("/metrics", headers=HEADERS)
    assert b"pilar_database_up 0.0" in answer.content
    assert b"pilar_worker_up" not in answer.content


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN + "x"}])
def test_without_the_token_there_is_no_such_address(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/metrics", headers=headers).status_code == 404


def test_no_token_set_opens_to_nobody(client: Client, settings: Settings) -> None:
    settings.PILAR_METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_each_request_has_a_line_that_names_nobody(client: Client, settings: Settings) -> None:
    settings.PILAR_ACCESS_LOG = True
    with structlog.testing.capture_logs() as lines:
        answer = client.get("/tentang/?who=me")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line.pop("milliseconds") >= 0
    assert line == {
        "event": "request", "log_level": "info", "address": "portal:about", "method": "GET", "status": 200,
        "reference": answer.headers["X-Request-ID"],
    }  # fmt: skip


def test_figures_of_all_processes_are_told_together(tmp_path: Path) -> None:
    code = "import sys; from prometheus_client import Counter; Counter('shared', 'x').inc(int(sys.argv[1]))"
    told = (
        "from prometheus_client import CollectorRegistry, generate_latest; "
        "from prometheus_client.multiprocess import MultiProcessCollector; "
        "registry = CollectorRegistry(); MultiProcessCollector(registry); print(generate_latest(registry).decode())"
    )
    environment = os.environ | {metrics.FOLDER: str(tmp_path)}
    for number in ("2", "3"):
        subprocess.run([sys.executable, "-c", code, number], check=True, env=environment)
    done = subprocess.run([sys.executable, "-c", told], check=True, env=environment, capture_output=True, text=True)
    assert "shared_total 5.0" in done.stdout
