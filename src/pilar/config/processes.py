"""Child processes of one start: the web server and the job worker, begun together and ended together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pilar.config import parentage
from pilar.platform.errors import PilarError
from pilar.platform.language import mark

START_SECONDS = 60
STOP_SECONDS = 10


class PortTaken(PilarError):
    code = "port-taken"
    sentence = mark("Port %(port)s on %(host)s is in use by another program. Choose another one with --port")


class ServerSick(PilarError):
    code = "server-sick"
    sentence = mark("The web server answers with an error; what it said stands above")


class ServerDied(PilarError):
    code = "server-died"
    sentence = mark("The web server ended by itself; what it said stands above")


def check_port(host: str, port: int) -> None:
    """Raise :class:`PortTaken` if nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(host=host, port=port) from None


def web_command(*, host: str, port: int, workers: int) -> list[str]:
    """The web server's command line."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "2", "--respawn-failed-workers", "--no-access-log",
        "--log-level", "warning", "pilar.config.wsgi:application",
    ]  # fmt: skip


def wait_until_live(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server at ``address`` answers; raises :class:`ServerDied` if its process ends first."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/health/live", timeout=2):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError as error:
            raise ServerSick from error
        except OSError:
            time.sleep(0.1)
    raise ServerDied


@contextmanager
def running(commands: list[list[str]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run commands in sessions of their own, so that Ctrl-C reaches this process only, which ends them in order."""
    processes = [
        subprocess.Popen(
            command,
            start_new_session=True,
            preexec_fn=parentage.end_with_parent(signal.SIGTERM),  # noqa: PLW1509 - a start has one thread
        )
        for command in commands
    ]
    try:
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def stop_on_terminate() -> None:
    """Make SIGTERM end this process through every ``finally``, with status 0: it was asked to stop."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
