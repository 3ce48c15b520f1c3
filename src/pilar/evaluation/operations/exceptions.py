"""Exceptions for one region, each with its reason: more time, going on without it, a smaller panel.

One that is late, silent or cannot be judged holds up nobody else: the phase moves on for all the others.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.evaluation.models import Assessment, Participation
from pilar.evaluation.operations.agreement import panels_changed, settle_marks
from pilar.evaluation.operations.announcing import (
    EXTENDED,
    LATE,
    SET_ASIDE,
    address,
    allocation_subject,
    announce_open,
    announce_to_offices,
    assessment_subject,
    phase_named,
    settle_panels,
)
from pilar.evaluation.operations.locking import locked_assessment, locked_campaign
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.marking import required_text
from pilar.evaluation.rules.panels import MIN_PANEL
from pilar.evaluation.rules.stages import ASSESSMENTS, AssessmentState, PhaseState
from pilar.people import operations as people
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform import audit, moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

TARGET = "evaluation.assessment"


@transaction.atomic
def extend(*, by: Standing, assessment: int, until: datetime, reason: str, now: datetime) -> None:
    """Give a region alone time for its self-assessment until ``until``, also past the closing of the phase and into
    the desk check; another time replaces the one before. Its coordinators and offices are told.

    Raises Faults at ``until`` or ``reason``, :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState` for one that
    is handed in or set aside.
    """
    row, _case = locked_assessment(by, assessment, Action.EXTEND)
    why = required_text(reason, N_("Say why this region gets more time"), "reason")
    if until <= max(now, row.phase.closes_at):
        sentence = N_("An extension ends in the future, and after the closing time of the phase")
        raise Faults([Fault("not-an-extension", sentence, {}, "until")])
    before = {"until": row.extended_until, "reason": row.extension_reason}
    after = {"until": until, "reason": why}
    if before == after:
        return
    row.extended_until, row.extension_reason = until, why
    row.save(update_fields=["extended_until", "extension_reason"])
    audit.record(by, "extend", TARGET, row.pk, area=_region(row), before=before, after=after)
    people.settle(by=by, subject=assessment_subject(row), now=now)
    _tell_region(
        by, row, EXTENDED, N_("Your region has more time for its self-assessment: %(campaign)s, phase %(phase)s. "
        "%(reason)s"), why, now=now, deadline=until,
    )  # fmt: skip
    announce_to_offices(by=by, assessments=[row], phase=row.phase, now=now)


@transaction.atomic
def set_aside(*, by: Standing, assessment: int, reason: str, now: datetime) -> None:
    """Let a phase go on without a region: it is neither waited for nor ranked. What it answered and was given stays.

    Raises Faults at ``reason``, :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState` once the panels' work has
    closed.
    """
    row, _case = locked_assessment(by, assessment, Action.SET_ASIDE)
    why = required_text(reason, N_("Say why the phase goes on without this region"), "reason")
    row.set_aside_reason, row.agreed_at = why, None
    _move(by, row, AssessmentState.SET_ASIDE, "set-aside", why)
    offices = row.participation.allocations.values_list("office", flat=True).distinct()
    people.settle(
        by=by, subject=[assessment_subject(row), *(allocation_subject(row.pk, office) for office in offices)],
        now=now,
    )  # fmt: skip
    settle_panels(by=by, assessments=[row], now=now)
    _tell_region(
        by, row, SET_ASIDE, N_("The evaluation goes on without your region: %(campaign)s, phase %(phase)s. "
        "%(reason)s"), why, now=now,
    )  # fmt: skip


@transaction.atomic
def take_up_again(*, by: Standing, assessment: int, reason: str, now: datetime) -> None:
    """Take a region that was set aside up again where it stood: its panel goes on with what was handed in.

    Raises as :func:`set_aside`; :class:`WrongState` for one that is not set aside.
    """
    row, _case = locked_assessment(by, assessment, Action.TAKE_UP_AGAIN)
    why = required_text(reason, N_("Say why this region is taken up again"), "reason")
    row.set_aside_reason = ""
    to = AssessmentState.PREPARING if row.submitted_at is None else AssessmentState.SUBMITTED
    _move(by, row, to, "take-up-again", why)
    settle_marks(by=by, assessment=row, now=now)
    if to is AssessmentState.PREPARING and (row.phase.state == PhaseState.OPEN or now < row.closes_at):
        announce_open(by=by, assessments=[row], phase=row.phase, now=now)
        announce_to_offices(by=by, assessments=[row], phase=row.phase, now=now)
    _tell_region(
        by, row, SET_ASIDE, N_("Your region takes part again: %(campaign)s, phase %(phase)s. %(reason)s"), why,
        now=now,
    )  # fmt: skip


@transaction.atomic
def allow_smaller_panel(*, by: Standing, campaign: str, region: str, reason: str, now: datetime) -> None:
    """Let the panel of a region decide with the assessors that it has, though the campaign asks for more.

    Raises Faults where the panel is large enough, has no chair or fewer than two assessors, and at ``reason``;
    :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    row = locked_campaign(by, campaign, Action.FORM_PANELS)
    participation: Participation = people.there(row.participations, region=region)
    why = required_text(reason, N_("Say why this panel decides with fewer assessors"), "reason")
    seats = list(participation.seats.all())
    if len(seats) >= row.smallest_panel:
        raise Faults([Fault("panel-large-enough", N_("This panel has as many assessors as the campaign asks for"))])
    if len(seats) < MIN_PANEL or not any(seat.is_chair for seat in seats):
        sentence = N_("A panel decides with %(least)s assessors at least, one of whom chairs it: give seats first")
        raise Faults([Fault("panel-too-small", sentence, {"least": MIN_PANEL})])
    before = {"smallest": participation.smallest_panel, "reason": participation.smaller_reason}
    after = {"smallest": len(seats), "reason": why}
    if before == after:
        return
    participation.smallest_panel, participation.smaller_reason = len(seats), why
    participation.save(update_fields=["smallest_panel", "smaller_reason"])
    audit.record(by, "allow-smaller", "evaluation.panel", participation.pk, area=region, before=before, after=after)
    panels_changed(by=by, participations=[participation], now=now)


def tell_of_late(*, by: Standing, assessment: Assessment, now: datetime) -> None:
    """Tell the panel of a region that handed in by its extension, after the desk check began."""
    if assessment.phase.state != PhaseState.DESK_CHECK:
        return
    people.notify(
        by=by,
        to={seat.assessor_id for seat in assessment.participation.seats.all()},
        kind=LATE,
        subject=f"evaluation.phase:{assessment.phase_id}",
        sentence=N_("%(region)s has submitted by its extension: mark it now"),
        fields={"region": assessment.participation.region.name},
        address=address("evaluation:duties"),
        needs_action=False,
        now=now,
    )


def _move(by: Standing, assessment: Assessment, to: AssessmentState, action: str, reason: str) -> None:
    moves.make(
        ASSESSMENTS.move(AssessmentState(assessment.state), to),
        assessment,
        by=by.actor,
        what=TARGET,
        action=action,
        area=_region(assessment),
        besides=("set_aside_reason", "agreed_at"),
        said={"reason": reason},
    )


def _tell_region(
    by: Standing, assessment: Assessment, kind: str, sentence: str, reason: str, *, now: datetime,
    deadline: datetime | None = None,
) -> None:  # fmt: skip
    """Tell the coordinators of the region; with a deadline, they have to hand in by then."""
    people.notify(
        by=by,
        to=HeldRole(Role.COORDINATOR, region=_region(assessment)),
        kind=kind,
        subject=assessment_subject(assessment),
        sentence=sentence,
        fields=phase_named(assessment.phase) | {"reason": reason},
        address=address("evaluation:assessment", assessment.pk),
        region=_region(assessment),
        deadline=deadline,
        needs_action=deadline is not None,
        now=now,
    )


def _region(assessment: Assessment) -> str:
    return assessment.participation.region_id
