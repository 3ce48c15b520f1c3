"""Decisions of the coordination meeting about a proposal, and their effect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_

MAX_REASON = 2000


class Outcome(StrEnum):
    """Outcomes of a decision about a proposal."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    MERGED = "merged"
    DEFERRED = "deferred"
    REFUSED = "refused"


OUTCOME_NAMES = {
    Outcome.ACCEPTED: (N_("Accepted"), "positive"),
    Outcome.CHANGED: (N_("Accepted with changes"), "positive"),
    Outcome.MERGED: (N_("Merged"), "neutral"),
    Outcome.DEFERRED: (N_("Deferred"), "caution"),
    Outcome.REFUSED: (N_("Refused"), "negative"),
}
"""The name of each, and the tone in which it is shown."""


def topic(meeting: int) -> str:
    """Return the topic that is announced when a meeting has decided (``platform.live``)."""
    return f"meeting {meeting}"


INTO_THE_PLAN = frozenset({Outcome.ACCEPTED, Outcome.CHANGED})
NEEDS_REASON = frozenset({Outcome.CHANGED, Outcome.MERGED, Outcome.DEFERRED, Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The input for a decision: ``decided_by`` is the key of the person present who decided, ``into`` the key of the
    target proposal of a merger, ``changed`` whether it comes with other content than the proposed one."""

    outcome: Outcome
    decided_by: int | None
    reason: str = ""
    into: int | None = None
    changed: bool = False


def faults_of(verdict: Verdict, *, proposal: int, drop: bool, mergeable: frozenset[int]) -> list[Fault]:
    """Return the faults of a decision; ``mergeable``: keys of proposals on the agenda that are not merged
    themselves."""
    misfits = []
    if verdict.decided_by is None:
        misfits.append(Fault("nobody-decided", N_("Say who of those present decided"), {}, "decided_by"))
    if verdict.outcome in NEEDS_REASON and not verdict.reason.strip():
        misfits.append(Fault("no-reason", N_("Give the reason: the office reads it"), {}, "reason"))
    if len(verdict.reason) > MAX_REASON:
        misfits.append(Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_REASON}, "reason"))
    if verdict.outcome is Outcome.CHANGED and not verdict.changed:
        misfits.append(Fault("nothing-changed", N_("Write down what is changed"), {}, "outcome"))
    if verdict.outcome is Outcome.MERGED and (verdict.into not in mergeable or verdict.into == proposal):
        misfits.append(Fault("no-target", N_("Choose the proposal that it goes into"), {}, "into"))
    if drop and verdict.outcome in (Outcome.CHANGED, Outcome.MERGED):
        sentence = N_("The end of a programme is accepted, deferred or refused")
        misfits.append(Fault("end-unchanged", sentence, {}, "outcome"))
    return misfits
