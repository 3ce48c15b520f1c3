"""Locks on things that have no row of their own, such as "the last member" or "the one load that runs"."""

from __future__ import annotations

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from pilar.platform.errors import PilarError
from pilar.platform.language import mark
from pilar.platform.transactions import require_transaction

WAIT_MILLISECONDS = 5_000


class Busy(PilarError):
    """Somebody else holds the lock for too long."""

    code = "busy"
    status = 409
    sentence = mark("Somebody else is changing the same thing at this moment. Try again in a few seconds")


def take(*names: str, wait: int = WAIT_MILLISECONDS) -> None:
    """Take PostgreSQL advisory locks that the end of the transaction gives back; waits ``wait`` milliseconds at most.

    Take all that a transaction needs in one call: names are sorted, so that two transactions never wait for each
    other. Raises :class:`Busy` (the transaction is then lost), :class:`OutsideTransaction` without a transaction.
    """
    require_transaction("locks.take")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [f"{int(wait)}ms"]
        )
        (usual, _set) = cursor.fetchone()
        try:
            for name in sorted(set(names)):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Busy from error
            raise
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])
