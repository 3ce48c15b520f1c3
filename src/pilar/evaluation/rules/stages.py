"""The states of a phase and of a region's assessment, and what must hold before a phase moves on.

Pages draw buttons from these tables, and say why a button is not there yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.lifecycle import Lifecycle, Move


class PhaseState(StrEnum):
    """States of a phase, in order."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DESK_CHECK = "desk_check"
    REVIEW = "review"
    AGREED = "agreed"
    OBJECTION = "objection"
    FINAL = "final"
    PUBLISHED = "published"


class AssessmentState(StrEnum):
    """States of one region's assessment in a phase."""

    PREPARING = "preparing"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    SET_ASIDE = "set_aside"
    """Out of this phase by a decision of the secretariat, so that it holds up nobody: neither ranked nor waited for."""


class Settlement(StrEnum):
    """The ways in which an agreed mark is settled: all alike, the median of marks one level apart, the chair's own mark
    where the median lies between two levels, or the chair's decision."""

    UNANIMOUS = "unanimous"
    MEDIAN = "median"
    TIE = "tie"
    CHAIR = "chair"


class FollowUpState(StrEnum):
    """States of the follow-up of a recommendation."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


PHASE_NAMES = {
    PhaseState.DRAFT: N_("Draft"),
    PhaseState.OPEN: N_("Self-assessment open"),
    PhaseState.CLOSED: N_("Self-assessment closed"),
    PhaseState.DESK_CHECK: N_("Desk check"),
    PhaseState.REVIEW: N_("Interview and field review"),
    PhaseState.AGREED: N_("Panels agreed"),
    PhaseState.OBJECTION: N_("Objection period"),
    PhaseState.FINAL: N_("Results final"),
    PhaseState.PUBLISHED: N_("Published"),
}

ASSESSMENT_NAMES = {
    AssessmentState.PREPARING: N_("Being prepared"),
    AssessmentState.SUBMITTED: N_("Submitted"),
    AssessmentState.AGREED: N_("Agreed by the panel"),
    AssessmentState.SET_ASIDE: N_("Set aside"),
}

NOT_SUBMITTED = N_("Not submitted")


def assessment_name(state: AssessmentState, phase: PhaseState, *, extended: bool = False) -> str:
    """The state of an assessment in the reader's language; what was not submitted in time is prepared no more, with an
    extension not after the desk check."""
    preparing = {PhaseState.DRAFT, PhaseState.OPEN}
    if extended:
        preparing |= {PhaseState.CLOSED, PhaseState.DESK_CHECK}
    if state is AssessmentState.PREPARING and phase not in preparing:
        return translate(NOT_SUBMITTED)
    return translate(ASSESSMENT_NAMES[state])


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """The facts that the conditions of a move depend on; counts are of this phase, without the regions that were set
    aside."""

    now: datetime
    opens_at: datetime
    closes_at: datetime
    objection_until: datetime | None
    regions: int
    submitted: int
    without_panel: int
    """Submitted regions whose panel is too small, too large, has no chair, or somebody with a conflict."""
    unmarked: int
    """Seats of submitted regions whose assessor has not finished marking."""
    unsettled: int
    """Submitted regions without all agreed marks."""
    open_requests: int
    """Requests for evidence; 0 where no move of this state waits for them."""
    open_objections: int
    accepted: int
    """Regions that have accepted their result."""
    objections: int
    extended: int
    """Regions that have not submitted, and whose extension has not ended."""
    approved_current: bool
    """The newest snapshot is approved and its input is what the agreed marks are now."""
    earlier_published: bool
    """The phase before is published, or there is none."""


def regions_invited(facts: PhaseFacts) -> Fault | None:
    if facts.regions:
        return None
    return Fault("no-regions", "No region takes part yet: invite regions first")


def time_to_open(facts: PhaseFacts) -> Fault | None:
    if facts.now >= facts.opens_at:
        return None
    return Fault("not-time-to-open", "The opening time has not come: wait for it, or change the dates")


def earlier_phase_published(facts: PhaseFacts) -> Fault | None:
    if facts.earlier_published:
        return None
    return Fault("earlier-phase-unpublished", "The results of the phase before are not published yet")


def time_to_close(facts: PhaseFacts) -> Fault | None:
    waiting = facts.regions - facts.submitted
    if not waiting or facts.now >= facts.closes_at:
        return None
    return Fault(
        "not-time-to-close",
        "%(waiting)s regions have not submitted, and the closing time has not come",
        {"waiting": waiting},
    )


def something_submitted(facts: PhaseFacts) -> Fault | None:
    return None if facts.submitted else Fault("nothing-submitted", "No region has submitted its self-assessment")


def panels_complete(facts: PhaseFacts) -> Fault | None:
    if not facts.without_panel:
        return None
    return Fault(
        "panels-incomplete",
        "%(count)s submitted regions have no complete panel with a chair",
        {"count": facts.without_panel},
    )


def everything_marked(facts: PhaseFacts) -> Fault | None:
    if not facts.unmarked:
        return None
    return Fault("marking-unfinished", "%(count)s assessors' markings are not finished", {"count": facts.unmarked})


def everything_settled(facts: PhaseFacts) -> Fault | None:
    if not facts.unsettled:
        return None
    return Fault("marks-unsettled", "%(count)s regions have no agreed marks yet", {"count": facts.unsettled})


def requests_closed(facts: PhaseFacts) -> Fault | None:
    if not facts.open_requests:
        return None
    return Fault(
        "requests-open",
        "%(count)s requests for evidence are neither answered nor past their deadline",
        {"count": facts.open_requests},
    )


def result_approved(facts: PhaseFacts) -> Fault | None:
    if facts.approved_current:
        return None
    return Fault("result-not-approved", "Compute the results from the agreed marks of now, and approve them")


def objections_over(facts: PhaseFacts) -> Fault | None:
    """The period has ended; or it has nobody left to wait for (our assumption that it may then end at once)."""
    waiting = facts.submitted - facts.accepted
    if not waiting or (facts.objection_until is not None and facts.now >= facts.objection_until):
        return None
    return Fault(
        "objection-period-runs",
        "The objection period has not ended, and %(waiting)s regions have not accepted their result",
        {"waiting": waiting},
    )


def extensions_over(facts: PhaseFacts) -> Fault | None:
    if not facts.extended:
        return None
    sentence = "%(count)s regions have an extension that has not ended: wait, or set them aside"
    return Fault("extensions-run", sentence, {"count": facts.extended})


def nobody_has_answered(facts: PhaseFacts) -> Fault | None:
    """Results that a region has accepted or contested are not taken back from it."""
    answered = facts.accepted + facts.objections
    if not answered:
        return None
    sentence = "%(count)s acceptances and objections stand already: decide the objections instead"
    return Fault("result-answered", sentence, {"count": answered})


def objections_decided(facts: PhaseFacts) -> Fault | None:
    if not facts.open_objections:
        return None
    return Fault("objections-open", "%(count)s objections are not decided", {"count": facts.open_objections})


class UnknownMove(PilarError):
    code = "unknown-move"
    status = 409
    sentence = N_("A phase at “%(source)s” does not move to “%(target)s”")

    def __init__(self, source: PhaseState, target: PhaseState) -> None:
        super().__init__(source=source, target=target)

    def text(self) -> str:
        return translate(self.sentence, **{name: translate(PHASE_NAMES[state]) for name, state in self.fields.items()})


S = PhaseState

PHASES: Lifecycle[PhaseState, PhaseFacts] = Lifecycle(
    UnknownMove,
    Move(S.DRAFT, S.OPEN, N_("Open the self-assessment"), (regions_invited, time_to_open, earlier_phase_published)),
    Move(S.OPEN, S.CLOSED, N_("Close the self-assessment"), (time_to_close, something_submitted)),
    Move(S.CLOSED, S.OPEN, N_("Open the self-assessment again")),
    Move(S.CLOSED, S.DESK_CHECK, N_("Begin the desk check"), (something_submitted, panels_complete)),
    Move(S.DESK_CHECK, S.CLOSED, N_("Go back to the closed self-assessment"), (requests_closed,)),
    Move(
        S.DESK_CHECK,
        S.REVIEW,
        N_("Begin interviews and field reviews"),
        (extensions_over, panels_complete, everything_marked),
    ),
    Move(S.REVIEW, S.DESK_CHECK, N_("Go back to the desk check")),
    Move(S.REVIEW, S.AGREED, N_("Close the panels' work"), (panels_complete, everything_settled, requests_closed)),
    Move(S.AGREED, S.REVIEW, N_("Open the panels' work again")),
    Move(S.AGREED, S.OBJECTION, N_("Begin the objection period"), (result_approved,)),
    Move(S.OBJECTION, S.AGREED, N_("Take back the objection period"), (nobody_has_answered,)),
    Move(S.OBJECTION, S.FINAL, N_("End the objection period"), (objections_over, objections_decided)),
    Move(S.FINAL, S.OBJECTION, N_("Open the objection period again")),
    Move(S.FINAL, S.PUBLISHED, N_("Publish"), (result_approved,), made_by="publish_results"),
)


NO_REASON_BACK = N_("Say why the phase goes back, for its record")


def goes_back(source: PhaseState, target: PhaseState) -> bool:
    """Return whether a move leads to an earlier state, for which a reason is given."""
    order = [*PhaseState]
    return order.index(target) < order.index(source)


ASSESSMENTS: Lifecycle[AssessmentState, None] = Lifecycle(
    None,
    Move(AssessmentState.PREPARING, AssessmentState.SUBMITTED, made_by="submit"),
    Move(AssessmentState.SUBMITTED, AssessmentState.PREPARING, made_by="return_assessment"),
    Move(AssessmentState.SUBMITTED, AssessmentState.AGREED, made_by="settle_marks"),
    Move(AssessmentState.AGREED, AssessmentState.SUBMITTED, made_by="reopen"),
    Move(AssessmentState.PREPARING, AssessmentState.SET_ASIDE, made_by="set_aside"),
    Move(AssessmentState.SUBMITTED, AssessmentState.SET_ASIDE, made_by="set_aside"),
    Move(AssessmentState.AGREED, AssessmentState.SET_ASIDE, made_by="set_aside"),
    Move(AssessmentState.SET_ASIDE, AssessmentState.PREPARING, made_by="take_up_again"),
    Move(AssessmentState.SET_ASIDE, AssessmentState.SUBMITTED, made_by="take_up_again"),
)
