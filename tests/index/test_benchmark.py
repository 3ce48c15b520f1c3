from __future__ import annotations

import pytest

from pilar.index import benchmark


def test_the_measurements_are_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that they run and add up; how fast is said by ``./pilar bench``, never by a timed test."""
    monkeypatch.setattr(benchmark, "REGIONS", 3)
    exact, matrix = benchmark.benchmark()
    assert (exact.limit, matrix.limit) == (4, 3)
    for measure in (exact, matrix):
        assert measure.seconds > 0
        assert measure.ratio == measure.seconds / measure.floor_seconds
