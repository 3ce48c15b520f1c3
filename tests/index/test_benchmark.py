from __future__ import annotations

import pytest

from pilar.index import benchmark, benchmark_questions
from pilar.index.robustness import benchmark as robustness


def test_the_measurements_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that they run and add up; how fast is said by ``./pilar bench``, never by a timed test."""
    monkeypatch.setattr(benchmark, "REGIONS", 3)
    monkeypatch.setattr(benchmark, "RUNS", 20)
    exact, matrix, uncertainty = benchmark.benchmark()
    assert (exact.limit, matrix.limit, uncertainty.limit) == (4, 3, 20)
    for measure in (exact, matrix, uncertainty):
        assert measure.seconds > 0
        assert measure.ratio == measure.seconds / measure.floor_seconds


def test_the_measurements_of_questions_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "REGIONS", 3)
    names = [measure.name for measure in benchmark_questions.benchmark() if measure.seconds > 0]
    assert names == ["next steps, 100 indicators", "scenario, 514 x 100"]


def test_the_measurements_of_robustness_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "REGIONS", 3)
    monkeypatch.setattr(robustness, "DRAWS", 2000)
    measures = robustness.benchmark()
    assert [measure.limit for measure in measures] == [1.5, 3, 5]
    assert all(measure.ratio == measure.seconds / measure.floor_seconds > 0 for measure in measures)
