"""A virus scanner that speaks clamd's protocol, one that breaks, and none."""

from __future__ import annotations

import io
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from evidence import samples
from evidence.cast import Cast
from kit.neighbours import own
from people.team import LATER
from pilar.evidence import clamd, operations, queries
from pilar.evidence.models import ScanVerdict
from pilar.evidence.rules import ScanState
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.platform import jobs

VIRUS = b"X5O-ANGGAP-INI-VIRUS"


class _Clamd(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        reader = self.request.makefile("rb")
        command = reader.read(10)
        if command != b"zINSTREAM\0":
            self.request.sendall(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := struct.unpack(">I", reader.read(4))[0]:
            content += reader.read(size)
            if len(content) > 1_000_000:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        if content.endswith(b"silence"):
            return
        self.request.sendall(b"stream: Eicar-Signature FOUND\0" if VIRUS in content else b"stream: OK\0")


@pytest.fixture(params=["tcp", "unix"])
def scanner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a scanner that finds ``VIRUS``."""
    unix = request.param == "unix"
    path = str(tmp_path / "clamd.sock")
    kind = socketserver.ThreadingUnixStreamServer if unix else socketserver.ThreadingTCPServer
    server = kind(path if unix else ("127.0.0.1", 0), _Clamd)  # type: ignore[arg-type]
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield path if unix else f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_the_scanner_says(scanner: str) -> None:
    assert clamd.scan(io.BytesIO(b"halo"), address=scanner) == ""
    assert clamd.scan(io.BytesIO(b""), address=scanner) == ""
    assert clamd.scan(io.BytesIO(b"x" * 200_000 + VIRUS), address=scanner) == "Eicar-Signature"
    with pytest.raises(clamd.ScannerFailed):
        clamd.scan(io.BytesIO(b"x" * 1_100_000), address=scanner)
    with pytest.raises(clamd.ScannerFailed, match="no answer"):
        clamd.scan(io.BytesIO(b"silence"), address=scanner)


def test_nobody_listens_and_one_who_never_answers(tmp_path: Path) -> None:
    for address in ("127.0.0.1:1", str(tmp_path / "nothing.sock"), "not-an-address"):
        with pytest.raises(clamd.ScannerFailed):
            clamd.scan(io.BytesIO(b"halo"), address=address)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(clamd.ScannerFailed):
            clamd.scan(io.BytesIO(b"halo"), address=address, wait=0.2)


@pytest.fixture
def committed(committed_cast: Cast) -> Iterator[Cast]:
    """Tables that a worker sees; Django does not empty the job table."""
    kept, connection.settings_dict["CONN_MAX_AGE"] = connection.settings_dict["CONN_MAX_AGE"], 0
    connection.cursor().execute("DELETE FROM procrastinate_jobs")
    yield committed_cast
    connection.settings_dict["CONN_MAX_AGE"] = kept
    connection.cursor().execute("DELETE FROM procrastinate_jobs")


@pytest.mark.parametrize("scanner", ["tcp"], indirect=True)
def test_an_added_file_is_scanned_by_the_worker(committed: Cast, scanner: str, settings: Any) -> None:
    settings.PILAR_CLAMD = scanner
    clean = committed.add("contributor")
    infected = committed.add("coordinator", samples.pdf(VIRUS.decode()))
    committed.add("coordinator", link="https://contoh.invalid/")
    assert ProcrastinateJob.objects.count() == 2
    assert queries.revision(clean, 1, scope=OPERATOR).scan is ScanState.NOT_SCANNED
    jobs.run_worker(once=True)
    assert queries.revision(clean, 1, scope=OPERATOR).scan is ScanState.CLEAN
    row = queries.revision(infected, 1, scope=OPERATOR)
    assert (row.scan, row.scan_found) == (ScanState.INFECTED, "Eicar-Signature")
    settings.PILAR_CLAMD = ""
    waiting = committed.add("contributor")
    settings.PILAR_CLAMD = scanner
    assert operations.scan_waiting(by=SCHEDULE) == 1
    jobs.run_worker(once=True)
    assert queries.revision(waiting, 1, scope=OPERATOR).scan is ScanState.CLEAN


@pytest.mark.django_db
def test_without_a_scanner_nothing_is_queued_and_readers_see_it(cast: Cast) -> None:
    key = cast.add("contributor")
    assert not ProcrastinateJob.objects.exists()
    assert operations.scan_waiting(by=SCHEDULE) == 0
    row = queries.revision(key, 1, scope=cast.who("secretariat"))
    operations.scan(by=SCHEDULE, revision=row.key, now=LATER)
    assert row.scan is ScanState.NOT_SCANNED
    assert row.scan_name == "tanpa pemindaian virus"
    assert not own(ScanVerdict).exists()


@pytest.mark.parametrize("scanner", ["tcp"], indirect=True)
@pytest.mark.django_db
def test_a_failed_scan_is_said_and_asked_again(cast: Cast, scanner: str, settings: Any, folder: Path) -> None:
    settings.PILAR_CLAMD = "127.0.0.1:1"
    key = cast.add("contributor")
    revision = queries.revision(key, 1, scope=OPERATOR).key

    def state() -> ScanState:
        operations.scan(by=SCHEDULE, revision=revision, now=LATER)
        return queries.revision(key, 1, scope=OPERATOR).scan

    assert state() is ScanState.FAILED
    assert state() is ScanState.FAILED
    with transaction.atomic():
        assert operations.scan_waiting(by=SCHEDULE) == 1
    settings.PILAR_CLAMD = scanner
    (stored,) = (path for path in folder.rglob("*") if path.is_file())
    content = stored.read_bytes()
    stored.unlink()
    assert state() is ScanState.FAILED
    stored.write_bytes(content)
    assert state() is ScanState.CLEAN
    assert operations.scan_waiting(by=SCHEDULE) == 0
    assert list(own(ScanVerdict).order_by("pk").values_list("state", flat=True)) == ["failed", "clean"]
