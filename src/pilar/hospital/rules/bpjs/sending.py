"""Messages about a booking to BPJS: their content, order and retries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from pilar.hospital.rules.tasks import TASK_NAMES, TaskId
from pilar.platform.language import N_


class Step(IntEnum):
    """A place in the row of what is told of one booking; each waits for those before it."""

    ADD = 0
    TASK_1 = 10
    TASK_2 = 20
    TASK_3 = 30
    TASK_4 = 40
    TASK_5 = 50
    PHARMACY = 55
    TASK_6 = 60
    TASK_7 = 70
    CANCEL = 80
    TASK_99 = 99

    @property
    def task(self) -> int | None:
        """The task that it tells, if it tells one."""
        return 99 if self is Step.TASK_99 else self // 10 if self.name.startswith("TASK") else None

    @property
    def service(self) -> str:
        """The service of the contract that tells it."""
        return {Step.ADD: "add", Step.PHARMACY: "pharmacy-add", Step.CANCEL: "cancel"}.get(self, "task")


STEP_NAMES = {
    Step.ADD: N_("Booking"), Step.PHARMACY: N_("Number of the pharmacy"), Step.CANCEL: N_("Cancelled"),
    **{step: TASK_NAMES[TaskId(step.task)] for step in Step if step.task},
}  # fmt: skip


class Sending(StrEnum):
    """States of a message: whether BPJS was told."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


SENDING_NAMES = {
    Sending.WAITING: N_("Waits"), Sending.SENT: N_("Sent"), Sending.DEAD: N_("Not taken: needs somebody"),
}  # fmt: skip

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))
"""assumption: after each attempt that nobody answered, the last one from then on."""
LONGEST = timedelta(days=3)
"""assumption: what could not be told for so long needs somebody."""


def next_try(attempts: int, made_at: datetime, now: datetime) -> datetime | None:
    """Tell when to try again after so many attempts that nobody answered; None: not by itself."""
    return now + PAUSES[min(attempts, len(PAUSES)) - 1] if now - made_at < LONGEST else None


class Difference(StrEnum):
    """Ways in which what BPJS has of a booking differs from what it was told."""

    MISSING = "missing"
    OTHER_TIME = "other-time"
    UNKNOWN = "unknown"


DIFFERENCE_NAMES = {
    Difference.MISSING: N_("BPJS does not have it"), Difference.OTHER_TIME: N_("BPJS has another time"),
    Difference.UNKNOWN: N_("BPJS has it, we do not"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A task as BPJS lists it: when it happened by our word, and when BPJS received it."""

    at: datetime
    received: datetime


def differences(told: dict[int, datetime], listed: dict[int, Known]) -> dict[int, Difference]:
    """By task, what differs between what was sent and what getlisttask says; BPJS keeps whole seconds."""
    apart = {}
    for task in sorted(told.keys() | listed.keys()):
        if task not in listed:
            apart[task] = Difference.MISSING
        elif task not in told:
            apart[task] = Difference.UNKNOWN
        elif abs(told[task] - listed[task].at) > timedelta(seconds=1):
            apart[task] = Difference.OTHER_TIME
    return apart
