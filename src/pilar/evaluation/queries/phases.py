"""Read the facts on which a phase's moves depend."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Least

from pilar.evaluation.models import (
    Assessment,
    Campaign,
    Conflict,
    EvidenceRequest,
    MarkingDone,
    Objection,
    Participation,
    Phase,
    Seat,
)
from pilar.evaluation.queries.computing import approved_current
from pilar.evaluation.rules.stages import (
    PHASES,
    AssessmentState,
    PhaseFacts,
    PhaseState,
    earlier_phase_published,
    requests_closed,
    result_approved,
)

HANDED_IN = (AssessmentState.SUBMITTED, AssessmentState.AGREED)


def phase_facts(phase: Phase, now: datetime) -> PhaseFacts:
    """The facts of a phase that is loaded with its campaign and instrument.

    Five queries at most: what only a move of another state asks for is not counted. Where results must be approved,
    those that read every agreed mark come on top.
    """
    counts = Assessment.objects.filter(phase=phase).aggregate(
        regions=Count("pk", filter=~Q(state=AssessmentState.SET_ASIDE)),
        submitted=Count("pk", filter=Q(state__in=HANDED_IN)),
        unsettled=Count("pk", filter=Q(state=AssessmentState.SUBMITTED)),
        accepted=Count("accepted_at"),
        objections=Count("pk", filter=_exists_objection()),
        open_objections=Count("pk", filter=_exists_objection(decision="")),
        extended=Count("pk", filter=Q(state=AssessmentState.PREPARING, extended_until__gt=now)),
    )
    asks = partial(PHASES.asks, PhaseState(phase.state))
    return PhaseFacts(
        now=now,
        opens_at=phase.opens_at,
        closes_at=phase.closes_at,
        objection_until=phase.objection_until,
        **counts,
        without_panel=incomplete_panels(phase.campaign)
        .filter(Exists(Assessment.objects.filter(participation=OuterRef("pk"), phase=phase, state__in=HANDED_IN)))
        .count(),
        unmarked=unfinished_seats(phase).count(),
        open_requests=_open_requests(phase, now) if asks(requests_closed) else 0,
        approved_current=asks(result_approved) and approved_current(phase),
        earlier_published=not asks(earlier_phase_published) or _earlier_published(phase),
    )


def _exists_objection(**only: str) -> Exists:
    return Exists(Objection.objects.filter(assessment=OuterRef("pk"), **only))


def _open_requests(phase: Phase, now: datetime) -> int:
    return EvidenceRequest.objects.filter(
        assessment__phase=phase, assessment__state__in=HANDED_IN, answered_at=None, withdrawn_at=None, deadline__gt=now
    ).count()


def _earlier_published(phase: Phase) -> bool:
    earlier = Phase.objects.filter(campaign=phase.campaign_id, number__lt=phase.number)
    return phase.number == 1 or not earlier.exclude(state=PhaseState.PUBLISHED).exists()


def incomplete_panels(campaign: Campaign) -> QuerySet[Participation]:
    """Regions of the campaign whose panel is too small or too large, has no chair, or has somebody with a conflict."""
    return (
        Participation.objects.filter(campaign=campaign)
        .annotate(
            size=Count("seats", distinct=True), chairs=Count("seats", filter=Q(seats__is_chair=True), distinct=True)
        )
        .filter(
            Q(size__lt=Least(Coalesce(F("smallest_panel"), campaign.smallest_panel), campaign.smallest_panel))
            | Q(size__gt=campaign.largest_panel)
            | Q(chairs=0)
            | Exists(conflicting_seats().filter(participation=OuterRef("pk")))
        )
    )


def panel_complete(participation: Participation) -> bool:
    """Return whether the panel of a region can decide; one query."""
    return not incomplete_panels(participation.campaign).filter(pk=participation.pk).exists()


def conflicting_seats() -> QuerySet[Seat]:
    """Seats of people with a conflict with the region that was declared after they were seated."""
    return Seat.objects.filter(
        Exists(Conflict.objects.filter(assessor=OuterRef("assessor"), region=OuterRef("participation__region")))
    )


def unfinished_seats(phase: Phase) -> QuerySet[Seat]:
    """Seats of regions that wait for marks, whose assessor has not finished marking."""
    done = MarkingDone.objects.filter(
        assessment__phase=phase, assessment__participation=OuterRef("participation"), assessor=OuterRef("assessor")
    )
    return Seat.objects.filter(
        participation__assessments__phase=phase,
        participation__assessments__state=AssessmentState.SUBMITTED,
    ).exclude(Exists(done))
