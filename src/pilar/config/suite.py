"""``./pilar test``: the suite, on the embedded PostgreSQL and once more on that of the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pilar.config.state import CHECKOUT
from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "chromium-headless-shell")
WORKERS = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
"""Three on two cores, since many tests wait for a process that they have started. A file stays with one worker, since
its tests share what it has set up."""
ROOMS = (
    "areas", "evaluation", "evidence", "hospital", "masterplan", "measures", "people", "permits", "platform", "portal",
    "surveys", "villagefinance",
)  # fmt: skip
STORING = (*(f"tests/{room}" for room in ROOMS), "tests/config/test_roles.py", "tests/config/test_serving.py")
"""Tests of rooms that store something, of the roles that serve and of how many connections they have."""
FEW = 3
"""So many failed tests are looked at once more before a change is refused; more of them are no accident."""
BY_NAME = re.compile(r"_(models|races|killed|locks|locking|roles|at_once)(_|\b)|/test_audit\b")
"""Files about what the database itself guards: constraints, triggers, locks, privileges."""
ON_THE_OTHER = "server and not browser"
"""What a change tries on the machine's own PostgreSQL alone (``tests/kit/selection.py``)."""
FAKETIME = "**/faketime/libfaketimeMT.so.1"


class FaketimeMissing(PilarError):
    code = "faketime-missing"
    sentence = N_("PILAR_TEST_NOW needs libfaketime. Install the package faketime")


def test(rest: Sequence[str]) -> int:
    """Run what ``rest`` says to pytest, or everything; says at the end, loudly, what had to be left out.

    Where ``CI`` is set everything is the quick selection, unless ``--all`` is said, and the few tests that fail are
    tried once more by themselves: what then passes is told as unstable and refuses no change (docs/adr/0014).
    """
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "pilar.config.settings.test"}
    if "--all" in rest:
        environment["PILAR_TESTS"] = "all"
    if moment := os.environ.get("PILAR_TEST_NOW"):
        environment |= _other_day(moment)
    arguments = [argument for argument in rest if argument != "--all"]
    if not arguments:
        _compile(_files(), environment)
    left_out: list[str] = []
    if arguments:
        status = _pytest(arguments, environment)
    elif programs := _other_postgres():
        first = [*WORKERS, "-m", f"not ({ON_THE_OTHER})"] if is_quick(environment) else WORKERS
        status = _twice(first, environment, left_out)
        status = _on_the_other(programs, environment, left_out) or status
    else:
        status = _twice(WORKERS, environment, left_out)
        left_out.append(translate("The second run was LEFT OUT: no other PostgreSQL found"))
    if not os.environ.get("PILAR_CHROMIUM") and not any(shutil.which(name) for name in BROWSERS):
        left_out.append(translate("Browser tests were LEFT OUT: no Chromium found (set PILAR_CHROMIUM)"))
    if not shutil.which("hledger"):
        left_out.append(translate("hledger did not check the books: it was LEFT OUT, since it was not found"))
    sys.stdout.write("".join(f"!!! {line}\n" for line in left_out))
    return status


def is_quick(environment: Mapping[str, str]) -> bool:
    """Return whether the quick selection runs: ``PILAR_TESTS`` says ``quick`` or ``all``, otherwise where ``CI`` is
    set."""
    return environment.get("PILAR_TESTS", "quick" if environment.get("CI") else "all") == "quick"


def _compile(files: Sequence[str], environment: dict[str, str], python: str = sys.executable) -> None:
    """Have these tests compiled by two processes, a half each: every worker would do it for itself."""
    halves = [
        subprocess.Popen([python, "tests/kit/rewriting.py", *half], cwd=CHECKOUT, env=environment)
        for half in (files[::2], files[1::2])
    ]
    for half in halves:
        half.wait()


def _files(under: Sequence[str] = ("tests",), like: str = "*.py") -> list[str]:
    """The files of the tests below some paths, by their paths from the checkout."""
    paths = {
        path
        for start in under
        for path in ((CHECKOUT / start).rglob(like) if (CHECKOUT / start).is_dir() else [CHECKOUT / start])
    }
    return sorted(path.relative_to(CHECKOUT).as_posix() for path in paths)


def _about_the_database() -> list[str]:
    """The files of rooms in which a test may be marked ``server``: the others would be gathered for nothing."""
    return [
        name for name in _files(STORING, "test_*.py")
        if BY_NAME.search(name) or "mark.server" in (CHECKOUT / name).read_text(encoding="utf-8")
    ]  # fmt: skip


def _pytest(arguments: Sequence[str], environment: dict[str, str], python: str = sys.executable) -> int:
    command = [python, "-m", "pytest", *arguments]
    return subprocess.run(command, check=False, cwd=CHECKOUT, env=environment).returncode


def _twice(arguments: Sequence[str], environment: dict[str, str], told: list[str], python: str = sys.executable) -> int:
    """Run pytest, and the few tests of the quick selection that failed once more, each without others in parallel.

    ``told`` gets a sentence for each that passes then.
    """
    if not is_quick(environment):
        return _pytest(arguments, environment, python)
    with TemporaryDirectory() as kept:
        failed = Path(kept, "failed")
        failed.touch()
        status = _pytest(arguments, environment | {"PILAR_TEST_FAILED": str(failed)}, python)
        names = sorted(set(failed.read_text().splitlines()))
    if status != 1 or not 0 < len(names) <= FEW:
        return status
    again = {name: _pytest([name], environment, python) for name in names}
    unstable = translate("UNSTABLE, passed only by itself: {test}")
    told += [unstable.format(test=name) for name, came in again.items() if came == 0]
    return max(again.values())


def _other_postgres() -> Path | None:
    """The programs of the newest PostgreSQL that Debian has installed."""
    paths = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(paths, key=lambda path: int(path.parent.name), default=None)


def _on_the_other(programs: Path, environment: dict[str, str], told: list[str]) -> int:
    """Run the rooms on another PostgreSQL, by another Python if ``PILAR_TEST_OTHER_PYTHON`` names one; of the quick
    selection what the first run has left to it."""
    environment = environment | {"PILAR_TEST_POSTGRES": str(programs)}
    chosen, files = (ON_THE_OTHER, _about_the_database()) if is_quick(environment) else ("not browser", [*STORING])
    python = os.environ.get("PILAR_TEST_OTHER_PYTHON", sys.executable)
    if python != sys.executable and (Path(python).parents[1] / "pyvenv.cfg").exists():
        # Where its own ./pilar check has kept what it compiled.
        environment["PYTHONPYCACHEPREFIX"] = str(Path(python).parents[2] / "bytecode")
        helpers = [file for file in _files() if "/test_" not in file]
        _compile([*helpers, *_files(files, "test_*.py")], environment, python)
    return _twice([*WORKERS, "-m", chosen, *files], environment, told, python)


def _other_day(moment: str) -> dict[str, str]:
    """The environment in which Python and the embedded database take ``moment``, in UTC, for now."""
    path = next(iter(sorted(Path("/usr/lib").glob(FAKETIME))), None)
    if path is None:
        raise FaketimeMissing
    ahead = datetime.fromisoformat(moment).replace(tzinfo=UTC) - datetime.now(UTC)
    # The same distance for every process, whenever it begins. Waiting goes by the other clock, which stays as it is.
    # No semaphore between processes: one that a fault test kills while it holds it would stop all others for good.
    settings = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DISABLE_SHM": "1"}
    return {"LD_PRELOAD": str(path), "FAKETIME": f"{ahead.total_seconds():+.0f}", **settings}
