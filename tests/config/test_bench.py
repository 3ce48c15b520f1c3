"""What ``./pilar bench`` says of a measure, and that it counts what the database does."""

from __future__ import annotations

import pytest
from django.db import connection

from areas.places import load
from pilar.config import bench, bench_nation
from pilar.config.commandline import main
from pilar.index.benchmark import Measure
from pilar.platform.benchmark import spent
from pilar.villagefinance import benchmark_years
from pilar.villagefinance.models import Book
from pilar.villagefinance.queries.positions import differences
from villagefinance.world import COUNTRY


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


@pytest.mark.parametrize("power", [0, 0.5, 1])
def test_what_the_nation_takes_follows_the_slope_of_the_shares(power: float) -> None:
    slope, whole = bench_nation.grown([1, 2, 5, 10], [3 * share**power for share in (1, 2, 5, 10)])
    assert (slope, whole) == (pytest.approx(power), pytest.approx(3 * 100**power))


@pytest.mark.django_db
def test_shares_of_the_nation_are_measured_page_by_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load(COUNTRY)
    monkeypatch.setattr(bench_nation, "REPEATS", 1)
    monkeypatch.setattr(benchmark_years, "PAYMENTS", 2)
    monkeypatch.setattr(bench_nation, "ANALYSE", "ANALYZE")
    assert bench_nation.run((50, 100)) == 0
    said = capsys.readouterr().out
    assert [line.partition(" %")[0] for line in said.splitlines() if line[0].isdigit()] == ["50", "100"]
    assert [difference for village in Book.objects.values_list("village", flat=True)
            for difference in differences(village)] == []  # fmt: skip


@pytest.mark.parametrize("said", ["", "0,1", "2,1", "1,101", "a"])
def test_shares_that_do_not_grow_are_refused(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["bench", "--nation", said])
    assert "--nation" in capsys.readouterr().err
