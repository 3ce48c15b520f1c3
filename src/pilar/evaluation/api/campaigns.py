"""Campaigns as JSON: setting up, inviting, moving phases, progress. Moments have their offset."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from pilar.evaluation import operations
from pilar.evaluation.api.published_schemas import Problem
from pilar.evaluation.queries import campaigns as reads
from pilar.evaluation.queries.campaigns import CampaignRow, CampaignView, PhaseView
from pilar.evaluation.rules.campaigns import CampaignRules, GroupPlan, Period
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.signin import standing_of

router = Router(tags=["campaigns"])

REFUSED = {403: Problem, 404: Problem, 409: Problem, 422: Problem}

Code = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9-]+$")]
RegionCode = Annotated[str, Path(pattern=r"^[0-9]{2}\.[0-9]{2}$", description="Kemendagri code such as 36.03")]
PhaseNumber = Annotated[int, Path(ge=1, le=2)]
Key = Annotated[int, Path(ge=1, le=2_147_483_647)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Text = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=-10_000, le=10_000)]
Reason = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class PeriodIn(Schema):
    opens_at: AwareDatetime
    closes_at: AwareDatetime

    def plan(self) -> Period:
        return Period(self.opens_at, self.closes_at)


class GroupIn(Schema):
    code: Line
    title_id: Line
    title_en: Line

    def plan(self) -> GroupPlan:
        return GroupPlan(self.code, self.title_id, self.title_en)


class RulesIn(Schema):
    """``evidence_hours``: deadline of a request for evidence; panels have ``smallest_panel`` to ``largest_panel``."""

    title_id: Line
    title_en: Line
    evidence_hours: Number = 24
    objection_days: Number = 7
    smallest_panel: Number = 3
    largest_panel: Number = 6
    no_repeat_panel: bool = False

    def rules(self) -> CampaignRules:
        return CampaignRules(**{name: getattr(self, name) for name in RulesIn.model_fields})


class CampaignIn(RulesIn):
    """``previous`` is the code of last year's campaign, empty if there is none."""

    code: Line
    year: Number
    instrument: Line
    instrument_version: Line
    previous: Line = ""
    phases: Annotated[list[PeriodIn], Field(min_length=2, max_length=2)]
    groups: Annotated[list[GroupIn], Field(max_length=50)]


class ObstacleOut(Schema):
    code: str
    text: str


class MoveOut(Schema):
    """A move that the phase has; ``obstacles`` is why it cannot be made yet."""

    target: str
    name: str
    obstacles: list[ObstacleOut]


class PhaseOut(Schema):
    number: int
    state: str
    opens_at: datetime
    closes_at: datetime
    objection_until: datetime | None


class PhaseDetailOut(PhaseOut):
    """``moves`` is for the secretariat."""

    moves: list[MoveOut]


class CampaignOut(Schema):
    code: str
    year: int
    title_id: str
    title_en: str
    instrument: str
    instrument_version: str
    synthetic: bool
    regions: int
    phases: list[PhaseOut]


class CampaignGroupOut(Schema):
    code: str
    title_id: str
    title_en: str
    regions: int


class OwnAssessmentOut(Schema):
    """An assessment of the reader's region."""

    key: int
    region: str
    phase: int
    state: str


class CampaignDetailOut(CampaignOut):
    phases: list[PhaseDetailOut]
    groups: list[CampaignGroupOut]
    own: list[OwnAssessmentOut]
    evidence_hours: int
    objection_days: int
    smallest_panel: int
    largest_panel: int
    no_repeat_panel: bool


class MoveIn(Schema):
    target: PhaseState
    reason: Reason = ""


@router.get("/campaigns", response=list[CampaignOut])
def campaigns(request: HttpRequest) -> list[CampaignOut]:
    """The campaigns that I run or take part in, newest first."""
    return [CampaignOut(**_campaign(row)) for row in reads.campaigns(scope=standing_of(request))]


@router.post("/campaigns", response={201: CampaignDetailOut, **REFUSED})
def create_campaign(request: HttpRequest, given: CampaignIn) -> Status[CampaignDetailOut]:
    """Set up a campaign with its two phases, in draft."""
    by = standing_of(request)
    code = operations.create_campaign(
        by=by,
        code=given.code,
        year=given.year,
        instrument=(given.instrument, given.instrument_version),
        rules=given.rules(),
        periods=[period.plan() for period in given.phases],
        groups=[group.plan() for group in given.groups],
        previous=given.previous,
    )
    return Status(201, _detail(reads.campaign(code, scope=by, now=timezone.now())))


@router.get("/campaigns/{code}", response={200: CampaignDetailOut, **REFUSED})
def campaign(request: HttpRequest, code: Code) -> CampaignDetailOut:
    """One campaign."""
    return _detail(reads.campaign(code, scope=standing_of(request), now=timezone.now()))


@router.put("/campaigns/{code}", response={200: CampaignDetailOut, **REFUSED})
def edit_campaign(request: HttpRequest, code: Code, given: RulesIn) -> CampaignDetailOut:
    """Change titles, deadlines and panel sizes."""
    by = standing_of(request)
    operations.edit_campaign(by=by, campaign=code, rules=given.rules())
    return _detail(reads.campaign(code, scope=by, now=timezone.now()))


@router.put("/campaigns/{code}/phases/{number}/dates", response={204: None, **REFUSED})
def set_dates(request: HttpRequest, code: Code, number: PhaseNumber, given: PeriodIn) -> Status[None]:
    """Say when the self-assessment of a phase opens and closes."""
    operations.set_dates(by=standing_of(request), campaign=code, phase=number, period=given.plan(), now=timezone.now())
    return Status(204, None)


@router.post("/campaigns/{code}/phases/{number}/move", response={204: None, **REFUSED})
def move_phase(request: HttpRequest, code: Code, number: PhaseNumber, given: MoveIn) -> Status[None]:
    """Move a phase on; to where it is already, nothing happens. 422 tells everything that does not hold yet."""
    operations.move_phase(
        by=standing_of(request),
        campaign=code,
        phase=number,
        target=given.target,
        reason=given.reason,
        now=timezone.now(),
    )
    return Status(204, None)


@router.post("/campaigns/{code}/groups", response={204: None, **REFUSED})
def add_group(request: HttpRequest, code: Code, given: GroupIn) -> Status[None]:
    """Add a group."""
    operations.add_group(by=standing_of(request), campaign=code, group=given.plan())
    return Status(204, None)


@router.put("/campaigns/{code}/groups", response={204: None, **REFUSED})
def rename_group(request: HttpRequest, code: Code, given: GroupIn) -> Status[None]:
    """Give the group of this code other titles."""
    operations.rename_group(by=standing_of(request), campaign=code, group=given.plan())
    return Status(204, None)


@router.delete("/campaigns/{code}/groups/{group}", response={204: None, **REFUSED})
def remove_group(request: HttpRequest, code: Code, group: Code) -> Status[None]:
    """Take a group away that has no regions."""
    operations.remove_group(by=standing_of(request), campaign=code, group=group)
    return Status(204, None)


def _campaign(row: CampaignRow) -> dict[str, object]:
    return {
        "code": row.code,
        "year": row.year,
        "title_id": row.title.id,
        "title_en": row.title.en,
        "instrument": row.instrument[0],
        "instrument_version": row.instrument[1],
        "synthetic": row.synthetic,
        "regions": row.regions,
        "phases": [PhaseOut(**asdict(phase)) for phase in row.phases],
    }


def _detail(found: CampaignView) -> CampaignDetailOut:
    rules = {name: value for name, value in asdict(found.head.rules).items() if not name.startswith("title")}
    return CampaignDetailOut(
        **_campaign(found.head.row)
        | rules
        | {
            "phases": [_phase(phase) for phase in found.phases],
            "groups": [
                CampaignGroupOut(code=one.code, title_id=one.title.id, title_en=one.title.en, regions=one.regions)
                for one in found.head.groups
            ],
            "own": [
                OwnAssessmentOut(key=one.key, region=one.region_code, phase=one.phase, state=one.state)
                for one in found.own
            ],
        }
    )


def _phase(phase: PhaseView) -> PhaseDetailOut:
    moves = [
        MoveOut(
            target=move.target,
            name=move.name,
            obstacles=[ObstacleOut(code=fault.code, text=fault.text()) for fault in move.obstacles],
        )
        for move in phase.moves
    ]
    return PhaseDetailOut(**asdict(phase.row), moves=moves)
