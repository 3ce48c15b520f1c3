"""The start of a web server is waited for as long as it lives, and its failures are told by its own words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import translation

from config.installation import free_port, wait_until
from pilar.config import processes

SERVER = """
import http.server, sys, time
time.sleep({delay})
class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status})
        self.end_headers()
        self.wfile.write(b"too short, too stout")
http.server.HTTPServer(("127.0.0.1", {port}), Answering).serve_forever()
"""
Begin = Callable[[str], "subprocess.Popen[bytes]"]


@pytest.fixture
def begin() -> Iterator[Begin]:
    begun = []

    def program(text: str) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen([sys.executable, "-c", text], stderr=subprocess.DEVNULL))
        return begun[-1]

    yield program
    for process in begun:
        process.kill()
        process.wait()


def test_a_slow_start_is_waited_for_and_told(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "TELL_SECONDS", 0.2)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # the machine's proxy is not asked for an own address
    port, said = free_port(), list[str]()
    server = begin(SERVER.format(delay=2, status=200, port=port))
    processes.wait_until_live(processes.address_of("0.0.0.0", port), server, say=said.append)
    assert len(said) > 1
    assert set(said) == {"The web server is still starting"}


def test_a_server_that_answers_with_an_error_is_told_by_its_own_words(begin: Begin) -> None:
    port = free_port()
    server = begin(SERVER.format(delay=0, status=418, port=port))
    with pytest.raises(processes.ServerSick, match="418: too short, too stout"):
        processes.wait_until_live(processes.address_of("127.0.0.1", port), server, say=print)


def test_only_a_process_that_ended_counts_as_ended(begin: Begin) -> None:
    server = begin("import time; time.sleep(1); raise SystemExit(7)")
    with pytest.raises(processes.ServerDied, match="7"):
        processes.wait_until_live(processes.address_of("127.0.0.1", free_port()), server, say=print)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("fd00::7", "[fd00::7]"),
        ("pilar", "pilar"),
    ],
)
def test_where_a_server_is_reached(host: str, address: str) -> None:
    assert processes.address_of(host, 80) == f"http://{address}:80"


def test_a_worker_that_ends_is_started_again_ever_more_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "worker_command", lambda: [sys.executable, "-c", "raise SystemExit(1)"])
    now, began, said = [0.0], list[float](), list[str]()
    real = processes._begin

    def counted(command: list[str]) -> subprocess.Popen[bytes]:
        began.append(now[0])
        process = real(command)
        process.wait()
        return process

    monkeypatch.setattr(processes, "_begin", counted)
    monkeypatch.setattr(processes.time, "monotonic", lambda: now[0])
    with processes.Worker(say=said.append) as worker:
        while now[0] < 100:
            now[0] += 0.5
            worker.look()
    assert began[:6] == [0.0, 1.5, 4.0, 8.5, 17.0, 33.5]
    assert max(later - earlier for earlier, later in pairwise(began)) <= processes.MAX_PAUSE + 1
    assert set(said) == {"The worker for background jobs ended; it is being started again"}


def test_a_part_is_done_beside_and_waited_for(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    with processes.beside(lambda: there.write_text(str(os.getpid()))):
        here.write_text(str(os.getpid()))
    assert here.read_text() == str(os.getpid()) != there.read_text()


def refuse() -> None:
    raise processes.PortTaken(host="x", port=1)


@pytest.mark.parametrize(
    ("work", "status", "said"),
    [(refuse, 2, "Port 1 on x is in use"), (lambda: 1 / 0, 1, "ZeroDivisionError")],
)
def test_a_part_that_fails_says_why_and_ends_the_whole(
    capfd: pytest.CaptureFixture[str], work: Callable[[], object], status: int, said: str
) -> None:
    with translation.override("en"), pytest.raises(SystemExit) as ended, processes.beside(work):
        pass
    assert ended.value.code == status
    assert said in capfd.readouterr().err


def test_a_part_that_is_killed_is_told() -> None:
    with pytest.raises(processes.PartKilled), processes.beside(lambda: os.kill(os.getpid(), signal.SIGKILL)):
        pass


def test_a_part_ends_with_what_it_stands_beside(tmp_path: Path) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"

    def work() -> None:
        begun.write_text(str(os.getpid()))
        time.sleep(600)
        ended.touch()

    def interrupted() -> None:
        wait_until(lambda: begun.exists() and begun.read_text())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), processes.beside(work):
        interrupted()
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)
    assert not ended.exists()
