"""What is measured of the books still fits their tables, and nothing differs in what it fills in."""

from __future__ import annotations

import pytest

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
