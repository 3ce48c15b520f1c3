"""Guards for code that must run inside its caller's transaction; parts of a job have one each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TypeVar

import structlog
from django.db import connection, transaction

from pilar.platform.outage import database_is_away

log = structlog.get_logger(__name__)
Part = TypeVar("Part")


class OutsideTransaction(RuntimeError):
    """A bug of the caller, not an expected error."""


def require_transaction(asker: str) -> None:
    """Raise :class:`OutsideTransaction` unless a transaction is open; ``asker`` names the function for the message."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{asker} must run in the transaction of the change that it belongs to")


@contextmanager
def without_savepoints() -> Iterator[None]:
    """Until it ends, no part of the open transaction can be taken back alone: whatever fails, ends all of it.

    For long work that is done whole or not at all: each part would otherwise cost two statements more.
    """
    require_transaction("without_savepoints")
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def one_by_one(parts: Iterable[Part], does: Callable[[Part], int], *, job: str, atomic: bool = True) -> int:
    """Do each part in a transaction of its own, or (not ``atomic``: it asks others over the network) in those that it
    opens itself, and return the sum. What breaks is logged, the others go on, and the first of it is raised once all
    are done, so that the job has failed; a database that is away ends it at once."""
    count, broken = 0, list[Exception]()
    for part in parts:
        try:
            with transaction.atomic() if atomic else nullcontext():
                count += does(part)
        except Exception as error:
            if database_is_away(error):
                raise
            log.exception("part-of-job-broke", job=job, part=str(part))
            broken.append(error)
    if broken:
        raise broken[0]
    return count
