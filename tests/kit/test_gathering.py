"""What workers gather when they come to it: every test once, by one worker, and what cannot be gathered is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from kit import gathering

CHECKOUT = Path(__file__).resolve().parents[2]
LOADED = """
import os, pathlib, pytest
with open({told!r}, "a") as file:
    file.write(__file__.rsplit("/", 1)[1] + "\\n")
"""
FILES = {
    "test_a.py": "def test_one(): pass\n@pytest.mark.other\ndef test_two(): pass\n",
    "b/test_b.py": "@pytest.mark.parametrize('number', [1, 2, 3])\ndef test_three(number): assert number != 2\n",
    "b/test_c.py": "import surely_absent\n",
    "c/test_d.py": "@pytest.mark.other\ndef test_four(): assert False\n",
    "c/test_e.py": "pytest.skip('nothing here', allow_module_level=True)\n",
    "c/test_f.py": "def test_five(once): assert once == os.getpid()\ndef test_six(once): assert once == os.getpid()\n",
    "test_g.py": "def test_seven(once): assert once == os.getpid()\n",
}
CONFTEST = """
import os, pytest
def pytest_configure(config): config.addinivalue_line("markers", "other: left out")
@pytest.fixture(scope="session")
def once():
    with open({told!r}, "a") as file: file.write("built\\n")
    yield os.getpid()
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    told = str(tmp_path / "told")
    (tmp_path / "conftest.py").write_text(CONFTEST.format(told=told))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(LOADED.format(told=told) + text)
    return tmp_path


def run(suite: Path, chosen: str, *files: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "no:cacheprovider", "-p", "kit.gathering", "-n", "2",
         "--import-mode=importlib", "--dist", "loadfile", "--no-loadscope-reorder", "-m", chosen, *files],
        cwd=suite, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT / "tests"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip


def test_a_run_without_a_chosen_test_is_not_green(suite: Path) -> None:
    done = run(suite, "nowhere", "test_a.py", "test_g.py", "c")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout


def test_each_file_is_gathered_by_the_worker_that_runs_it(suite: Path) -> None:
    done = run(suite, "not other")
    last = done.stdout.splitlines()[-1].partition(" in ")[0]
    came = {what.rstrip("s"): int(number) for number, what in re.findall(r"(\d+) ([a-z]+)", last)}
    assert (done.returncode, came) == (1, {"failed": 1, "passed": 6, "skipped": 1, "error": 1})
    loaded = Counter((suite / "told").read_text().split())
    # Once a worker that needs it, also where a file without a chosen test stands between two of its files.
    assert 1 <= loaded.pop("built") <= 2
    assert loaded == {name.rpartition("/")[2]: 1 for name in FILES}


@pytest.mark.parametrize(
    ("worker", "arguments", "waits"),
    [(True, ["tests"], True), (True, ["tests/a.py::test_one"], False), (False, ["tests"], False)],
)
def test_only_workers_with_whole_files_wait(worker: bool, arguments: list[str], waits: bool) -> None:
    config = SimpleNamespace(args=arguments, **({"workerinput": {}} if worker else {}))
    assert gathering._wait(config) == waits  # type: ignore[arg-type]
