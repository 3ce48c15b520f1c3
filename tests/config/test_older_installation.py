"""An installation that an older release made and dumped is restored, brought up to date, and opens."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pilar.config.database import BEFORE_SQUASHED as OLDER
from pilar.config.state import CHECKOUT

KEPT = ("secret-key", "evidence")
"""What an operator keeps next to a dump."""
SCRIPT = Path(__file__).parent / "older.py"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The older release, next to this one."""
    place = tmp_path / "older"
    place.mkdir()
    packed = subprocess.run(["git", "archive", OLDER], check=False, cwd=CHECKOUT, capture_output=True)
    if packed.returncode:
        pytest.skip(f"the history of this checkout does not hold {OLDER}")
    subprocess.run(["tar", "-x"], check=True, cwd=place, input=packed.stdout)
    return place


@pytest.mark.thorough
def test_an_older_installation_opens(older: Path, tmp_path: Path) -> None:
    dump, before, now = tmp_path / "old.dump", tmp_path / "before", tmp_path / "now"
    run("fill", dump, release=older, state=before)
    now.mkdir()
    for name in KEPT:
        shutil.move(before / name, now / name)
    run("open", dump, release=CHECKOUT, state=now)


def run(act: str, dump: Path, *, release: Path, state: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "PYTHONPATH": str(release / "src"), "PILAR_STATE": str(state), "PILAR_LANGUAGE": "en",
        "PILAR_ADDRESS": "http://127.0.0.1",
    }  # fmt: skip
    found = subprocess.run(
        [sys.executable, str(SCRIPT), act, str(dump)],
        check=False, cwd=release, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-5_000:]
