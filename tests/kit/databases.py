"""The suite's databases: the tables are made once, PostgreSQL clones them for every worker, and a test that commits
is cleared away by emptying what it filled.

The server of the suite is an embedded one, begun from a folder that an earlier run has kept with the tables made,
unless ``DATABASE_URL`` names another. ``PILAR_TEST_POSTGRES`` is the folder of another PostgreSQL's programs for it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dj_database_url
import psycopg
from django.core.management import call_command
from django.db import connection, transaction
from psycopg import sql

import pilar
from pilar.config import postgres
from pilar.config.embedded import PASSING, EmbeddedServer, Place

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = Path(pilar.__file__).parent
"""May stand apart from the checkout: ./pilar mutate tests a changed copy."""
LOCK = 7_452_001
"""One process at a time makes a template; the others wait and clone it."""


def tables_mark() -> str:
    """A short hash of everything that the tables come from: whenever it is another, they are made again."""
    made_of = [
        *SOURCE.glob("*/migrations/*.py"), *SOURCE.glob("*/models.py"), *SOURCE.glob("*/models/*.py"),
        *SOURCE.glob("*/fields.py"), *SOURCE.glob("platform/*.py"), *SOURCE.glob("config/settings/*.py"),
        CHECKOUT / "requirements" / "develop.lock",
    ]  # fmt: skip
    found = hashlib.sha256()
    for path in sorted(made_of):
        found.update(f"{path.name}\0".encode() + path.read_bytes())
    return found.hexdigest()[:12]


TEMPLATE = f"""
import sys; sys.path[:0] = [{str(SOURCE.parent)!r}, {str(CHECKOUT / "tests")!r}]
import django; django.setup()
from kit.databases import make_template
make_template()
"""
SMALL = {"max_parallel_workers_per_gather": "0", "jit": "off", "max_connections": "200"}
"""Of a few rows nothing is gained by sharing the work or compiling it; that takes longer than the work. Sites of
browser tests side by side have a connection for each thread."""


class SuiteServer:
    """An embedded server that lives for one run, in a folder of its own."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="pilar-test-"))
        self.home.chmod(0o711)
        other = os.environ.get("PILAR_TEST_POSTGRES")
        self.server = EmbeddedServer(Place(self.home), options=PASSING | SMALL, programs=Path(other) if other else None)
        kept = Path(os.environ.get("PILAR_STATE", CHECKOUT / ".pilar")) / "suite"
        self._kept = kept / (Path(other).parent.name if other else "embedded") / tables_mark()
        self._begun_from_kept = _copy(self._kept, self.home)
        self._making: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start it; returns its address. Its tables are made in parallel, while the workers still gather tests."""
        self.server.start()
        url = self.server.place.url()
        if not self._begun_from_kept:
            self._making = subprocess.Popen([sys.executable, "-c", TEMPLATE], env=os.environ | {"DATABASE_URL": url})
        return url

    def end(self) -> None:
        """Stop it; the first run that made the tables keeps them for the next ones."""
        if self._making:
            self._making.wait()
        keep = not self._begun_from_kept and _leave_only_templates()
        self.server.stop()
        if keep:
            self._keep()
        shutil.rmtree(self.server.place.sockets, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    def _keep(self) -> None:
        for old in self._kept.parent.glob("*"):
            shutil.rmtree(old, ignore_errors=True)
        making = self._kept.with_name(f"making-{os.getpid()}")
        making.mkdir(mode=0o711, parents=True)
        if _copy(self.home, making):
            with suppress(OSError):  # another run has kept the same meanwhile
                making.rename(self._kept)
        shutil.rmtree(making, ignore_errors=True)


def _copy(source: Path, target: Path) -> bool:
    """Copy data and password of a server that is stopped; False if there are none, or another run takes them away."""
    if not (source / "data" / "PG_VERSION").exists():
        return False
    # cp keeps owners, which for root are those of the server's user.
    copied = subprocess.run(["cp", "-a", source / "data", source / "password", target], check=False)
    if copied.returncode:
        shutil.rmtree(target / "data", ignore_errors=True)
    return copied.returncode == 0


def _leave_only_templates() -> bool:
    """Drop what the run has left; False if it has made no template."""
    drop(*_names("test_%"))
    return bool(_names("template_pilar_%"))


def _names(like: str) -> list[str]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as server:
        return [name for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like])]


def drop_templates() -> None:
    """Leave a server that is not the suite's own as it was."""
    drop(*_names("template_pilar_%"), *_names("test_filled_%"))


def make_template() -> None:
    """Make the tables, unless somebody has."""
    with _template():
        pass


def clone(name: str) -> None:
    """Make the database ``name`` with all tables, and before it the template if nobody has."""
    with _template() as (server, template):
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def clone_filled(name: str, mark: str, fill: Callable[[], None]) -> None:
    """Make the database ``name`` again from one that ``fill`` has filled, once for all workers, by its ``mark``."""
    with _template() as (server, template):
        filled = f"test_filled_{mark}"
        if not _exists(server, filled):
            _make(server, filled, fill, template)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(filled)))


def copy_tables(url: str) -> None:
    """Make all tables in the empty database of another server, ``url``."""
    with _template() as (_server, template), tempfile.NamedTemporaryFile() as dump:
        of_the_suite = postgres.other_database(os.environ["DATABASE_URL"], template)
        postgres.run("pg_dump", of_the_suite, "--format=custom", "--compress=0", f"--file={dump.name}")
        postgres.run("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", dump.name)


def drop(*names: str) -> None:
    """Drop databases, even with connections open."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        for name in names:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _template() -> Iterator[tuple[psycopg.Connection, str]]:
    """The suite's server, used by nobody else meanwhile for this, and the name of a database with all tables in it."""
    name = f"template_pilar_{tables_mark()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not _exists(server, name):
            _make(server, name, _migrate)
        yield server, name


def _exists(server: psycopg.Connection, name: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _make(server: psycopg.Connection, name: str, fill: Callable[[], None], template: str = "template1") -> None:
    """Make a template by Django's own connection; it gets its name only when whole."""
    making = f"test_making_{os.getpid()}"
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(making), sql.Identifier(template)))
    with connected_to(making):
        fill()
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))


def _migrate() -> None:
    call_command("migrate", verbosity=0)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let Django's connection be to another database of the same server."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@contextmanager
def connected_to_server(url: str) -> Iterator[None]:
    """Let Django's connection be to the database of another server."""
    usual = {**connection.settings_dict}
    connection.close()
    connection.settings_dict.update(dj_database_url.parse(url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


class Emptier:
    """Empties what tests have filled. Rows that come with the tables stay, and so must not be changed by a test.

    Django would truncate every table and make its own rows again, which takes longer than most tests that commit.
    """

    def __init__(self) -> None:
        tables = sorted(connection.introspection.table_names())
        self._ask = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
        self._first = frozenset(self._filled())

    def _filled(self) -> Iterable[str]:
        with connection.cursor() as cursor:
            cursor.execute(self._ask)
            return [name for (name,) in cursor.fetchall()]

    def __call__(self) -> None:
        filled = [name for name in self._filled() if name not in self._first]
        if filled:
            # As a replica PostgreSQL asks neither triggers nor foreign keys.
            deletes = "; ".join(f'DELETE FROM "{name}"' for name in filled)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL session_replication_role = replica; {deletes}")
