"""A sign of all that has been committed."""

from __future__ import annotations

import pytest
from django.db import connection, connections

from pilar.platform.written import moment

ASSIGN = "SELECT pg_current_xact_id()"
"""What the first write of a transaction does; nothing is stored."""


@pytest.mark.django_db
def test_who_has_written_sees_what_no_moment_tells() -> None:
    assert moment() is not None
    with connection.cursor() as cursor:
        cursor.execute(ASSIGN)
    assert moment() is None


@pytest.mark.django_db
def test_on_a_standby_it_is_how_far_the_log_was_replayed() -> None:
    """Functions of another schema, which is searched first, stand in the place of the server's own."""
    ours = moment()
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE SCHEMA standby;
            CREATE FUNCTION standby.pg_current_xact_id_if_assigned() RETURNS xid8 LANGUAGE sql AS 'SELECT NULL::xid8';
            CREATE FUNCTION standby.pg_last_wal_replay_lsn() RETURNS pg_lsn LANGUAGE sql AS $$SELECT pg_lsn '0/A0'$$;
            SET LOCAL search_path = standby, pg_catalog, public;
        """)
        assert moment() is not None
        cursor.execute("CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'")
        before = moment()
        assert before not in (None, ours)
        assert moment() == before
        cursor.execute(
            "CREATE OR REPLACE FUNCTION standby.pg_last_wal_replay_lsn() RETURNS pg_lsn"
            " LANGUAGE sql AS $$SELECT pg_lsn '0/B0'$$"
        )
    assert moment() not in (None, before)


@pytest.mark.django_db
def test_what_another_has_committed_is_another_moment() -> None:
    before = moment()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute(ASSIGN)
    finally:
        other.close()
    assert before is not None
    assert moment() != before
