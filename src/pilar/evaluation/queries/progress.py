"""The progress board of a phase: how far every region and its panel are, for the secretariat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from pilar.evaluation.models import (
    Answer,
    Assessment,
    CampaignGroup,
    EvidenceRequest,
    FilledIn,
    MarkingDone,
    Phase,
    Seat,
)
from pilar.evaluation.queries.campaigns import CampaignRow, PhaseRow, campaign_row, phase_row
from pilar.evaluation.queries.cases import assessment_for, case_of
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.participation import run_campaign
from pilar.evaluation.queries.phases import incomplete_panels
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.authority import EXTENDED, HANDED_IN, Action, Case, holds, may
from pilar.evaluation.rules.stages import AssessmentState, PhaseState, assessment_name
from pilar.people.rules import NotFound, Standing
from pilar.platform.language import N_
from pilar.platform.paging import PAGE, paged
from pilar.platform.rows import row_of

ATTENTION = {
    "confirming": N_("Filled in, not confirmed"),
    "panel": N_("Panel not complete"),
    "marking": N_("Marking not finished"),
    "requests": N_("Evidence asked for"),
}
"""What the board can be narrowed to besides states."""

SORTS = {"region": "participation__region__name", "code": "participation__region", "submitted": "submitted_at"}


@dataclass(frozen=True, slots=True)
class ProgressFilter:
    """Filters of the board; an unknown choice fits none. ``sort`` is a key of ``SORTS``, or a minus and it."""

    text: str = ""
    state: str = ""
    group: str = ""
    attention: str = ""
    sort: str = "code"


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """The progress of a region. ``finished`` of ``seats`` assessors have finished marking."""

    assessment: int
    region_code: str
    region: str
    group: Bilingual
    phase: PhaseState
    state: AssessmentState
    submitted_at: datetime | None
    extended_until: datetime | None
    answered: int
    indicators: int
    seats: int
    chair: str
    finished: int
    open_requests: int
    to_confirm: bool
    """The secretariat filled in answers that the region has neither confirmed nor changed."""

    @property
    def handed_in(self) -> bool:
        """Return whether the region has submitted its self-assessment."""
        return self.state in HANDED_IN

    @property
    def percent(self) -> int:
        """Indicators answered, in whole per cent; 100 only when nothing is open."""
        return self.answered * 100 // self.indicators

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return assessment_name(self.state, self.phase, extended=self.extended_until is not None)


@dataclass(frozen=True, slots=True)
class Progress:
    """One page of the board, and how many regions are in each state."""

    campaign: CampaignRow
    phase: PhaseRow
    page: Page[ProgressRow]
    states: tuple[tuple[AssessmentState, int], ...]
    groups: tuple[tuple[str, Bilingual], ...]
    may_return: bool
    may_request: bool
    may_except: bool
    may_fill_in: bool


def progress(
    code: str,
    phase: int,
    *,
    scope: Standing,
    now: datetime,
    filters: ProgressFilter,
    page: int = 1,
    size: int | None = PAGE,
) -> Progress:
    """One page of a phase's regions. Six queries, however many regions there are."""
    campaign = run_campaign(scope, code)
    phases = {phase.number: phase for phase in campaign.phases.all()}
    if phase not in phases:
        raise NotFound
    row = phases[phase]
    row.campaign = campaign
    counts = Counter(dict(row.assessments.order_by().values_list("state").annotate(Count("pk"))))
    groups = {row.pk: row for row in campaign.groups.order_by("code")}
    leaves = len(tree_of(campaign.instrument).leaves)
    listed = paged(
        _narrowed(row, filters, now),
        lambda rows: [_row(assessment, PhaseState(row.state), groups, leaves) for assessment in counted(rows, now)],
        page=page,
        size=size,
    )
    case = Case(phase=PhaseState(row.state), assessment=AssessmentState.SUBMITTED)
    return Progress(
        campaign=campaign_row(campaign, sum(counts.values()), phases.values()),
        phase=phase_row(row),
        page=listed,
        states=tuple((state, counts[state]) for state in AssessmentState),
        groups=tuple((row.code, Bilingual(row.title_id, row.title_en)) for row in groups.values()),
        may_return=may(scope, Action.RETURN_ASSESSMENT, case),
        may_request=may(scope, Action.REQUEST_EVIDENCE, case),
        may_except=may(scope, Action.SET_ASIDE, case),
        may_fill_in=holds(scope, Action.FILL_IN, case) and row.state in EXTENDED,
    )


@dataclass(frozen=True, slots=True)
class Returnable:
    """A self-assessment that the secretariat may look at to hand it back; ``submitted_at`` is None where its region
    has it already."""

    region: str
    campaign: str
    phase: int
    closes_at: datetime
    submitted_at: datetime | None


def returnable(key: int, *, scope: Standing) -> Returnable:
    """One self-assessment; raises :class:`NotFound`, :class:`NotAllowed`, and :class:`WrongState` for one that cannot
    be handed back now."""
    assessment = assessment_for(scope, key)
    case = case_of(assessment)
    if case.assessment is AssessmentState.PREPARING:
        case = replace(case, assessment=AssessmentState.SUBMITTED)
    authority.require(scope, Action.RETURN_ASSESSMENT, case, known=True)
    region, campaign, phase = (
        assessment.participation.region.name,
        assessment.participation.campaign.code,
        assessment.phase,
    )
    return Returnable(region, campaign, phase.number, phase.closes_at, assessment.submitted_at)


def _narrowed(phase: Phase, filters: ProgressFilter, now: datetime) -> QuerySet[Assessment]:
    rows = phase.assessments.select_related("participation__region")
    text = filters.text.replace("\0", "")
    if text[:2].isdigit():
        rows = rows.filter(participation__region__code__startswith=text)
    else:
        for word in text.replace(".", " ").split():
            rows = rows.filter(participation__region__name__icontains=word)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.group:
        rows = rows.filter(participation__group__code=filters.group)
    match filters.attention:
        case "panel":
            rows = rows.filter(participation__in=incomplete_panels(phase.campaign).values("pk"))
        case "marking":
            done = MarkingDone.objects.filter(assessment=OuterRef(OuterRef("pk")), assessor=OuterRef("assessor"))
            unfinished = Seat.objects.filter(participation=OuterRef("participation")).exclude(Exists(done))
            rows = rows.filter(Exists(unfinished), state=AssessmentState.SUBMITTED)
        case "requests":
            rows = rows.filter(pk__in=_open_requests(now).values("assessment"))
        case "confirming":
            rows = rows.filter(_unconfirmed(), state=AssessmentState.PREPARING)
        case _ if filters.attention:
            rows = rows.none()
    name = filters.sort.removeprefix("-")
    by = F(SORTS.get(name, SORTS["code"]))
    return rows.order_by(by.desc(nulls_last=True) if filters.sort.startswith("-") else by.asc(nulls_last=True), "pk")


def counted(rows: QuerySet[Assessment], now: datetime) -> QuerySet[Assessment]:
    """The same rows with what a row of the board counts; PostgreSQL counts for those of the page only."""
    answers = Answer.objects.filter(assessment=OuterRef("pk")).filter(
        Q(mark__isnull=False) | Q(quantity__isnull=False) | Q(realised__isnull=False) | Q(not_applicable=True)
    )
    seats = Seat.objects.filter(participation=OuterRef("participation"))
    seated = Seat.objects.filter(participation=OuterRef("assessment__participation"), assessor=OuterRef("assessor"))
    done = MarkingDone.objects.filter(Exists(seated), assessment=OuterRef("pk"))
    requests = _open_requests(now).filter(assessment=OuterRef("pk"))
    return rows.annotate(
        answered=_count(answers, "assessment"),
        seats=_count(seats, "participation"),
        chair=Subquery(seats.filter(is_chair=True).values("assessor__name")[:1]),
        finished=_count(done, "assessment"),
        open_requests=_count(requests, "assessment"),
        to_confirm=_unconfirmed(),
    )


def _unconfirmed() -> Exists:
    """Return whether an answer of an assessment stands as it was filled in, and nobody of the region has confirmed
    it."""
    version = Func(OuterRef("nodes"), F("node"), function="jsonb_extract_path_text", output_field=TextField())
    as_filled = Answer.objects.filter(assessment=OuterRef("assessment")).annotate(filled=version)
    as_filled = as_filled.filter(filled=Cast("version", TextField()))
    return Exists(FilledIn.objects.filter(Exists(as_filled), assessment=OuterRef("pk"), confirmed_at=None))


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _row(row: Any, phase: PhaseState, groups: Mapping[int, CampaignGroup], leaves: int) -> ProgressRow:
    """A row of :func:`counted`."""
    region, group = row.participation.region, groups[row.participation.group_id]
    return row_of(
        ProgressRow,
        row,
        assessment=row.pk,
        region_code=region.code,
        region=region.name,
        group=group.title,
        phase=phase,
        indicators=leaves,
        chair=row.chair or "",
    )


def _open_requests(now: datetime) -> QuerySet[EvidenceRequest]:
    """Requests that the region can still answer."""
    return EvidenceRequest.objects.filter(answered_at=None, withdrawn_at=None, deadline__gt=now)
