"""Detect writes to the database since a moment; what was read before still holds without one."""

from __future__ import annotations

from pilar.platform.statements import planned

_NOW = """
SELECT CASE WHEN pg_is_in_recovery() THEN pg_postmaster_start_time()::text || ' ' || pg_last_wal_replay_lsn()::text
            ELSE pg_current_snapshot()::text END,
       pg_is_in_recovery() OR pg_current_xact_id_if_assigned() IS NULL
"""


def moment() -> str | None:
    """A sign of all that has been committed: the same again means that nothing was written meanwhile.

    None where this transaction has written itself, which others do not see yet. It is PostgreSQL's own snapshot, by
    which it decides what a statement sees, and comes never again once something was committed. A tenth of a
    millisecond.

    On a standby, whose snapshots name no running transactions, it is how far the log was replayed: what is read after
    this holds all of it, and nothing is committed there without moving it. It comes again only where the standby was
    turned back, which starts it again.
    """
    with planned() as cursor:
        cursor.execute(_NOW)
        seen, tells = cursor.fetchone()
    return seen if tells else None
