"""Who listens is told after the commit, by one connection a process, which a restart of the database does not end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from pilar.platform import live
from pilar.platform.live import Listening, Reader, tell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]

HEARD = 15.0
"""Seconds within which what was told has to arrive, on a machine that does much else."""


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
    """A reader who has looked once: whoever begins to listen is told to."""
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
    for _ in range(20):
        tell("import 7")
    time.sleep(0.5)
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
