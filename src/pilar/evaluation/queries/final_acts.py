"""Count the regions and people reached by an act that cannot be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from pilar.evaluation.models import Assessment, Finding, Phase, Seat, SnapshotResult
from pilar.evaluation.queries.cases import assessment_to, phase_for
from pilar.evaluation.queries.snapshots import SnapshotRow, secretariat_version
from pilar.evaluation.queries.stragglers import HANDS_IN
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.stages import AssessmentState
from pilar.people.queries import current
from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class VersionReach:
    """A version of results: how many regions it has, with and without a final; ``told``: the coordinators and
    signatories of the regions of its phase; recommendations that have no follow-up yet."""

    row: SnapshotRow
    regions: int
    scored: int
    told: int
    recommendations: int

    @property
    def without(self) -> int:
        return self.regions - self.scored


@dataclass(frozen=True, slots=True)
class PhaseReach:
    """The people reached by a move of a phase: ``told`` are coordinators and signatories of its regions, ``assessors``
    those of regions that have submitted."""

    regions: int
    preparing: int
    submitted: int
    told: int
    assessors: int


def version_reach(code: str, number: int, version: int, *, by: Standing, now: datetime) -> VersionReach:
    """Raises NotFound, NotAllowed, SnapshotNotFound; for the secretariat."""
    phase, row = secretariat_version(code, number, version, by=by)
    results = SnapshotResult.objects.filter(snapshot__phase=phase, snapshot__version=version)
    counts = results.aggregate(regions=Count("pk"), scored=Count("pk", filter=Q(final__isnull=False)))
    begun = (
        Finding.objects.filter(assessment__phase=phase, kind=Finding.Kind.RECOMMENDATION, follow_up__isnull=True)
        .exclude(assessment__state=AssessmentState.SET_ASIDE)
        .count()
    )
    return VersionReach(row=row, told=_told(phase, now), recommendations=begun, **counts)


def phase_reach(code: str, number: int, *, scope: Standing, now: datetime) -> PhaseReach:
    """Raises NotFound, NotAllowed; for the person who moves the phase."""
    phase = phase_for(scope, code, number)
    handed_in = (AssessmentState.SUBMITTED, AssessmentState.AGREED)
    counts = Assessment.objects.filter(phase=phase).aggregate(
        regions=Count("pk", filter=~Q(state=AssessmentState.SET_ASIDE)),
        preparing=Count("pk", filter=Q(state=AssessmentState.PREPARING)),
        submitted=Count("pk", filter=Q(state__in=handed_in)),
    )
    seats = Seat.objects.filter(
        participation__assessments__phase=phase, participation__assessments__state__in=handed_in
    )
    assessors = seats.values("assessor").distinct().count()
    return PhaseReach(told=_told(phase, now), assessors=assessors, **counts)


def require_acting(key: int, action: Action, *, scope: Standing) -> None:
    """Raise as the permission table says unless the reader may do this to an assessment now."""
    assessment_to(scope, key, action)


def _told(phase: Phase, now: datetime) -> int:
    regions = Assessment.objects.filter(phase=phase).values("participation__region")
    rows = current(now).filter(role__in=HANDS_IN, region__in=regions)
    return rows.values("user").distinct().count()
