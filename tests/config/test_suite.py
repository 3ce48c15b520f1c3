"""Failed tests of the quick selection are looked at once more, and told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pilar.config import suite

QUICK, WHOLE = {"PILAR_TESTS": "quick"}, {"PILAR_TESTS": "all"}


class Pytest:
    """Stands for pytest: the first run fails with ``failing``; of those alone ``broken`` fail again."""

    def __init__(self, failing: Sequence[str], broken: Sequence[str], status: int = 1) -> None:
        self.failing, self.broken, self.status = failing, broken, status
        self.runs: list[list[str]] = []

    def __call__(self, arguments: Sequence[str], environment: dict[str, str], _python: str = "") -> int:
        self.runs.append(list(arguments))
        if told := environment.get("PILAR_TEST_FAILED"):
            Path(told).write_text("".join(f"{name}\n" for name in self.failing))
            return self.status
        return int(arguments[0] in self.broken)


@pytest.mark.parametrize(
    ("failing", "broken", "status", "came", "unstable"),
    [
        ([], [], 0, 0, []),
        (["a::one"], [], 1, 0, ["a::one"]),
        (["a::one"], ["a::one"], 1, 1, []),
        (["a::one", "b::two"], ["b::two"], 1, 1, ["a::one"]),
        (["a", "b", "c"], [], 1, 0, ["a", "b", "c"]),
        (["a", "b", "c", "d"], [], 1, 1, []),
        (["a"], [], 2, 2, []),
    ],
)
def test_a_few_failures_are_tried_once_more_each_by_itself(
    monkeypatch: pytest.MonkeyPatch, failing: list[str], broken: list[str], status: int, came: int, unstable: list[str]
) -> None:
    run, told = Pytest(failing, broken, status), list[str]()
    monkeypatch.setattr(suite, "_pytest", run)
    assert suite._twice(["tests"], QUICK, told) == came
    assert [sentence.rsplit(" ", 1)[1] for sentence in told] == unstable
    tried = failing if status == 1 and len(failing) <= suite.FEW else []
    assert run.runs[1:] == [[name] for name in tried]


def test_a_whole_run_tries_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Pytest(["a"], [])
    monkeypatch.setattr(suite, "_pytest", lambda *given: run(*given) or 1)
    assert suite._twice(["tests"], WHOLE, []) == 1
    assert run.runs == [["tests"]]
