"""Statements that thousands send within a minute: text and values go apart, so that PostgreSQL reads and plans a text
that a connection has sent twice once and for all (``prepare_threshold``, ``config.database``)."""

from __future__ import annotations

from select import POLLIN, poll
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created)
def _plan_for_all_values(*, connection: Any, **_signal: object) -> None:
    """PostgreSQL would go on planning a text for each value where it takes that plan for a little cheaper."""
    connection.connection.execute("SET plan_cache_mode = force_generic_plan")


class _Cursor(ServerBindingCursor):
    def _send_query_prepared(self, name: bytes, pgq: Any, *, binary: bool | None = None) -> None:
        self._query = pgq  # what Django shows as the statement; psycopg keeps it of those without a plan alone
        super()._send_query_prepared(name, pgq, binary=binary)  # type: ignore[misc]


def _is_silent(connection: Any) -> bool:
    """Return whether a connection stands and nothing has come on it: PostgreSQL says so before it closes one, so that
    no statement has to ask."""
    if connection.closed:
        return False
    asked = poll()
    asked.register(connection.fileno(), POLLIN)
    return not asked.poll(0)


def planned() -> Any:
    """A cursor for plain SQL as ``connection.cursor()``. Its texts stay the same from call to call: all that differs
    is a value."""
    database: Any = connection
    cursor: Any = _Cursor
    if database.connection is not None and _is_silent(database.connection):
        database.health_check_done = True
    database.close_if_health_check_failed()  # before the first statement of a request: the database may have restarted
    database.ensure_connection()
    with database.wrap_database_errors:
        return database._prepare_cursor(cursor(database.connection))
