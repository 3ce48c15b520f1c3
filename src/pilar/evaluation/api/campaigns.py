"""Campaigns as JSON: setting up, inviting, moving phases, progress. Moments have their offset."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Path, Query, Schema
from pydantic import AwareDatetime, Field

from pilar.evaluation import operations
from pilar.evaluation.api.published import REFUSED
from pilar.evaluation.queries import campaigns as reads
from pilar.evaluation.queries.campaigns import (
    CampaignRow,
    CampaignView,
    GroupRow,
    OfferedMove,
    OwnAssessment,
    PhaseRow,
    PhaseView,
)
from pilar.evaluation.rules.campaigns import MAX_PHASES, CampaignRules, GroupPlan, Period
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import NO_NUL, RowSchema
from pilar.platform.errors import Fault

router = Routes(tags=["campaigns"])


Code = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9-]+$")]
RegionCode = Annotated[str, Path(pattern=r"^[0-9]{2}\.[0-9]{2}$", description="Kemendagri code such as 36.03")]
PhaseNumber = Annotated[int, Path(ge=1, le=MAX_PHASES)]
Text = Annotated[str, Query(max_length=100, pattern=NO_NUL)]
Number = Annotated[int, Field(ge=-10_000, le=10_000)]
Reason = Annotated[str, Field(max_length=2_000, pattern=NO_NUL)]
Line = Annotated[str, Field(max_length=200, pattern=NO_NUL)]


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
    statement_since: date | None = None

    def rules(self) -> CampaignRules:
        return CampaignRules(**{name: getattr(self, name) for name in RulesIn.model_fields})


class CampaignIn(RulesIn):
    """``previous`` is the code of last year's campaign, empty if there is none."""

    code: Line
    year: Number
    instrument: Line
    instrument_version: Line
    previous: Line = ""
    phases: Annotated[list[PeriodIn], Field(min_length=1, max_length=MAX_PHASES)]
    groups: Annotated[list[GroupIn], Field(max_length=50)]


class ObstacleOut(RowSchema, of=Fault, fields="code text"):
    pass


class MoveOut(RowSchema, of=OfferedMove, fields="target name obstacles"):
    """A move that the phase has; ``obstacles`` is why it cannot be made yet."""

    target: str


class PhaseOut(RowSchema, of=PhaseRow, fields="number state opens_at closes_at objection_until"):
    state: str


class PhaseDetailOut(PhaseOut, of=PhaseView, base="row", fields="moves"):
    """``moves`` is for the secretariat."""


class CampaignOut(
    RowSchema,
    of=CampaignRow,
    fields="code year title_id=title.id title_en=title.en instrument=instrument.0"
    " instrument_version=instrument.1 synthetic regions phases",
):
    pass


class CampaignGroupOut(RowSchema, of=GroupRow, fields="code title_id=title.id title_en=title.en regions"):
    pass


class OwnAssessmentOut(RowSchema, of=OwnAssessment, fields="key region=region_code phase state"):
    """An assessment of the reader's region."""

    state: str


class CampaignDetailOut(
    CampaignOut,
    of=CampaignView,
    base="head.row",
    fields="phases groups=head.groups own evidence_hours=head.rules.evidence_hours"
    " objection_days=head.rules.objection_days smallest_panel=head.rules.smallest_panel"
    " largest_panel=head.rules.largest_panel no_repeat_panel=head.rules.no_repeat_panel"
    " statement_since=head.rules.statement_since",
):
    pass


class MoveIn(Schema):
    target: PhaseState
    reason: Reason = ""


@router.get("/campaigns", response=list[CampaignOut])
def campaigns(by: Standing) -> tuple[CampaignRow, ...]:
    """The campaigns that I run or take part in, newest first."""
    return reads.campaigns(scope=by)


@router.post("/campaigns", response={201: CampaignDetailOut, **REFUSED})
def create_campaign(by: Standing, now: datetime, given: CampaignIn) -> CampaignView:
    """Set up a campaign with its phases, in draft; the last of them gives the finals of the year."""
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
    return reads.campaign(code, scope=by, now=now)


@router.get("/campaigns/{code}", response={200: CampaignDetailOut, **REFUSED})
def campaign(by: Standing, now: datetime, code: Code) -> CampaignView:
    """One campaign."""
    return reads.campaign(code, scope=by, now=now)


@router.put("/campaigns/{code}", response={200: CampaignDetailOut, **REFUSED})
def edit_campaign(by: Standing, now: datetime, code: Code, given: RulesIn) -> CampaignView:
    """Change titles, deadlines and panel sizes."""
    operations.edit_campaign(by=by, campaign=code, rules=given.rules())
    return reads.campaign(code, scope=by, now=now)


@router.put("/campaigns/{code}/phases/{number}/dates", response={204: None, **REFUSED})
def set_dates(by: Standing, now: datetime, code: Code, number: PhaseNumber, given: PeriodIn) -> None:
    """Say when the self-assessment of a phase opens and closes."""
    operations.set_dates(by=by, campaign=code, phase=number, period=given.plan(), now=now)


@router.post("/campaigns/{code}/phases/{number}/move", response={204: None, **REFUSED})
def move_phase(by: Standing, now: datetime, code: Code, number: PhaseNumber, given: MoveIn) -> None:
    """Move a phase on; to where it is already, nothing happens. 422 tells everything that does not hold yet."""
    operations.move_phase(by=by, campaign=code, phase=number, target=given.target, reason=given.reason, now=now)


@router.post("/campaigns/{code}/groups", response={204: None, **REFUSED})
def add_group(by: Standing, code: Code, given: GroupIn) -> None:
    """Add a group."""
    operations.add_group(by=by, campaign=code, group=given.plan())


@router.put("/campaigns/{code}/groups", response={204: None, **REFUSED})
def rename_group(by: Standing, code: Code, given: GroupIn) -> None:
    """Give the group of this code other titles."""
    operations.rename_group(by=by, campaign=code, group=given.plan())


@router.delete("/campaigns/{code}/groups/{group}", response={204: None, **REFUSED})
def remove_group(by: Standing, code: Code, group: Code) -> None:
    """Take a group away that has no regions."""
    operations.remove_group(by=by, campaign=code, group=group)
