"""The shell script in front: each of its refusals is one sentence, in the reader's language."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "pwd", "cat", "grep", "cksum", "mkdir", "rm", "df", "awk", "tail", "env")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs without any Python, and a copy of the door with its locks."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        if found:
            (programs / name).symlink_to(found)
    shutil.copy(CHECKOUT / "pilar", tmp_path)
    shutil.copytree(CHECKOUT / "requirements", tmp_path / "requirements")
    return tmp_path


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(folder / "pilar"), *arguments],
        env={"PATH": str(folder / "bin")} | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def fake_program(folder: Path, name: str, text: str) -> None:
    path = folder / "bin" / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("language", "said"), [("id", "Pilar memerlukan Python 3.11"), ("en", "Pilar needs Python 3.11")]
)
def test_no_python(bare: Path, language: str, said: str) -> None:
    done = run(bare, "demo", PILAR_LANGUAGE=language)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_python_too_old(bare: Path) -> None:
    fake_program(bare, "python3", "exit 1\n")
    done = run(bare, "demo", LANG="en_GB.UTF-8")
    assert done.returncode == 2
    assert done.stderr.startswith("Pilar needs Python 3.11 or newer")


def test_full_disk(bare: Path) -> None:
    fake_program(bare, "python3", "echo /usr/bin/python3\n")
    (bare / "bin" / "df").unlink()
    fake_program(bare, "df", "echo header; echo '/dev/x 100 90 20480 90% /'\n")
    done = run(bare, "demo", PILAR_LANGUAGE="en")
    assert done.returncode == 2
    assert "has only 20 MB free" in done.stderr


def test_no_network(bare: Path) -> None:
    fake_program(bare, "python3", 'case "$*" in *print*) echo "$0";; *pip*) echo "ERROR: no route"; exit 1;; esac\n')
    fake_program(bare, "uv", 'case "$1" in venv) exit 0;; *) echo "error: Failed to fetch"; exit 1;; esac\n')
    done = run(bare, "demo", PILAR_LANGUAGE="en")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("The packages could not be installed: check the internet connection")
    assert not (bare / ".pilar" / "installing").exists()


def test_installation_under_way_elsewhere(bare: Path) -> None:
    under_way = bare / ".pilar" / "installing"
    under_way.mkdir(parents=True)
    (under_way / "process").write_text(str(os.getpid()))
    done = run(bare, "demo", PILAR_LANGUAGE="en")
    assert done.returncode == 2
    assert f"process {os.getpid()}" in done.stderr
    assert under_way.exists()


def test_port_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [str(CHECKOUT / "pilar"), "demo", "--port", str(port)],
            env=os.environ | {"PILAR_LANGUAGE": "en"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"Port {port} on 127.0.0.1 is in use by another program. Choose another one with --port"
    )
