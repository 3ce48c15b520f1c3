"""All result sheets of a version made in one go: the states of such a batch."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import mark

LANGUAGES = {"id": mark("Indonesian"), "en": mark("English")}
SILENT = timedelta(minutes=10)
"""A batch without progress for so long is taken for lost: its worker was killed too often, or none runs."""
STEP = 5
"""Progress is written down every so many sheets."""


class BatchState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


BATCH_NAMES = {
    BatchState.WAITING: mark("Waits for the worker"),
    BatchState.RUNNING: mark("Being made"),
    BatchState.DONE: mark("Ready"),
    BatchState.FAILED: mark("Failed"),
}
UNFINISHED = frozenset({BatchState.WAITING, BatchState.RUNNING})


class UnknownLanguage(PilarError):
    code = "unknown-language"
    status = 400
    sentence = mark("Sheets are made in Indonesian (id) or English (en), not in “%(given)s”")


class BatchNotFound(PilarError):
    code = "batch-not-found"
    status = 404
    sentence = mark("There are no such sheets")


class BatchNotReady(PilarError):
    code = "batch-not-ready"
    status = 409
    sentence = mark("The sheets are not ready yet")


def checked_language(given: str) -> str:
    """The language that sheets are asked in. Raises UnknownLanguage."""
    if given not in LANGUAGES:
        raise UnknownLanguage(given=given[:10])
    return given


def is_lost(state: BatchState, progressed_at: datetime, now: datetime) -> bool:
    """Whether an unfinished batch may be ordered anew."""
    return state in UNFINISHED and now - progressed_at > SILENT
