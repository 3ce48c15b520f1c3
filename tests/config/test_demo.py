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
        self.process: subprocess.Popen[str] | None = None

    def command(self, port: int) -> list[str]:
        return [sys.executable, "-m", "pilar", "demo", "--port", str(port)]

    def start(self) -> str:
        """Start and return what was printed until it was ready."""
        self.process = subprocess.Popen(
            self.command(self.port), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Pilar runs at"):
                break
        return "".join(said)

    def read(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def interrupt(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.interrupt()
    place = place_for(tmp_path)
    shutil.rmtree(place.sockets, ignore_errors=True)
    shutil.rmtree(place.home, ignore_errors=True)


def connected(place: Place) -> set[str]:
    """The roles by which web server and worker use the database: never the one that owns it."""
    with psycopg.connect(place.url()) as owner:
        rows = owner.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", ["pilar"]
        )
        return {str(name) for (name,) in rows}


def test_newcomers_first_minutes(demo: Demo) -> None:
    said = demo.start()
    assert re.search(r"=\s+3\.354 → 3\.35", said), said
    assert re.search(r"Secretariat\s+sekretariat@contoh\.invalid\s+\S{16}", said), said

    page = demo.read("/wilayah/36.03/2023/")
    assert "3,354" in page
    assert "sorotbanten.com" in page
    assert json.loads(demo.read("/health/ready"))["database"] == "embedded"

    assert connected(place_for(Path(demo.environment["PILAR_STATE"]))) == {"pilar_serving"}

    second = subprocess.run(
        demo.command(free_port()), env=demo.environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert second.returncode == 2
    assert f"Pilar already runs from this folder (process {demo.process.pid})" in second.stderr
    assert "3,354" in demo.read("/wilayah/36.03/2023/")

    assert demo.interrupt() == 130
    with pytest.raises(OSError, match="refused"):
        demo.read("/")
    assert not (place_for(Path(demo.environment["PILAR_STATE"])).data / "postmaster.pid").exists()

    again = demo.start()
    assert "Making the tables" not in again
    assert re.search(r"=\s+3\.354 → 3\.35", again)
    passwords = re.findall(r"@contoh\.invalid\s+(\S{16})", said)
    assert passwords == re.findall(r"@contoh\.invalid\s+(\S{16})", again)


def test_killed_demo_leaves_nothing_running(demo: Demo) -> None:
    demo.start()
    assert demo.process is not None
    demo.process.kill()
    demo.process.communicate()
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        try:
            demo.read("/health/live")
        except OSError:
            break
        time.sleep(0.2)
    else:
        pytest.fail("the web server outlived its killed starter")
    assert "3.354 → 3.35" in demo.start()
