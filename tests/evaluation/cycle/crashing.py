"""A running Pilar that can be killed, people who press its buttons, and a database that is slow where it is told."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.db import connection
from django.test import Client

from confirming import SEEN
from evaluation.cycle import served
from pilar.config import processes
from pilar.people.models import User

TESTS = Path(served.__file__).parents[2]
TOKEN = "c" * 32
PATIENCE = 60.0
SLOW = 0.4
"""Seconds that a slow table takes for each of its rows."""


@dataclass(frozen=True)
class Reply:
    """A whole answer of the server."""

    status: int
    headers: http.client.HTTPMessage
    body: str


class Server:
    """Serves the database of this test. ``kill`` is SIGKILL; what was on its way is gone."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        parts = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
        self.environment = os.environ | {
            "PYTHONPATH": f"{TESTS.parent / 'src'}:{TESTS}",
            "DJANGO_SETTINGS_MODULE": "evaluation.cycle.crash_settings",
            "DATABASE_URL": parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
            "PILAR_EVIDENCE_FOLDER": str(folder),
        }

    def start(self) -> None:
        raise NotImplementedError

    def kill(self) -> None:
        raise NotImplementedError


class Forked(Server):
    """For many kills: see ``served.py``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.mother = subprocess.Popen(
            [sys.executable, "-m", "evaluation.cycle.served", str(self.port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment,
        )  # fmt: skip
        self.child: int | None = None

    def start(self) -> None:
        assert self.mother.stdin is not None
        assert self.mother.stdout is not None
        self.mother.stdin.write("\n")
        self.mother.stdin.flush()
        self.child = int(self.mother.stdout.readline())

    def kill(self) -> None:
        if self.child is not None:
            os.kill(self.child, signal.SIGKILL)
            self.child = None
            settled()

    def end(self) -> None:
        self.mother.communicate(timeout=PATIENCE)


class Granian(Server):
    """The server of an installation, killed with its workers."""

    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = processes.web_command(host="127.0.0.1", port=self.port, workers=1)
        self.process = subprocess.Popen(command, env=self.environment, start_new_session=True)
        processes.wait_until_live(f"http://127.0.0.1:{self.port}", self.process, say=lambda _sentence: None)

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=PATIENCE)
            self.process = None
            settled()


class Person:
    """Somebody with a session at the server."""

    def __init__(self, server: Server, user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.server = server
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}"

    def get(self, path: str) -> Reply:
        return self._ask("GET", path, {}, None)

    def post(
        self, path: str, values: Mapping[str, object], *, file: tuple[str, bytes] | None = None, autosave: bool = False
    ) -> Reply:
        """Raises OSError or HTTPException where no whole answer comes back."""
        kind = "multipart/form-data; boundary=--part" if file else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "X-CSRFToken": TOKEN} | ({"X-Autosave": "1"} if autosave else {})
        texts = {name: str(value) for name, value in values.items()}
        return self._ask("POST", path, headers, multipart(texts, *file) if file else urllib.parse.urlencode(texts))

    def confirm(self, path: str, values: Mapping[str, object]) -> Reply:
        """Look at the page that asks before something is done, tick its box, and do it."""
        found = SEEN.search(self.get(path).body)
        return self.post(path, {**values, "agreed": "on", "checked": found[1] if found else ""})

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: str | bytes | None) -> Reply:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        try:
            line.request(method, path, body, {"Cookie": self.cookies, **headers})
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        # A server that is killed between two headers leaves an answer that looks whole but for its length.
        if not (answer.headers["Content-Length"] or answer.headers["Transfer-Encoding"]):
            raise http.client.IncompleteRead(content)
        text = content.decode()
        assert answer.status < 500, text
        return Reply(answer.status, answer.headers, text)


class Request:
    """Something that is asked of a server which may die over it; ``replies`` are those that came back whole."""

    def __init__(self, asking: Callable[[], Reply], *, again: bool = False) -> None:
        self.replies: list[Reply] = []
        self.failed: AssertionError | None = None
        self.thread = Thread(target=self._run, args=(asking, again))
        self.thread.start()

    def _run(self, asking: Callable[[], Reply], again: bool) -> None:
        try:
            with suppress(OSError, http.client.HTTPException):
                self.replies.append(asking())
                while again:
                    self.replies.append(asking())
        except AssertionError as failed:
            self.failed = failed

    def wait(self) -> list[Reply]:
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        if self.failed:
            raise self.failed
        return self.replies


def multipart(values: Mapping[str, str], name: str, content: bytes) -> bytes:
    """A form with one file, as a browser sends it."""
    head = "----part\r\nContent-Disposition: form-data; name="
    texts = "".join(f'{head}"{key}"\r\n\r\n{text}\r\n' for key, text in values.items())
    file = f'{head}"file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    return f"{texts}{file}".encode() + content + b"\r\n----part--\r\n"


def version_in(reply: Reply) -> int:
    """The version of an answer that the page holds from now on."""
    found = re.search(r'name="version"[^>]* value="(\d+)"', reply.body)
    assert found is not None
    return int(found[1])


@contextmanager
def slow(table: str, *, at_commit: bool = False) -> Iterator[None]:
    """Every row written to ``table`` takes :data:`SLOW` seconds, when it is written or when it is committed."""
    when = "CONSTRAINT TRIGGER slow AFTER" if at_commit else "TRIGGER slow BEFORE"
    deferred = "DEFERRABLE INITIALLY DEFERRED" if at_commit else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
            f" 'BEGIN PERFORM pg_sleep({SLOW}); RETURN NEW; END';"
            f" CREATE {when} INSERT OR UPDATE ON {table} {deferred} FOR EACH ROW EXECUTE FUNCTION slow()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION slow() CASCADE")


def asleep() -> bool:
    """Whether the server's transaction stands at a slow table."""
    return _count("wait_event = 'PgSleep'") > 0


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "waited too long"
        time.sleep(0.01)


def settled() -> None:
    """Wait until the database has noticed that the server is gone, and ended its transactions."""
    until(lambda: _count("true") == 0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _count(condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            f" AND backend_type = 'client backend' AND {condition}"
        )
        return int(cursor.fetchone()[0])
