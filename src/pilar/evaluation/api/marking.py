"""Marks as JSON: one's own, the board of the panel, what was agreed.

Marks are strings with a decimal point. Nobody reads another assessor's marks before every seat has finished.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status
from pydantic import Field

from pilar.evaluation import operations
from pilar.evaluation.api.answers_schemas import AttachedOut
from pilar.evaluation.api.published_schemas import Problem
from pilar.evaluation.api.survey_schemas import SurveyFigureOut, survey_out
from pilar.evaluation.operations import NewMark
from pilar.evaluation.queries import marking as marking_reads
from pilar.evaluation.queries import panel_marks as panel_reads
from pilar.evaluation.queries.answer_rows import AssessmentHeader
from pilar.evaluation.queries.marking import Duty, MarkingItem
from pilar.evaluation.queries.panel_marks import Agreed, Beside, BoardRow
from pilar.evaluation.queries.plan_figures import PlanNote
from pilar.evaluation.rules.answers import as_text, trimmed
from pilar.people.signin import standing_of

router = Router(tags=["marking"])

REFUSED = {403: Problem, 404: Problem, 409: Problem, 422: Problem}
LARGEST = 2_147_483_647

Key = Annotated[int, Path(ge=1, le=LARGEST)]
Node = Annotated[str, Path(max_length=100)]
Text = Annotated[str, Field(max_length=10_000)]
Value = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=4, allow_inf_nan=False)]
Version = Annotated[int, Field(ge=0, le=LARGEST)]


class MarkedRegionOut(Schema):
    """A region that the reader marks; ``total`` counts the indicators that apply to it."""

    assessment: int
    campaign: str
    phase: int
    region: str
    synthetic: bool
    state: str
    marked: int
    total: int
    finished: bool
    panel_finished: int
    panel_seats: int
    chair: bool
    open_requests: int
    next_deadline: datetime | None
    next_meeting: datetime | None


class PlanNoteOut(Schema):
    """What plan, follow-up or survey says about an indicator, in sentences: see ``taken`` for whether the region took
    it.

    ``answered`` and ``reason`` are of a region that answers something else; ``now`` is what is said since. ``survey``
    is what a figure of a survey rests on.
    """

    said: str
    origin: str
    taken: bool
    answered: str
    reason: str
    now: str
    plan_version: int | None
    programmes: list[str]
    survey: SurveyFigureOut | None


class MarkItemOut(Schema):
    """One indicator with the region's answer and the reader's own mark; version 0 where there is none yet.

    ``levels`` are the marks that it takes, null for the mean of a survey; ``attached`` names the versions of the
    evidence that were submitted.
    """

    node: str
    levels: list[str] | None
    applies: bool
    self_mark: str | None
    quantity: str
    realised: str
    planned: str
    explanation: str
    source: str
    evidence: list[UUID]
    attached: list[AttachedOut]
    last_year: str | None
    plan: PlanNoteOut | None
    value: str | None
    reason: str
    version: int


class MarkingFormOut(Schema):
    """``why_not`` says in the reader's language why marks cannot be changed; empty if they can."""

    assessment: int
    region: str
    phase: int
    finished: bool
    why_not: str
    items: list[MarkItemOut]


class MarkIn(Schema):
    """A mark; ``version`` is the one seen, 0 for the first."""

    value: Value
    reason: Text = ""
    version: Version = 0


class MarksIn(Schema):
    """Marks by code of the indicator: all are kept, or none."""

    marks: Annotated[dict[str, MarkIn], Field(min_length=1, max_length=1000)]


class VersionsOut(Schema):
    """The version of each mark by its indicator."""

    versions: dict[str, int]


class MarkingSeatOut(Schema):
    """An assessor and how many indicators that one has marked; never a value."""

    assessor: int
    name: str
    chair: bool
    marked: int
    finished: bool


class GivenMarkOut(Schema):
    assessor: str
    value: str | None
    reason: str


class AgreedMarkOut(Schema):
    value: str
    how: Literal["unanimous", "median", "tie", "chair"]
    reason: str
    by: str


class BoardRowOut(Schema):
    """``version`` is for settling: that of the agreed mark, 0 while there is none."""

    node: str
    self_mark: str | None
    marks: list[GivenMarkOut]
    agreed: AgreedMarkOut | None
    version: int


class BoardOut(Schema):
    """``rows`` is empty until every seat has finished; what waits for the chair stands first."""

    assessment: int
    total: int
    open: bool
    seats: list[MarkingSeatOut]
    rows: list[BoardRowOut]


class SettleIn(Schema):
    """The chair's decision; ``version`` is the one seen, 0 where there was no agreed mark."""

    value: Value
    reason: Text
    version: int = Field(0, ge=0, lt=2**63)


class ReopenIn(Schema):
    reason: Text


class BesideOut(Schema):
    """The region's own mark beside the agreed one; ``reasons`` are the assessors', without names."""

    node: str
    applies: bool
    own: str | None
    agreed: AgreedMarkOut | None
    reasons: list[str]


class SavedOut(Schema):
    """The version that is stored now."""

    version: int


@router.get("/marking", response=list[MarkedRegionOut], summary="Regions that I mark")
def marked_regions(request: HttpRequest) -> list[MarkedRegionOut]:
    return [_duty(duty) for duty in marking_reads.duties(scope=standing_of(request), now=timezone.now())]


@router.get("/marking/{key}", response={200: MarkingFormOut, **REFUSED}, summary="A region with my own marks")
def marking_form(request: HttpRequest, key: Key) -> MarkingFormOut:
    found = marking_reads.marking_form(key, scope=standing_of(request))
    return MarkingFormOut(
        assessment=found.header.key,
        region=found.header.region_code,
        phase=found.header.phase,
        finished=found.finished,
        why_not=found.why_not,
        items=[_item(item) for item in found.items],
    )


@router.put("/marking/{key}/marks/{node}", response={200: SavedOut, **REFUSED}, summary="Keep a mark")
def save_mark(request: HttpRequest, key: Key, node: Node, given: MarkIn) -> SavedOut:
    version = operations.save_mark(
        by=standing_of(request),
        assessment=key,
        node=node,
        value=given.value,
        reason=given.reason,
        seen_version=given.version,
        now=timezone.now(),
    )
    return SavedOut(version=version)


@router.put("/marking/{key}/marks", response={200: VersionsOut, **REFUSED}, summary="Keep several marks, all or none")
def save_marks(request: HttpRequest, key: Key, given: MarksIn) -> VersionsOut:
    marks = [NewMark(node, one.value, one.reason, one.version) for node, one in given.marks.items()]
    versions = operations.save_marks(by=standing_of(request), assessment=key, marks=marks, now=timezone.now())
    return VersionsOut(versions=versions)


@router.post("/marking/{key}/finish", response={204: None, **REFUSED}, summary="My marks are finished")
def finish_marking(request: HttpRequest, key: Key) -> Status[None]:
    operations.finish_marking(by=standing_of(request), assessment=key, now=timezone.now())
    return Status(204, None)


@router.post("/marking/{key}/reopen/{assessor}", response={204: None, **REFUSED}, summary="Reopen an assessor's marks")
def reopen_marking(request: HttpRequest, key: Key, assessor: Key, given: ReopenIn) -> Status[None]:
    operations.reopen_marking(
        by=standing_of(request), assessment=key, assessor=assessor, reason=given.reason, now=timezone.now()
    )
    return Status(204, None)


@router.get("/marking/{key}/panel", response={200: BoardOut, **REFUSED}, summary="The panel's marks")
def panel(request: HttpRequest, key: Key) -> BoardOut:
    found = panel_reads.board(key, scope=standing_of(request))
    return BoardOut(
        assessment=found.header.key,
        total=found.total,
        open=found.is_open,
        seats=[
            MarkingSeatOut(
                assessor=seat.key, name=seat.name, chair=seat.is_chair, marked=seat.marked, finished=seat.finished
            )
            for seat in found.seats
        ],
        rows=[_board_row(row) for row in found.rows],
    )


@router.put("/marking/{key}/agreed/{node}", response={204: None, **REFUSED}, summary="The chair settles a mark")
def settle_mark(request: HttpRequest, key: Key, node: Node, given: SettleIn) -> Status[None]:
    operations.settle_mark(
        by=standing_of(request),
        assessment=key,
        node=node,
        value=given.value,
        reason=given.reason,
        seen_version=given.version,
        now=timezone.now(),
    )
    return Status(204, None)


@router.get(
    "/assessments/{key}/agreed", response={200: list[BesideOut], **REFUSED}, summary="Agreed marks beside the own"
)
def agreed_marks(request: HttpRequest, key: Key) -> list[BesideOut]:
    return [_beside(row) for row in panel_reads.agreed_beside_own(key, scope=standing_of(request)).rows]


def _duty(duty: Duty) -> MarkedRegionOut:
    header: AssessmentHeader = duty.header
    return MarkedRegionOut(
        assessment=header.key,
        campaign=header.campaign,
        phase=header.phase,
        region=header.region_code,
        synthetic=header.synthetic,
        state=header.state,
        marked=duty.marked,
        total=duty.total,
        finished=duty.finished,
        panel_finished=duty.panel_finished,
        panel_seats=duty.panel_seats,
        chair=duty.is_chair,
        open_requests=duty.open_requests,
        next_deadline=duty.next_deadline,
        next_meeting=duty.next_meeting,
    )


def _item(item: MarkingItem) -> MarkItemOut:
    given = item.answer.given
    return MarkItemOut(
        node=item.node.code,
        levels=None if item.choices is None else [choice.key for choice in item.choices],
        applies=item.applies,
        self_mark=_text(item.self_mark),
        quantity=as_text(given, "quantity"),
        realised=as_text(given, "realised"),
        planned=as_text(given, "planned"),
        explanation=given.explanation,
        source=given.source,
        evidence=[row.evidence for row in item.evidence],
        attached=[AttachedOut(evidence=row.evidence, number=row.number, newest=row.newest) for row in item.evidence],
        last_year=_text(item.previous),
        plan=None if item.plan is None else _plan(item.plan),
        value=_text(item.own.value),
        reason=item.own.reason,
        version=item.own.version,
    )


def _plan(note: PlanNote) -> PlanNoteOut:
    return PlanNoteOut(
        said=note.said,
        origin=note.origin,
        taken=note.taken,
        answered=note.answered,
        reason=note.reason,
        now=note.now,
        plan_version=note.version,
        programmes=[code for code, _title in note.programmes],
        survey=survey_out(note.survey),
    )


def _board_row(row: BoardRow) -> BoardRowOut:
    return BoardRowOut(
        node=row.node.code,
        self_mark=_text(row.self_mark),
        marks=[GivenMarkOut(assessor=one.assessor, value=_text(one.value), reason=one.reason) for one in row.marks],
        agreed=_agreed(row.agreed),
        version=row.agreed.version if row.agreed else 0,
    )


def _beside(row: Beside) -> BesideOut:
    return BesideOut(
        node=row.code,
        applies=row.applies,
        own=_text(row.own),
        agreed=_agreed(row.agreed),
        reasons=list(row.reasons),
    )


def _agreed(found: Agreed | None) -> AgreedMarkOut | None:
    if found is None:
        return None
    return AgreedMarkOut(value=f"{found.value:f}", how=found.how.value, reason=found.reason, by=found.by)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{trimmed(value):f}"
