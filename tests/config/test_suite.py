"""What the suite does before its workers begin; failed tests are looked at once more, and told."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

from kit import rewriting
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


def test_what_is_compiled_before_is_what_pytest_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "bytecode"))
    good, broken, helper = (tmp_path / name for name in ("test_good.py", "test_broken.py", "helper.py"))
    good.write_text("def test_it() -> None:\n    assert [] == [1]\n")
    broken.write_text("def test_it(:\n")
    helper.write_text("ONE = 1\n")
    monkeypatch.chdir(tmp_path)
    rewriting.main([path.name for path in (good, broken, helper)])
    code = rewrite._read_pyc(good, rewrite.get_cache_dir(good) / f"test_good{rewrite.PYC_TAIL}")
    assert code is not None
    assert "@pytest_ar" in code.co_names, "its assertions are those of pytest"
    kept = {path.name for path in (tmp_path / "bytecode").rglob("*.pyc")}
    assert kept == {f"test_good{rewrite.PYC_TAIL}", f"helper.{sys.implementation.cache_tag}.pyc"}


def test_the_second_run_gathers_the_files_about_the_database_alone() -> None:
    files = suite._about_the_database()
    for name in ("tests/platform/test_live.py", "tests/permits/test_at_once.py", "tests/config/test_roles.py"):
        assert name in files, name
    assert "tests/permits/test_exif.py" not in files
    assert len(files) < len(suite._files(suite.STORING, "test_*.py")) / 4
