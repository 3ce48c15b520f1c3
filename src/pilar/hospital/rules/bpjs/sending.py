"""Messages about a booking to BPJS: their content, order and retries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from pilar.hospital.rules.tasks import TASK_NAMES, TaskId
from pilar.platform.language import N_


class Step(IntEnum):
    """A step in the sequence of messages about one booking; each waits for the earlier ones."""

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
        """The task that it reports, if any."""
        return 99 if self is Step.TASK_99 else self // 10 if self.name.startswith("TASK") else None

    @property
    def service(self) -> str:
        """The service of the contract that reports it."""
        return {Step.ADD: "add", Step.PHARMACY: "pharmacy-add", Step.CANCEL: "cancel"}.get(self, "task")


STEP_NAMES = {
    Step.ADD: N_("Booking"), Step.PHARMACY: N_("Number of the pharmacy"), Step.CANCEL: N_("Cancelled"),
    **{step: TASK_NAMES[TaskId(step.task)] for step in Step if step.task},
}  # fmt: skip


class Sending(StrEnum):
    """States of a message to BPJS."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


SENDING_NAMES = {
    Sending.WAITING: N_("Waits"), Sending.SENT: N_("Sent"), Sending.DEAD: N_("Not taken: needs somebody"),
}  # fmt: skip

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))
"""assumption: the delay after each unanswered attempt; the last one is repeated."""
LONGEST = timedelta(days=3)
"""assumption: after this time an undelivered message needs a person."""


def next_try(attempts: int, made_at: datetime, now: datetime) -> datetime | None:
    """Return when to retry after a number of unanswered attempts; None: not automatically."""
    return now + PAUSES[min(attempts, len(PAUSES)) - 1] if now - made_at < LONGEST else None


class Difference(StrEnum):
    """Ways in which BPJS's data of a booking differ from the messages sent."""

    MISSING = "missing"
    OTHER_TIME = "other-time"
    UNKNOWN = "unknown"


DIFFERENCE_NAMES = {
    Difference.MISSING: N_("BPJS does not have it"), Difference.OTHER_TIME: N_("BPJS has another time"),
    Difference.UNKNOWN: N_("BPJS has it, we do not"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A task as listed by BPJS: when it happened according to us, and when BPJS received it."""

    at: datetime
    received: datetime


def differences(told: dict[int, datetime], listed: dict[int, Known]) -> dict[int, Difference]:
    """By task, the differences between the messages sent and getlisttask; BPJS stores whole seconds."""
    apart = {}
    for task in sorted(told.keys() | listed.keys()):
        if task not in listed:
            apart[task] = Difference.MISSING
        elif task not in told:
            apart[task] = Difference.UNKNOWN
        elif abs(told[task] - listed[task].at) > timedelta(seconds=1):
            apart[task] = Difference.OTHER_TIME
    return apart
