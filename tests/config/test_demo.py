"""``./pilar demo`` as a newcomer runs it: started, read, started twice, stopped with Ctrl-C, started again."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from pilar.config.embedded import Place, place_for

CHECKOUT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    def __init__(self, state: Path) -> None:
        self.port = free_port()
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
            },
            "PILAR_STATE": str(state),
            "PILAR_LANGUAGE": "en",
            "PYTHONPATH": str(CHECKOUT / "src"),
        }
        self.place = place_for(state)
        self.first_said = ""
        self.process: subprocess.Popen[str] | None = None

    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def command(self, port: int) -> list[str]:
        return [sys.executable, "-m", "pilar", "demo", "--port", str(port)]

    def start(self, until: str = "Pilar runs at") -> str:
        """Start and return what was printed until it was ready, or something else was said."""
        self.process = subprocess.Popen(
            self.command(self.port), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=as_in_a_terminal,  # noqa: PLW1509 - a start has one thread
        )  # fmt: skip
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if until in line:
                break
        self.first_said = self.first_said or "".join(said)
        return "".join(said)

    def read(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=300) as answer:
            return str(answer.read().decode())

    def interrupt(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=300)
        return self.process.returncode


def as_in_a_terminal() -> None:
    """Heed Ctrl-C, which a process that a script began in the background ignores, and all that it begins."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One that was begun in an empty folder."""
    running = Demo(tmp_path_factory.mktemp("demo"))
    try:
        running.start()
        yield running
    finally:
        end(running)


@pytest.mark.thorough
def test_who_is_killed_while_the_examples_are_prepared_begins_anew(tmp_path_factory: pytest.TempPathFactory) -> None:
    running = Demo(tmp_path_factory.mktemp("demo"))
    try:
        running.start(until="Preparing the synthetic surveys")
        assert running.process is not None
        running.process.kill()
        running.process.communicate()
        running.start()
        year = datetime.now(UTC).year - 1
        assert "10,000,000" in running.read(f"/en/keuangan-desa/36.03.01.2003/apbdes/{year}/")
        assert "contoh" in running.read("/rencana/36.03/")
        with psycopg.connect(running.place.url()) as owner:
            (books,) = owner.execute("SELECT count(*) FROM villagefinance_entry WHERE kind = 'opening'").fetchall()[0]
        assert books >= 8
    finally:
        end(running)


@pytest.fixture
def demo(begun: Demo) -> Demo:
    """The same one, running, however the test before this one left it."""
    if not begun.runs():
        begun.start()
    return begun


def end(running: Demo) -> None:
    if running.runs():
        running.interrupt()
    shutil.rmtree(running.place.sockets, ignore_errors=True)
    shutil.rmtree(running.place.home, ignore_errors=True)


def connected(place: Place) -> set[str]:
    """The roles by which web server and worker use the database: never the one that owns it."""
    with psycopg.connect(place.url()) as owner:
        rows = owner.execute(
            # A worker of autovacuum is connected, too, by no role.
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'",
            ["pilar"],
        )
        return {str(name) for (name,) in rows}


def test_newcomers_first_minutes(demo: Demo) -> None:
    said = demo.first_said
    assert "Making the tables" in said
    assert "warning" not in said.lower(), "nothing to worry about on the first screen"
    assert re.search(r"=\s+3\.354 → 3\.35", said), said
    assert re.search(r"Mails that Pilar would send stand at http://127\.0\.0\.1:\d+/surat/", said)
    assert re.search(r"Secretariat\s+sekretariat@contoh\.invalid\s+\S{16}", said), said

    page = demo.read("/wilayah/36.03/2023/")
    assert "3,354" in page
    assert "sorotbanten.com" in page
    assert json.loads(demo.read("/health/ready"))["database"] == "embedded"

    assert connected(demo.place) == {"pilar_serving"}

    second = subprocess.run(
        demo.command(free_port()), env=demo.environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert second.returncode == 2
    assert demo.process is not None
    assert f"Pilar already runs from this folder (process {demo.process.pid})" in second.stderr
    assert "3,354" in demo.read("/wilayah/36.03/2023/")

    assert demo.interrupt() == 130
    with pytest.raises(OSError, match="refused"):
        demo.read("/")
    assert not (demo.place.data / "postmaster.pid").exists()

    again = demo.start()
    assert "Making the tables" not in again
    assert re.search(r"=\s+3\.354 → 3\.35", again)
    passwords = re.findall(r"@contoh\.invalid\s+(\S{16})", said)
    assert passwords == re.findall(r"@contoh\.invalid\s+(\S{16})", again)
    assert "3,354" in demo.read("/wilayah/36.03/2023/")


def children_of(process: int) -> set[int]:
    """The processes that a process began, and those that they began."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(one): int(parent) for one, parent in (line.split() for line in listed.splitlines())}
    found = {process}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process}


def server_of(demo: Demo) -> int:
    return int((demo.place.data / "postmaster.pid").read_text().split()[0])


def kill(*processes: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def command_of(process: int) -> str:
    try:
        return (Path("/proc") / str(process) / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


@pytest.mark.thorough
def test_two_crashes_of_everything_in_a_row_and_then_of_its_parts(demo: Demo) -> None:
    """Killed at once are the demo, its database and the web server's head; what hangs on them lets go of the port."""
    for _ in range(2):
        assert demo.process is not None
        server = server_of(demo)
        heads = {one for one in children_of(demo.process.pid) if "granian" in command_of(one)}
        assert heads
        kill(demo.process.pid, server, min(heads))
        demo.process.communicate()
        assert "3.354 → 3.35" in demo.start()
    (worker,) = {one for one in children_of(demo.process.pid) if "pilar worker" in command_of(one)}
    kill(worker, server_of(demo))
    said = demo.process.stdout
    assert said is not None
    expected = {"database ended", "background jobs ended"}
    for line in said:
        expected = {words for words in expected if words not in line}
        if not expected:
            break
    ends = time.monotonic() + 600
    while time.monotonic() < ends:
        try:
            if json.loads(demo.read("/health/ready"))["worker"] == "ok" and demo.read("/surat/"):
                return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail("it did not come back")


@pytest.mark.thorough
def test_killed_demo_leaves_nothing_running(demo: Demo) -> None:
    assert demo.process is not None
    demo.process.kill()
    demo.process.communicate()
    ends = time.monotonic() + 300
    while time.monotonic() < ends:
        try:
            demo.read("/health/live")
        except OSError:
            break
        time.sleep(0.2)
    else:
        pytest.fail("the web server outlived its killed starter")
    assert "3.354 → 3.35" in demo.start()
