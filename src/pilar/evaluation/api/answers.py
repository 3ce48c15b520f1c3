"""The self-assessment as JSON, with the same permissions as its pages. Numbers are text: ``"6.93"``."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Path, Router, Status
from ninja.files import UploadedFile

from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.api.answers_schemas import (
    AllocationIn,
    AnswerIn,
    AnswersIn,
    AssessmentOut,
    AttachmentIn,
    ChangedOut,
    CheckIn,
    FormOut,
    IndicatorOut,
    ReadinessOut,
    ReportOut,
    SavedOut,
)
from pilar.evaluation.api.published_schemas import Problem
from pilar.evaluation.queries.answer_rows import AssessmentHeader, Form, StoredAnswer
from pilar.evaluation.queries.answer_sheets import read_file
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.answers import indicator as indicator_for
from pilar.evaluation.queries.answers import judged
from pilar.evaluation.queries.assessment_lists import own_assessments
from pilar.evaluation.rules.answer_sheets import Outcome, SheetAnswer, Verdict, read_answer
from pilar.evaluation.rules.answers import FIELDS, SAID_YES, Progress, as_text
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.workbooks import XLSX, answer_form
from pilar.evidence.receiving import OversizedFile
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

router = Router(tags=["self-assessment"])


Refused = {403: Problem, 404: Problem, 409: Problem, 422: Problem}
Key = Annotated[int, Path(ge=1, le=9_223_372_036_854_775_807)]
Code = Annotated[str, Path(max_length=100)]


@router.get("/assessments", response=list[AssessmentOut], summary="My self-assessments")
def assessments(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {**_header(one.header), "progress": _progress(one.total), "own": _progress(one.own_progress)}
        for one in own_assessments(scope=standing_of(request), now=timezone.now())
    ]


@router.get("/assessments/{key}", response={200: FormOut, 403: Problem, 404: Problem})
def assessment(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One self-assessment with all its answers."""
    form = form_for(key, scope=standing_of(request), now=timezone.now())
    estimate = form.estimate
    return {
        **_header(form.header),
        "progress": _progress(form.total),
        "instrument": form.instrument.sha256,
        "estimate": {
            name: None if value is None else str(value)
            for name, value in (("final", estimate.final), ("lowest", estimate.lowest), ("highest", estimate.highest))
        },
        "answers": [_answer(form, leaf.code) for leaf in form.instrument.leaves],
    }


@router.get("/assessments/{key}/readiness", response={200: ReadinessOut, 403: Problem, 404: Problem})
def readiness(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Errors, which block the submission, warnings and hints."""
    found = form_for(key, scope=standing_of(request), now=timezone.now()).readiness
    remarks = [
        {"severity": one.severity.value, "code": one.fault.code, "node": one.node, "text": one.text}
        for one in found.remarks
    ]
    return {"ready": found.is_ready, "remarks": remarks}


@router.get("/assessments/{key}/answers/{node}", response={200: IndicatorOut, **Refused})
def answer(request: HttpRequest, key: Key, node: Code) -> dict[str, Any]:
    """One indicator: its answer, the mark that it stands for, and what last year's panel said."""
    found = indicator_for(key, node, scope=standing_of(request), now=timezone.now())
    return {
        **_answer(found.form, node),
        "derived": None if found.mark is None else index.decimal_text(found.mark),
        "previous": None if found.previous is None else f"{found.previous:f}",
        "recommendations": [one.text for one in found.recommendations],
    }


@router.put("/assessments/{key}/answers/{node}", response={200: SavedOut, **Refused}, summary="Answer an indicator")
def save_answer(request: HttpRequest, key: Key, node: Code, given: AnswerIn) -> dict[str, int]:
    by = standing_of(request)
    read = _read(indicator_for(key, node, scope=by, now=timezone.now()).form, node, given)
    if read.faults:
        raise Faults(read.faults)
    version = operations.save_answer(
        by=by, assessment=key, node=node, given=read.given, seen_version=given.version, now=timezone.now()
    )
    return {"version": version}


@router.put("/assessments/{key}/answers", response={200: ChangedOut, **Refused}, summary="Answer many, all or none")
def save_answers(request: HttpRequest, key: Key, given: AnswersIn) -> dict[str, int]:
    by = standing_of(request)
    form = form_for(key, scope=by, now=timezone.now())
    answers = [_read(form, one.node, one) for one in given.answers]
    return {"changed": operations.save_answers(by=by, assessment=key, answers=answers, now=timezone.now())}


@router.post("/assessments/{key}/import", response={200: ReportOut, **Refused}, summary="Answers from a file")
def import_file(request: HttpRequest, key: Key, file: Annotated[UploadedFile, File()], apply: bool = False) -> Any:
    """Look at a filled-in form, XLSX or CSV with the columns ``code``, ``version`` and the fields of an answer.

    With ``apply=true`` its changes are taken over, all or none: while a row is refused, nothing is.
    """
    form = form_for(key, scope=standing_of(request), now=timezone.now())
    if isinstance(file, OversizedFile):
        raise Faults([Fault("file-too-large", mark("The file is too large to be a form"))])
    answers = read_file(form, file.name or "", file.read())
    verdicts = judged(form, answers)
    if apply:
        operations.save_answers(by=form.by, assessment=key, answers=answers, now=timezone.now())
    return {"applied": apply, "rows": [_row(verdict) for verdict in verdicts]}


@router.get(
    "/assessments/{key}/form.xlsx",
    summary="The form as a workbook",
    openapi_extra={"responses": {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}},
)
def export(request: HttpRequest, key: Key, only_own: bool = False) -> HttpResponse:
    content = answer_form(form_for(key, scope=standing_of(request), now=timezone.now()), only_own=only_own)
    return HttpResponse(content, content_type=XLSX)


@router.post(
    "/assessments/{key}/take-over",
    response={200: ChangedOut, **Refused},
    summary="Copy the answers of the phase before to what is open",
)
def take_over(request: HttpRequest, key: Key) -> dict[str, int]:
    taken = operations.take_over_answers(by=standing_of(request), assessment=key, now=timezone.now())
    return {"changed": taken}


@router.post("/assessments/{key}/allocation", response={200: ChangedOut, **Refused}, summary="Give indicators")
def allocate(request: HttpRequest, key: Key, given: AllocationIn) -> dict[str, int]:
    by = standing_of(request)
    changed = operations.allocate(by=by, assessment=key, nodes=given.nodes, office=given.office, now=timezone.now())
    return {"changed": changed}


@router.post("/assessments/{key}/answers/{node}/evidence", response={204: None, **Refused}, summary="Attach evidence")
def attach(request: HttpRequest, key: Key, node: Code, given: AttachmentIn) -> Status[None]:
    """Attach a piece of evidence that the region has; new ones are added at the evidence of the region."""
    operations.attach(by=standing_of(request), assessment=key, node=node, evidence=given.evidence, now=timezone.now())
    return Status(204, None)


@router.delete(
    "/assessments/{key}/answers/{node}/evidence/{evidence}", response={204: None, **Refused}, summary="Detach evidence"
)
def detach(request: HttpRequest, key: Key, node: Code, evidence: UUID) -> Status[None]:
    operations.detach(by=standing_of(request), assessment=key, node=node, evidence=evidence, now=timezone.now())
    return Status(204, None)


@router.post(
    "/assessments/{key}/answers/{node}/verification",
    response={204: None, **Refused},
    summary="Verify evidence of an answer, or return it",
)
def verification(request: HttpRequest, key: Key, node: Code, given: CheckIn) -> Status[None]:
    named: dict[str, Any] = {"assessment": key, "node": node, "evidence": given.evidence, "number": given.number}
    by, now = standing_of(request), timezone.now()
    if given.outcome == "verified":
        operations.verify_attached(by=by, now=now, **named)
    else:
        operations.return_attached(by=by, now=now, reason=given.reason, **named)
    return Status(204, None)


@router.post("/assessments/{key}/submission", response={204: None, **Refused}, summary="Submit")
def submit(request: HttpRequest, key: Key) -> Status[None]:
    operations.submit(by=standing_of(request), assessment=key, now=timezone.now())
    return Status(204, None)


def _header(header: AssessmentHeader) -> dict[str, Any]:
    return {
        "key": header.key,
        "campaign": header.campaign,
        "year": header.year,
        "phase": header.phase,
        "synthetic": header.synthetic,
        "region": header.region_code,
        "region_name": header.region,
        "phase_state": header.phase_state.value,
        "state": header.state.value,
        "closes_at": header.closes_at,
        "submitted_at": header.submitted_at,
    }


def _progress(progress: Progress) -> dict[str, int]:
    return {"answered": progress.answered, "total": progress.total}


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


def _row(verdict: Verdict) -> dict[str, Any]:
    return {
        "row": verdict.answer.row,
        "node": verdict.answer.node,
        "outcome": Outcome(verdict.outcome).value,
        "changes": [
            {"field": change.field, "before": change.before, "after": change.after} for change in verdict.changes
        ],
        "faults": [{"code": fault.code, "place": fault.place, "text": fault.text()} for fault in verdict.faults],
    }
