"""The books when the database server is killed in the middle of an act, or the worker in the middle of a job: all of it
or nothing, no gap in the numbers, a whole chain."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from kit.databases import connected_to_server, copy_tables
from kit.killed import is_killed, killed_at_every_statement
from kit.selection import few
from pilar.areas.models import Office
from pilar.config import orphans
from pilar.config.embedded import EmbeddedServer, Place
from pilar.measures.models import Measure, SourceSystem, Value
from pilar.people.rules import SCHEDULE
from pilar.platform.models import AuditEvent, SealEntry, SealHead
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import (
    Book,
    BudgetPosition,
    BudgetStep,
    BudgetVersion,
    CashPosition,
    Entry,
    Flag,
    Line,
    PaymentRequest,
    Period,
    RequestEntry,
    SealedBook,
)
from pilar.villagefinance.rules.journal import Kind
from villagefinance import drafting
from villagefinance.payments import MILLION, approved, bill, pay, rich
from villagefinance.test_at_once import close_month, close_year, whole
from villagefinance.world import NEXT_DOOR, NOW, VILLAGE, YEAR, World, advance, bank, make_world

ALL = (Book, BudgetPosition, CashPosition, Entry, Line, PaymentRequest, Period, RequestEntry, AuditEvent)
LATER = datetime(2026, 6, 1, tzinfo=UTC)
COMMIT, ANSWER = 0, -1
"""Moments of a kill besides the statements of an act."""


class Apart:
    """A server of its own, which can be killed with all its processes."""

    def __init__(self, home: Path) -> None:
        # Without fsync only a machine that loses its power loses what was committed.
        self.server = EmbeddedServer(Place(home), options={"fsync": "off"})

    def kill(self) -> None:
        for process in orphans.servers_in(self.server.place.data) or ():
            with suppress(ProcessLookupError):  # it ended with the others
                os.kill(process, signal.SIGKILL)

    def begin_again(self) -> None:
        connection.close()
        self.server.stop()
        self.server.start()

    def killed_at(self, moment: int, act: Callable[[], object]) -> None:
        """Let a process act whose server dies before a statement, the commit or the next thing after the answer."""
        assert is_killed(lambda: self._act(moment, act))
        self.begin_again()

    def _act(self, moment: int, act: Callable[[], object]) -> None:
        seen = 0

        def count(execute: Callable[..., Any], *asked: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == moment:
                self.kill()
            return execute(*asked)

        connection.ensure_connection()
        commit = connection._commit
        if moment == COMMIT:
            connection._commit = lambda: (self.kill(), commit())
        try:
            with connection.execute_wrapper(count):
                act()
        finally:
            self.kill()
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def apart(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Apart]:
    home = Path(tempfile.mkdtemp(prefix="pilar-killed-"))
    home.chmod(0o711)
    made = Apart(home)
    made.server.start()
    copy_tables(made.server.place.url())
    try:
        with django_db_blocker.unblock(), connected_to_server(made.server.place.url()):
            yield made
    finally:
        made.server.stop()
        shutil.rmtree(made.server.place.sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.thorough
def test_a_killed_server_leaves_all_or_nothing(apart: Apart) -> None:
    world = make_world()
    rich(world)
    number = approved(world, bill(10 * MILLION))
    for act in (lambda: pay(world, number), lambda: close_month(world), lambda: close_year(world)):
        before, statements = stored(), statements_of(act)
        for moment in (statements // 3, statements * 2 // 3, statements, COMMIT):
            apart.killed_at(moment, act)
            assert stored() == before, f"killed at {moment} of {statements}"
        apart.killed_at(ANSWER, act)
        assert stored() != before
        whole(world)
    numbers = Entry.objects.filter(**world.of_village).order_by("kind", "number").values_list("kind", "number")
    assert [*numbers] == [("closing", 1), ("payment", 1), ("receipt", 1), ("receipt", 2)]


def stored(of: tuple[type[models.Model], ...] = ALL) -> list[list[dict[str, Any]]]:
    """Every row that the acts may write."""
    return [[*one.objects.order_by("pk").values()] for one in of]


def statements_of(act: Callable[[], object]) -> int:
    """Of an act that is taken back at once, without the savepoint around it and its release."""
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        act()
        transaction.set_rollback(True)
    return len(asked) - 2


@pytest.mark.parametrize(
    ("job", "now", "writes"),
    few(
        [
            (partial(do.raise_flags, village=VILLAGE, year=YEAR), NOW, (Flag, AuditEvent)),
            (do.deem_budgets, LATER, (BudgetStep, BudgetVersion, AuditEvent)),
            (do.seal_books, NOW, (SealedBook, SealEntry, SealHead)),
            (do.report_measures, datetime(YEAR, 4, 16, 3, tzinfo=UTC), (Measure, Value, SourceSystem, AuditEvent)),
        ]
    ),
)
def test_a_killed_worker_leaves_its_job_undone_for_the_next(
    committed_world: World, job: Callable[..., int], now: datetime, writes: tuple[type[models.Model], ...]
) -> None:
    world = committed_world
    # The region that comes last: each is a transaction of its own.
    Office.objects.create(region_id=NEXT_DOOR[:5], name="Dinas Pemberdayaan Masyarakat dan Desa", abbreviation="DPMPD")
    world.receive()
    world.book(Kind.ADVANCE, advance(100), bank(100), day=date(YEAR, 3, 10))
    drafting.submit(world)

    def work() -> None:
        assert job(by=SCHEDULE, now=now) > 0

    statements_of(work)  # what it reads once, the processes then have
    before = stored(writes)
    assert killed_at_every_statement(work, stored=lambda: stored(writes), nothing=before, step=4) >= 4
    assert all(after != rows for after, rows in zip(stored(writes), before, strict=True))
    whole(world)
