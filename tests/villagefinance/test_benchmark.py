"""What is measured of the books still fits their tables, and nothing differs in what it fills in."""

from __future__ import annotations

import pytest
from django.db import connection

from areas.places import load
from pilar.areas.rules import AreaEntry
from pilar.people.rules import OPERATOR
from pilar.villagefinance import benchmark, benchmark_years
from pilar.villagefinance.operations import begin_region
from pilar.villagefinance.queries.positions import differences
from villagefinance.world import COUNTRY, REGION, SISTER, VILLAGE, YEAR

pytestmark = pytest.mark.django_db


def test_entries_and_a_year_of_villages(monkeypatch: pytest.MonkeyPatch) -> None:
    more = (f"36.03.02.{number}" for number in (2002, 2003))
    load((*COUNTRY, *(AreaEntry(code, code, "village", "village", "36.03.02") for code in more)))
    monkeypatch.setattr(benchmark, "ENTRIES", 2)
    monkeypatch.setattr(benchmark, "PAYMENTS", 2)
    monkeypatch.setattr(benchmark, "REPEATS", 0)
    assert [one.missed for one in benchmark.benchmark()] == [""] * 4


def test_years_of_all_villages(monkeypatch: pytest.MonkeyPatch) -> None:
    load(COUNTRY)
    begin_region(by=OPERATOR, region=REGION)
    monkeypatch.setattr(benchmark_years, "PAYMENTS", 20)
    assert benchmark_years.fill([VILLAGE, SISTER], range(YEAR, YEAR + 2)) == 2 * 2 * (20 * 3 + 12 * 4 * 2)
    assert [*differences(VILLAGE), *differences(SISTER)] == []


@pytest.mark.parametrize("table", ["budgetposition", "cashposition"])
def test_what_positions_come_to_is_read_from_their_keys_alone(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            f"EXPLAIN SELECT village, sum(moved) FROM villagefinance_{table}"
            " WHERE region = %s AND village = ANY(%s) AND year = %s GROUP BY 1",
            [REGION, [VILLAGE, SISTER], YEAR],
        )
        assert f"Index Only Scan using villagefinance_{table}_pkey" in str(cursor.fetchall())
