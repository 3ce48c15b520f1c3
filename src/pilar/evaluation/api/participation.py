"""The regions of a campaign as JSON, and how far each of them is; for the secretariat."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.core.paginator import Page
from ninja import Query, Schema
from pydantic import AwareDatetime, BeforeValidator, Field

from pilar.evaluation import operations
from pilar.evaluation.api.campaigns import Code, Line, PhaseNumber, PhaseOut, Reason, RegionCode, Text
from pilar.evaluation.api.published import REFUSED
from pilar.evaluation.queries.participation import ParticipantRow
from pilar.evaluation.queries.participation import participants as one_page
from pilar.evaluation.queries.progress import Progress, ProgressFilter, ProgressRow
from pilar.evaluation.queries.progress import progress as progress_page
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import Key, PageNumber, PageOut, RowSchema

router = Routes(tags=["campaigns"])


class InviteIn(Schema):
    group: Line
    regions: Annotated[list[Annotated[str, Field(max_length=10)]], Field(min_length=1, max_length=600)]


class InvitedOut(Schema):
    new: int
    already: int


class MovedOut(Schema):
    moved: int


class ParticipantOut(RowSchema, of=ParticipantRow, fields="region=region_code name=region province group"):
    pass


class ParticipantPage(PageOut):
    regions: list[ParticipantOut]


class RegionProgressOut(
    RowSchema,
    of=ProgressRow,
    fields="assessment region=region_code name=region state submitted_at extended_until answered indicators seats"
    " finished open_requests to_confirm",
):
    """``to_confirm``: answers stand as the secretariat filled them in, and the region has not confirmed them.
    ``finished`` of ``seats`` assessors have finished marking; ``answered`` of ``indicators`` have an answer."""

    state: str


class ProgressPage(
    RowSchema,
    of=Progress,
    fields="phase states total=page.paginator.count page=page.number pages=page.paginator.num_pages regions=page",
):
    phase: PhaseOut
    states: Annotated[dict[str, int], BeforeValidator(dict)]


class ProgressQuery(Schema):
    """Filters and order of the board."""

    q: Text = ""
    state: Literal["", "preparing", "submitted", "agreed", "set_aside"] = ""
    group: Text = ""
    attention: Literal["", "confirming", "panel", "marking", "requests"] = ""
    sort: Literal["code", "-code", "region", "-region", "submitted", "-submitted"] = "code"


class ReturnIn(Schema):
    reason: Reason


class ExtensionIn(ReturnIn):
    until: AwareDatetime


class RolledOverOut(RowSchema, of=operations.RolledOver, fields="groups regions indicators seats left"):
    """The numbers of new rows of each kind; ``left``: seats of last year that nobody may take again."""


@router.get("/campaigns/{code}/regions", response={200: ParticipantPage, **REFUSED})
def participants(by: Standing, code: Code, q: Text = "", page: PageNumber = 1) -> Page[ParticipantRow]:
    """The regions of a campaign, by code, 50 a page; for the secretariat."""
    return one_page(code, scope=by, text=q, page=page)


@router.post("/campaigns/{code}/regions", response={200: InvitedOut, **REFUSED})
def invite_regions(by: Standing, now: datetime, code: Code, given: InviteIn) -> InvitedOut:
    """Let regions take part; if one cannot be invited, none is."""
    done = operations.invite_regions(by=by, campaign=code, group=given.group, regions=given.regions, now=now)
    return InvitedOut(new=done.new, already=done.already)


@router.put("/campaigns/{code}/regions", response={200: MovedOut, **REFUSED})
def move_to_group(by: Standing, code: Code, given: InviteIn) -> MovedOut:
    """Put regions of the campaign into another of its groups."""
    moved = operations.move_to_group(by=by, campaign=code, regions=given.regions, group=given.group)
    return MovedOut(moved=moved)


@router.delete("/campaigns/{code}/regions/{region}", response={204: None, **REFUSED})
def withdraw_region(by: Standing, now: datetime, code: Code, region: RegionCode) -> None:
    """Take a region out that has not answered anything."""
    operations.withdraw_region(by=by, campaign=code, region=region, now=now)


@router.get("/campaigns/{code}/phases/{number}/progress", response={200: ProgressPage, **REFUSED})
def progress(
    *, by: Standing, now: datetime, code: Code, number: PhaseNumber, asked: Query[ProgressQuery], page: PageNumber = 1
) -> Progress:
    """Return how far every region and its panel are, 50 a page; for the secretariat."""
    filters = ProgressFilter(asked.q, asked.state, asked.group, asked.attention, asked.sort)
    return progress_page(code, number, scope=by, now=now, filters=filters, page=page)


@router.post("/assessments/{key}/return", response={204: None, **REFUSED})
def return_assessment(by: Standing, now: datetime, key: Key, given: ReturnIn) -> None:
    """Hand a submitted self-assessment back to its region, with the reason."""
    operations.return_assessment(by=by, assessment=key, reason=given.reason, now=now)


@router.put("/assessments/{key}/extension", response={204: None, **REFUSED})
def extend(by: Standing, now: datetime, key: Key, given: ExtensionIn) -> None:
    """Give a region alone more time for its self-assessment, with the reason."""
    operations.extend(by=by, assessment=key, until=given.until, reason=given.reason, now=now)


@router.post("/assessments/{key}/set-aside", response={204: None, **REFUSED})
def set_aside(by: Standing, now: datetime, key: Key, given: ReturnIn) -> None:
    """Let the phase go on without a region, with the reason."""
    operations.set_aside(by=by, assessment=key, reason=given.reason, now=now)


@router.post("/assessments/{key}/take-up-again", response={204: None, **REFUSED})
def take_up_again(by: Standing, now: datetime, key: Key, given: ReturnIn) -> None:
    """Take a region that was set aside up again, with the reason."""
    operations.take_up_again(by=by, assessment=key, reason=given.reason, now=now)


@router.post("/campaigns/{code}/panels/{region}/smaller", response={204: None, **REFUSED})
def allow_smaller_panel(by: Standing, now: datetime, code: Code, region: RegionCode, given: ReturnIn) -> None:
    """Let the panel of a region decide with the assessors that it has, with the reason."""
    operations.allow_smaller_panel(by=by, campaign=code, region=region, reason=given.reason, now=now)


@router.post("/campaigns/{code}/roll-over", response={200: RolledOverOut, **REFUSED})
def roll_over(by: Standing, now: datetime, code: Code) -> operations.RolledOver:
    """Take over groups, regions, offices and panels of the campaign before; what is there already stays."""
    return operations.roll_over(by=by, campaign=code, now=now)
