"""What the API takes and says about a self-assessment: the shapes of bodies and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from pilar.evaluation.api.published_schemas import FaultOut
from pilar.evaluation.rules.answer_sheets import MOST_ROWS


class ProgressOut(Schema):
    answered: int
    total: int


class AssessmentOut(Schema):
    """One self-assessment; ``own`` counts what the caller's offices answer."""

    key: int
    campaign: str
    year: int
    phase: int
    synthetic: bool
    region: str
    region_name: str
    phase_state: str
    state: str
    closes_at: datetime
    submitted_at: datetime | None
    progress: ProgressOut
    own: ProgressOut | None = None


class AttachedOut(Schema):
    """A piece of evidence in the version that belongs to the answer, and the newest there is."""

    evidence: UUID
    number: int
    newest: int


class AnswerOut(Schema):
    """The answer to one indicator; ``mark`` is what was given, ``derived`` what the instrument makes of the answer.

    ``attached`` names the versions of the evidence: those submitted, while it is being prepared the newest.
    """

    node: str
    version: int
    mark: str
    quantity: str
    realised: str
    planned: str
    not_applicable: bool
    explanation: str
    source: str
    changed_by: str
    changed_at: datetime | None
    office: int | None
    evidence: list[UUID]
    attached: list[AttachedOut]
    may_answer: bool


class IndicatorOut(AnswerOut):
    derived: str | None
    previous: str | None
    recommendations: list[str]


class EstimateOut(Schema):
    final: str | None
    lowest: str | None
    highest: str | None


class FormOut(AssessmentOut):
    """The whole self-assessment. ``estimate`` is made from the region's own answers."""

    instrument: str
    estimate: EstimateOut
    answers: list[AnswerOut]


class RemarkOut(Schema):
    severity: Literal["error", "warning", "hint"]
    code: str
    node: str
    text: str


class ReadinessOut(Schema):
    ready: bool
    remarks: list[RemarkOut]


Number = Annotated[str, Field(max_length=60)]


class AnswerIn(Schema):
    """An answer; numbers as text. ``version`` is the one that was seen, 0 for none."""

    version: Annotated[int, Field(ge=0, le=2_147_483_647)]
    mark: Number = ""
    quantity: Number = ""
    realised: Number = ""
    planned: Number = ""
    not_applicable: bool = False
    explanation: str = ""
    source: str = ""


class NamedAnswerIn(AnswerIn):
    node: Annotated[str, Field(max_length=100)]


class AnswersIn(Schema):
    answers: Annotated[list[NamedAnswerIn], Field(max_length=MOST_ROWS)]


class SavedOut(Schema):
    version: int


class ChangedOut(Schema):
    changed: int


class ChangeOut(Schema):
    field: str
    before: str
    after: str


class RowOut(Schema):
    """What becomes, or became, of one row of a file."""

    row: int
    node: str
    outcome: Literal["unchanged", "changed", "refused"]
    changes: list[ChangeOut]
    faults: list[FaultOut]


class ReportOut(Schema):
    """The file row by row; ``applied`` says whether its changes were taken over."""

    applied: bool
    rows: list[RowOut]


class AllocationIn(Schema):
    """Indicators or whole branches, and the key of the office that answers them; null takes them back."""

    nodes: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=2_000)]
    office: Annotated[int, Field(ge=1, le=9_223_372_036_854_775_807)] | None


class AttachmentIn(Schema):
    evidence: UUID


class CheckIn(Schema):
    """What the verifier says of version ``number``; ``reason`` is required when it is returned."""

    evidence: UUID
    number: Annotated[int, Field(ge=1, le=32_767)]
    outcome: Literal["verified", "returned"]
    reason: str = ""
