"""Messages about publications to other systems."""

from __future__ import annotations

from enum import StrEnum

from pilar.evaluation.rules.publishing import PLAN, STATEMENTS
from pilar.platform.language import N_


class HookEvent(StrEnum):
    """An event that a system can be told of."""

    RESULTS = "results.published"
    PLAN = "plan.in-force"
    STATEMENTS = "statements.changed"


EVENT_NAMES = {
    HookEvent.RESULTS: N_("Results of a phase are published, also corrected ones"),
    HookEvent.PLAN: N_("A version of a master plan came into force"),
    HookEvent.STATEMENTS: N_("What sources state of a year has changed"),
}


def event_of(subject: str) -> HookEvent:
    """The event of an entry of the register of publications, by its subject."""
    return {PLAN: HookEvent.PLAN, STATEMENTS: HookEvent.STATEMENTS}.get(
        subject.split("/", maxsplit=1)[0], HookEvent.RESULTS
    )
