"""Build the subject of a permission check from rows: the one place that does."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from pilar.evaluation.models import Assessment, Campaign, Conflict, Participation, Phase, Seat
from pilar.evaluation.rules.authority import Action, Case, holds, may, may_know
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import NotFound, Standing, existing

CONFLICTING = {
    "conflicting": ArraySubquery(
        Conflict.objects.filter(
            region=OuterRef("participation__region"),
            assessor__in=Seat.objects.filter(participation=OuterRef(OuterRef("participation"))).values("assessor"),
        )
        .order_by()
        .values("assessor")
        .distinct()
    )
}
"""The assessors (user keys) on the panel of an assessment with a declared conflict with its region."""


def case_of(assessment: Assessment, node: str = "", *, now: datetime | None = None) -> Case:
    """The case of an assessment, of one indicator if ``node`` is given (its office answers it), at the moment ``now``,
    without which nobody can ask for what ends at the closing time.

    Three queries at most; none for the panel if ``participation__seats`` is prefetched and :data:`CONFLICTING` is
    annotated.
    """
    participation = assessment.participation
    seats = participation.seats.all()
    conflicting = getattr(assessment, "conflicting", None)
    if conflicting is None:
        conflicting = (
            Assessment.objects.annotate(**CONFLICTING).values_list("conflicting", flat=True).get(pk=assessment.pk)
        )
    asked = node and "\0" not in node  # which no table can hold
    office = participation.allocations.filter(node=node).values_list("office", flat=True).first() if asked else None
    return Case(
        region=participation.region_id,
        office=office,
        panel=frozenset(seat.assessor_id for seat in seats),
        chair=next((seat.assessor_id for seat in seats if seat.is_chair), None),
        phase=PhaseState(assessment.phase.state),
        assessment=AssessmentState(assessment.state),
        conflicting=tuple(conflicting),
        closes_at=assessment.closes_at,
        extended=assessment.extended_until is not None,
        now=now,
    )


def case_of_phase(phase: Phase) -> Case:
    """The case of a phase as a whole."""
    return Case(phase=PhaseState(phase.state))


def assessment_for(by: Standing, key: int) -> Assessment:
    """One assessment with its participation, campaign, instrument, region, phase and seats.

    Raises :class:`NotFound` also where the reader may not know of it.
    """
    assessment = _whole().filter(pk=key).first()
    if assessment is None or not may_know(by, case_of(assessment)):
        raise NotFound
    return assessment


def result_for(by: Standing, key: int) -> Assessment:
    """As :func:`assessment_for`, also for anyone who reads what is published of it."""
    assessment = _whole().filter(pk=key).first()
    if assessment is not None and may(by, Action.SEE_PUBLISHED, case_of(assessment)):
        return assessment
    return assessment_for(by, key)


def campaign_for(by: Standing, code: str) -> Campaign:
    """One campaign with its instrument: for the secretariat, teams of its regions, and assessors of its panels.

    Raises :class:`NotFound` for anybody else.
    """
    rows = campaigns_known_to(by).filter(code=code) if "\0" not in code else Campaign.objects.none()
    return existing(rows.first())


def phase_for(by: Standing, code: str, number: int) -> Phase:
    """One phase of a campaign that the reader may know."""
    campaign = campaign_for(by, code)
    phase = existing(Phase.objects.filter(campaign=campaign, number=number).first())
    phase.campaign = campaign
    return phase


def campaigns_known_to(by: Standing) -> QuerySet[Campaign]:
    """The campaigns that a reader may know of."""
    rows = Campaign.objects.select_related("instrument")
    if holds(by, Action.SEE_PROGRESS, Case()):
        return rows
    theirs = Participation.objects.filter(region__in={held.region for held in by.memberships if held.region})
    if by.account is not None and any(held.region is None for held in by.memberships):
        theirs = theirs | Participation.objects.filter(seats__assessor=by.account)
    return rows.filter(pk__in=theirs.values("campaign"))


def _whole() -> QuerySet[Assessment]:
    return (
        Assessment.objects.annotate(**CONFLICTING)
        .select_related("phase", "participation__region", "participation__group", "participation__campaign__instrument")
        .prefetch_related("participation__seats")
    )
