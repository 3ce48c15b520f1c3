"""Pages that change by themselves: who has changed a thing tells its topic, and who shows it listens (adr/0017).

PostgreSQL carries what is told to all processes, once the transaction is committed. A process listens on one connection
of its own for all its readers, while it has any. A topic names a thing (``import 7``) and says nothing about it.
"""

from __future__ import annotations

from threading import Event, Lock, Thread

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, connections
from psycopg import Error

CHANNEL = "pilar_live"
STEP = 2.0
"""Seconds after which the connection looks whether it is still needed."""
LINGER = 20.0
"""Seconds for which it stays when the last reader has gone: who only opens another page comes back at once."""
PAUSE = 5.0
"""Seconds until a connection that was lost is tried again."""

log = structlog.get_logger(__name__)


def tell(topic: str) -> None:
    """Tell whoever listens that something of this topic has changed, when the open transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])


class Reader:
    """Somebody who listens; what is told many times before they look is told once."""

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.told = Event()
        self.let_go = False

    def wait(self, seconds: float) -> bool:
        """Tell whether one of the topics was told since the last time, or is within so many seconds."""
        told = self.told.wait(seconds)
        self.told.clear()
        return told


class Listening:
    """The readers of this process, and the connection by which it hears."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._readers: set[Reader] = set()
        self._thread: Thread | None = None
        self._ended = False

    def join(self, topics: frozenset[str]) -> Reader | None:
        """A place for a reader; None where this process has no more. Give it back by :meth:`leave`."""
        with self._lock:
            if self._ended or len(self._readers) >= settings.PILAR_LIVE_READERS:
                return None
            reader = Reader(topics)
            self._readers.add(reader)
            if self._thread is None:
                self._thread = Thread(target=self._listen, name="live", daemon=True)
                self._thread.start()
        return reader

    def leave(self, reader: Reader) -> None:
        with self._lock:
            self._readers.discard(reader)

    def end(self) -> None:
        """Let all readers go, and take no more: the process is told to end, and does so when its answers have."""
        with self._lock:
            self._ended = True
            for one in self._readers:
                one.let_go = True
                one.told.set()

    def _listen(self) -> None:
        while self._needed():
            try:
                self._hear()
            except (DatabaseError, Error) as error:
                log.warning("live-lost-the-database", error=str(error).strip().splitlines()[:1])
                Event().wait(PAUSE)

    def _needed(self) -> bool:
        """Tell whether somebody listens; if not, this thread ends."""
        with self._lock:
            if not self._readers:
                self._thread = None
            return bool(self._readers)

    def _hear(self) -> None:
        """Listen until nobody needs it; whoever was there while nothing could be heard is told to look."""
        own = connections.create_connection("default")
        try:
            own.ensure_connection()
            raw = own.connection
            raw.execute(f"LISTEN {CHANNEL}")
            self._told(None)
            idle = 0.0
            while idle <= LINGER:
                for one in raw.notifies(timeout=STEP):
                    self._told(one.payload)
                idle = 0.0 if self._readers else idle + STEP
        finally:
            own.close()

    def _told(self, topic: str | None) -> None:
        with self._lock:
            for one in self._readers:
                if topic is None or topic in one.topics:
                    one.told.set()


LISTENING = Listening()
