"""Task ids of BPJS's queue (Antrean RS, updatewaktu): which may follow which, and when. Pure.

A new patient goes 1-2-3-4-5(-6-7), a known one 3-4-5(-6-7); 99 ends a visit that does not take place or is broken off.
Times grow strictly. The database enforces the same (trigger of ``hospital_task``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class TaskId(IntEnum):
    """The catalogue of BPJS: each task ends the step before it and starts the next."""

    ADMISSION_WAIT = 1
    """A new patient is there."""
    ADMISSION = 2
    """The desk begins with a new patient."""
    CLINIC_WAIT = 3
    """Waits for the clinic: the check-in of a known patient."""
    CLINIC = 4
    """The consultation begins."""
    PHARMACY_WAIT = 5
    """The consultation ended."""
    PHARMACY = 6
    """The pharmacy begins with the medicine."""
    READY = 7
    ABSENT = 99


T = TaskId
TASK_NAMES = {
    T.ADMISSION_WAIT: N_("Waits for the registration desk"),
    T.ADMISSION: N_("Registration"),
    T.CLINIC_WAIT: N_("Waits for the clinic"),
    T.CLINIC: N_("Consultation"),
    T.PHARMACY_WAIT: N_("Consultation ended"),
    T.PHARMACY: N_("Medicine is being made"),
    T.READY: N_("Medicine is ready"),
    T.ABSENT: N_("Absent or cancelled"),
}
ORDER = (T.ADMISSION_WAIT, T.ADMISSION, T.CLINIC_WAIT, T.CLINIC, T.PHARMACY_WAIT, T.PHARMACY, T.READY)
TICK = timedelta(milliseconds=1)
"""The least time between two tasks: BPJS counts in milliseconds."""

Done = tuple[TaskId, datetime]


class TaskOutOfOrder(PilarError):
    code = "task-order"
    status = 409
    sentence = N_("This step does not follow what was recorded of the visit")


def following(done: Sequence[TaskId], *, new: bool) -> frozenset[TaskId]:
    """The tasks that may come after those in ``done``, which are in order; none when the visit is over."""
    if not done:
        return frozenset({T.ADMISSION_WAIT if new else T.CLINIC_WAIT, T.ABSENT})
    if done[-1] in (T.READY, T.ABSENT):
        return frozenset()
    after = ORDER[ORDER.index(done[-1]) + 1]
    return frozenset({after, T.ABSENT}) if done[-1] < T.PHARMACY_WAIT else frozenset({after})


def moment(done: Sequence[Done], task: TaskId, at: datetime, *, new: bool) -> datetime:
    """The time of a task: ``at``, or just after the previous task if a clock was set back.

    Raises :class:`TaskOutOfOrder` if it does not follow.
    """
    if task not in following([task for task, _at in done], new=new):
        raise TaskOutOfOrder
    return max(at, done[-1][1] + TICK) if done else at
