"""The installation of the tests itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from config.installation import Installation

TALKS = "print('Pilar serves at http://localhost', flush=True); print('x' * 1_000_000)"
"""More than a pipe holds."""


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_process_that_says_much_is_listened_to(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    def begin(self: Installation, *_command: str, **_environment: str) -> subprocess.Popen[str]:
        del self
        return subprocess.Popen([sys.executable, "-c", TALKS], stdout=subprocess.PIPE, text=True)

    monkeypatch.setattr(Installation, "begin", begin)
    installation = Installation()
    process = installation.serve() if command == "serve" else installation.start(command)
    try:
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        installation.home.rmdir()
