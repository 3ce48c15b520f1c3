"""The embedded server really started, stopped, doubled and killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from pilar.config import embedded
from pilar.config.embedded import AlreadyRunning, DiskFull, EmbeddedServer, Place, ServerFailed

STARTER = """
import sys, time
from pathlib import Path
from pilar.config.embedded import EmbeddedServer, Place
server = EmbeddedServer(Place(Path(sys.argv[1])))
server.start()
print("started", flush=True)
time.sleep(120)
"""


@contextmanager
def new_place() -> Iterator[Place]:
    home = Path(tempfile.mkdtemp(prefix="pilar-embedded-"))
    home.chmod(0o711)
    made = Place(home)
    yield made
    shutil.rmtree(made.sockets, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def empty() -> Iterator[Place]:
    """Where no server was yet."""
    with new_place() as place:
        yield place


@pytest.fixture(scope="module")
def made() -> Iterator[Place]:
    with new_place() as place:
        with EmbeddedServer(place):
            pass
        yield place


@pytest.fixture
def place(made: Place, empty: Place) -> Place:
    """Where a server ran and was stopped."""
    # cp keeps the owners, without which the server would not start.
    subprocess.run(["cp", "-a", f"{made.home}/.", empty.home], check=True)
    return empty


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    """One that runs."""
    with new_place() as place, EmbeddedServer(place) as running:
        yield running


def answers(place: Place, question: str = "select 1") -> object:
    with psycopg.connect(place.url()) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def start_elsewhere(place: Place) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": "src"}
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(place.home)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == "started\n"
    return starter


def server_process(place: Place) -> int:
    return int((place.data / "postmaster.pid").read_text().splitlines()[0])


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_data_survive_a_restart(place: Place) -> None:
    with EmbeddedServer(place), psycopg.connect(place.url()) as connection:
        connection.execute("create table kept (value int)")
        connection.execute("insert into kept values (7)")
    with EmbeddedServer(place):
        assert answers(place, "select value from kept") == 7


def test_stop_ends_the_server(place: Place) -> None:
    with EmbeddedServer(place):
        process = server_process(place)
    assert not lives(process)
    assert not (place.data / "postmaster.pid").exists()


def test_second_start_is_refused_and_leaves_the_first_alone(server: EmbeddedServer) -> None:
    with pytest.raises(AlreadyRunning, match=str(os.getpid())):
        EmbeddedServer(server.place).start()
    assert answers(server.place) == 1


def test_wrong_password_is_refused(server: EmbeddedServer) -> None:
    password = server.place.password_file.read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.place.url().replace(password, "guess"))


def test_only_the_owner_reads_password_and_socket(server: EmbeddedServer) -> None:
    assert server.place.password_file.stat().st_mode & 0o077 == 0
    assert server.place.sockets.stat().st_mode & 0o077 == 0
    assert answers(server.place, "show listen_addresses") == ""


@pytest.mark.thorough
def test_killed_starter_leaves_no_server_and_loses_nothing(place: Place) -> None:
    starter = start_elsewhere(place)
    with psycopg.connect(place.url()) as connection:
        connection.execute("create table kept (value int)")
        connection.execute("insert into kept values (7)")
    process = server_process(place)
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    ends = time.monotonic() + 60
    while lives(process) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not lives(process)
    with EmbeddedServer(place):
        assert answers(place, "select value from kept") == 7


def test_orphaned_server_is_ended_before_a_new_one_starts(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded.parentage, "end_with_parent", lambda _: None)
    orphan = EmbeddedServer(place)
    orphan.start()
    process = server_process(place)
    os.close(orphan._lock)  # as if the starter had died: the lock is free, the server runs on
    with EmbeddedServer(place):
        assert answers(place) == 1
        assert server_process(place) != process
    orphan._process.wait(60)


def kill_server(process: int) -> None:
    """Kill a server so that what it repairs at the next start takes a while."""
    os.kill(process, signal.SIGKILL)
    ends = time.monotonic() + 60
    while lives(process) and time.monotonic() < ends:
        time.sleep(0.02)


@pytest.mark.thorough
def test_two_crashes_in_a_row_lose_nothing_and_the_next_start_waits_for_the_repair(place: Place) -> None:
    for turn in range(2):
        starter = start_elsewhere(place)
        process = server_process(place)
        with psycopg.connect(place.url(), autocommit=True) as connection:
            connection.execute("create table if not exists kept (value int)")
            connection.execute("insert into kept select generate_series(1, 200000)")
            starter.send_signal(signal.SIGKILL)
            kill_server(process)
        starter.communicate()
        assert (place.data / "postmaster.pid").exists()
        with EmbeddedServer(place):
            assert answers(place, "select count(*) from kept") == 200_000 * (turn + 1)
            process = server_process(place)
            # a start that finds nothing but the number of a server that was killed
            os.kill(process, signal.SIGKILL)


def test_the_word_of_a_server_before_this_one_is_no_sign(server: EmbeddedServer) -> None:
    assert server._says_ready()
    status = server.place.data / "postmaster.pid"
    kept = status.read_text()
    status.write_text("\n".join(["1", *kept.splitlines()[1:]]) + "\n")
    try:
        assert not server._says_ready()
    finally:
        status.write_text(kept)


def test_a_number_left_behind_that_is_another_programs_ends_nothing_and_hinders_nothing(place: Place) -> None:
    with EmbeddedServer(place):
        lines = (place.data / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["sleep", "120"], **embedded._as_server_user()) as other:
        for left in (place.data / "postmaster.pid", place.sockets / ".s.PGSQL.5432.lock"):
            left.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
            embedded._give(left)
        try:
            with EmbeddedServer(place):
                assert answers(place) == 1
                assert other.poll() is None
        finally:
            other.kill()


def test_a_server_that_starts_slowly_is_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    real, refusals, said = psycopg.connect, iter(["starting up", "recovery mode"]), []

    def connect(*given: object, **named: object) -> object:
        if state := next(refusals, None):
            raise psycopg.OperationalError(f"FATAL: the database system is {state}")
        return real(*given, **named)

    monkeypatch.setattr(psycopg, "connect", connect)
    monkeypatch.setattr(embedded, "TELL_SECONDS", 0)
    with EmbeddedServer(place, say=said.append):
        assert answers(place) == 1
    assert "The embedded database is still starting" in said


@pytest.mark.thorough
def test_cluster_that_was_killed_half_made_is_made_anew(empty: Place) -> None:
    half = empty.home / "making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedServer(empty):
        assert answers(empty) == 1


def test_full_disk_is_one_sentence(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 5_000_000))
    with pytest.raises(DiskFull, match="5 MB"):
        EmbeddedServer(place).start()
    monkeypatch.undo()
    with EmbeddedServer(place):
        assert answers(place) == 1


def test_broken_data_folder_is_one_sentence_and_frees_the_lock(place: Place) -> None:
    (place.data / "global" / "pg_control").rename(place.data / "pg_control.gone")
    for _ in range(2):
        with pytest.raises(ServerFailed, match=r"server\.log"):
            EmbeddedServer(place).start()


def test_socket_folder_of_somebody_else_is_refused(empty: Place, tmp_path: Path) -> None:
    empty.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises((ServerFailed, FileExistsError)):
            EmbeddedServer(empty).start()
    finally:
        empty.sockets.unlink()
