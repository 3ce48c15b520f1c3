"""Statements whose plan a connection keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from pilar.platform.models import Receipt
from pilar.platform.statements import planned

pytestmark = pytest.mark.django_db
TEXT = "SELECT %(number)s::int + 1 AS planned_here"


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%planned_here'")
        return int(cursor.fetchone()[0])


def test_a_text_is_planned_once_it_has_come_again() -> None:
    for number in range(4):
        with planned() as cursor:
            cursor.execute(TEXT, {"number": number})
            assert cursor.fetchone() == (number + 1,)
        assert kept() == (number >= 2)


def test_one_plan_is_for_all_values() -> None:
    with planned() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)


def test_it_is_seen_as_any_other_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4) as seen, planned() as cursor:
        for number in range(4):
            cursor.execute(TEXT, {"number": number})
    assert {one["sql"] for one in seen.captured_queries} == {TEXT.replace("%(number)s", "$1")}


def test_a_constraint_is_named_as_by_any_other_statement() -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), planned() as cursor:
        cursor.execute("INSERT INTO platform_receipt (key) VALUES (%s)", [None])
    assert "key" in str(refused.value)
    assert not Receipt.objects.exists()
