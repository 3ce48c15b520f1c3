"""Child processes of one start: the web server and the job worker, begun together and ended together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.conf import settings
from django.db import connections

from pilar.config import parentage
from pilar.config.ending import status_of
from pilar.config.serving import WORKING
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

LIVE = "/health/live"
TELL_SECONDS = 15
PROBE_SECONDS = 10
STOP_SECONDS = 10
FIRST_PAUSE, MAX_PAUSE = 1.0, 30.0
"""Seconds until a worker that ended is started again: doubled each time, and short again after it has run."""

Say = Callable[[str], None]


class PortTaken(PilarError):
    code = "port-taken"
    sentence = N_("Port %(port)s on %(host)s is in use by another program. Choose another one with --port")


class ServerSick(PilarError):
    code = "server-sick"
    sentence = N_("The web server answers %(address)s with %(status)s: %(said)s")


class PartKilled(PilarError):
    code = "part-killed"
    sentence = N_("A process that did a part of this was ended from outside (signal %(signal)s). Start it again")


class ServerDied(PilarError):
    code = "server-died"
    sentence = N_("The web server ended by itself (exit status %(status)s); what it said stands above")


def check_port(host: str, port: int) -> None:
    """Raise :class:`PortTaken` if nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(host=host, port=port) from None


def address_of(host: str, port: int) -> str:
    """Return how this machine reaches a server that listens on ``host``."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not listened on
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


MAX_MEGABYTES = 500
"""Of one web process: it draws charts by an engine of its own and sets documents in type, and keeps what that
took; its threads of readers take some 50."""
LOGGING = Path(__file__).with_name("granian.json")
"""The server's own log, without what is meant (:class:`pilar.config.logs.ExceptThreads`)."""


def web_command(*, host: str, port: int, workers: int) -> list[str]:
    """The web server's command line. A process that has grown too large is replaced when its requests are answered."""
    threads = WORKING + settings.PILAR_LIVE_READERS
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads), "--respawn-failed-workers",
        "--workers-max-rss", str(MAX_MEGABYTES), "--no-access-log",
        "--log-level", "warning", "--log-config", str(LOGGING), "pilar.config.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The job worker's command line."""
    return [sys.executable, "-m", "pilar", "worker"]


def wait_until_live(address: str, process: subprocess.Popen[bytes], *, say: Say) -> None:
    """Wait until the server at ``address`` answers, however long it takes to start, saying so now and then.

    Raises :class:`ServerDied` if its process ends first, :class:`ServerSick` with what it answered if that is an error.
    """
    told = time.monotonic()
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever proxy the machine may have
    while process.poll() is None:
        try:
            with direct.open(address + LIVE, timeout=PROBE_SECONDS):
                return
        except urllib.error.HTTPError as error:
            said = error.read(300).decode(errors="replace").strip() or error.reason
            raise ServerSick(address=address + LIVE, status=error.code, said=said) from error
        except OSError:
            time.sleep(0.1)
        if time.monotonic() > told + TELL_SECONDS:
            told = time.monotonic()
            say(N_("The web server is still starting"))
    raise ServerDied(status=process.returncode)


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a session of its own, so that Ctrl-C reaches this process only, which ends it in order."""
    process = _begin(command)
    try:
        yield process
    finally:
        _end(process)


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """Let a copy of this process do a piece of work on another core meanwhile; what follows waits until both are done.

    If the work fails, the copy has said why as a command does, and this process ends with the same status
    (SystemExit); :class:`PartKilled` if it could not. If what runs here fails, the copy is ended at once.
    """
    connections.close_all()  # each opens its own
    sys.stdout.flush()
    if not (copy := os.fork()):
        _be_beside(work)
    try:
        yield
        status = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    except BaseException:
        with suppress(ProcessLookupError):
            os.kill(copy, signal.SIGTERM)
            os.waitpid(copy, 0)
        raise
    if status < 0:
        raise PartKilled(signal=-status)
    if status:
        raise SystemExit(status)


def _be_beside(work: Callable[[], object]) -> NoReturn:
    status = 1
    try:
        parentage.end_with_parent(signal.SIGTERM)()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches who began this, too, and ends it
        status = status_of(lambda: work() and None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


class Worker:
    """The job worker of this start: started again, ever more slowly, whenever it ends. Use as a context manager."""

    def __init__(self, *, say: Say) -> None:
        self._say = say
        self._pause = FIRST_PAUSE
        self._again_at = 0.0

    def __enter__(self) -> Worker:
        self._process, self._began = _begin(worker_command()), time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        _end(self._process)

    def look(self) -> None:
        """Start it again if it ended and its time has come; call this every second or so."""
        if self._process.poll() is None:
            return
        now = time.monotonic()
        if not self._again_at:
            if now - self._began > MAX_PAUSE:
                self._pause = FIRST_PAUSE
            self._say(N_("The worker for background jobs ended; it is being started again"))
            self._again_at, self._pause = now + self._pause, min(2 * self._pause, MAX_PAUSE)
        if now >= self._again_at:
            self._process, self._began, self._again_at = _begin(worker_command()), now, 0.0


def _begin(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        start_new_session=True,
        preexec_fn=parentage.end_with_parent(signal.SIGTERM),  # noqa: PLW1509 - a start has one thread
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
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
