"""Who listens is told after the commit, by one connection a process, which a restart of the database does not end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from pilar.platform import live
from pilar.platform.live import Fresh, Listening, Reader, tell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]

HEARD = 60.0
"""Seconds within which a notification has to arrive, on a machine that does much else."""


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Listening]:
    """Of this test alone; when it ends nobody listens any more."""
    settings.PILAR_LIVE_READERS = 3
    monkeypatch.setattr(live, "STEP", 0.05)
    monkeypatch.setattr(live, "LINGER", 0.0)
    monkeypatch.setattr(live, "PAUSE", 0.05)
    made = Listening()
    yield made
    for one in tuple(made._readers):
        made.leave(one)
    wait_until(lambda: made._thread is None)


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + HEARD
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def joined(listening: Listening, *topics: str) -> Reader:
    """A reader who has looked once: every new listener is told to look."""
    reader = listening.join(frozenset(topics))
    assert reader is not None
    if len(listening._readers) == 1:
        assert reader.wait(HEARD)
    return reader


def ears() -> list[int]:
    """The connections that listen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'")
        return [pid for (pid,) in cursor.fetchall()]


def test_it_is_told_after_the_commit_and_not_after_a_rollback(listening: Listening) -> None:
    reader = joined(listening, "import 7")
    with transaction.atomic():
        tell("import 7")
        assert not reader.wait(0.3)
    assert reader.wait(HEARD)
    with transaction.atomic():
        tell("import 7")
        transaction.set_rollback(True)
    assert not reader.wait(0.3)


def test_everybody_is_told_of_their_topics_by_one_connection(listening: Listening) -> None:
    one, other = joined(listening, "import 7"), joined(listening, "import 7", "batch 1")
    third = joined(listening, "batch 2")
    tell("import 7")
    assert (one.wait(HEARD), other.wait(HEARD), third.wait(0.3)) == (True, True, False)
    tell("batch 1")
    assert (other.wait(HEARD), one.wait(0.3)) == (True, False)
    assert len(ears()) == 1


def test_what_is_told_often_is_told_once_to_who_looks_late(listening: Listening) -> None:
    reader = joined(listening, "import 7")
    other = joined(listening, "batch 1")
    for _ in range(20):
        tell("import 7")
    tell("batch 1")
    assert other.wait(HEARD), "what was told before it has arrived, too"
    assert (reader.wait(HEARD), reader.wait(0.3)) == (True, False)


def test_a_place_is_free_again_when_its_reader_has_left(listening: Listening) -> None:
    first, *_others = [joined(listening, "import 7") for _ in range(3)]
    assert listening.join(frozenset({"import 7"})) is None
    listening.leave(first)
    listening.leave(first)
    assert listening.join(frozenset({"import 7"})) is not None
    assert listening.join(frozenset({"import 7"})) is None


def test_a_process_that_ends_lets_everybody_go_and_takes_nobody(listening: Listening) -> None:
    reader = joined(listening, "import 7")
    listening.end()
    assert (reader.wait(HEARD), reader.let_go) == (True, True)
    assert listening.join(frozenset({"import 7"})) is None


def test_no_connection_is_held_where_nobody_listens(listening: Listening) -> None:
    reader = joined(listening, "import 7")
    listening.leave(reader)
    wait_until(lambda: not ears())
    again = joined(listening, "import 7")
    tell("import 7")
    assert again.wait(HEARD)


def test_a_database_that_restarts_has_everybody_look_again(listening: Listening) -> None:
    reader = joined(listening, "import 7")
    (pid,) = ears()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    assert reader.wait(HEARD), "what was told meanwhile was not heard"
    wait_until(lambda: ears() not in ([], [pid]))
    tell("import 7")
    assert reader.wait(HEARD)


def test_those_who_ask_seldom_leave_places_to_the_others(listening: Listening, settings: Any) -> None:
    settings.PILAR_LIVE_READERS = 8
    topics = frozenset({"import 7"})
    phones = [listening.join(topics, patient=True) for _ in range(4)]
    assert [one is not None for one in phones] == [True, True, False, False]
    assert all(listening.join(topics) for _board in range(6))
    assert listening.join(topics) is None


class Reads:
    """Something that thousands ask for, and how often it was read."""

    def __init__(self, listening: Listening, monkeypatch: pytest.MonkeyPatch, seconds: float = 60) -> None:
        monkeypatch.setattr(live, "LISTENING", listening)
        self.fresh: Fresh[int] = Fresh(2, seconds, lambda _made: ("board 1",))
        self.count = 0

    def read(self) -> int:
        self.count += 1
        return self.count

    def get(self, key: int = 1) -> int:
        return self.fresh.get(key, self.read)


def test_what_many_ask_for_is_read_once_until_its_topic_is_told(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LINGER", 60.0)
    reads = Reads(listening, monkeypatch)
    assert [reads.get(), reads.get()] == [1, 2], "a process that does not hear yet asks the database"
    wait_until(listening.hears)
    first = reads.get()
    assert {reads.get() for _reader in range(100)} == {first}
    tell("board 2")
    tell("board 1")
    wait_until(lambda: reads.get() != first)
    assert reads.get() == reads.get() == first + 1
    (pid,) = ears()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    wait_until(lambda: reads.get() > first + 1)
    wait_until(lambda: listening.hears() and reads.get() == reads.get())
    monkeypatch.setattr(live, "LINGER", 0.0)
    listening._wanted_until = 0.0


def test_what_was_read_while_it_was_told_is_not_kept_nor_what_is_old_or_too_much(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "hears", lambda: True)
    reads = Reads(listening, monkeypatch)
    reads.fresh.get(1, lambda: reads.fresh.drop("board 9") or reads.read())  # type: ignore[func-returns-value]
    assert [reads.get(), reads.get()] == [2, 2]
    assert [reads.get(2), reads.get(3), reads.get(2), reads.get(1)] == [3, 4, 3, 5], "two are kept"
    brief = Reads(listening, monkeypatch, seconds=0.0)
    assert [brief.get(), brief.get()] == [1, 2]


def test_what_many_ask_for_at_once_is_read_once_and_anew_by_who_asks_after_it_was_told(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "hears", lambda: True)
    reads, begun, going = Reads(listening, monkeypatch), threading.Event(), threading.Event()

    def read() -> int:
        found = reads.read()
        if found == 1:
            begun.set()
            assert going.wait(HEARD)
        return found

    with ThreadPoolExecutor(9) as pool:
        asked = [pool.submit(reads.fresh.get, 1, read)]
        assert begun.wait(HEARD)
        asked += [pool.submit(reads.fresh.get, 1, read) for _one in range(7)]
        time.sleep(0.2)
        assert reads.count == 1
        reads.fresh.drop("board 1")
        assert pool.submit(reads.fresh.get, 1, read).result(HEARD) == 2, "the first may have read what was before"
        going.set()
        assert [one.result(HEARD) for one in asked] == [1] * 8
    assert (reads.get(), reads.count) == (2, 2)
