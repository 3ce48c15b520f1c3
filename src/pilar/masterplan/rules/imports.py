"""An import of a workbook: checked in the background, shown, and when it is confirmed stored, all of it or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import mark

SILENT = timedelta(minutes=5)
"""An import without progress for so long is taken for lost: its worker was killed too often, or none runs."""
STEP = 250
"""Progress is written down every so many rows."""
MOST_TOLD = 500
"""Faults, and programmes, that a report holds; it counts the others."""


class ImportState(StrEnum):
    """States of an import, in order; it is dropped when another file takes its place, or nobody wants it."""

    WAITING = "waiting"
    CHECKING = "checking"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    STORING = "storing"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


IMPORT_NAMES = {
    ImportState.WAITING: mark("Waits for the worker"),
    ImportState.CHECKING: mark("Being checked"),
    ImportState.CHECKED: mark("Checked"),
    ImportState.CONFIRMED: mark("Waits for the worker"),
    ImportState.STORING: mark("Being stored"),
    ImportState.DONE: mark("Stored"),
    ImportState.FAILED: mark("Failed"),
    ImportState.DROPPED: mark("Not wanted"),
}
RUNNING = frozenset({ImportState.WAITING, ImportState.CHECKING, ImportState.CONFIRMED, ImportState.STORING})
"""The worker has it."""
OPEN_IMPORTS = RUNNING | {ImportState.CHECKED}
"""One of a version at a time."""


class ImportNotFound(PilarError):
    code = "import-not-found"
    status = 404
    sentence = mark("There is no such import")


class ImportUnderWay(PilarError):
    """Another file of the version is being checked or stored."""

    code = "import-under-way"
    status = 409
    sentence = mark("Another workbook is being imported into this plan. Wait until it is done")


class NotConfirmable(PilarError):
    """The import is not checked, holds refused rows, or would change nothing."""

    code = "import-not-confirmable"
    status = 409
    sentence = mark("This import cannot be confirmed: look at what its check says")


def is_lost(state: ImportState, progressed_at: datetime, now: datetime) -> bool:
    """Whether the worker seems to have lost an import, so that another may take its place."""
    return state in RUNNING and now - progressed_at > SILENT
