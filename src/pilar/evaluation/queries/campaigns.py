"""Campaigns for those who take part: the list, and one campaign with its phases, what moves them and why not yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from pilar.evaluation.models import Assessment, Campaign, CampaignGroup, Phase, PhaseMove
from pilar.evaluation.queries.cases import campaign_for, campaigns_known_to, case_of_phase
from pilar.evaluation.queries.phases import phase_facts
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.authority import Action, Case, holds, may, require
from pilar.evaluation.rules.campaigns import CampaignRules
from pilar.evaluation.rules.stages import (
    PHASE_NAMES,
    PHASES,
    AssessmentState,
    PhaseFacts,
    PhaseState,
    assessment_name,
    goes_back,
)
from pilar.people.rules import Standing, shown_name
from pilar.platform.errors import Fault
from pilar.platform.language import translate
from pilar.platform.lifecycle import Move
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """A phase and its dates."""

    number: int
    state: PhaseState
    opens_at: datetime
    closes_at: datetime
    objection_until: datetime | None

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(PHASE_NAMES[self.state])


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in a list; ``instrument`` is code and version."""

    code: str
    year: int
    title: Bilingual
    instrument: tuple[str, str]
    synthetic: bool
    regions: int
    phases: tuple[PhaseRow, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    code: str
    title: Bilingual
    regions: int


@dataclass(frozen=True, slots=True)
class OfferedMove:
    """A move that a phase has: the name of its button, and what does not hold yet."""

    target: PhaseState
    title: str
    obstacles: tuple[Fault, ...]

    @property
    def name(self) -> str:
        """The button in the reader's language."""
        return translate(self.title)


@dataclass(frozen=True, slots=True)
class MoveMade:
    """A move that was made."""

    source: str
    target: str
    by_name: str
    reason: str
    at: datetime

    @property
    def target_name(self) -> str:
        """The new state in the reader's language."""
        return translate(PHASE_NAMES[PhaseState(self.target)])


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A phase for its page; ``facts`` and ``moves`` are the secretariat's, None and empty for others."""

    row: PhaseRow
    steps: tuple[tuple[str, str], ...]
    """Every state by name with ``done``, ``now`` or ``ahead``."""
    facts: PhaseFacts | None
    moves: tuple[OfferedMove, ...]
    history: tuple[MoveMade, ...]
    may_set_dates: bool


@dataclass(frozen=True, slots=True)
class OwnAssessment:
    """An assessment of the reader's region."""

    key: int
    region_code: str
    region: str
    phase: int
    phase_state: PhaseState
    state: AssessmentState

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return assessment_name(self.state, self.phase_state)


@dataclass(frozen=True, slots=True)
class CampaignHead:
    """The data that every page of a campaign shows; ``secretariat``: the reader reads it for the ministry."""

    row: CampaignRow
    rules: CampaignRules
    groups: tuple[GroupRow, ...]
    has_previous: bool
    secretariat: bool
    may_set_up: bool
    may_form_panels: bool


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign for its own page."""

    head: CampaignHead
    phases: tuple[PhaseView, ...]
    own: tuple[OwnAssessment, ...]


def campaigns(*, scope: Standing) -> tuple[CampaignRow, ...]:
    """The campaigns that the reader takes part in or runs, newest first. Two queries."""
    rows = campaigns_known_to(scope).prefetch_related("phases").annotate(regions=Count("participations"))
    rows = rows.order_by("-year", "code")
    return tuple(campaign_row(row, row.regions, row.phases.all()) for row in rows)


def may_create(scope: Standing) -> bool:
    """Return whether the reader may set up a campaign."""
    return may(scope, Action.CREATE_CAMPAIGN, Case())


def head(code: str, *, scope: Standing) -> CampaignHead:
    """The head of a campaign for anyone who runs it. Three queries.

    Raises :class:`NotFound` for strangers, :class:`NotAllowed` for others who take part in it.
    """
    campaign = campaign_for(scope, code)
    require(scope, Action.SEE_PROGRESS, Case(), known=True)
    return _head(campaign, tuple(campaign.phases.order_by("number")), scope)


def campaign(code: str, *, scope: Standing, now: datetime) -> CampaignView:
    """Read one campaign; raises :class:`NotFound` for a reader who may not see it."""
    campaign = campaign_for(scope, code)
    phases = tuple(campaign.phases.order_by("number"))
    above = _head(campaign, phases, scope)
    history: defaultdict[int, list[MoveMade]] = defaultdict(list)
    if above.secretariat:
        for move in PhaseMove.objects.filter(phase__in=phases).order_by("-id"):
            made = MoveMade(move.from_state, move.to_state, shown_name(move.by_name), move.reason, move.moved_at)
            history[move.phase_id].append(made)
    return CampaignView(
        above,
        tuple(_phase_view(phase, campaign, scope, now, tuple(history[phase.pk])) for phase in phases),
        _own(campaign, scope),
    )


def _head(campaign: Campaign, phases: Sequence[Phase], scope: Standing) -> CampaignHead:
    groups = tuple(
        GroupRow(row.code, Bilingual(row.title_id, row.title_en), row.size)
        for row in CampaignGroup.objects.filter(campaign=campaign)
        .annotate(size=Count("participations"))
        .order_by("code")
    )
    last = case_of_phase(phases[-1])
    return CampaignHead(
        row=campaign_row(campaign, sum(group.regions for group in groups), phases),
        rules=rules_of(campaign),
        groups=groups,
        has_previous=campaign.previous_id is not None,
        secretariat=holds(scope, Action.SEE_PROGRESS, Case()),
        may_set_up=may(scope, Action.SET_UP_CAMPAIGN, last),
        may_form_panels=may(scope, Action.FORM_PANELS, last),
    )


def campaign_row(campaign: Campaign, regions: int, phases: Iterable[Phase]) -> CampaignRow:
    """A campaign that is loaded with its instrument."""
    return CampaignRow(
        code=campaign.code,
        year=campaign.year,
        title=campaign.title,
        instrument=(campaign.instrument.code, campaign.instrument.version),
        synthetic=campaign.synthetic,
        regions=regions,
        phases=tuple(phase_row(phase) for phase in sorted(phases, key=lambda phase: phase.number)),
    )


def phase_row(phase: Phase) -> PhaseRow:
    return PhaseRow(phase.number, PhaseState(phase.state), phase.opens_at, phase.closes_at, phase.objection_until)


def rules_of(campaign: Campaign) -> CampaignRules:
    return row_of(CampaignRules, campaign)


def _phase_view(
    phase: Phase, campaign: Campaign, scope: Standing, now: datetime, history: tuple[MoveMade, ...]
) -> PhaseView:
    phase.campaign = campaign
    state = PhaseState(phase.state)
    facts, moves = None, ()
    if may(scope, Action.MOVE_PHASE, case_of_phase(phase)):
        facts = phase_facts(phase, now)
        moves = tuple(_offered(move, facts) for move in sorted(PHASES.moves(state), key=_leads_back))
    order = list(PhaseState)
    at = order.index(state)
    steps = tuple(
        (translate(PHASE_NAMES[phase_state]), "now" if place == at else "done" if place < at else "ahead")
        for place, phase_state in enumerate(order)
    )
    may_set_dates = may(scope, Action.SET_UP_CAMPAIGN, case_of_phase(phase))
    return PhaseView(phase_row(phase), steps, facts, moves, history, may_set_dates)


def _leads_back(move: Move[PhaseState, PhaseFacts]) -> bool:
    return goes_back(move.source, move.target)


def _offered(move: Move[PhaseState, PhaseFacts], facts: PhaseFacts) -> OfferedMove:
    return OfferedMove(move.target, move.name, move.faults(facts))


def _own(campaign: Campaign, scope: Standing) -> tuple[OwnAssessment, ...]:
    """The assessments of the regions in whose team the reader is."""
    regions = {held.region for held in scope.memberships if held.region}
    if not regions:
        return ()
    rows = Assessment.objects.filter(participation__campaign=campaign, participation__region__in=regions)
    return tuple(
        OwnAssessment(
            row.pk,
            row.participation.region_id,
            row.participation.region.name,
            row.phase.number,
            PhaseState(row.phase.state),
            AssessmentState(row.state),
        )
        for row in rows.select_related("participation__region", "phase").order_by(
            "participation__region", "phase__number"
        )
    )
