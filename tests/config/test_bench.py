"""What ``./pilar bench`` says of a measure, and that it counts what the database does."""

from __future__ import annotations

import pytest
from django.db import connection

from pilar.config import bench
from pilar.index.benchmark import Measure
from pilar.platform.benchmark import spent


def test_a_line_says_whether_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert [bench.told(one) for one in (
        Measure("quick", 0.5, 0.02, 0.01, 3), Measure("slow", 0.5, 0.04, 0.01, 3),
        Measure("greedy", 0.5, 0.02, 0.01, 3, "16 > 15 queries"),
    )] == [False, True, True]  # fmt: skip
    quick, slow, greedy = capsys.readouterr().out.splitlines()
    assert quick.split()[1:] == ["500.000", "20.000", "10.000", "2.00", "≤", "3", "✓"]
    assert slow.endswith("4.00   ≤ 3 ✗")
    assert greedy.endswith("✗ 16 > 15 queries")


@pytest.mark.django_db
def test_work_of_the_database_counts() -> None:
    with connection.cursor() as cursor:
        start = spent()
        cursor.execute("SELECT sum(sqrt(n)) FROM generate_series(1, 3000000) AS n")
        assert spent() - start > 0.1  # no upper bound: other tests work on the same server meanwhile
