"""Count a person's present work in the cycle for a start page: campaigns run, panels, evidence, follow-ups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery

from pilar.evaluation.models import (
    Allocation,
    AnswerEvidence,
    Assessment,
    EvidenceRequest,
    FollowUp,
    MarkingDone,
    Phase,
    Seat,
)
from pilar.evaluation.queries.cases import CONFLICTING
from pilar.evaluation.queries.phases import HANDED_IN
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.authority import Action, Case, in_time, provinces_read, reads_campaigns
from pilar.evaluation.rules.follow_up import OPEN_STATES
from pilar.evaluation.rules.stages import PHASE_NAMES, AssessmentState, PhaseState, assessment_name
from pilar.evidence.models import Revision, Verification
from pilar.people.rules import Role, Standing
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class PhaseHead:
    """A phase of a campaign as a start page names it."""

    campaign: str
    title: Bilingual
    synthetic: bool
    number: int
    phase_count: int
    state: PhaseState
    closes_at: datetime

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(PHASE_NAMES[self.state])

    @property
    def is_open(self) -> bool:
        """Return whether regions can answer now."""
        return self.state is PhaseState.OPEN


@dataclass(frozen=True, slots=True)
class RunPhase:
    """The phase that a campaign is at, and how many of its regions have submitted."""

    head: PhaseHead
    regions: int
    submitted: int


@dataclass(frozen=True, slots=True)
class PanelRegion:
    """A region that the reader has a seat for; ``readable``: it can be looked at, ``to_mark``: it waits for marks."""

    assessment: int
    code: str
    name: str
    phase: PhaseState
    state: AssessmentState
    extended: bool
    is_chair: bool
    finished: bool
    readable: bool
    to_mark: bool

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return assessment_name(self.state, self.phase, extended=self.extended)


@dataclass(frozen=True, slots=True)
class PanelWork:
    """The reader's regions in one phase, those that wait for marks first."""

    head: PhaseHead
    regions: tuple[PanelRegion, ...]

    @property
    def finished(self) -> int:
        """Regions whose marking the reader has finished."""
        return sum(region.finished for region in self.regions)


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """The number of requests for evidence of one assessment that wait for an answer, and the first deadline."""

    count: int
    deadline: datetime


@dataclass(frozen=True, slots=True)
class OpenFollowUps:
    """The number of recommendations of one assessment that are neither followed nor dropped; ``due``: the nearest due
    day."""

    assessment: int
    region: str
    title: Bilingual
    synthetic: bool
    count: int
    region_code: str
    due: date | None = None


def run_phases(*, scope: Standing) -> tuple[RunPhase, ...]:
    """List the first unpublished phase of each campaign, for readers of campaigns or of a province; newest year first.
    One query."""
    if not reads_campaigns(scope) and not provinces_read(scope):
        return ()
    rows = (
        Phase.objects.exclude(state=PhaseState.PUBLISHED)
        .select_related("campaign")
        .annotate(
            regions=Count("assessments", filter=~Q(assessments__state=AssessmentState.SET_ASIDE)),
            submitted=Count("assessments", filter=Q(assessments__state__in=HANDED_IN)),
        )
        .order_by("-campaign__year", "campaign__code", "number")
    )
    phases: dict[int, RunPhase] = {}
    for row in rows:
        phases.setdefault(row.campaign_id, RunPhase(_head(row), row.regions, row.submitted))
    return tuple(phases.values())


def panel_work(*, scope: Standing) -> tuple[PanelWork, ...]:
    """The phases in which the reader has seats, until they are published, newest first. Three queries."""
    if scope.account is None or not any(held.role in (Role.ASSESSOR, Role.PANEL_CHAIR) for held in scope.memberships):
        return ()
    chairs = dict(Seat.objects.filter(assessor=scope.account).values_list("participation", "is_chair"))
    rows = list(
        Assessment.objects.annotate(**CONFLICTING)
        .filter(participation__in=chairs)
        .exclude(phase__state__in=[PhaseState.DRAFT, PhaseState.PUBLISHED])
        .select_related("phase__campaign", "participation__region")
        .order_by("-phase__campaign__year", "phase__campaign__code", "-phase__number", "participation__region__name")
    )
    done = set(
        MarkingDone.objects.filter(assessment__in=rows, assessor=scope.account).values_list("assessment", flat=True)
    )
    work: dict[int, tuple[PhaseHead, list[PanelRegion]]] = {}
    for row in rows:
        _phase, regions = work.setdefault(row.phase_id, (_head(row.phase), []))
        regions.append(
            _panel_region(row, chairs[row.participation_id], row.pk in done, scope.account in row.conflicting)
        )
    return tuple(
        PanelWork(head, tuple(sorted(regions, key=lambda region: (not region.to_mark, not region.readable))))
        for head, regions in work.values()
    )


def evidence_waiting(assessments: Collection[int], *, scope: Standing) -> Mapping[int, int]:
    """Count how many pieces of evidence wait for the reader as verifier, by assessment (of these). One query."""
    regions = {held.region for held in scope.memberships if held.role is Role.VERIFIER}
    if not regions or not assessments:
        return {}
    newest = Revision.objects.filter(evidence=OuterRef("evidence")).order_by("-number")
    rows = (
        AnswerEvidence.objects.filter(
            answer__assessment__in=assessments, answer__assessment__participation__region__in=regions
        )
        .annotate(newest=Subquery(newest.values("pk")[:1]), uploader=Subquery(newest.values("uploaded_by")[:1]))
        .exclude(uploader=scope.account)
        .exclude(Exists(Verification.objects.filter(revision=OuterRef("newest"))))
    )
    counted = rows.order_by().values_list("answer__assessment").annotate(Count("evidence", distinct=True))
    return dict(counted)


def requests_to_answer(assessments: Collection[int], *, scope: Standing, now: datetime) -> Mapping[int, OpenRequests]:
    """The requests for evidence that the reader can answer, by assessment (of these). One query."""
    asked = Q(pk__in=())
    for held in scope.memberships:
        there = Q(assessment__participation__region=held.region)
        if held.role is Role.COORDINATOR:
            asked |= there
        elif held.role is Role.CONTRIBUTOR:
            given = Allocation.objects.filter(
                participation=OuterRef("assessment__participation"), node=OuterRef("node"), office=held.office
            )
            asked |= there & Exists(given)
    if not assessments or not asked.children:
        return {}
    rows = EvidenceRequest.objects.filter(asked, assessment__in=assessments, answered_at=None, deadline__gt=now)
    counted = rows.order_by().values_list("assessment").annotate(Count("pk"), Min("deadline"))
    return {assessment: OpenRequests(count, deadline) for assessment, count, deadline in counted}


def open_follow_ups(*, scope: Standing) -> tuple[OpenFollowUps, ...]:
    """Recommendations that the reader's region, or office, still has to follow, newest year first. One query."""
    asked = Q(pk__in=())
    for held in scope.memberships:
        if held.role is Role.COORDINATOR:
            asked |= Q(finding__assessment__participation__region=held.region)
        elif held.role is Role.CONTRIBUTOR:
            asked |= Q(office=held.office)
    rows = (
        FollowUp.objects.filter(asked, state__in=OPEN_STATES)
        .values(
            year=F("finding__assessment__phase__campaign__year"),
            assessment=F("finding__assessment"),
            region=F("finding__assessment__participation__region__name"),
            region_code=F("finding__assessment__participation__region"),
            title_id=F("finding__assessment__phase__campaign__title_id"),
            title_en=F("finding__assessment__phase__campaign__title_en"),
            synthetic=F("finding__assessment__phase__campaign__synthetic"),
        )
        .annotate(count=Count("pk"), nearest=Min("due"))
        .order_by("-year", "assessment")
    )
    return tuple(
        OpenFollowUps(
            row["assessment"],
            row["region"],
            Bilingual(row["title_id"], row["title_en"]),
            row["synthetic"],
            row["count"],
            row["region_code"],
            row["nearest"],
        )
        for row in rows
    )


def _head(phase: Phase) -> PhaseHead:
    campaign = phase.campaign
    return PhaseHead(
        campaign=campaign.code,
        title=campaign.title,
        synthetic=campaign.synthetic,
        number=phase.number,
        phase_count=campaign.phase_count,
        state=PhaseState(phase.state),
        closes_at=phase.closes_at,
    )


def _panel_region(row: Assessment, is_chair: bool, finished: bool, is_barred: bool) -> PanelRegion:
    region = row.participation.region
    case = Case(phase=PhaseState(row.phase.state), assessment=AssessmentState(row.state))
    return PanelRegion(
        assessment=row.pk,
        code=region.code,
        name=region.name,
        phase=PhaseState(row.phase.state),
        state=AssessmentState(row.state),
        extended=row.extended_until is not None,
        is_chair=is_chair,
        finished=finished,
        readable=in_time(Action.READ_FOR_MARKING, case),
        to_mark=not finished and not is_barred and in_time(Action.MARK, case),
    )
