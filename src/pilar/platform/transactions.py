"""What only makes sense together with a change refuses to run outside its transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


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
