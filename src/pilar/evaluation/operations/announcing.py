"""What a campaign tells people: regions that they take part and what is open to them, assessors where they sit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from pilar.evaluation.models import Assessment, Campaign, Participation, Phase, Seat
from pilar.evaluation.operations.addresses import address
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people import operations as people
from pilar.people.operations import Message
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform.language import mark

INVITED, OPENED, RETURNED = "evaluation.invited", "evaluation.opened", "evaluation.returned"
SEATED, DESK_CHECK, OBJECTION = "evaluation.seated", "evaluation.desk-check", "evaluation.objection-period"


def region_subject(participation: Participation) -> str:
    """The subject of what a region is told about the campaign as a whole."""
    return f"evaluation.participation:{participation.pk}"


def assessment_subject(assessment: Assessment) -> str:
    """The subject of what a coordinator must do about a self-assessment; settled when it is submitted."""
    return f"evaluation.assessment:{assessment.pk}"


def announce_invitations(
    *, by: Standing, participations: Iterable[Participation], campaign: Campaign, now: datetime
) -> None:
    """Tell the coordinators of regions that they take part; :func:`announce_open` tells them when they can begin."""
    where = address("evaluation:campaign", campaign.code)
    people.notify_regions(
        by=by,
        role=Role.COORDINATOR,
        messages={
            one.region_id: Message(region_subject(one), where, {"campaign": campaign.title_id}, one.region_id)
            for one in participations
        },
        kind=INVITED,
        sentence=mark(
            "Your region takes part: %(campaign)s. Give its indicators to the offices, so that they can begin when the "
            "self-assessment opens"
        ),
        needs_action=False,
        now=now,
    )


def announce_opening(*, by: Standing, phase: Phase, now: datetime) -> None:
    """Tell the coordinators of regions that have not submitted until when the self-assessment is open.

    The digest reminds them a day before. Told again, it brings a new closing time.
    """
    waiting = phase.assessments.filter(state=AssessmentState.PREPARING).select_related("participation")
    announce_open(by=by, assessments=waiting, phase=phase, now=now)


def announce_open(*, by: Standing, assessments: Iterable[Assessment], phase: Phase, now: datetime) -> None:
    """Tell regions that their self-assessments of a phase wait."""
    people.notify_regions(
        by=by,
        role=Role.COORDINATOR,
        messages=_by_region(assessments, phase, "evaluation:assessment", phase.closes_at),
        kind=OPENED,
        sentence=mark("The self-assessment is open: %(campaign)s, phase %(phase)s. Answer, attach evidence, submit"),
        now=now,
    )


def _by_region(
    assessments: Iterable[Assessment], phase: Phase, page: str, deadline: datetime | None
) -> dict[str, Message]:
    """A message to each region about its assessment, which leads to its page."""
    fields = {"phase": phase.number, "campaign": phase.campaign.title_id}
    return {
        one.participation.region_id: Message(
            assessment_subject(one), address(page, one.pk), fields, one.participation.region_id, deadline
        )
        for one in assessments
    }


def announce_return(*, by: Standing, assessment: Assessment, reason: str, now: datetime) -> None:
    """Tell a region that its self-assessment was returned, and why."""
    phase = assessment.phase
    people.notify(
        by=by,
        to=HeldRole(Role.COORDINATOR, region=assessment.participation.region_id),
        kind=RETURNED,
        subject=assessment_subject(assessment),
        sentence=mark("Your self-assessment was returned: %(campaign)s, phase %(phase)s. %(reason)s"),
        fields={"phase": phase.number, "campaign": phase.campaign.title_id, "reason": reason},
        address=address("evaluation:assessment", assessment.pk),
        region=assessment.participation.region_id,
        deadline=phase.closes_at,
        now=now,
    )


def announce_move(*, by: Standing, phase: Phase, now: datetime) -> None:
    """Tell who must act now that a phase has its new state, and close what nobody can act on any more."""
    match PhaseState(phase.state):
        case PhaseState.OPEN:
            announce_opening(by=by, phase=phase, now=now)
        case PhaseState.CLOSED:
            for assessment in phase.assessments.filter(state=AssessmentState.PREPARING):
                people.settle(by=by, subject=assessment_subject(assessment), now=now)
        case PhaseState.DESK_CHECK:
            _announce_desk_check(by, phase, now)
        case PhaseState.OBJECTION:
            _announce_objections(by, phase, now)


def announce_seats(*, by: Standing, campaign: Campaign, assessors: Collection[int], now: datetime) -> None:
    """Tell assessors, once each, that they have new seats."""
    people.notify(
        by=by,
        to=assessors,
        kind=SEATED,
        subject=f"evaluation.seats:{campaign.pk}",
        sentence=mark("You sit on panels of %(campaign)s: see which regions"),
        fields={"campaign": campaign.title_id},
        address=address("evaluation:duties"),
        needs_action=False,
        now=now,
    )


def _announce_desk_check(by: Standing, phase: Phase, now: datetime) -> None:
    seats = Seat.objects.filter(
        participation__assessments__phase=phase, participation__assessments__state=AssessmentState.SUBMITTED
    )
    people.notify(
        by=by,
        to=_accounts(seats),
        kind=DESK_CHECK,
        subject=f"evaluation.phase:{phase.pk}",
        sentence=mark("The desk check has begun: %(campaign)s, phase %(phase)s. Mark your regions"),
        fields={"phase": phase.number, "campaign": phase.campaign.title_id},
        address=address("evaluation:duties"),
        needs_action=False,
        now=now,
    )


def _announce_objections(by: Standing, phase: Phase, now: datetime) -> None:
    agreed = phase.assessments.filter(state=AssessmentState.AGREED).select_related("participation")
    people.notify_regions(
        by=by,
        role=Role.COORDINATOR,
        messages=_by_region(agreed, phase, "evaluation:result", phase.objection_until),
        kind=OBJECTION,
        sentence=mark(
            "The panel has agreed on your marks: %(campaign)s, phase %(phase)s. You may object until the deadline"
        ),
        needs_action=False,
        now=now,
    )


def _accounts(seats: Iterable[Seat]) -> set[int]:
    return {seat.assessor_id for seat in seats}
