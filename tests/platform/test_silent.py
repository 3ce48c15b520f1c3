"""The first planned statement of a request finds out whether its connection still stands, without a statement."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from pilar.platform.statements import planned


@pytest.fixture
def checked() -> Iterator[None]:
    """As an installation has it, at the beginning of a request."""
    connection.ensure_connection()
    enabled = connection.health_check_enabled
    connection.health_check_enabled, connection.health_check_done = True, False
    yield
    connection.health_check_enabled = enabled


def _one() -> tuple[int, int]:
    with planned() as cursor:
        cursor.execute("SELECT 1, pg_backend_pid()")
        found: tuple[int, int] = cursor.fetchone()
        return found


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_stands_is_not_asked(checked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("asked"))
    assert _one()[0] == 1
    assert connection.health_check_done


@pytest.mark.django_db(transaction=True)
def test_one_that_was_ended_meanwhile_is_replaced(checked: None) -> None:
    before = _one()[1]
    connection.health_check_done = False
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    other.close()
    assert _one()[1] != before
