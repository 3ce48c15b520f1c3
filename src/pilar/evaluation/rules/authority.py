"""Permission table of the evaluation by state: the one table that an auditor reads.

An action is allowed when the actor holds one of its roles at its place, and the phase and the region's assessment are
in one of the states named. ``tests/evaluation/test_authority.py`` asserts every cell.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pilar.areas import reference
from pilar.evaluation.rules.stages import PHASE_NAMES, AssessmentState, PhaseState, assessment_name
from pilar.people import authority
from pilar.people.authority import Place
from pilar.people.rules import MINISTRY, OVERSEERS, HeldRole, Role, Standing
from pilar.platform.errors import NotAllowed, PilarError
from pilar.platform.language import N_, translate


class Panel(StrEnum):
    """Places of this room: a seat on the panel of the region, and its chair."""

    SEAT = "seat"
    CHAIR = "chair"


class Action(StrEnum):
    # The secretariat of the ministry
    CREATE_CAMPAIGN = "create-campaign"
    SET_UP_CAMPAIGN = "set-up-campaign"
    """Groups, dates, invitations."""
    MOVE_PHASE = "move-phase"
    FORM_PANELS = "form-panels"
    RETURN_ASSESSMENT = "return-assessment"
    EXTEND = "extend"
    """Give one region more time for its self-assessment."""
    SET_ASIDE = "set-aside"
    """Let a region hold up nobody in this phase."""
    TAKE_UP_AGAIN = "take-up-again"
    FILL_IN = "fill-in"
    """Store what a region wrote in its workbook as a draft on its behalf."""
    SEE_PROGRESS = "see-progress"
    REMIND = "remind"
    """Remind the people a phase waits for."""
    REQUEST_EVIDENCE = "request-evidence"
    """And withdraw the request: ``rules.evidence_requests`` says who owns it."""
    COMPUTE_RESULTS = "compute-results"
    APPROVE_RESULTS = "approve-results"
    PUBLISH_RESULTS = "publish-results"
    CORRECT_RESULTS = "correct-results"
    DECIDE_OBJECTION = "decide-objection"
    SEE_PROVINCE = "see-province"
    """How far the regions of a province are, without names and marks."""
    SEE_PUBLISHED = "see-published"
    """What a region's own people see of its result, once it is published."""
    SEE_RESULTS = "see-results"
    """Versions before they are published, objections and declared conflicts."""
    SEE_AGREEMENT = "see-agreement"
    """How far assessors agree, by name: never for regions or the public."""
    TRY_WEIGHTS = "try-weights"
    """See what other weights would change, and save them as a draft instrument."""
    SEND_INSTRUMENT = "send-instrument"
    """Send the file of an instrument as a draft, and throw it away."""
    RELEASE_INSTRUMENT = "release-instrument"
    """Let campaigns use it: somebody else than the person who sent it, says ``rules.instrument_changes``."""
    SEE_DRAFTS = "see-drafts"
    """Read the instruments that wait to be released."""
    KEEP_SYSTEMS = "keep-systems"
    """Say which other systems are told of publications."""
    SEE_SYSTEMS = "see-systems"
    # The region
    READ_ASSESSMENT = "read-assessment"
    ALLOCATE = "allocate"
    ANSWER = "answer"
    CONFIRM_FILLED = "confirm-filled"
    """Stand by what the secretariat filled in for the region."""
    VERIFY = "verify"
    SUBMIT = "submit"
    ANSWER_REQUEST = "answer-request"
    SEE_AGREED_MARKS = "see-agreed-marks"
    OBJECT = "object"
    ANSWER_DECISION = "answer-decision"
    """Say whether the region accepts what was decided about its objection."""
    ACCEPT_RESULT = "accept-result"
    FOLLOW_UP = "follow-up"
    PLAN_STEPS = "plan-steps"
    """See what raising an indicator would give."""
    # The panel
    READ_FOR_MARKING = "read-for-marking"
    MARK = "mark"
    FINISH_MARKING = "finish-marking"
    WRITE_FINDINGS = "write-findings"
    HOLD_MEETINGS = "hold-meetings"
    SETTLE = "settle"
    ADVISE = "advise"
    """Advise the secretariat on an objection of the region."""


@dataclass(frozen=True, slots=True)
class Allowed(authority.Allowed):
    """``states`` are those of the phase; ``assessments`` those of the region's assessment, ``None`` for any."""

    states: frozenset[PhaseState] | None = None
    assessments: frozenset[AssessmentState] | None = None


P, A, R = PhaseState, AssessmentState, Role

UNBIASED = frozenset(
    {
        Action.REQUEST_EVIDENCE,
        Action.MARK,
        Action.FINISH_MARKING,
        Action.WRITE_FINDINGS,
        Action.HOLD_MEETINGS,
        Action.SETTLE,
        Action.ADVISE,
    }
)
"""What a seat with a declared conflict of interest does not do; reading stays."""

ENDS_AT_CLOSING = frozenset({Action.ANSWER, Action.FILL_IN, Action.CONFIRM_FILLED, Action.VERIFY, Action.SUBMIT})
"""What is done for a self-assessment until its closing time, also while the phase is still open; for one that has an
extension until that ends, while the phase is at one of ``EXTENDED``."""

SECRETARIAT = frozenset({R.SECRETARIAT})
COORDINATOR = frozenset({R.COORDINATOR})
READERS = OVERSEERS | {R.CONTRIBUTOR}
REGION_TEAM = READERS - MINISTRY
PANEL = frozenset({R.ASSESSOR, R.PANEL_CHAIR})
PREPARING, SUBMITTED = frozenset({A.PREPARING}), frozenset({A.SUBMITTED})
HANDED_IN = frozenset({A.SUBMITTED, A.AGREED})
EXTENDED = frozenset({P.OPEN, P.CLOSED, P.DESK_CHECK})
BEFORE_AGREEMENT = frozenset({P.OPEN, P.CLOSED, P.DESK_CHECK, P.REVIEW})
PANEL_AT_WORK = frozenset({P.DESK_CHECK, P.REVIEW})
AGREED_ON = frozenset({P.AGREED, P.OBJECTION, P.FINAL, P.PUBLISHED})

TABLE: dict[Action, Allowed] = {
    Action.CREATE_CAMPAIGN: Allowed(SECRETARIAT, Place.NATION),
    Action.SET_UP_CAMPAIGN: Allowed(SECRETARIAT, Place.NATION, frozenset({P.DRAFT, P.OPEN})),
    Action.MOVE_PHASE: Allowed(SECRETARIAT, Place.NATION),
    Action.FORM_PANELS: Allowed(
        SECRETARIAT, Place.NATION, frozenset({P.DRAFT, P.OPEN, P.CLOSED, P.DESK_CHECK, P.REVIEW})
    ),
    Action.RETURN_ASSESSMENT: Allowed(SECRETARIAT, Place.NATION, frozenset({P.OPEN}), SUBMITTED),
    Action.EXTEND: Allowed(SECRETARIAT, Place.NATION, EXTENDED, PREPARING),
    Action.SET_ASIDE: Allowed(SECRETARIAT, Place.NATION, BEFORE_AGREEMENT, PREPARING | HANDED_IN),
    Action.TAKE_UP_AGAIN: Allowed(SECRETARIAT, Place.NATION, BEFORE_AGREEMENT, frozenset({A.SET_ASIDE})),
    Action.FILL_IN: Allowed(SECRETARIAT, Place.NATION, frozenset({P.OPEN}), PREPARING),
    Action.SEE_PROGRESS: Allowed(MINISTRY, Place.NATION),
    Action.REMIND: Allowed(SECRETARIAT, Place.NATION, frozenset({P.OPEN}) | PANEL_AT_WORK),
    Action.REQUEST_EVIDENCE: Allowed(SECRETARIAT | PANEL, Panel.SEAT, PANEL_AT_WORK, HANDED_IN),
    Action.COMPUTE_RESULTS: Allowed(SECRETARIAT, Place.NATION, PANEL_AT_WORK | AGREED_ON),
    Action.APPROVE_RESULTS: Allowed(SECRETARIAT, Place.NATION, AGREED_ON),
    Action.PUBLISH_RESULTS: Allowed(SECRETARIAT, Place.NATION, frozenset({P.FINAL})),
    Action.CORRECT_RESULTS: Allowed(SECRETARIAT, Place.NATION, frozenset({P.PUBLISHED})),
    Action.DECIDE_OBJECTION: Allowed(SECRETARIAT, Place.NATION, frozenset({P.OBJECTION}), frozenset({A.AGREED})),
    Action.SEE_PROVINCE: Allowed(frozenset({R.PROVINCIAL}), Place.REGION),
    Action.SEE_PUBLISHED: Allowed(frozenset({R.PROVINCIAL}), Place.REGION, frozenset({P.PUBLISHED})),
    Action.SEE_RESULTS: Allowed(MINISTRY, Place.NATION),
    Action.SEE_AGREEMENT: Allowed(MINISTRY, Place.NATION),
    Action.TRY_WEIGHTS: Allowed(SECRETARIAT, Place.NATION),
    Action.SEND_INSTRUMENT: Allowed(SECRETARIAT, Place.NATION),
    Action.RELEASE_INSTRUMENT: Allowed(SECRETARIAT, Place.NATION),
    Action.SEE_DRAFTS: Allowed(MINISTRY, Place.NATION),
    Action.KEEP_SYSTEMS: Allowed(SECRETARIAT, Place.NATION),
    Action.SEE_SYSTEMS: Allowed(MINISTRY, Place.NATION),
    Action.READ_ASSESSMENT: Allowed(READERS, Place.REGION),
    Action.ALLOCATE: Allowed(COORDINATOR, Place.REGION, frozenset({P.DRAFT, P.OPEN}), PREPARING),
    Action.ANSWER: Allowed(frozenset({R.COORDINATOR, R.CONTRIBUTOR}), Place.OFFICE, frozenset({P.OPEN}), PREPARING),
    Action.CONFIRM_FILLED: Allowed(COORDINATOR, Place.REGION, frozenset({P.OPEN}), PREPARING),
    Action.VERIFY: Allowed(frozenset({R.VERIFIER}), Place.REGION, frozenset({P.OPEN}), PREPARING),
    Action.SUBMIT: Allowed(COORDINATOR | {R.SIGNATORY}, Place.REGION, frozenset({P.OPEN}), PREPARING),
    Action.ANSWER_REQUEST: Allowed(frozenset({R.COORDINATOR, R.CONTRIBUTOR}), Place.OFFICE, PANEL_AT_WORK, HANDED_IN),
    Action.SEE_AGREED_MARKS: Allowed(READERS, Place.REGION, frozenset({P.OBJECTION, P.FINAL, P.PUBLISHED})),
    Action.OBJECT: Allowed(COORDINATOR, Place.REGION, frozenset({P.OBJECTION}), frozenset({A.AGREED})),
    Action.ANSWER_DECISION: Allowed(
        COORDINATOR, Place.REGION, frozenset({P.OBJECTION, P.FINAL, P.PUBLISHED}), frozenset({A.AGREED})
    ),
    Action.ACCEPT_RESULT: Allowed(COORDINATOR, Place.REGION, frozenset({P.OBJECTION}), frozenset({A.AGREED})),
    Action.FOLLOW_UP: Allowed(
        frozenset({R.COORDINATOR, R.CONTRIBUTOR}), Place.OFFICE, frozenset({P.PUBLISHED}), frozenset({A.AGREED})
    ),
    Action.PLAN_STEPS: Allowed(READERS, Place.REGION),
    Action.READ_FOR_MARKING: Allowed(PANEL, Panel.SEAT, frozenset({P.CLOSED}) | PANEL_AT_WORK | AGREED_ON, HANDED_IN),
    Action.MARK: Allowed(PANEL, Panel.SEAT, PANEL_AT_WORK, SUBMITTED),
    Action.FINISH_MARKING: Allowed(PANEL, Panel.SEAT, PANEL_AT_WORK, SUBMITTED),
    Action.WRITE_FINDINGS: Allowed(PANEL, Panel.SEAT, PANEL_AT_WORK, HANDED_IN),
    Action.HOLD_MEETINGS: Allowed(PANEL, Panel.SEAT, PANEL_AT_WORK, HANDED_IN),
    # While the phase is with the panels nothing is final: the chair settles again after an interview.
    Action.SETTLE: Allowed(PANEL, Panel.CHAIR, PANEL_AT_WORK, HANDED_IN),
    Action.ADVISE: Allowed(PANEL, Panel.SEAT, frozenset({P.OBJECTION}), frozenset({A.AGREED})),
}


class WrongState(PilarError):
    """The action belongs to another state of the phase or of the assessment."""

    code = "wrong-state"
    status = 409
    sentence = N_("This cannot be done at this stage (phase: %(phase)s, assessment: %(assessment)s)")

    def text(self) -> str:
        phase, assessment = self.fields["phase"], self.fields["assessment"]
        return translate(
            self.sentence,
            phase=translate(PHASE_NAMES[phase]) if phase else "–",
            assessment=assessment_name(assessment, phase or PhaseState.OPEN) if assessment else "–",
        )


class SeatInConflict(PilarError):
    """A conflict of interest with the region was declared for the assessor after they were seated."""

    code = "seat-in-conflict"
    status = 403
    sentence = N_(
        "A conflict of interest with this region is declared for you: you can read, but not take part in its "
        "assessment. Ask the secretariat if that is wrong"
    )


class SelfAssessmentOver(PilarError):
    """The closing time has come, whether or not the secretariat has closed the phase already."""

    code = "self-assessment-over"
    status = 409
    sentence = N_(
        "The self-assessment closed on %(moment)s, and nothing can be changed any more. Ask the secretariat if it can "
        "be prolonged"
    )

    def text(self) -> str:
        return translate(self.sentence, moment=reference.local_end(self.fields["moment"], self.fields["region"]))


@dataclass(frozen=True, slots=True)
class Case(authority.Case):
    """The subject of an action: the region, the office that answers, the panel's assessors (user keys), its chair, the
    states, those of the panel with a declared conflict, when the self-assessment closes, whether that is by an
    extension, and the moment of asking. For a campaign as a whole ``region`` is empty."""

    panel: Collection[int] = ()
    chair: int | None = None
    phase: PhaseState | None = None
    assessment: AssessmentState | None = None
    conflicting: Collection[int] = ()
    closes_at: datetime | None = None
    extended: bool = False
    now: datetime | None = None


class Authority(authority.Authority[Action, Case]):
    seated = PANEL
    kinds = ("states", "assessments")

    def covers(self, by: Standing, held: HeldRole, place: str, case: Case) -> bool:
        if held.role not in PANEL:
            return super().covers(by, held, place, case)
        return by.account is not None and (
            by.account == case.chair if place == Panel.CHAIR else by.account in case.panel
        )

    def in_state(self, action: Action, case: Case) -> bool:
        """A campaign as a whole has no assessment, and what is created first no phase: neither holds anything up."""
        rule = TABLE[action]
        states = EXTENDED if case.extended and action in ENDS_AT_CLOSING else rule.states
        return (states is None or case.phase is None or case.phase in states) and (
            rule.assessments is None or case.assessment is None or case.assessment in rule.assessments
        )

    def wrong_state(self, case: Case) -> PilarError:
        return WrongState(phase=case.phase, assessment=case.assessment)

    def obstacle(self, by: Standing, action: Action, case: Case) -> PilarError | None:
        """NotAllowed, SeatInConflict, WrongState or SelfAssessmentOver."""
        if self.holds(by, action, case) and in_conflict(by, action, case):
            return SeatInConflict()
        refused = super().obstacle(by, action, case)
        if refused is None and is_over(action, case):
            return SelfAssessmentOver(moment=case.closes_at, region=case.region)
        return refused

    def may(self, by: Standing, action: Action, case: Case) -> bool:
        return self.obstacle(by, action, case) is None


AUTHORITY = Authority(TABLE)
holds, in_time, may = AUTHORITY.holds, AUTHORITY.in_state, AUTHORITY.may
obstacle, require = AUTHORITY.obstacle, AUTHORITY.require


def in_conflict(by: Standing, action: Action, case: Case) -> bool:
    """Return whether a declared conflict keeps the actor from an action that they hold by their seat alone."""
    return (
        action in UNBIASED
        and by.account in case.conflicting
        and not any(held.role in TABLE[action].roles - PANEL for held in by.memberships)
    )


def is_over(action: Action, case: Case) -> bool:
    """Return whether the action ends with the closing time, and that has come.

    A case that has a closing time and no moment is a bug where the action asks for one: ``ValueError``.
    """
    if action not in ENDS_AT_CLOSING or case.closes_at is None:
        return False
    if case.now is None:
        raise ValueError(f"{action}: whether it can still be done depends on the moment, which the case does not have")
    return case.now >= case.closes_at


def runs_campaigns(by: Standing) -> bool:
    """Return whether the actor runs campaigns: the secretariat."""
    return holds(by, Action.CREATE_CAMPAIGN, Case())


def reads_campaigns(by: Standing) -> bool:
    """Return whether the actor reads all campaigns: for the ministry."""
    return holds(by, Action.SEE_PROGRESS, Case())


def provinces_read(by: Standing) -> frozenset[str]:
    """Codes of the provinces that the actor reads, and no more of the nation."""
    return frozenset(held.unit for held in by.memberships if held.role in TABLE[Action.SEE_PROVINCE].roles)


def require_province(by: Standing, province: str) -> None:
    """Raise NotAllowed for anyone who reads neither the whole nation nor this province; empty: the nation."""
    if province not in provinces_read(by):
        require(by, Action.SEE_PROGRESS, Case(), known=True)


def require_running(by: Standing) -> None:
    """Raise NotAllowed for anyone who may read campaigns but does not run them."""
    if not runs_campaigns(by):
        raise NotAllowed


def may_know(by: Standing, case: Case) -> bool:
    """Return whether the actor may know that this region's assessment exists: its team, its panel, the secretariat."""
    return holds(by, Action.READ_ASSESSMENT, case) or holds(by, Action.READ_FOR_MARKING, case)
