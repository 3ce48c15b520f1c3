"""A production installation on this machine: Pilar's processes, and a database server that a test may stop."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TextIO
from urllib.parse import urlencode

import psycopg

from kit import databases
from pilar.config.embedded import PASSING, EmbeddedServer, Place

CHECKOUT = Path(__file__).resolve().parents[2]
PUBLIC = "pilar.contoh.go.id"
PREPARE = """
import django; django.setup()
from django.contrib.auth.hashers import make_password
from pilar.people.models import User
password = make_password("{password}")
for email in {accounts}:
    User.objects.create(email=email, name="Siti", password=password)
"""
PASSWORD, SIGN_IN = "kata-sandi-yang-panjang", "/akun/login/"
ACCOUNTS = [f"siti{number}@contoh.invalid" for number in range(8)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], object], *, seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "waited too long"
        time.sleep(0.1)


@dataclass
class Answer:
    """What a web server answered."""

    status: int
    headers: Message
    text: str

    def json(self) -> dict[str, object]:
        return dict(json.loads(self.text))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Installation:
    """One installation; ``environment`` is what its operator set."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="pilar-installation-")))
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home.chmod(0o711)
        self.server = EmbeddedServer(Place(self.home / "database"), options=PASSING)
        outer = {name: value for name, value in os.environ.items() if not name.startswith(("PILAR_", "DJANGO_"))}
        self.environment = outer | {
            "PILAR_SECRET_KEY": "k" * 50,
            "PILAR_ALLOWED_HOSTS": PUBLIC,
            "PILAR_BEHIND_PROXY": "1",
            "PILAR_STATE": str(self.home / "state"),
            "PILAR_LANGUAGE": "en",
            "PYTHONPATH": str(CHECKOUT / "src"),
        }

    def prepare(self) -> None:
        """Start the database, with the tables and some accounts in it."""
        self.server.start()
        self.environment["DATABASE_URL"] = self.server.place.url()
        databases.copy_tables(self.server.place.url())
        prepared = self.environment | {"DJANGO_SETTINGS_MODULE": "pilar.config.settings.production"}
        subprocess.run(
            [sys.executable, "-c", PREPARE.format(accounts=ACCOUNTS, password=PASSWORD)], env=prepared, check=True
        )

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.server.place.url(), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command of Pilar."""
        process = self.begin(*command, **environment)
        self.listen(process)
        return process

    def listen(self, process: subprocess.Popen[str]) -> None:
        """Take what a process says: one that writes more than a pipe holds waits until somebody reads it."""

        def read() -> None:
            assert process.stdout is not None
            with process.stdout as said:
                deque(said, 0)

        threading.Thread(target=read, daemon=True).start()

    def begin(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command of Pilar to whose words the caller listens."""
        process = subprocess.Popen(
            [sys.executable, "-m", "pilar", *command],
            env=self.environment | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.running.append(process)
        return process

    @property
    def workers(self) -> list[subprocess.Popen[str]]:
        return [process for process in self.running if "worker" in process.args]

    def serve(self, **environment: str) -> subprocess.Popen[str]:
        """Start the web server and wait for its word that it serves."""
        process = self.begin("serve", "--port", str(self.port), "--workers", "1", **environment)
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Pilar serves at"):
                self.listen(process)
                return process
        raise AssertionError("".join(said))

    def ask(self, path: str, *, data: bytes | None = None, public: bool = True, **headers: str) -> Answer:
        """Ask as the proxy does, or, not ``public``, as a monitor that knows the number of the machine only."""
        given = {"Host": PUBLIC, "X-Forwarded-Proto": "https"} if public else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, headers=given | headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
        try:
            with opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode())

    def kill_web(self, server: subprocess.Popen[str]) -> None:
        """Kill the processes that answer, of a web server that was started by :meth:`serve`; it begins others."""
        listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
        (head,) = [pid for pid, parent, said in rows if int(parent) == server.pid and "granian" in said]
        answering = [int(pid) for pid, parent, said in rows if parent == head and "tracker" not in said]
        assert answering
        for process in answering:
            os.kill(process, signal.SIGKILL)

    def end(self, process: subprocess.Popen[str]) -> int:
        """Ask a process to end; returns its exit status."""
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        self.running.remove(process)
        return process.returncode

    def close(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(timeout=60)
        self.server.stop()
        shutil.rmtree(self.server.place.sockets, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)


class Node:
    """One web server of an installation, asked through the proxy."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.port = installation, free_port()

    def ask(self, path: str, cookies: dict[str, str] | None = None, data: dict[str, str] | None = None) -> Answer:
        self.installation.port = self.port
        headers = {"Referer": f"https://{PUBLIC}{path}", "X-Forwarded-For": "203.0.113.9"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        body = None if data is None else urlencode(data).encode()
        return self.installation.ask(path, data=body, **headers)

    def sign_in(self, email: str, password: str) -> tuple[Answer, dict[str, str]]:
        page = self.ask(SIGN_IN)
        cookies = cookies_of(page)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        given = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
        answer = self.ask(SIGN_IN, cookies, given)
        return answer, cookies | cookies_of(answer)


def cookies_of(answer: Answer) -> dict[str, str]:
    found = SimpleCookie()
    for header in answer.headers.get_all("Set-Cookie") or []:
        found.load(header)
    return {name: morsel.value for name, morsel in found.items()}


class Mailbox:
    """A mail server that takes everything. Use as a context manager."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def __enter__(self) -> Mailbox:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _address = self._socket.accept()
            except OSError:
                return
            with visitor, visitor.makefile("rw", newline="\r\n", encoding="utf-8") as line:
                self._talk(line)

    def _talk(self, line: TextIO) -> None:
        def say(text: str) -> None:
            line.write(text + "\n")
            line.flush()

        say("220 ready")
        while command := line.readline():
            word = command[:4].upper().strip()
            say({"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 ok"))
            if word == "QUIT":
                return
            if word == "DATA":
                self.got.append("".join(iter(line.readline, ".\r\n")).replace("\r\n", "\n"))
                say("250 kept")
