"""An engine in a process of its own: begun when it is needed, begun again when it was ended, gone when it idles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from pilar.platform.press.frames import FAILED, REFUSED, receive, send
from pilar.platform.press.makers import Refused


class Failed(RuntimeError):
    """The engine broke or ended twice over one question."""


class Engine:
    """A process that makes one thing at a time for this one, whichever thread asks."""

    def __init__(self, name: str, *, idle: int) -> None:
        """``idle``: seconds without a question after which it ends."""
        self.name = name
        self._idle, self._lock = idle, Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, maker: str, given: Mapping[str, Any]) -> bytes:
        """What the maker makes; raises :class:`Refused` or :class:`Failed`."""
        question = json.dumps([maker, dict(given)]).encode()
        with self._lock:
            # It may have idled, or been ended by the system, since the last question.
            answer = self._answer(question) or self._answer(question)
        if answer is None:
            raise Failed(f"{self.name}: the process ended")
        kind, content = answer[:1], answer[1:]
        if kind == REFUSED:
            raise Refused(content.decode())
        if kind == FAILED:
            raise Failed(content.decode())
        return content

    def _answer(self, question: bytes) -> bytes | None:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            send(process.stdin, question)
            answer = receive(process.stdout)
        except BrokenPipeError:
            answer = None
        except BaseException:
            self.end()  # half an answer is nobody's
            raise
        if answer is None:
            self.end()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pilar.platform.press.child", str(self._idle)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "MALLOC_ARENA_MAX": "2"},
            )
        return self.process

    def end(self) -> None:
        """End its process now."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.communicate()
