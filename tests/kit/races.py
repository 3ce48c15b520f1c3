"""People who act at the same moment, each in a connection of their own, at the worst of all moments.

Each acts up to its first write and stops there until all others have come as far, wait for a lock, or have ended. So
what is decided by rows that nobody holds, all of them decide by the same rows. Then they go on, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from django.db import connection

from kit.held import WRITE
from pilar.platform.errors import PilarError

WAIT = 60
"""Seconds that an act may take."""


class Act(Thread):
    """One of them."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act = act
        self.process: int | None = None
        self.came: object = None
        self.fault: BaseException | None = None
        self.before_writing, self.goes_on, self.ended = Event(), Event(), Event()

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.process = connection.connection.info.backend_pid
            with connection.execute_wrapper(self.hesitate):
                self.came = self.act()
        except PilarError as refused:
            self.came = refused
        except BaseException as fault:
            self.fault = fault
        finally:
            connection.close()
            self.ended.set()

    def hesitate(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if isinstance(sql, str) and WRITE.match(sql) and not self.before_writing.is_set():
            self.before_writing.set()
            assert self.goes_on.wait(WAIT)
        return execute(sql, params, many, context)

    def rests(self) -> bool:
        """Whether it has ended, stands before its first write, or waits for somebody's lock."""
        if self.ended.is_set() or (self.before_writing.is_set() and not self.goes_on.is_set()):
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_blocking_pids(%s) <> '{}'", [self.process])
            return bool(cursor.fetchone()[0])

    def come_to_rest(self) -> None:
        for _round in range(WAIT * 100):
            if self.ended.wait(0.01) or self.rests():
                return
        raise TimeoutError


def together(*acts: Callable[[], object]) -> list[Any]:
    """What each came to: its result, or the error that it was refused with.

    The first acts first. Which of the others goes on first, nobody says: of two who wait for one row PostgreSQL may let
    either have it.
    """
    people = [Act(act) for act in acts]
    for one in people:
        one.start()
        one.come_to_rest()
    for one in people:
        one.goes_on.set()
        one.come_to_rest()
    for one in people:
        one.join(WAIT)
        if one.fault:
            raise one.fault
    return [one.came for one in people]
