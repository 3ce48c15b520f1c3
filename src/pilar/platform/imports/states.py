"""The states of an import, and why it may refuse what is wanted of it."""

from __future__ import annotations

from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class State(StrEnum):
    """States of an import, in order; it is dropped when another file takes its place, or nobody wants it."""

    WAITING = "waiting"
    CHECKING = "checking"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    STORING = "storing"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


STATE_NAMES = {
    State.WAITING: N_("Waits for the worker"),
    State.CHECKING: N_("Being checked"),
    State.CHECKED: N_("Checked"),
    State.CONFIRMED: N_("Waits for the worker"),
    State.STORING: N_("Being stored"),
    State.DONE: N_("Stored"),
    State.FAILED: N_("Failed"),
    State.DROPPED: N_("Not wanted"),
}
RUNNING = frozenset({State.WAITING, State.CHECKING, State.CONFIRMED, State.STORING})
"""The worker has it."""
OPEN = RUNNING | {State.CHECKED}


class ImportNotFound(PilarError):
    code = "import-not-found"
    status = 404
    sentence = N_("There is no such import")


class ImportUnderWay(PilarError):
    """Another file is being checked or stored."""

    code = "import-under-way"
    status = 409
    sentence = N_("Another file is being imported here. Wait until it is done")


class NotConfirmable(PilarError):
    """The import is not checked, holds refused rows, or would change nothing."""

    code = "import-not-confirmable"
    status = 409
    sentence = N_("This import cannot be confirmed: look at what its check says")
