"""All papers of a version made in one go: the states of such a batch."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import mark

SILENT = timedelta(minutes=10)
"""A batch without progress for so long is taken for lost: its worker was killed too often, or none runs."""


class BatchState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


BATCH_NAMES = {
    BatchState.WAITING: (mark("Waits for the worker"), "caution"),
    BatchState.RUNNING: (mark("Being made"), "caution"),
    BatchState.DONE: (mark("Ready"), "positive"),
    BatchState.FAILED: (mark("Failed"), "negative"),
}
"""The name of each, and the tone in which it is shown."""
UNFINISHED = frozenset({BatchState.WAITING, BatchState.RUNNING})


class PapersNotReady(PilarError):
    """The archive is not made yet, or there is none."""

    code = "papers-not-ready"
    status = 404
    sentence = mark("There is no archive of these documents yet. Have it made on the page of the documents")


def is_lost(state: BatchState, progressed_at: datetime, now: datetime) -> bool:
    """Whether an unfinished batch may be ordered anew."""
    return state in UNFINISHED and now - progressed_at > SILENT
