"""An engine in a process of its own: started when needed, restarted after it ended, ended when idle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from pilar.platform.press.frames import FAILED, REFUSED, receive, send
from pilar.platform.press.makers import Refused

MAX_SECONDS = 120.0
"""Time allowed for one question, while all others wait (an assumption: the papers of a large plan take about ten)."""


class Failed(RuntimeError):
    """The engine broke, took too long, or ended twice over one question."""


class Engine:
    """A child process that answers the questions of all threads, one at a time."""

    def __init__(self, name: str, *, idle: int, longest: float = MAX_SECONDS) -> None:
        """``idle``: seconds without a question after which it ends; ``longest``: seconds that a question may take."""
        self.name = name
        self.longest, self._idle, self._lock = longest, idle, Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, maker: str, given: Mapping[str, Any]) -> bytes:
        """Return the output of a maker; raises :class:`Refused` or :class:`Failed`."""
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
        watch, begun = Timer(self.longest, process.kill), time.monotonic()
        watch.daemon = True
        watch.start()
        try:
            send(process.stdin, question)
            answer = receive(process.stdout)
        except BrokenPipeError:
            answer = None
        except BaseException:
            self.end()  # half an answer must not reach the next caller
            raise
        finally:
            watch.cancel()
        if answer is None:
            self.end()
            if time.monotonic() - begun >= self.longest:
                raise Failed(f"{self.name}: no answer within {self.longest:g} seconds")
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
