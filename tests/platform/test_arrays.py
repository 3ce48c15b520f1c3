"""Lists reach PostgreSQL as they are, whatever their parts hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from pilar.platform.arrays import FlatListDumper
from pilar.platform.statements import planned

TRICKY = ['"', "\\", '\\"', "", "NULL", "null", "a,b", "{}", " ", "\n", "\u1680", "'", "é", '{"a": "b\\n"}', None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (TRICKY, "text[]"),
        ([], "text[]"),
        ([None], "integer[]"),
        ([1, None, -40_000, 2**40], "bigint[]"),
        ([[1, 2], [3, 4]], "integer[]"),
        ([["a", '"'], ["", "NULL"]], "text[]"),
        ([Decimal("1.50"), Decimal("-0.001")], "numeric[]"),
        ([True, False], "boolean[]"),
        ([date(2026, 1, 2)], "date[]"),
        ([datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)], "timestamptz[]"),
        ([UUID(int=7)], "uuid[]"),
        ([b"\x00\\\"'"], "bytea[]"),
    ],
)
def test_a_list_comes_back_as_it_was_sent(given: list[Any], kind: str) -> None:
    for cursor in (connection.cursor(), planned()):
        cursor.execute(f"SELECT %s::{kind}", [given])
        assert [_plain(one) for one in cursor.fetchone()[0]] == given
        cursor.close()


@pytest.mark.django_db
def test_each_connection_writes_lists_so() -> None:
    connection.ensure_connection()
    assert connection.connection.adapters.get_dumper(list, "t") is FlatListDumper


def _plain(one: Any) -> Any:
    return bytes(one) if isinstance(one, memoryview) else one
