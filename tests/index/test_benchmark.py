from __future__ import annotations

import pytest

from pilar.index import benchmark, benchmark_questions
from pilar.index.benchmark import Measure, measure
from pilar.index.robustness import benchmark as robustness


def test_the_measurements_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that they run and add up; how fast is said by ``./pilar bench``, never by a timed test."""
    monkeypatch.setattr(benchmark, "REGIONS", 3)
    monkeypatch.setattr(benchmark, "RUNS", 20)
    exact, matrix, uncertainty = benchmark.benchmark()
    assert (exact.limit, matrix.limit, uncertainty.limit) == (4, 3, 9)
    for one in (exact, matrix, uncertainty):
        assert one.wall > 0
        assert one.ratio == one.processor / one.floor


def test_the_measurements_of_questions_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "REGIONS", 3)
    names = [measure.name for measure in benchmark_questions.benchmark() if measure.processor > 0]
    assert names == ["next steps, 100 indicators", "scenario, 514 x 100"]


def test_the_measurements_of_robustness_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "REGIONS", 3)
    monkeypatch.setattr(robustness, "DRAWS", 2000)
    monkeypatch.setattr(robustness, "usable_cores", lambda: 2)
    measures = robustness.benchmark()
    assert [measure.limit for measure in measures] == [2.2, 1.6, 2.3, 1.6, 5]
    assert all(measure.ratio == measure.processor / measure.floor > 0 for measure in measures)


def test_one_core_is_not_measured_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "REGIONS", 3)
    monkeypatch.setattr(robustness, "DRAWS", 2000)
    monkeypatch.setattr(robustness, "usable_cores", lambda: 1)
    assert len(robustness.benchmark()) == 3


def test_a_measure_holds_within_its_limit_and_with_nothing_missed() -> None:
    assert Measure("x", 1, 2.0, 1.0, 2).holds
    assert not Measure("x", 1, 2.1, 1.0, 2).holds
    assert not Measure("x", 1, 1.0, 1.0, 2, "16 > 15 queries").holds


def test_a_measure_is_the_median_without_the_first_run_or_the_one_run_there_is() -> None:
    ticks = iter([0, 100, 100, 101, 101, 103, 103, 104, 104, 108, 108, 109, 109, 115, 115, 116])
    found = measure("x", lambda: None, lambda: 1, 5, 3, clock=lambda: next(ticks))
    assert (found.processor, found.floor) == (4, 1)
    ticks = iter([0, 7, 7, 9])
    assert measure("x", lambda: None, lambda: 1, 5, 0, clock=lambda: next(ticks)).ratio == 3.5
