"""A case (permohonan): its states, events, and the conditions of its moves. Pure.

Events are only ever added; clock, forecast and mining read nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move


class CaseState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    """The front office checks whether it is complete; no clock runs yet."""
    RETURNED = "returned"
    RUNNING = "running"
    WAITING = "waiting"
    """The clock is stopped until the applicant sends something."""
    PAYING = "paying"
    SIGNING = "signing"
    """Decided and in the register; the file waits for its signature."""
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class EventKind(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    """The completeness check has passed: day 0."""
    OPENED = "opened"
    """A stage was opened, possibly again after the case was sent back."""
    DONE = "done"
    SENT_BACK = "sent-back"
    """From ``stage`` to the stage in ``facts["to"]``."""
    STOPPED = "stopped"
    RESUMED = "resumed"
    LEVIED = "levied"
    PAID = "paid"
    DECIDED = "decided"
    SIGNED = "signed"
    """Signed by the head; the file itself is signed when the permit is issued."""
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RECALCULATED = "recalculated"
    """The due date has changed from ``facts["old"]`` to ``facts["new"]`` because of ``facts["cause"]``."""
    DEEMED = "deemed"
    """The limit passed without a decision (fiktif positif); ``facts`` hold the evidence."""
    CORRECTED = "corrected"
    TRANSFERRED = "transferred"
    ESCALATED = "escalated"
    """The head was notified that it will be late."""
    APPOINTMENT = "appointment"
    """An appointment was requested, offered, moved, agreed to or cancelled."""
    OBJECTED = "objected"
    OBJECTION_ENDED = "obj-ended"
    """An objection was upheld, rejected, or not answered in time."""
    MESSAGE = "message"
    MINUTES = "minutes"
    """The applicant has signed the minutes of a visit: those of the event ``facts["of"]``."""
    REMINDED = "reminded"
    """The applicant was reminded to hand in something or to pay."""
    REOPENED = "reopened"
    """An objection to the refusal was upheld: the case continues from ``stage``, with a clock of its own."""


S = CaseState
STATE_NAMES = {
    S.DRAFT: N_("Being written"),
    S.SUBMITTED: N_("Checked for completeness"),
    S.RETURNED: N_("Returned to the applicant"),
    S.RUNNING: N_("In process"),
    S.WAITING: N_("Waits for the applicant"),
    S.PAYING: N_("Waits for payment"),
    S.SIGNING: N_("Waits for the signature"),
    S.ISSUED: N_("Issued"),
    S.REFUSED: N_("Refused"),
    S.WITHDRAWN: N_("Withdrawn"),
}
TONES = {S.RETURNED: "caution", S.WAITING: "caution", S.PAYING: "caution", S.ISSUED: "positive", S.REFUSED: "negative"}
EVENT_NAMES = {
    EventKind.DRAFTED: N_("Draft begun"),
    EventKind.SUBMITTED: N_("Application sent"),
    EventKind.RETURNED: N_("Returned to be completed"),
    EventKind.ACCEPTED: N_("Found complete: the clock begins"),
    EventKind.OPENED: N_("Stage begun"),
    EventKind.DONE: N_("Stage finished"),
    EventKind.SENT_BACK: N_("Sent back to an earlier stage"),
    EventKind.STOPPED: N_("Clock stopped"),
    EventKind.RESUMED: N_("Clock goes on"),
    EventKind.LEVIED: N_("Levy set"),
    EventKind.PAID: N_("Levy paid"),
    EventKind.DECIDED: N_("Decided"),
    EventKind.SIGNED: N_("Signed by the head"),
    EventKind.ISSUED: N_("Permit issued"),
    EventKind.REFUSED: N_("Application refused"),
    EventKind.WITHDRAWN: N_("Withdrawn"),
    EventKind.RECALCULATED: N_("Due date changed"),
    EventKind.DEEMED: N_("Limit over without a decision"),
    EventKind.CORRECTED: N_("Completed by the applicant"),
    EventKind.TRANSFERRED: N_("Handed to a proxy"),
    EventKind.ESCALATED: N_("Head told that it will be late"),
    EventKind.APPOINTMENT: N_("Appointment"),
    EventKind.OBJECTED: N_("Objection of the applicant"),
    EventKind.OBJECTION_ENDED: N_("Objection answered, or its limit over"),
    EventKind.MESSAGE: N_("Message"),
    EventKind.MINUTES: N_("Minutes signed by the applicant"),
    EventKind.REMINDED: N_("Applicant reminded"),
    EventKind.REOPENED: N_("Taken up again after an objection"),
}

OPEN = frozenset({S.SUBMITTED, S.RETURNED, S.RUNNING, S.WAITING, S.PAYING, S.SIGNING})
"""The states of cases that were sent and are not finished."""
WRITTEN = frozenset({S.DRAFT, S.RETURNED})
"""Answers and documents can only change in these states; in WAITING only requested ones are added."""
STANDING = frozenset({S.WAITING, S.PAYING})
"""The states in which the clock is stopped."""
APPLICANTS_TURN = WRITTEN | STANDING
CLOSED = frozenset({S.ISSUED, S.REFUSED, S.WITHDRAWN})


class FileState(StrEnum):
    """The verdict of the office on a document."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


FILE_STATES = {
    FileState.WAITING: (N_("not yet checked"), ""),
    FileState.ACCEPTED: (N_("accepted"), "positive"),
    FileState.REFUSED: (N_("to be replaced"), "negative"),
}


class Outcome(StrEnum):
    """The outcome of a stage: for recommendations and decisions; other stages are done or sent back."""

    DONE = "done"
    AGREED = "agreed"
    CONDITIONS = "conditions"
    REFUSED = "refused"
    SENT_BACK = "sent-back"
    DROPPED = "dropped"
    """Closed because an earlier stage is repeated, or the case is finished."""


OUTCOMES = {
    Outcome.DONE: N_("finished"),
    Outcome.AGREED: N_("approved"),
    Outcome.CONDITIONS: N_("approved with conditions"),
    Outcome.REFUSED: N_("refused"),
    Outcome.SENT_BACK: N_("sent back"),
    Outcome.DROPPED: N_("dropped"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of an application, by a code of ``reference.reasons``: of a document (``requirement``) or an answer
    (``field``), with a sentence by the officer."""

    code: str
    requirement: str = ""
    field: str = ""
    text: str = ""


class CaseElsewhere(PilarError):
    code = "case-elsewhere"
    status = 409
    sentence = N_("This application has gone on meanwhile. Look at it again")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The facts by which the moves of a case are judged. Stages by their key, requirements by their name.

    ``gaps``: what is not set in the service. ``unanswered``: questions of the form. ``missing``: requirements without a
    document, ``unfit``: those whose document was refused, has expired or contains a virus, ``unscanned``: those not
    scanned yet. ``findings``: the list of a return or stop. ``undone``: stages that have to be done before the
    signature.
    """

    gaps: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()
    unscanned: tuple[str, ...] = ()
    findings: int = 0
    undone: tuple[str, ...] = ()


def stage_subject(case: int, stage: str) -> str:
    """Return the subject of the notice about a stage that waits on a desk."""
    return f"permits.case:{case}:{stage}"


def _listed(name: str, code: str, sentence: str) -> Callable[[CaseFacts], Fault | None]:
    """The condition that a tuple of the facts is empty; its items are reported."""

    def condition(facts: CaseFacts) -> Fault | None:
        value: Any = getattr(facts, name)
        return Fault(code, sentence, {"what": value}) if value else None

    condition.__name__ = name
    return condition


service_is_set = _listed("gaps", "service-not-set", N_("The service cannot take applications yet: %(what)s"))
form_is_filled = _listed("unanswered", "unanswered", N_("Answer what is still open: %(what)s"))
documents_there = _listed("missing", "documents-missing", N_("Add the documents: %(what)s"))
documents_fit = _listed("unfit", "documents-unfit", N_("Replace the documents: %(what)s"))
documents_scanned = _listed(
    "unscanned", "documents-unscanned", N_("These are still being looked at for viruses. Try again soon: %(what)s")
)
stages_done = _listed("undone", "stages-undone", N_("These stages are not finished yet: %(what)s"))


def findings_listed(facts: CaseFacts) -> Fault | None:
    """Returns and stops list everything at once, so that one round is enough."""
    return None if facts.findings else Fault("no-findings", N_("List everything that is missing or wrong"))


_COMPLETE = (form_is_filled, documents_there, documents_fit)

CASES: Lifecycle[CaseState, CaseFacts] = Lifecycle(
    lambda _now, _to: CaseElsewhere(),
    Move(S.DRAFT, S.SUBMITTED, N_("Send the application"), (service_is_set, *_COMPLETE), made_by="submit"),
    Move(S.RETURNED, S.SUBMITTED, N_("Send it again"), _COMPLETE, made_by="submit"),
    Move(S.SUBMITTED, S.RETURNED, N_("Return to the applicant"), (findings_listed,), made_by="return_case"),
    Move(
        S.SUBMITTED,
        S.RUNNING,
        N_("Accept as complete"),
        (documents_there, documents_fit, documents_scanned),
        made_by="pass_check",
    ),
    Move(S.RUNNING, S.WAITING, N_("Stop the clock"), (findings_listed,), made_by="stop_clock"),
    Move(S.WAITING, S.RUNNING, N_("Let the clock go on"), made_by="resume_clock"),
    Move(S.RUNNING, S.PAYING, N_("Set the levy"), made_by="levy"),
    Move(S.PAYING, S.RUNNING, N_("Enter the payment"), made_by="paid"),
    Move(S.RUNNING, S.SIGNING, N_("Sign the permit"), (stages_done,), made_by="sign_case"),
    Move(S.RUNNING, S.REFUSED, N_("Sign the refusal"), (stages_done,), made_by="sign_case"),
    Move(S.SIGNING, S.ISSUED, made_by="the signature of the file"),
    Move(S.REFUSED, S.RUNNING, N_("Take the application up again"), made_by="answer_objection"),
    *(
        Move(source, S.WITHDRAWN, N_("Withdraw the application"), made_by="withdraw_case")
        for source in (S.DRAFT, S.SUBMITTED, S.RETURNED, S.RUNNING, S.WAITING, S.PAYING)
    ),
)
