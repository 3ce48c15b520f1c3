"""Statements allowed to a region on the follow-up (tindak lanjut) of a recommendation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone

from pilar.evaluation.rules.marking import optional_text
from pilar.evaluation.rules.stages import FollowUpState
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

REMIND_DAYS = 7
MAX_YEARS = 5
"""How long after the year of the evaluation a follow-up may be due (our assumption: the term of a regional plan)."""
OPEN_STATES = (FollowUpState.OPEN, FollowUpState.UNDER_WAY)

FOLLOW_UP_NAMES = {
    FollowUpState.OPEN: N_("Not begun"),
    FollowUpState.UNDER_WAY: N_("Under way"),
    FollowUpState.DONE: N_("Done"),
    FollowUpState.DROPPED: N_("Not followed"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Owner office (key), due date, state, and a note: what was done, or why the recommendation is not followed."""

    office: int | None
    due: date | None
    state: str
    note: str


def checked_plan(plan: Plan, *, year: int) -> Plan:
    """The plan with its note trimmed; ``year`` is that of the evaluation. Raises Faults at ``state``, ``note`` or
    ``due``."""
    if plan.due is not None and not year <= plan.due.year <= year + MAX_YEARS:
        sentence = N_("The due date must lie between %(first)s and %(last)s")
        raise Faults([Fault("due-out-of-range", sentence, {"first": year, "last": year + MAX_YEARS}, "due")])
    if plan.state not in list(FollowUpState):
        raise Faults([Fault("unknown-state", N_("Choose one of the states"), {}, "state")])
    note = optional_text(plan.note, "note")
    if plan.state not in OPEN_STATES and not note:
        sentence = N_("Say what was done, or why the recommendation is not followed")
        raise Faults([Fault("no-note", sentence, {}, "note")])
    return replace(plan, note=note)


def end_of(day: date, hours: int) -> datetime:
    """The end of a due day where the clock is ``hours`` ahead of UTC."""
    return datetime.combine(day + timedelta(days=1), time(), timezone(timedelta(hours=hours)))
