"""What only makes sense together with a change refuses to run outside its transaction."""

from __future__ import annotations

from django.db import connection


class OutsideTransaction(RuntimeError):
    """A bug of the caller, not an expected error."""


def require_transaction(asker: str) -> None:
    """Raise :class:`OutsideTransaction` unless a transaction is open; ``asker`` names the function for the message."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{asker} must run in the transaction of the change that it belongs to")
