"""Main program of an engine's child process: answers one question after the other."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import IO

from pilar.platform.press.frames import FAILED, MADE, REFUSED, receive, send
from pilar.platform.press.makers import MAKERS, Refused

MAX_MEGABYTES = 300
"""Memory of an engine. Above it, the engine ends after its answer, and the next question starts a fresh one."""


def serve(questions: IO[bytes], answers: IO[bytes], *, idle: int) -> None:
    """Answer until the caller is gone, ``idle`` seconds pass without a question, or memory exceeds its limit."""
    while _megabytes() < MAX_MEGABYTES and select.select([questions], [], [], idle)[0]:
        question = receive(questions)
        if question is None:
            return
        maker, given = json.loads(question)
        try:
            answer = MADE + MAKERS[maker](**given)
        except Refused as refused:
            answer = REFUSED + str(refused).encode()
        except Exception as failed:
            answer = FAILED + repr(failed).encode()
        send(answers, answer)


def _megabytes() -> int:
    """Return the memory of this process; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
    except OSError:
        return 0


def main() -> None:
    """Serve the parent process until it ends; signals sent to the whole group are ignored."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever an engine prints is no answer
    serve(os.fdopen(0, "rb"), answers, idle=int(sys.argv[1]))


if __name__ == "__main__":
    main()
