"""What moves a phase from state to state, and what hands a self-assessment back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from pilar.evaluation.models import PhaseMove
from pilar.evaluation.operations.announcing import announce_move, announce_return, assessment_subject
from pilar.evaluation.operations.attachments import unpin_evidence
from pilar.evaluation.operations.locking import held_assessment, locked_phase
from pilar.evaluation.queries.cases import case_of
from pilar.evaluation.queries.phases import phase_facts
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.campaigns import PublishedByLetter, UnknownMove
from pilar.evaluation.rules.marking import required_text
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, find_move, why_not
from pilar.people import operations as people
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Faults
from pilar.platform.language import mark


@transaction.atomic
def move_phase(*, by: Standing, campaign: str, phase: int, target: PhaseState, reason: str = "", now: datetime) -> None:
    """Move a phase on (or open it again); to where it is already, nothing happens.

    Raises Faults with everything that does not hold yet, :class:`UnknownMove`, and :class:`PublishedByLetter` for the
    last move, which is made by publishing results.
    """
    found = locked_phase(by, campaign, phase, Action.MOVE_PHASE)
    source = PhaseState(found.state)
    if source is target:
        return
    move = find_move(source, target)
    if move is None:
        raise UnknownMove(source, target)
    if target is PhaseState.PUBLISHED:
        raise PublishedByLetter
    faults = why_not(move, phase_facts(found, now))
    if faults:
        raise Faults(faults)
    before = {"state": source, "objection_until": found.objection_until}
    found.state = target
    if target is PhaseState.OBJECTION:
        found.objection_until = now + timedelta(days=found.campaign.objection_days)
    found.save(update_fields=["state", "objection_until"])
    PhaseMove.objects.create(
        phase=found,
        from_state=source,
        to_state=target,
        by_key=by.actor.key,
        by_name=by.actor.name,
        reason=reason.strip(),
        moved_at=now,
    )
    after = {"state": target, "objection_until": found.objection_until}
    changed = {name for name, value in after.items() if value != before[name]}
    audit.record(
        by=by.actor,
        action="move",
        target="evaluation.phase",
        key=found.pk,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed} | ({"reason": reason.strip()} if reason.strip() else {}),
    )
    announce_move(by=by, phase=found, now=now)


@transaction.atomic
def return_assessment(*, by: Standing, assessment: int, reason: str, now: datetime) -> None:
    """Hand a submitted self-assessment back to its region while the phase is open, with the reason.

    Raises Faults without a reason, :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    found = held_assessment(by, assessment)
    authority.require(by, Action.RETURN_ASSESSMENT, case_of(found), known=True)
    why = required_text(reason, mark("Say why it is returned, so that the region knows what to do"), "reason")
    found.state, found.submitted_at, found.submitted_by_id = AssessmentState.PREPARING, None, None
    found.save(update_fields=["state", "submitted_at", "submitted_by"])
    unpin_evidence(found)
    audit.record(
        by=by.actor,
        action="return",
        target="evaluation.assessment",
        key=found.pk,
        area=found.participation.region_id,
        before={"state": AssessmentState.SUBMITTED},
        after={"state": AssessmentState.PREPARING, "reason": why},
    )
    people.settle(by=by, subject=assessment_subject(found), now=now)
    announce_return(by=by, assessment=found, reason=why, now=now)
