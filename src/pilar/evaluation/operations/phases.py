"""Move a phase from state to state, and hand self-assessments back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pilar.evaluation.models import AgreedMark, MarkingDone, Phase, PhaseMove
from pilar.evaluation.operations.announcing import announce_move, announce_return, assessment_subject
from pilar.evaluation.operations.attachments import unpin_evidence
from pilar.evaluation.operations.locking import held_assessment, locked_phase
from pilar.evaluation.queries.cases import case_of
from pilar.evaluation.queries.phases import phase_facts
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.campaigns import PublishedByLetter
from pilar.evaluation.rules.marking import required_text
from pilar.evaluation.rules.stages import (
    ASSESSMENTS,
    NO_REASON_BACK,
    PHASES,
    AssessmentState,
    PhaseFacts,
    PhaseState,
    goes_back,
)
from pilar.people import operations as people
from pilar.people.rules import Standing
from pilar.platform import moves
from pilar.platform.language import N_
from pilar.platform.lifecycle import Move


@transaction.atomic
def move_phase(*, by: Standing, campaign: str, phase: int, target: PhaseState, reason: str = "", now: datetime) -> None:
    """Move a phase on, or back with a reason; to where it is already, nothing happens.

    Raises Faults with everything that does not hold yet, and for a move back without a reason; :class:`UnknownMove`;
    :class:`PublishedByLetter` for the last move, which is made by publishing results.
    """
    row = locked_phase(by, campaign, phase, Action.MOVE_PHASE)
    source = PhaseState(row.state)
    if source is target:
        return
    move = PHASES.move(source, target)
    if move.made_by:
        raise PublishedByLetter
    back = goes_back(source, target)
    if back:
        reason = required_text(reason, NO_REASON_BACK, "reason")
    move.require(phase_facts(row, now))
    ends = {}
    if target is PhaseState.OBJECTION:
        ends = {"objection_until": now + timedelta(days=row.campaign.objection_days)}
    make_move(by, row, move, reason=reason.strip(), now=now, fields=ends)
    announce_move(by=by, phase=row, back=reason if back else "", now=now)


def make_move(
    by: Standing,
    phase: Phase,
    move: Move[PhaseState, PhaseFacts],
    *,
    now: datetime,
    reason: str = "",
    fields: dict[str, Any] | None = None,
) -> None:
    """Move a phase that is held, and keep the move for its history."""
    said = {"reason": reason} if reason else {}
    moves.make(move, phase, by=by.actor, what="evaluation.phase", fields=fields, said=said)
    PhaseMove.objects.create(
        phase=phase,
        from_state=move.source,
        to_state=move.target,
        by_key=by.actor.key,
        by_name=by.actor.name,
        reason=reason,
        moved_at=now,
    )


@transaction.atomic
def return_assessment(*, by: Standing, assessment: int, reason: str, now: datetime) -> None:
    """Hand a submitted self-assessment back to its region while the phase is open, with the reason.

    Raises Faults without a reason, :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    row = held_assessment(by, assessment)
    authority.require(by, Action.RETURN_ASSESSMENT, case_of(row), known=True)
    why = required_text(reason, N_("Say why it is returned, so that the region knows what to do"), "reason")
    row.submitted_at, row.submitted_by_id = None, None
    # Answers may change: what the panel had finished and agreed on is agreed again; its marks stay.
    MarkingDone.objects.filter(assessment=row).delete()
    AgreedMark.objects.filter(assessment=row).delete()
    moves.make(
        ASSESSMENTS.move(AssessmentState(row.state), AssessmentState.PREPARING),
        row,
        by=by.actor,
        what="evaluation.assessment",
        action="return",
        area=row.participation.region_id,
        besides=("submitted_at", "submitted_by"),
        said={"reason": why},
    )
    unpin_evidence(row)
    people.settle(by=by, subject=assessment_subject(row), now=now)
    announce_return(by=by, assessment=row, reason=why, now=now)
