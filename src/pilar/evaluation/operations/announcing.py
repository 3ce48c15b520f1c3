"""Send a campaign's notices: to regions about taking part and open work, to assessors about their seats.

Addresses of pages in notices are Indonesian, in whatever language the sender reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation

from pilar.evaluation.models import (
    Allocation,
    Answer,
    Assessment,
    Campaign,
    EvidenceRequest,
    Meeting,
    Objection,
    Participation,
    Phase,
    Seat,
)
from pilar.evaluation.queries.assessment_lists import UNANSWERED
from pilar.evaluation.rules.authority import HANDED_IN
from pilar.evaluation.rules.campaigns import numbered
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people import operations as people
from pilar.people.operations import Message
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform.language import N_, in_both


def address(page: str, *arguments: object) -> str:
    """The path of a page by its name."""
    with translation.override("id"):
        return reverse(page, args=arguments)


INVITED, OPENED, RETURNED = "evaluation.invited", "evaluation.opened", "evaluation.returned"
EXTENDED, SET_ASIDE, LATE, BACK = (
    "evaluation.extended",
    "evaluation.set-aside",
    "evaluation.late",
    "evaluation.moved-back",
)
FILLED = "evaluation.filled-in"
TO_DO, REMINDED = "evaluation.answer", "evaluation.reminder"
SEATED, DESK_CHECK, OBJECTION = "evaluation.seated", "evaluation.desk-check", "evaluation.objection-period"


def region_subject(participation: Participation) -> str:
    """The subject of what a region is told about the campaign as a whole."""
    return f"evaluation.participation:{participation.pk}"


def assessment_subject(assessment: Assessment) -> str:
    """The subject of what a coordinator must do about a self-assessment; settled when it is submitted."""
    return f"evaluation.assessment:{assessment.pk}"


def allocation_subject(assessment: int, office: int) -> str:
    """The subject of what an office is told to answer."""
    return f"evaluation.allocation:{assessment}:{office}"


def announce_invitations(
    *, by: Standing, participations: Iterable[Participation], campaign: Campaign, now: datetime
) -> None:
    """Tell coordinators and signatories of regions that they take part; :func:`announce_open` tells them when they can
    begin."""
    where = address("evaluation:campaign", campaign.code)
    messages = {
        participation.region_id: Message(
            region_subject(participation), where, {"campaign": campaign.title}, participation.region_id
        )
        for participation in participations
    }
    people.notify_regions(
        by=by,
        role=Role.COORDINATOR,
        messages=messages,
        kind=INVITED,
        sentence=N_(
            "Your region takes part: %(campaign)s. Give its indicators to the offices, so that they can begin when the "
            "self-assessment opens"
        ),
        needs_action=False,
        now=now,
    )
    people.notify_regions(
        by=by,
        role=Role.SIGNATORY,
        messages=messages,
        kind=INVITED,
        sentence=N_(
            "Your region takes part: %(campaign)s. You submit its self-assessment when your region has prepared it"
        ),
        needs_action=False,
        now=now,
    )


def announce_opening(*, by: Standing, phase: Phase, now: datetime) -> None:
    """Tell the coordinators of regions that have not submitted until when the self-assessment is open, and the offices
    that still have indicators to answer.

    The digest reminds them a day before. Told again, it brings a new closing time.
    """
    waiting = phase.assessments.filter(state=AssessmentState.PREPARING).select_related("participation")
    announce_open(by=by, assessments=waiting, phase=phase, now=now)
    announce_to_offices(by=by, assessments=waiting, phase=phase, now=now)


def phase_named(phase: Phase) -> dict[str, Any]:
    """Return what a notice says of a phase: its campaign, and which it is of how many, in both languages."""
    of_how_many = in_both(lambda: numbered(phase.number, phase.campaign.phase_count))
    return {"campaign": phase.campaign.title, "phase": of_how_many}


def announce_open(*, by: Standing, assessments: Iterable[Assessment], phase: Phase, now: datetime) -> None:
    """Tell regions that their self-assessments of a phase wait: who prepares them, and who signs and submits them."""
    waiting = list(assessments)
    people.notify_regions(
        by=by,
        role=Role.SIGNATORY,
        messages=_by_region(waiting, phase, "evaluation:submission"),
        kind=OPENED,
        sentence=N_(
            "The self-assessment is open: %(campaign)s, phase %(phase)s. You submit it when your region has prepared it"
        ),
        now=now,
    )
    people.notify_regions(
        by=by,
        role=Role.COORDINATOR,
        messages=_by_region(waiting, phase, "evaluation:assessment"),
        kind=OPENED,
        sentence=N_("The self-assessment is open: %(campaign)s, phase %(phase)s. Answer, attach evidence, submit"),
        now=now,
    )


def announce_to_offices(*, by: Standing, assessments: Iterable[Assessment], phase: Phase, now: datetime) -> None:
    """Tell the contributors of each office that has an open indicator, in place of what they were told before."""
    waiting = {assessment.participation_id: assessment for assessment in assessments}
    answers = Answer.objects.filter(assessment__in=[assessment.pk for assessment in waiting.values()]).exclude(
        UNANSWERED
    )
    answered = set(answers.values_list("assessment", "node"))
    fields = phase_named(phase)
    messages: dict[int, Message] = {}
    given = Allocation.objects.filter(participation__in=waiting)
    for participation, node, office in given.values_list("participation", "node", "office"):
        assessment = waiting[participation]
        if office not in messages and (assessment.pk, node) not in answered:
            where, region = address("evaluation:assessment", assessment.pk), assessment.participation.region_id
            messages[office] = Message(
                allocation_subject(assessment.pk, office), where, fields, region, assessment.closes_at
            )
    people.settle(by=by, subject=[message.subject for message in messages.values()], kind=TO_DO, now=now)
    people.notify_offices(
        by=by,
        role=Role.CONTRIBUTOR,
        messages=messages,
        kind=TO_DO,
        sentence=N_("The self-assessment is open: %(campaign)s, phase %(phase)s. Your office has indicators to answer"),
        now=now,
    )


def _by_region(
    assessments: Iterable[Assessment], phase: Phase, page: str, deadline: datetime | None = None
) -> dict[str, Message]:
    """A message to each region about its assessment, which leads to its page; the deadline is the end of its own time
    to answer where none is given."""
    listed = list(assessments)
    for assessment in listed:
        assessment.phase = phase
    fields = phase_named(phase)
    return {
        assessment.participation.region_id: Message(
            assessment_subject(assessment),
            address(page, assessment.pk),
            fields,
            assessment.participation.region_id,
            deadline or assessment.closes_at,
        )
        for assessment in listed
    }


def announce_return(*, by: Standing, assessment: Assessment, reason: str, now: datetime) -> None:
    """Tell a region that its self-assessment was returned, and why."""
    phase = assessment.phase
    people.notify(
        by=by,
        to=HeldRole(Role.COORDINATOR, region=assessment.participation.region_id),
        kind=RETURNED,
        subject=assessment_subject(assessment),
        sentence=N_("Your self-assessment was returned: %(campaign)s, phase %(phase)s. %(reason)s"),
        fields=phase_named(phase) | {"reason": reason},
        address=address("evaluation:assessment", assessment.pk),
        region=assessment.participation.region_id,
        deadline=assessment.closes_at,
        now=now,
    )


def announce_move(*, by: Standing, phase: Phase, back: str = "", now: datetime) -> None:
    """Tell who must act now that a phase has its new state, and close what nobody can act on any more; ``back`` is why
    it went back to one that it had before."""
    match PhaseState(phase.state):
        case PhaseState.DESK_CHECK | PhaseState.REVIEW if back:
            _announce_back(by, phase, back, now)
        case PhaseState.AGREED if back:
            settle_objections(by=by, assessments=phase.assessments.all(), now=now)
        case PhaseState.OPEN:
            announce_opening(by=by, phase=phase, now=now)
        case PhaseState.CLOSED:
            _settle_answering(by, phase, now)
        case PhaseState.DESK_CHECK:
            _announce_desk_check(by, phase, now)
        case PhaseState.REVIEW:
            _settle_answering(by, phase, now)  # of extensions that have ended
        case PhaseState.AGREED:
            _settle_panel_work(by, phase, now)
        case PhaseState.OBJECTION:
            _announce_objections(by, phase, now)
        case PhaseState.FINAL:
            settle_objections(by=by, assessments=phase.assessments.all(), now=now)


def settle_objections(*, by: Standing, assessments: Iterable[Assessment], now: datetime) -> None:
    """Close what regions were told about objecting: nobody acts on it any more."""
    listed = list(assessments)
    people.settle(by=by, subject=[assessment_subject(assessment) for assessment in listed], kind=OBJECTION, now=now)
    contested = Objection.objects.filter(assessment__in=listed).exclude(decision="")
    decided = [f"evaluation.objection:{key}" for key in contested.values_list("pk", flat=True)]
    people.settle(by=by, subject=decided, now=now)


def _settle_answering(by: Standing, phase: Phase, now: datetime) -> None:
    """Only who has an extension still answers: close what other coordinators and offices were told to do."""
    answering = Q(state=AssessmentState.PREPARING, extended_until__gt=now)
    others = phase.assessments.exclude(answering)
    waiting = others.filter(state=AssessmentState.PREPARING)
    pairs = set(Allocation.objects.filter(participation__assessments__in=others).values_list("participation", "office"))
    keys = dict(others.values_list("participation", "pk"))
    subjects = [allocation_subject(keys[participation], office) for participation, office in pairs]
    people.settle(by=by, subject=[*map(assessment_subject, waiting), *subjects], now=now)


def _settle_panel_work(by: Standing, phase: Phase, now: datetime) -> None:
    """The panels' work is over, and so are its meetings and requests, answered or not."""
    settle_panels(by=by, assessments=phase.assessments.all(), now=now)
    people.settle(by=by, subject=f"evaluation.phase:{phase.pk}", now=now)


def settle_panels(*, by: Standing, assessments: Iterable[Assessment], now: datetime) -> None:
    """Close what panels and regions were told about meetings, requests and marks of assessments."""
    listed = list(assessments)
    meetings = Meeting.objects.filter(assessment__in=listed).values_list("pk", flat=True)
    requests = EvidenceRequest.objects.filter(assessment__in=listed).values_list("pk", flat=True)
    subjects = [
        *(f"evaluation.meeting:{key}" for key in meetings),
        *(f"evaluation.request:{key}" for key in requests),
        *(f"evaluation.settle:{assessment.pk}" for assessment in listed),
    ]
    people.settle(by=by, subject=subjects, now=now)


def announce_seats(*, by: Standing, campaign: Campaign, assessors: Collection[int], now: datetime) -> None:
    """Tell assessors, once each, that they have new seats."""
    people.notify(
        by=by,
        to=assessors,
        kind=SEATED,
        subject=f"evaluation.seats:{campaign.pk}",
        sentence=N_("You sit on panels of %(campaign)s: see which regions"),
        fields={"campaign": campaign.title},
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
        sentence=N_("The desk check has begun: %(campaign)s, phase %(phase)s. Mark your regions"),
        fields=phase_named(phase),
        address=address("evaluation:duties"),
        needs_action=False,
        now=now,
    )


def _announce_back(by: Standing, phase: Phase, reason: str, now: datetime) -> None:
    """Tell the panels of regions that have submitted that they have the phase again."""
    people.notify(
        by=by,
        to=_accounts(_seats_at_work(phase)),
        kind=BACK,
        subject=f"evaluation.phase:{phase.pk}",
        sentence=N_("The panels have their work again: %(campaign)s, phase %(phase)s. %(reason)s"),
        fields=phase_named(phase) | {"reason": reason},
        address=address("evaluation:duties"),
        needs_action=False,
        now=now,
    )


def _seats_at_work(phase: Phase) -> QuerySet[Seat]:
    handed_in = phase.assessments.filter(state__in=HANDED_IN)
    return Seat.objects.filter(participation__assessments__in=handed_in)


def _announce_objections(by: Standing, phase: Phase, now: datetime) -> None:
    agreed = phase.assessments.filter(state=AssessmentState.AGREED).select_related("participation")
    messages = _by_region(agreed, phase, "evaluation:result", phase.objection_until)
    people.notify_regions(
        by=by,
        role=Role.COORDINATOR,
        messages=messages,
        kind=OBJECTION,
        sentence=N_(
            "The panel has agreed on your marks: %(campaign)s, phase %(phase)s. You may object until the deadline"
        ),
        needs_action=False,
        now=now,
    )
    people.notify_regions(
        by=by,
        role=Role.SIGNATORY,
        messages=messages,
        kind=OBJECTION,
        sentence=N_(
            "The panel has agreed on the marks of your region: %(campaign)s, phase %(phase)s. Its coordinator may "
            "object until the deadline"
        ),
        needs_action=False,
        now=now,
    )


def _accounts(seats: Iterable[Seat]) -> set[int]:
    return {seat.assessor_id for seat in seats}
