from __future__ import annotations

import pytest

from pilar.index import benchmark
from pilar.index.robustness import benchmark as robustness


def test_the_measurements_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that they run and add up; how fast is said by ``./pilar bench``, never by a timed test."""
    monkeypatch.setattr(benchmark, "REGIONS", 3)
    monkeypatch.setattr(robustness, "REGIONS", 3)
    monkeypatch.setattr(robustness, "DRAWS", 2000)
    measures = benchmark.benchmark()
    assert [measure.limit for measure in measures] == [4, 3, 1.5, 3, 5]
    for measure in measures:
        assert measure.seconds > 0
        assert measure.ratio == measure.seconds / measure.floor_seconds
