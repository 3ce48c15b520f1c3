"""Two database servers of which one follows the other, a pool before them, two web nodes and a worker, on this machine.

A load goes on meanwhile: answers to a survey, each sent again by its key until it is acknowledged, and public pages.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote
from uuid import uuid4

import psycopg
from django.utils import timezone

from config.installation import PUBLIC, Installation, free_port, wait_until
from pilar.config import embedded
from pilar.config.embedded import EmbeddedServer, Place
from surveys.world import IMPACT, PROFILE

FOLLOWS = "pilar_replica"
SYNCHRONOUS = {"synchronous_commit": "on", "max_connections": "100"}
WRITERS = READERS = 4
PATIENCE = 30.0
"""Seconds that a client waits for an answer."""
PAGES = ("/", "/tentang/", "/wilayah/36.03/", "/wilayah/", "/hasil/2023/", "/data/")
SURVEY = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from pilar.areas import loaders as areas
from pilar.areas.operations import add_office
from pilar.evaluation import loaders as evaluation
from pilar.people.rules import OPERATOR
from pilar.surveys import operations, queries
from pilar.surveys.rules.surveys import NewCell
areas.load(by=OPERATOR)
evaluation.load(by=OPERATOR)
now = timezone.now()
office = add_office(by=OPERATOR, region="36.03", name="Dinas contoh")
given = operations.NewSurvey("impact-2023", "Survei", now.year, now - timedelta(days=1), now + timedelta(days=9))
key = operations.create_survey(by=OPERATOR, region="36.03", given=given, now=now - timedelta(days=1))
cells = [NewCell("Layanan", office, 17, "governance", "governance_public_service")]
operations.set_cells(by=OPERATOR, survey=key, cells=cells)
operations.open_survey(by=OPERATOR, survey=key)
print(queries.cells(queries.survey(key, scope=OPERATOR), scope=OPERATOR)[0].token)
"""
POOL = """
[databases]
pilar          = host={sockets} dbname=pilar pool_mode=session
pilar_requests = host={sockets} dbname=pilar pool_mode=transaction
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
max_prepared_statements = 200
server_login_retry = 1
query_wait_timeout = 10
logfile = {log}
"""


class Pool:
    """pgbouncer: the requests of the web by transaction, all else by session."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home / "pool", free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._password = ""

    def lead_to(self, place: Place) -> None:
        """Send everybody to this server from now on."""
        self._password = place.password_file.read_text(encoding="ascii")
        self.home.mkdir(exist_ok=True)
        users, said = self.home / "users", self.home / "pgbouncer.ini"
        users.write_text(f'"{embedded.ROLE}" "{self._password}"\n')
        said.write_text(
            POOL.format(sockets=place.sockets, port=self.port, users=users, log=self.home / "log"), encoding="utf-8"
        )
        for path in (self.home, users, said):
            embedded._give(path)
        if self._process is None:
            self._process = subprocess.Popen(
                ["pgbouncer", "-q", said], **embedded._as_server_user(),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        else:
            self._process.send_signal(signal.SIGHUP)

    def url(self, name: str) -> str:
        return f"postgres://{embedded.ROLE}:{quote(self._password)}@127.0.0.1:{self.port}/{name}"

    def close(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # told to end, it would wait for its clients
            self._process.wait(60)


@dataclass
class Cluster(Installation):
    """One installation on a primary, a replica that has all that was acknowledged, and two web nodes."""

    nodes: list[subprocess.Popen[str]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.server = EmbeddedServer(Place(self.home / "primary"), options=SYNCHRONOUS)
        self.replica = EmbeddedServer(Place(self.home / "replica"), options=SYNCHRONOUS)
        self.pool = Pool(self.home)

    def start_all(self) -> str:
        """Begin everything; returns the token of a survey that takes answers."""
        self.prepare()
        settings = {"DJANGO_SETTINGS_MODULE": "pilar.config.settings.production"}
        token = subprocess.run(
            [sys.executable, "-c", SURVEY], env=self.environment | settings, check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        self._follow()
        self.pool.lead_to(self.server.place)
        self.environment |= {
            "DATABASE_URL": self.pool.url("pilar"),
            "PILAR_POOL_URL": self.pool.url("pilar_requests"),
            "PILAR_REPLICA_URL": self.replica.place.url(),
            "PILAR_ACCESS_LOG": "0",
        }
        self.start("worker")
        for number in range(2):
            self.port = free_port()
            self.ports.append(self.port)
            self.nodes.append(self.serve(PILAR_STATE=str(self.home / f"state-{number}")))
        wait_until(lambda: self.ask("/health/worker", public=False).status == 200)
        return token

    def listen(self, process: subprocess.Popen[str]) -> None:
        """Keep what is no news from a database."""

        def keep() -> None:
            assert process.stdout is not None
            with process.stdout as said:
                self.faults.extend(line for line in said if '"level": "error"' in line or "Traceback" in line)

        threading.Thread(target=keep, daemon=True).start()

    def _follow(self) -> None:
        """Copy the primary while it runs, let the copy follow it, and acknowledge nothing that the copy lacks."""
        primary, copy = self.server.place, self.replica.place
        copy.home.mkdir(mode=0o711)
        embedded._give(copy.home)
        shutil.copy(primary.password_file, copy.password_file)
        subprocess.run(
            [embedded._binaries() / "pg_basebackup", "-D", copy.data, "-R", "-X", "stream", "-c", "fast",
             "-d", f"host={primary.sockets} user={embedded.ROLE} application_name={FOLLOWS}", "-C", "-S", FOLLOWS],
            env=os.environ | {"PGPASSWORD": primary.password_file.read_text(encoding="ascii")}, check=True,
            cwd="/", **embedded._as_server_user(),
        )  # fmt: skip
        self.replica.start()
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{FOLLOWS}'")
        self.sql("SELECT pg_reload_conf()")
        wait_until(lambda: self.sql("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"))

    def kill_node(self, number: int) -> None:
        """As when its machine loses its power."""
        listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        parents = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
        doomed = [self.nodes[number].pid]
        for one in doomed:  # grows while it is gone through
            doomed += [process for process, parent in parents if parent == one]
        for one in doomed:
            os.kill(one, signal.SIGKILL)

    def kill_primary(self) -> None:
        assert self.server._process is not None
        os.killpg(self.server._process.pid, signal.SIGKILL)
        self.server._process.wait()

    def promote(self) -> None:
        """What an operator does once the primary is gone: let the replica take writes, and lead everybody there."""
        with psycopg.connect(self.replica.place.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")
        self.pool.lead_to(self.replica.place)

    def readers_of_replica(self) -> int:
        """Connections of web processes to the replica."""
        with psycopg.connect(self.replica.place.url()) as connection:
            found = connection.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
        return int(found[0]) if found else 0

    def stored(self) -> list[str]:
        """The keys of the answers that stand on the server that was the replica."""
        with psycopg.connect(self.replica.place.url()) as connection:
            return [str(key) for (key,) in connection.execute("SELECT key FROM surveys_response")]

    def close(self) -> None:
        self.pool.close()
        self.replica.stop()
        super().close()
        shutil.rmtree(self.replica.place.sockets, ignore_errors=True)


@dataclass(frozen=True)
class Done:
    """An answer that a client got, or did not get (``status`` 0)."""

    at: float
    seconds: float
    status: int
    path: str


class Load:
    """Clients that go on until told to end, by a balancer that passes a node over which takes no connection."""

    def __init__(self, ports: list[int], token: str) -> None:
        self.ports, self._path = ports, f"/api/v1/survey-links/{token}/answers"
        self.sent: set[str] = set()
        self.acknowledged: dict[str, Done] = {}
        self.refused: list[Done] = []
        self.reads: list[Done] = []
        self._ended = threading.Event()
        self._breaks: list[BaseException] = []

    @contextmanager
    def going_on(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._until_told, args=(self._write,)) for _one in range(WRITERS)]
        threads += [threading.Thread(target=self._until_told, args=(self._read,)) for _one in range(READERS)]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            self._ended.set()
            for one in threads:
                one.join()
        assert self._breaks == []

    def warm_up(self) -> None:
        """Ask each node for each page, as an operator does who puts a node into service."""
        for port in self.ports:
            for path in PAGES:
                _status(port, "GET", path, None)

    def goes_on(self, *, writes: int = 100, reads: int = 100) -> None:
        """Wait until so much more was done."""
        written, read = len(self.acknowledged) + writes, len(self.reads) + reads
        wait_until(lambda: self._breaks or (len(self.acknowledged) >= written and len(self.reads) >= read), seconds=60)

    def _until_told(self, does: Callable[[], None]) -> None:
        try:
            while not self._ended.is_set():
                does()
        except BaseException as error:
            self._breaks.append(error)
            raise

    def _write(self) -> None:
        key, began = str(uuid4()), (timezone.now() - timedelta(minutes=5)).isoformat()
        answer = {"key": key, "began_at": began, "group": "public", "profile": PROFILE, "answers": IMPACT}
        body = json.dumps(answer | {"consent": True}).encode()
        self.sent.add(key)
        while not self._ended.is_set():
            done = self._ask("POST", self._path, body)
            if done.status in (200, 201):
                self.acknowledged[key] = done
                return
            self.refused.append(done)
            sleep(0.2)

    def _read(self) -> None:
        self.reads.append(self._ask("GET", random.choice(PAGES)))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Done:
        began, status = monotonic(), 0
        for port in random.sample(self.ports, len(self.ports)):
            try:
                status = _status(port, method, path, body)
                break
            except (OSError, HTTPException):
                continue
        return Done(monotonic(), monotonic() - began, status, path)


def _status(port: int, method: str, path: str, body: bytes | None) -> int:
    network = ".".join(str(random.randrange(1, 255)) for _part in range(4))
    headers = {"Host": PUBLIC, "X-Forwarded-Proto": "https", "X-Forwarded-For": network}
    if body is not None:
        headers["Content-Type"] = "application/json"
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.read()
        return answer.status
    finally:
        line.close()


def longest_gap(done: list[Done], since: float, until: float) -> tuple[float, float]:
    """The longest time in which nobody was answered, and when it began."""
    at = [since, *sorted(one.at for one in done if since < one.at < until), until]
    return max((after - before, before) for before, after in pairwise(at))
