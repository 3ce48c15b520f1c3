"""Whether anything was written to the database since: what was read before it then still holds."""

from __future__ import annotations

from pilar.platform.statements import planned

_NOW = "SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned() IS NULL"


def moment() -> str | None:
    """A sign of all that has been committed: the same again means that nothing was written meanwhile.

    None where this transaction has written itself, which others do not see yet. It is PostgreSQL's own snapshot, by
    which it decides what a statement sees, and comes never again once something was committed. A tenth of a
    millisecond.
    """
    with planned() as cursor:
        cursor.execute(_NOW)
        seen, unwritten = cursor.fetchone()
    return seen if unwritten else None
