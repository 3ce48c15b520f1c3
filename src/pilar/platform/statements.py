"""Statements that thousands send within a minute: text and values go apart, so that PostgreSQL reads and plans a text
that a connection has sent twice once and for all (``prepare_threshold``, ``config.database``)."""

from __future__ import annotations

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


def planned() -> Any:
    """A cursor for plain SQL as ``connection.cursor()``. Its texts stay the same from call to call: all that differs
    is a value."""
    database: Any = connection
    cursor: Any = _Cursor
    database.close_if_health_check_failed()  # before the first statement of a request: the database may have restarted
    database.ensure_connection()
    with database.wrap_database_errors:
        return database._prepare_cursor(cursor(database.connection))
