"""Whether anything was written to the database since: what was read before it then still holds."""

from __future__ import annotations

from pilar.platform.statements import planned

_NOW = """
SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned() IS NULL AND NOT pg_is_in_recovery()
"""


def moment() -> str | None:
    """A sign of all that has been committed: the same again means that nothing was written meanwhile.

    None where this transaction has written itself, which others do not see yet, and on a standby, whose snapshots name
    no running transactions: one that commits there late would change nothing in the sign. It is PostgreSQL's own
    snapshot, by which it decides what a statement sees, and comes never again once something was committed. A tenth of
    a millisecond.
    """
    with planned() as cursor:
        cursor.execute(_NOW)
        seen, tells = cursor.fetchone()
    return seen if tells else None
