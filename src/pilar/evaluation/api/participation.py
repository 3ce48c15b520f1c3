"""The regions of a campaign as JSON, and how far each of them is; for the secretariat."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from pilar.evaluation import operations
from pilar.evaluation.api.campaigns import (
    REFUSED,
    Code,
    Key,
    Line,
    PageNumber,
    PhaseNumber,
    PhaseOut,
    Reason,
    RegionCode,
    Text,
)
from pilar.evaluation.queries.participation import participants as one_page
from pilar.evaluation.queries.progress import ProgressFilter, ProgressRow
from pilar.evaluation.queries.progress import progress as progress_page
from pilar.people.signin import standing_of

router = Router(tags=["campaigns"])


class InviteIn(Schema):
    group: Line
    regions: Annotated[list[Annotated[str, Field(max_length=10)]], Field(min_length=1, max_length=600)]


class InvitedOut(Schema):
    new: int
    already: int


class MovedOut(Schema):
    moved: int


class ParticipantOut(Schema):
    region: str
    name: str
    province: str
    group: str


class ParticipantPage(Schema):
    total: int
    page: int
    pages: int
    regions: list[ParticipantOut]


class RegionProgressOut(Schema):
    """``finished`` of ``seats`` assessors have finished marking; ``answered`` of ``indicators`` have an answer."""

    assessment: int
    region: str
    name: str
    state: str
    submitted_at: datetime | None
    answered: int
    indicators: int
    seats: int
    finished: int
    open_requests: int


class ProgressPage(Schema):
    phase: PhaseOut
    states: dict[str, int]
    total: int
    page: int
    pages: int
    regions: list[RegionProgressOut]


class ProgressQuery(Schema):
    """What the board is narrowed to and ordered by."""

    q: Text = ""
    state: Literal["", "preparing", "submitted", "agreed"] = ""
    group: Text = ""
    attention: Literal["", "panel", "marking", "requests"] = ""
    sort: Literal["code", "-code", "region", "-region", "submitted", "-submitted"] = "code"


class ReturnIn(Schema):
    reason: Reason


@router.get("/campaigns/{code}/regions", response={200: ParticipantPage, **REFUSED})
def participants(request: HttpRequest, code: Code, q: Text = "", page: PageNumber = 1) -> ParticipantPage:
    """The regions of a campaign, by code, 50 a page; for the secretariat."""
    found = one_page(code, scope=standing_of(request), text=q, number=page)
    return ParticipantPage(
        total=found.paginator.count,
        page=found.number,
        pages=found.paginator.num_pages,
        regions=[
            ParticipantOut(region=row.region_code, name=row.region, province=row.province, group=row.group)
            for row in found
        ],
    )


@router.post("/campaigns/{code}/regions", response={200: InvitedOut, **REFUSED})
def invite_regions(request: HttpRequest, code: Code, given: InviteIn) -> InvitedOut:
    """Let regions take part; if one cannot be invited, none is."""
    done = operations.invite_regions(
        by=standing_of(request), campaign=code, group=given.group, regions=given.regions, now=timezone.now()
    )
    return InvitedOut(new=done.new, already=done.already)


@router.put("/campaigns/{code}/regions", response={200: MovedOut, **REFUSED})
def move_to_group(request: HttpRequest, code: Code, given: InviteIn) -> MovedOut:
    """Put regions of the campaign into another of its groups."""
    moved = operations.move_to_group(by=standing_of(request), campaign=code, regions=given.regions, group=given.group)
    return MovedOut(moved=moved)


@router.delete("/campaigns/{code}/regions/{region}", response={204: None, **REFUSED})
def withdraw_region(request: HttpRequest, code: Code, region: RegionCode) -> Status[None]:
    """Take a region out that has not answered anything."""
    operations.withdraw_region(by=standing_of(request), campaign=code, region=region, now=timezone.now())
    return Status(204, None)


@router.get("/campaigns/{code}/phases/{number}/progress", response={200: ProgressPage, **REFUSED})
def progress(
    request: HttpRequest, code: Code, number: PhaseNumber, asked: Query[ProgressQuery], page: PageNumber = 1
) -> ProgressPage:
    """How far every region and its panel are, 50 a page; for the secretariat."""
    filters = ProgressFilter(asked.q, asked.state, asked.group, asked.attention, asked.sort)
    found = progress_page(code, number, scope=standing_of(request), now=timezone.now(), filters=filters, number=page)
    return ProgressPage(
        phase=PhaseOut(**asdict(found.phase)),
        states={state.value: count for state, count in found.states},
        total=found.page.paginator.count,
        page=found.page.number,
        pages=found.page.paginator.num_pages,
        regions=[_progress(row) for row in found.page],
    )


@router.post("/assessments/{key}/return", response={204: None, **REFUSED})
def return_assessment(request: HttpRequest, key: Key, given: ReturnIn) -> Status[None]:
    """Hand a submitted self-assessment back to its region, with the reason."""
    operations.return_assessment(by=standing_of(request), assessment=key, reason=given.reason, now=timezone.now())
    return Status(204, None)


def _progress(row: ProgressRow) -> RegionProgressOut:
    return RegionProgressOut(
        assessment=row.assessment,
        region=row.region_code,
        name=row.region,
        state=row.state,
        submitted_at=row.submitted_at,
        answered=row.answered,
        indicators=row.indicators,
        seats=row.seats,
        finished=row.finished,
        open_requests=row.open_requests,
    )
