"""The self-assessment as JSON, with the same permissions as its pages. Numbers are text: ``"6.93"``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Path, Schema
from ninja.files import UploadedFile
from pydantic import Field

from pilar import index
from pilar.design.sheets import XLSX
from pilar.evaluation import operations
from pilar.evaluation.api.published import REFUSED, Problem
from pilar.evaluation.queries.answer_rows import AssessmentHeader, FilledRow, Form, StoredAnswer
from pilar.evaluation.queries.answer_sheets import read_file
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.answers import indicator as indicator_for
from pilar.evaluation.queries.answers import judged
from pilar.evaluation.queries.assessment_lists import own_assessments
from pilar.evaluation.queries.responsibility import Submission, responsibility
from pilar.evaluation.rules.answer_sheets import MAX_ROWS, Change, SheetAnswer, Verdict, read_answer
from pilar.evaluation.rules.answers import FIELDS, SAID_YES, Estimate, Progress, as_text
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.readiness import Remark
from pilar.evaluation.workbooks import answer_form
from pilar.evidence.queries import RevisionRow
from pilar.evidence.receiving import OversizedFile
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import FaultOut, RowSchema
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

router = Routes(tags=["self-assessment"])


Key = Annotated[int, Path(ge=1, le=9_223_372_036_854_775_807)]
Code = Annotated[str, Path(max_length=100)]


Head = tuple[AssessmentHeader, Progress, Progress | None]


class ProgressOut(RowSchema, of=Progress, fields="answered total"):
    pass


class AssessmentOut(
    RowSchema,
    of=Head,
    fields="key=0.key campaign=0.campaign year=0.year phase=0.phase phase_count=0.phase_count"
    " synthetic=0.synthetic region=0.region_code region_name=0.region phase_state=0.phase_state state=0.state"
    " closes_at=0.closes_at submitted_at=0.submitted_at progress=1 own=2",
):
    """One self-assessment, of one phase of ``phase_count``; ``own`` counts what the caller's offices answer."""

    phase_state: str
    state: str
    own: ProgressOut | None = None


class AttachedOut(RowSchema, of=RevisionRow, fields="evidence number newest"):
    """A piece of evidence in the version that belongs to the answer, and the newest there is."""


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


class EstimateOut(RowSchema, of=Estimate, fields="final lowest highest"):
    pass


class FilledOut(RowSchema, of=FilledRow, fields="file nodes filled_by filled_at confirmed_by confirmed_at"):
    """A file from which the secretariat filled in answers, and the version of each; an answer of another version is the
    region's own."""


class FormOut(
    AssessmentOut,
    of=tuple[Head, Form, list[object]],
    base="0",
    fields="instrument=1.instrument.sha256 estimate=1.estimate answers=2 filled=1.filled",
):
    """The whole self-assessment. ``estimate`` is made from the region's own answers; ``filled``: what the secretariat
    filled in for it."""

    answers: list[AnswerOut]


class RemarkOut(RowSchema, of=Remark, fields="severity code=fault.code node text"):
    pass


class ReadinessOut(
    RowSchema, of=Submission, fields="ready remarks=form.readiness.remarks to_confirm=form.to_confirm obstacles"
):
    """``to_confirm``: what the secretariat filled in and the region has neither confirmed nor changed, each indicator
    with the version of its answer. ``obstacles``: what is missing of the signed statement of responsibility, and that
    the signatory of the region submits in the reader's place."""

    obstacles: list[FaultOut]


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
    answers: Annotated[list[NamedAnswerIn], Field(max_length=MAX_ROWS)]


class SavedOut(Schema):
    version: int


class ChangedOut(Schema):
    changed: int


class ChangeOut(RowSchema, of=Change, fields="field before after"):
    pass


class RowOut(RowSchema, of=Verdict, fields="row=answer.row node=answer.node outcome changes faults"):
    """The result of one row of a file, before or after storing."""

    faults: list[FaultOut]


class ReportOut(Schema):
    """The file row by row; ``applied`` says whether its changes were taken over."""

    applied: bool
    rows: list[RowOut]


class ConfirmationIn(Schema):
    """The indicators whose answers were looked at, each with the version that was seen: ``to_confirm`` of the
    readiness."""

    answers: Annotated[dict[str, int], Field(max_length=MAX_ROWS)]


class ConfirmedOut(Schema):
    confirmed: int


class AllocationIn(Schema):
    """Indicators or whole branches, and the key of the office that answers them; null takes them back."""

    nodes: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=2_000)]
    office: Annotated[int, Field(ge=1, le=9_223_372_036_854_775_807)] | None


class AttachmentIn(Schema):
    evidence: UUID


class CheckIn(Schema):
    """The verifier's decision about version ``number``; ``reason`` is required when it is returned."""

    evidence: UUID
    number: Annotated[int, Field(ge=1, le=32_767)]
    outcome: Literal["verified", "returned"]
    reason: str = ""


@router.get("/assessments", response=list[AssessmentOut], summary="My self-assessments")
def assessments(by: Standing, now: datetime) -> list[Head]:
    return [
        (own_assessment.header, own_assessment.total, own_assessment.own_progress)
        for own_assessment in own_assessments(scope=by, now=now)
    ]


@router.get("/assessments/{key}", response={200: FormOut, 403: Problem, 404: Problem})
def assessment(by: Standing, now: datetime, key: Key) -> tuple[Head, Form, list[dict[str, Any]]]:
    """One self-assessment with all its answers."""
    form = form_for(key, scope=by, now=now)
    answers = [_answer(form, leaf.code) for leaf in form.instrument.leaves]
    return (form.header, form.total, None), form, answers


@router.get("/assessments/{key}/readiness", response={200: ReadinessOut, 403: Problem, 404: Problem})
def readiness(by: Standing, now: datetime, key: Key) -> Submission:
    """Errors, which block the submission, as do obstacles and what is to be confirmed; warnings and hints."""
    form = form_for(key, scope=by, now=now)
    return Submission(form, responsibility(form, now=now))


@router.get("/assessments/{key}/answers/{node}", response={200: IndicatorOut, **REFUSED})
def answer(by: Standing, now: datetime, key: Key, node: Code) -> dict[str, Any]:
    """One indicator: its answer, the mark that it stands for, and what last year's panel said."""
    indicator = indicator_for(key, node, scope=by, now=now)
    return {
        **_answer(indicator.form, node),
        "derived": None if indicator.mark is None else index.decimal_text(indicator.mark),
        "previous": None if indicator.previous is None else f"{indicator.previous:f}",
        "recommendations": [recommendation.text for recommendation in indicator.recommendations],
    }


@router.put("/assessments/{key}/answers/{node}", response={200: SavedOut, **REFUSED}, summary="Answer an indicator")
def save_answer(by: Standing, now: datetime, key: Key, node: Code, given: AnswerIn) -> dict[str, int]:
    read = _read(indicator_for(key, node, scope=by, now=now).form, node, given)
    if read.faults:
        raise Faults(read.faults)
    version = operations.save_answer(
        by=by, assessment=key, node=node, given=read.given, seen_version=given.version, now=now
    )
    return {"version": version}


@router.put("/assessments/{key}/answers", response={200: ChangedOut, **REFUSED}, summary="Answer many, all or none")
def save_answers(by: Standing, now: datetime, key: Key, given: AnswersIn) -> dict[str, int]:
    form = form_for(key, scope=by, now=now)
    answers = [_read(form, named_answer_in.node, named_answer_in) for named_answer_in in given.answers]
    return {"changed": operations.save_answers(by=by, assessment=key, answers=answers, now=now)}


@router.post("/assessments/{key}/import", response={200: ReportOut, **REFUSED}, summary="Answers from a file")
def import_file(
    by: Standing, now: datetime, key: Key, file: Annotated[UploadedFile, File()], apply: bool = False
) -> Any:
    """Look at a filled-in form, XLSX or CSV with the columns ``code``, ``version`` and the fields of an answer.

    With ``apply=true`` its changes are taken over, all or none: while a row is refused, nothing is.
    """
    form = form_for(key, scope=by, now=now)
    if isinstance(file, OversizedFile):
        raise Faults([Fault("file-too-large", N_("The file is too large to be a form"))])
    answers = read_file(form, file.name or "", file.read())
    verdicts = judged(form, answers)
    if apply:
        operations.save_answers(by=form.by, assessment=key, answers=answers, now=now)
    return {"applied": apply, "rows": verdicts}


@router.get(
    "/assessments/{key}/form.xlsx",
    summary="The form as a workbook",
    openapi_extra={"responses": {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}},
)
def export(by: Standing, now: datetime, key: Key, only_own: bool = False) -> HttpResponse:
    content = answer_form(form_for(key, scope=by, now=now), only_own=only_own)
    return HttpResponse(content, content_type=XLSX)


@router.post(
    "/assessments/{key}/take-over",
    response={200: ChangedOut, **REFUSED},
    summary="Copy the last answers of phases before to what is open",
)
def take_over(by: Standing, now: datetime, key: Key) -> dict[str, int]:
    taken = operations.take_over_answers(by=by, assessment=key, now=now)
    return {"changed": taken}


@router.post("/assessments/{key}/allocation", response={200: ChangedOut, **REFUSED}, summary="Give indicators")
def allocate(by: Standing, now: datetime, key: Key, given: AllocationIn) -> dict[str, int]:
    changed = operations.allocate(by=by, assessment=key, nodes=given.nodes, office=given.office, now=now)
    return {"changed": changed}


@router.post("/assessments/{key}/answers/{node}/evidence", response={204: None, **REFUSED}, summary="Attach evidence")
def attach(by: Standing, now: datetime, key: Key, node: Code, given: AttachmentIn) -> None:
    """Attach a piece of evidence that the region has; new ones are added at the evidence of the region."""
    operations.attach(by=by, assessment=key, node=node, evidence=given.evidence, now=now)


@router.delete(
    "/assessments/{key}/answers/{node}/evidence/{evidence}", response={204: None, **REFUSED}, summary="Detach evidence"
)
def detach(by: Standing, now: datetime, key: Key, node: Code, evidence: UUID) -> None:
    operations.detach(by=by, assessment=key, node=node, evidence=evidence, now=now)


@router.post(
    "/assessments/{key}/answers/{node}/verification",
    response={204: None, **REFUSED},
    summary="Verify evidence of an answer, or return it",
)
def verification(by: Standing, now: datetime, key: Key, node: Code, given: CheckIn) -> None:
    named: dict[str, Any] = {"assessment": key, "node": node, "evidence": given.evidence, "number": given.number}
    if given.outcome == "verified":
        operations.verify_attached(by=by, now=now, **named)
    else:
        operations.return_attached(by=by, now=now, reason=given.reason, **named)


@router.post(
    "/assessments/{key}/confirmation",
    response={200: ConfirmedOut, **REFUSED},
    summary="Confirm what the secretariat filled in",
)
def confirm_filled(by: Standing, now: datetime, key: Key, given: ConfirmationIn) -> dict[str, int]:
    """Stand by the answers that were filled in for the region, which it otherwise changes before it submits."""
    confirmed = operations.confirm_filled(by=by, assessment=key, seen=given.answers, now=now)
    return {"confirmed": confirmed}


@router.post("/assessments/{key}/submission", response={204: None, **REFUSED}, summary="Submit")
def submit(by: Standing, now: datetime, key: Key) -> None:
    operations.submit(by=by, assessment=key, now=now)


def _answer(form: Form, code: str) -> dict[str, Any]:
    stored: StoredAnswer = form.answer(code)
    office = form.offices.get(code)
    return {
        **{name: as_text(stored.given, name) for name in FIELDS},
        "not_applicable": stored.given.not_applicable,
        "node": code,
        "version": stored.version,
        "changed_by": stored.changed_by,
        "changed_at": stored.changed_at,
        "office": None if office is None else office.key,
        "evidence": [row.evidence for row in form.evidence.get(code, ())],
        "attached": form.evidence.get(code, ()),
        "may_answer": not form.why_not(Action.ANSWER, code),
    }


def _read(form: Form, node: str, given: AnswerIn) -> SheetAnswer:
    cells = {name: str(getattr(given, name)) for name in FIELDS if name != "not_applicable"}
    cells["not_applicable"] = SAID_YES if given.not_applicable else ""
    return read_answer(form.instrument, node, cells, seen_version=given.version)
