"""Public pages read from a replica of the database, where there is one that keeps up (adr/0025).

What is read within :func:`read` goes to the replica, no matter who asks: the replica's connection stands in the place
of the usual one meanwhile, so that rows, plain SQL and transactions alike find it. Where the replica refuses, because
it is away or because something is written after all, all is done once more on the primary, and the reader sees nothing
of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg
import structlog
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg.errors import ReadOnlySqlTransaction

from pilar.platform.outage import database_is_away

ALIAS = "replica"
STEP = 1.0
"""Seconds between two looks at how far the replica is."""
MOST_BEHIND = 5.0
"""Seconds of what was written that a public page may lack (assumption)."""

_HOW_FAR = """
SELECT pg_is_in_recovery(), pg_postmaster_start_time()::text,
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint
"""

Found = TypeVar("Found")
log = structlog.get_logger(__name__)


@receiver(connection_created)
def _only_reads(*, connection: Any, **_signal: object) -> None:
    """A replica that was promoted would take what a reader writes, which the primary may never hear of."""
    if connection.alias == ALIAS:
        connection.connection.execute("SET default_transaction_read_only = on")


@dataclass(frozen=True, slots=True)
class Seen:
    """A server at a moment: whether it follows another, since when it runs, and how many bytes of log it has."""

    follows: bool
    runs_since: str
    position: int


class Pace:
    """Decides whether a replica keeps up, from the positions of both servers; None stands for a silent one."""

    def __init__(self) -> None:
        self._positions: deque[tuple[float, int]] = deque()
        self._kept_up = True

    def judge(self, primary: Seen | None, replica: Seen | None, *, now: float) -> bool:
        """Return whether the replica may be asked; ``now``: seconds of a clock, before either was asked.

        While the primary is away the replica is asked if it kept up until then: what is newer nobody has.
        """
        if replica is None:
            return False
        if primary is not None:
            self._kept_up = self._keeps_up(primary, replica, now)
        return self._kept_up

    def _keeps_up(self, primary: Seen, replica: Seen, now: float) -> bool:
        self._positions.append((now, primary.position))
        while self._positions[0][0] < now - MOST_BEHIND:
            self._positions.popleft()
        if not replica.follows:
            # Promoted: it is the primary now, or two of them go on apart, and this one knows nothing of the other.
            return replica.runs_since == primary.runs_since
        return replica.position >= self._positions[0][1]


class Watch:
    """Looks at both servers each second, on connections of its own, from the first public page on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: Thread | None = None
        self._fit = False

    def fit(self) -> bool:
        """Return whether the replica may be asked at this moment; False where there is none."""
        if ALIAS not in connections.settings:
            return False
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = Thread(target=self._look, name="replica", daemon=True)
                    self._thread.start()
        return self._fit

    def lost(self) -> None:
        """Ask the primary until the next look."""
        self._fit = False

    def _look(self) -> None:
        servers = Servers()
        while True:
            fit = servers.look()
            if fit != self._fit:
                log.info("replica", asked=fit)
            self._fit = fit
            sleep(STEP)


class Servers:
    """Primary and replica, each asked on a connection of its own."""

    def __init__(self) -> None:
        self._primary: Any = connections.create_connection(DEFAULT_DB_ALIAS)
        self._replica: Any = connections.create_connection(ALIAS)
        self._pace = Pace()

    def look(self) -> bool:
        """Return whether the replica may be asked."""
        now = monotonic()
        return self._pace.judge(_seen(self._primary), _seen(self._replica), now=now)

    def close(self) -> None:
        self._primary.close()
        self._replica.close()


def _seen(own: Any) -> Seen | None:
    try:
        with own.cursor() as cursor:
            cursor.execute(_HOW_FAR)
            return Seen(*cursor.fetchone())
    except (Error, psycopg.Error):
        own.close()
        return None


WATCH = Watch()


def read(make: Callable[[], Found]) -> Found:
    """Return what ``make`` reads and changes nothing for: from the replica if it keeps up, else from the primary."""
    if not WATCH.fit() or connections[DEFAULT_DB_ALIAS] is connections[ALIAS]:
        return make()
    try:
        with _in_place():
            return make()
    except (Error, psycopg.Error) as error:
        # A page that counts its readers has its place on the primary: nothing is wrong.
        if not isinstance(error.__cause__, ReadOnlySqlTransaction):
            log.warning("replica-could-not-answer", error=str(error).strip().splitlines()[:1])
        if database_is_away(error):
            WATCH.lost()
    return make()


@contextmanager
def _in_place() -> Iterator[None]:
    """Let the connection of this thread be the replica's."""
    usual = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connections[ALIAS]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = usual
