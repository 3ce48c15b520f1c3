"""Files made in one go by the worker, as an archive: the states of such a batch, and what its readers see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate
from pilar.platform.rows import row_of

SILENT = timedelta(minutes=10)
"""A batch without progress for so long is taken for lost: its worker was killed too often, or none runs."""


class BatchState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


SHOWN = {
    BatchState.WAITING: (N_("Waits for the worker"), "caution"),
    BatchState.RUNNING: (N_("Being made"), "caution"),
    BatchState.DONE: (N_("Ready"), "positive"),
    BatchState.FAILED: (N_("Failed"), "negative"),
}
"""The name of each state, and the tone in which it is shown."""
UNFINISHED = frozenset({BatchState.WAITING, BatchState.RUNNING})


class BatchNotFound(PilarError):
    code = "batch-not-found"
    status = 404
    sentence = N_("There is no such archive, or not any more. Have it made again")


class BatchNotReady(PilarError):
    code = "batch-not-ready"
    status = 409
    sentence = N_("The archive is not ready yet. The page that orders it shows how far it is")


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch. ``lost``: nothing has happened for so long that it may be ordered again.

    ``variant`` tells it from others of the same subject, such as the language of its files; ``title`` heads it.
    """

    key: int
    state: BatchState
    done: int
    total: int
    ordered_by: str
    ordered_at: datetime
    size: int | None
    sha256: str
    storage_key: str
    lost: bool
    topic: str
    variant: str = ""
    title: str = ""

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(SHOWN[self.state][0])

    @property
    def tone(self) -> str:
        return "negative" if self.lost else SHOWN[self.state][1]

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def waiting(self) -> bool:
        return self.unfinished and not self.lost

    @property
    def ready(self) -> bool:
        return self.state is BatchState.DONE


@dataclass(frozen=True, slots=True)
class BatchList:
    """The batches of one subject, newest first."""

    rows: tuple[BatchRow, ...] = ()

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topics of the rows that are still waiting."""
        return tuple(row.topic for row in self.rows if row.waiting)

    @property
    def waiting(self) -> bool:
        """Return whether at least one goes on."""
        return bool(self.topics)

    @property
    def unfinished(self) -> bool:
        return any(row.unfinished for row in self.rows)

    def ready(self, key: int) -> BatchRow:
        """The batch with this key; raises BatchNotFound, BatchNotReady."""
        for row in self.rows:
            if row.key == key:
                if not row.ready:
                    raise BatchNotReady
                return row
        raise BatchNotFound


def is_lost(state: str, progressed_at: datetime, now: datetime) -> bool:
    """Return whether an unfinished batch may be ordered again."""
    return state in UNFINISHED and now - progressed_at > SILENT


def batch_row(stored: Any, now: datetime, *, variant: str = "", title: str = "") -> BatchRow:
    """A stored batch (``evidence.models.Batch``) as its readers see it."""
    return row_of(
        BatchRow,
        stored,
        ordered_by=stored.ordered_by_name,
        lost=is_lost(stored.state, stored.progressed_at, now),
        variant=variant,
        title=title,
    )
