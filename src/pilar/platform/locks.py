"""Locks that the end of the transaction gives back: on a row, and on things that have no row of their own, such as "the
last member" or "the one load that runs"."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import OperationalError, connection
from django.db.models import Model, QuerySet
from psycopg.errors import LockNotAvailable

from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.statements import planned
from pilar.platform.transactions import require_transaction

WAIT_MILLISECONDS = 5_000

Row = TypeVar("Row", bound=Model)


class Busy(PilarError):
    """Somebody else holds the lock for too long."""

    code = "busy"
    status = 409
    sentence = N_("Somebody else is changing the same thing at this moment. Try again in a few seconds")


def take(*names: str, wait: int = WAIT_MILLISECONDS) -> None:
    """Take PostgreSQL advisory locks that the end of the transaction gives back; waits ``wait`` milliseconds at most.

    Take all that a transaction needs in one call: names are sorted, so that two transactions never wait for each
    other. Raises :class:`Busy` (the transaction is then lost), :class:`OutsideTransaction` without a transaction.
    """
    require_transaction("locks.take")
    waiting = deque(sorted(set(names)))
    while waiting and _taken(waiting[0]):
        waiting.popleft()
    if waiting:
        _wait(waiting, wait)


def _taken(name: str) -> bool:
    """Take a lock that is free; whether it was."""
    with planned() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def _wait(names: Iterable[str], wait: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [f"{int(wait)}ms"]
        )
        (usual, _set) = cursor.fetchone()
        try:
            for name in names:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Busy from error
            raise
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])


def first(rows: QuerySet[Row], **wanted: Any) -> Row | None:
    """The row with these values; None if there is none. No table holds a text with a NUL."""
    if any(isinstance(value, str) and "\0" in value for value in wanted.values()):
        return None
    return rows.filter(**wanted).order_by().first()


def hold(rows: QuerySet[Row], **wanted: Any) -> Row | None:
    """The row with these values, which nobody else changes until the transaction ends; None if there is none.

    Foreign keys to it can be checked meanwhile, and rows that are loaded with it stay free: what of them decides is
    read after the lock.
    """
    return first(rows.select_for_update(no_key=True, of=("self",)), **wanted)


def hold_shared(model: type[Model], key: int) -> None:
    """Keep a row as it is until the transaction ends; many may at once, and who would change it waits."""
    require_transaction("locks.hold_shared")
    table, column = model._meta.db_table, model._meta.pk.column
    shared = f'SELECT 1 FROM "{table}" WHERE "{column}" = %s FOR SHARE'  # noqa: S608 - names of our own; Django has none
    with connection.cursor() as cursor:
        cursor.execute(shared, [key])
