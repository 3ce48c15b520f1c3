"""Marks as JSON: one's own, the board of the panel, what was agreed.

Marks are strings with a decimal point. Nobody reads another assessor's marks before every seat has finished.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Path, Schema
from pydantic import BeforeValidator, Field

from pilar.evaluation import operations
from pilar.evaluation.api.plan import SurveyFigureOut
from pilar.evaluation.api.published import REFUSED
from pilar.evaluation.operations import NewMark
from pilar.evaluation.queries import marking as marking_reads
from pilar.evaluation.queries import panel_marks as panel_reads
from pilar.evaluation.queries.marking import Duty, MarkingForm, MarkingItem
from pilar.evaluation.queries.panel_marks import Agreed, Beside, Board, BoardRow, GivenMark, SeatRow
from pilar.evaluation.queries.plan_figures import PlanNote
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import LARGEST, Key, RowSchema, Trimmed

router = Routes(tags=["marking"])

Node = Annotated[str, Path(max_length=100)]
Text = Annotated[str, Field(max_length=10_000)]
Value = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=4, allow_inf_nan=False)]
Version = Annotated[int, Field(ge=0, le=LARGEST)]
Given = Annotated[Trimmed, BeforeValidator(lambda number: number or "")]
"""A number of an answer, empty without one."""


class MarkedRegionOut(
    RowSchema,
    of=Duty,
    fields="assessment=header.key campaign=header.campaign phase=header.phase region=header.region_code"
    " synthetic=header.synthetic state=header.state marked total finished panel_finished panel_seats"
    " chair=is_chair open_requests next_deadline next_meeting",
):
    """A region that the reader marks; ``total`` counts the indicators that apply to it."""

    state: str


class PlanNoteOut(
    RowSchema,
    of=PlanNote,
    fields="said origin taken answered reason now plan_version=version programmes=programmes.*.0 survey",
):
    """A figure of plan, follow-up or survey about an indicator, in sentences; ``taken``: the region took it into its
    answer.

    ``answered`` and ``reason`` belong to a region with a different answer; ``now`` is the present sentence if it has
    changed since. ``survey`` is the basis of a survey's figure.
    """

    survey: SurveyFigureOut | None


class MarkItemOut(
    RowSchema,
    of=MarkingItem,
    fields="node=node.code levels=choices.*.key applies self_mark quantity=answer.given.quantity"
    " realised=answer.given.realised planned=answer.given.planned explanation=answer.given.explanation"
    " source=answer.given.source evidence=evidence.*.evidence attached=evidence last_year=previous plan"
    " value=own.value reason=own.reason version=own.version",
):
    """One indicator with the region's answer and the reader's own mark; version 0 where there is none yet.

    ``levels`` are the marks that it takes, null for the mean of a survey; ``attached`` names the versions of the
    evidence that were submitted.
    """

    self_mark: Trimmed | None
    quantity: Given
    realised: Given
    planned: Given
    last_year: Trimmed | None
    value: Trimmed | None


class MarkingFormOut(
    RowSchema,
    of=MarkingForm,
    fields="assessment=header.key region=header.region_code phase=header.phase finished why_not items",
):
    """``why_not`` says in the reader's language why marks cannot be changed; empty if they can."""


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


class MarkingSeatOut(RowSchema, of=SeatRow, fields="assessor=key name chair=is_chair marked finished"):
    """An assessor and how many indicators that one has marked; never a value."""


class GivenMarkOut(RowSchema, of=GivenMark, fields="assessor value reason"):
    value: Trimmed | None


class AgreedMarkOut(RowSchema, of=Agreed, fields="value how=decided reason by"):
    """``how``: ``secretariat`` where it decided on an objection or corrected; ``by``: who decided."""

    how: Literal["unanimous", "median", "tie", "chair", "secretariat"]


class BoardRowOut(RowSchema, of=BoardRow, fields="node=node.code self_mark marks agreed version=agreed.version"):
    """``version`` is for settling: that of the agreed mark, 0 while there is none."""

    self_mark: Trimmed | None
    version: Annotated[int, BeforeValidator(lambda version: version or 0)]


class BoardOut(RowSchema, of=Board, fields="assessment=header.key total open=is_open seats rows"):
    """``rows`` is empty until every seat has finished; what waits for the chair stands first."""


class SettleIn(Schema):
    """The chair's decision; ``version`` is the one seen, 0 where there was no agreed mark."""

    value: Value
    reason: Text
    version: int = Field(0, ge=0, lt=2**63)


class ReopenIn(Schema):
    reason: Text


class BesideOut(RowSchema, of=Beside, fields="node=code applies own agreed reasons"):
    """The region's own mark next to the agreed one; ``reasons`` are the assessors', without names."""

    own: Trimmed | None


class SavedOut(Schema):
    """The version that is stored now."""

    version: int


@router.get("/marking", response=list[MarkedRegionOut], summary="Regions that I mark")
def marked_regions(by: Standing, now: datetime) -> tuple[Duty, ...]:
    return marking_reads.duties(scope=by, now=now)


@router.get("/marking/{key}", response={200: MarkingFormOut, **REFUSED}, summary="A region with my own marks")
def marking_form(by: Standing, key: Key) -> MarkingForm:
    return marking_reads.marking_form(key, scope=by)


@router.put("/marking/{key}/marks/{node}", response={200: SavedOut, **REFUSED}, summary="Keep a mark")
def save_mark(by: Standing, now: datetime, key: Key, node: Node, given: MarkIn) -> dict[str, int]:
    version = operations.save_mark(
        by=by, assessment=key, node=node, value=given.value, reason=given.reason, seen_version=given.version, now=now
    )
    return {"version": version}


@router.put("/marking/{key}/marks", response={200: VersionsOut, **REFUSED}, summary="Keep several marks, all or none")
def save_marks(by: Standing, now: datetime, key: Key, given: MarksIn) -> dict[str, object]:
    marks = [NewMark(node, mark.value, mark.reason, mark.version) for node, mark in given.marks.items()]
    versions = operations.save_marks(by=by, assessment=key, marks=marks, now=now)
    return {"versions": versions}


@router.post("/marking/{key}/finish", response={204: None, **REFUSED}, summary="My marks are finished")
def finish_marking(by: Standing, now: datetime, key: Key) -> None:
    operations.finish_marking(by=by, assessment=key, now=now)


@router.post("/marking/{key}/reopen/{assessor}", response={204: None, **REFUSED}, summary="Reopen an assessor's marks")
def reopen_marking(by: Standing, now: datetime, key: Key, assessor: Key, given: ReopenIn) -> None:
    operations.reopen_marking(by=by, assessment=key, assessor=assessor, reason=given.reason, now=now)


@router.get("/marking/{key}/panel", response={200: BoardOut, **REFUSED}, summary="The panel's marks")
def panel(by: Standing, key: Key) -> Board:
    return panel_reads.board(key, scope=by)


@router.put("/marking/{key}/agreed/{node}", response={204: None, **REFUSED}, summary="The chair settles a mark")
def settle_mark(by: Standing, now: datetime, key: Key, node: Node, given: SettleIn) -> None:
    operations.settle_mark(
        by=by, assessment=key, node=node, value=given.value, reason=given.reason, seen_version=given.version, now=now
    )


@router.get(
    "/assessments/{key}/agreed", response={200: list[BesideOut], **REFUSED}, summary="Agreed marks beside the own"
)
def agreed_marks(by: Standing, key: Key) -> tuple[Beside, ...]:
    return panel_reads.agreed_beside_own(key, scope=by).rows
