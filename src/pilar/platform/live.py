"""Pages that change by themselves: who has changed a thing tells its topic, and who shows it listens (adr/0017).

PostgreSQL carries notifications to all processes, once the transaction is committed. A process listens on one
connection of its own for all its readers, while it has any. A topic names a thing (``import 7``) and says nothing about
it.

The same connection lets a process keep what many ask for: :class:`Fresh` holds it until its topic is told.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Generic, TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, connections
from psycopg import Error

from pilar.platform.kept import Once

CHANNEL = "pilar_live"
STEP = 2.0
"""Seconds after which the connection looks whether it is still needed."""
LINGER = 20.0
"""Seconds for which it stays when the last reader has gone: who only opens another page comes back at once."""
PAUSE = 5.0
"""Seconds until a connection that was lost is tried again."""
SETTLE = 0.2
"""Seconds until the first is told: anyone who asks then may be answered by another process, which hears as late."""
APART = 0.004
"""Seconds between two readers who are told the same: each asks again at once, and half of a core stays for all others
meanwhile (an answer takes some 2 ms of it)."""
PATIENT_SHARE = 4
"""Readers who ask seldom by the clock hold one of so many places at most; the others are for those who ask often."""

Made = TypeVar("Made")

log = structlog.get_logger(__name__)


def tell(topic: str) -> None:
    """Notify all listeners that something of this topic has changed, when the open transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])


class Reader:
    """A listener; a topic that is notified many times before they look is delivered once."""

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.told = Event()
        self.after = 0.0
        self.let_go = False

    def wait(self, seconds: float) -> bool:
        """Return whether one of the topics was told since the last time, or is within so many seconds."""
        told = self.told.wait(seconds)
        if told and self.after and not self.let_go:
            sleep(self.after)
        self.told.clear()
        return told


class Listening:
    """The readers of this process, and the connection by which it hears."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._readers: set[Reader] = set()
        self._kept: list[Fresh[object]] = []
        self._thread: Thread | None = None
        self._hears = self._ended = False
        self._wanted_until = 0.0

    def join(self, topics: frozenset[str], *, patient: bool = False) -> Reader | None:
        """A place for a reader; None where this process has no more. Give it back by :meth:`leave`.

        ``patient``: who asks seldom by the clock leaves most places to the others.
        """
        with self._lock:
            most = settings.PILAR_LIVE_READERS
            if self._ended or len(self._readers) >= (-(-most // PATIENT_SHARE) if patient else most):
                return None
            reader = Reader(topics)
            self._readers.add(reader)
            self._begin()
        return reader

    def hears(self) -> bool:
        """Return whether this process hears notifications; asking keeps it listening for a while, or starts it."""
        if not settings.PILAR_LIVE_READERS:  # nothing can be told here
            return False
        now = monotonic()
        if now > self._wanted_until - LINGER / 2:
            with self._lock:
                self._wanted_until = now + LINGER
                self._begin()
        return self._hears

    def keep(self, kept: Fresh[object]) -> None:
        """Tell this one of every topic, too."""
        self._kept.append(kept)

    def _begin(self) -> None:
        if self._thread is None and not self._ended:
            self._thread = Thread(target=self._listen, name="live", daemon=True)
            self._thread.start()

    def leave(self, reader: Reader) -> None:
        with self._lock:
            self._readers.discard(reader)

    def end(self) -> None:
        """Let all readers go, and take no more: the process is told to end, and does so when its answers have."""
        with self._lock:
            self._ended = True
            for reader in self._readers:
                reader.let_go = True
                reader.told.set()

    def _listen(self) -> None:
        while self._needed():
            try:
                self._hear()
            except (DatabaseError, Error) as error:
                log.warning("live-lost-the-database", error=str(error).strip().splitlines()[:1])
                Event().wait(PAUSE)

    def _needed(self) -> bool:
        """Return whether somebody listens; if not, this thread ends."""
        with self._lock:
            if not self._wanted:
                self._thread = None
            return self._wanted

    @property
    def _wanted(self) -> bool:
        return bool(self._readers) or monotonic() < self._wanted_until

    def _hear(self) -> None:
        """Listen until nobody needs it; anyone who was there while nothing could be heard is told to look."""
        # Behind a pool by transaction a statement may be anybody's: nobody is told there.
        own = connections.create_connection("direct" if "direct" in connections.settings else "default")
        try:
            own.ensure_connection()
            raw = own.connection
            raw.execute(f"LISTEN {CHANNEL}")
            self._told(None)
            self._hears = True
            idle = 0.0
            while idle <= LINGER:
                for notification in raw.notifies(timeout=STEP):
                    self._told(notification.payload)
                idle = 0.0 if self._wanted else idle + STEP
        finally:
            self._hears = False
            self._drop(None)
            own.close()

    def _drop(self, topic: str | None) -> None:
        for kept in self._kept:
            kept.drop(topic)

    def _told(self, topic: str | None) -> None:
        """Drop what was kept of the topic first: anyone who is then told asks for it."""
        self._drop(topic)
        with self._lock:
            readers = [reader for reader in self._readers if topic is None or topic in reader.topics]
            for place, reader in enumerate(readers):
                reader.after = SETTLE + place * APART
                reader.told.set()


LISTENING = Listening()


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Made]):
    made: Made
    until: float
    topics: Collection[str]


class Fresh(Generic[Made]):
    """Things that were read within the last ``seconds``, for all who ask this process, unless its topic was told since.

    Thousands who follow one thing then cost one query, and who was told does not see what was before. Where the process
    hears nothing (``PILAR_LIVE_READERS`` is 0, the database restarts), each asks the database. ``topics`` says of what
    was read what it hangs on; the ``most`` things asked for last are kept.
    """

    def __init__(self, most: int, seconds: float, topics: Callable[[Made], Collection[str]]) -> None:
        self._most, self._seconds, self._topics, self._lock = most, seconds, topics, Lock()
        self._made: OrderedDict[Hashable, _Kept[Made]] = OrderedDict()
        self._once: Once[Made] = Once()
        self._tolds = 0
        LISTENING.keep(self)  # type: ignore[arg-type]

    def get(self, key: Hashable, read: Callable[[], Made]) -> Made:
        """Return the thing of a key, read where none is fresh: once for all who ask meanwhile."""
        if not LISTENING.hears():
            return read()
        kept, now, tolds = self._made.get(key), monotonic(), self._tolds
        if kept is not None and now < kept.until:
            return kept.made
        # Who asks after something was told takes nothing whose reading may have begun before.
        return self._once.get((key, tolds), lambda: self._keep(key, read(), now, tolds))

    def _keep(self, key: Hashable, made: Made, now: float, tolds: int) -> Made:
        with self._lock:
            if tolds == self._tolds:  # a notification since then may be newer than what was read
                self._made[key] = _Kept(made, now + self._seconds, self._topics(made))
                self._made.move_to_end(key)
                while len(self._made) > self._most:
                    self._made.popitem(last=False)
        return made

    def drop(self, topic: str | None) -> None:
        """Forget what hangs on a topic; all of it for None."""
        with self._lock:
            self._tolds += 1
            old = [key for key, kept in self._made.items() if topic is None or topic in kept.topics]
            for key in old:
                del self._made[key]
