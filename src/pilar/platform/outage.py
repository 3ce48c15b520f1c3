"""Tell a database outage, which passes, from an error in the statement."""

from __future__ import annotations

import psycopg

AWAY = ("57P01", "57P02", "57P03", "53300")
"""PostgreSQL's codes: it is told to end, it crashed, it takes nobody yet, it has no connection left."""


def database_is_away(error: BaseException | None) -> bool:
    """Return whether ``error``, or what it came from, is a database that cannot be reached or has gone away."""
    while error is not None:
        if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
            # Without a code it is the driver that speaks: the server did not.
            return error.sqlstate is None or error.sqlstate.startswith("08") or error.sqlstate in AWAY
        error = error.__cause__ or error.__context__
    return False
