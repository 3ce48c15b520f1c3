"""Proposals as JSON: the call, what offices propose, what the secretariat does with it, and workbooks of programmes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from pilar.evidence.receiving import OversizedFile
from pilar.masterplan import operations, queries
from pilar.masterplan.api.content import PlanContent, PlanContentIn, read_content, told
from pilar.masterplan.api.schemas import PlanProblem, Text
from pilar.masterplan.operations import Proposed
from pilar.masterplan.queries import ImportRow, ProposalRow
from pilar.masterplan.rules.decisions import LONGEST_REASON
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

proposals = Router(tags=["masterplan"])

NotThere = {403: PlanProblem, 404: PlanProblem, 422: PlanProblem}
Refused = {403: PlanProblem, 404: PlanProblem, 409: PlanProblem, 422: PlanProblem}
Reason = Annotated[str, StringConstraints(max_length=LONGEST_REASON)]
Key = Annotated[int, Field(ge=1, le=2**31)]


class PlanCall(Schema):
    """A call for proposals; moments carry their time zone."""

    text: Text = ""
    closes_at: datetime


class PlanCallOut(PlanCall):
    opened_at: datetime
    open: bool


class PlanProposal(Schema):
    """A proposal. ``seen`` is what a change of it has to name; ``programme`` the code of the one that it is about."""

    key: int
    version: int
    number: int
    kind: Literal["add", "change", "drop"]
    state: Literal["draft", "submitted", "returned", "merged", "withdrawn"]
    office: int
    office_name: str
    title: str
    part: str
    quick_win: bool
    money: str
    programme: str
    question: str
    reason: str
    merged_into: int | None
    origin: Literal["call", "recommendation", "import"]
    origin_text: str
    submitted_at: datetime | None
    seen: int


class PlanProposalDetail(PlanProposal):
    """A proposal with all that it says; ``before`` is what the programme says that it is about."""

    content: PlanContent | None
    before: PlanContent | None


class PlanProposalIn(Schema):
    """A proposal of an office: ``content`` for a new programme or a change, ``programme`` (its code) and ``reason``
    for one that is there."""

    office: Key
    kind: Literal["add", "change", "drop"] = "add"
    programme: Annotated[str, StringConstraints(max_length=20)] = ""
    content: PlanContentIn | None = None
    reason: Reason = ""


class PlanProposalChange(Schema):
    """Another content of a proposal that is with its office."""

    content: PlanContentIn | None = None
    reason: Reason = ""
    seen: Annotated[int, Field(ge=0, le=2**31)]


class PlanQuestion(Schema):
    question: Reason


class PlanMerging(Schema):
    """Proposals (keys) that go into the one of the address."""

    merged: Annotated[list[Key], Field(min_length=1, max_length=50)]
    reason: Reason


class PlanPair(Schema):
    """Two proposals that look alike; ``share`` from 0 to 1."""

    first: int
    second: int
    share: float


class PlanImportFault(Schema):
    """What is wrong in a workbook, and where; ``row`` is 0 for a sheet or file as a whole."""

    sheet: str
    row: int
    column: str
    code: str
    text: str


class PlanImportProgramme(Schema):
    """What becomes of a programme of the workbook."""

    row: int
    code: str
    title: str
    office: str
    outcome: Literal["new", "change", "update", "unchanged", "refused"]


class PlanImport(Schema):
    """An import: ``done`` of ``total`` rows are looked at; ``judged`` is what its confirmation has to name.

    ``faults`` and ``programmes`` are at most 500 of as many as the counts say.
    """

    key: int
    version: int
    name: str
    state: Literal["waiting", "checking", "checked", "confirmed", "storing", "done", "failed", "dropped"]
    done: int
    total: int
    applicable: bool
    changed: bool
    judged: str
    counts: dict[str, int]
    fault_count: int
    faults: list[PlanImportFault]
    programme_count: int
    programmes: list[PlanImportProgramme]


class PlanJudgedImport(Schema):
    judged: Annotated[str, StringConstraints(max_length=64)]


@proposals.get("/plan-versions/{version}/call", response={200: PlanCallOut | None, **NotThere}, summary="Its call")
def call(request: HttpRequest, version: int) -> PlanCallOut | None:
    """The call for proposals, null if there was none yet."""
    found = queries.call(queries.proposing_version(version, scope=standing_of(request)))
    if found is None:
        return None
    return PlanCallOut(
        text=found.text, closes_at=found.closes_at, opened_at=found.opened_at, open=found.open_at(timezone.now())
    )


@proposals.put("/plan-versions/{version}/call", response={200: PlanCallOut, **Refused}, summary="Call for proposals")
def open_call(request: HttpRequest, version: int, given: PlanCall) -> PlanCallOut | None:
    """Open the call, or move its deadline."""
    if given.closes_at.tzinfo is None:
        raise Faults([Fault("no-zone", mark("Write the moment with its time zone"), {}, "closes_at")])
    by = standing_of(request)
    operations.open_call(by=by, version=version, text=given.text, closes_at=given.closes_at, now=timezone.now())
    return call(request, version)


@proposals.get(
    "/plan-versions/{version}/proposals", response={200: list[PlanProposal], **NotThere}, summary="Its proposals"
)
def of_version(request: HttpRequest, version: int) -> list[PlanProposal]:
    """Those that the caller may read, by number: an office its own, the secretariat all."""
    by = standing_of(request)
    rows = queries.proposals(queries.proposing_version(version, scope=by), scope=by)
    return [PlanProposal(**_fields(row)) for row in rows]


@proposals.get(
    "/plan-versions/{version}/similar-proposals",
    response={200: list[PlanPair], **NotThere},
    summary="Proposals that look alike",
)
def alike(request: HttpRequest, version: int) -> list[PlanPair]:
    """Of those that the caller may read and that are handed in, the most alike first."""
    by = standing_of(request)
    rows = queries.proposals(queries.proposing_version(version, scope=by), scope=by)
    return [PlanPair(**asdict(one)) for one in queries.similar_proposals(rows)]


@proposals.post("/plan-versions/{version}/proposals", response={201: PlanProposalDetail, **Refused}, summary="Propose")
def propose(request: HttpRequest, version: int, given: PlanProposalIn) -> Any:
    """Write a proposal down; it is handed in by a call of its own."""
    by = standing_of(request)
    row = queries.proposing_version(version, scope=by)
    known = {one.code: one.line for one in queries.own_programmes(row, [given.office])}
    line = known.get(given.programme) if given.kind != "add" else None
    content = given.content and read_content(given.content, given.office, queries.highest_numbers(line))
    said = Proposed(ProposalKind(given.kind), content, line, given.reason)
    key = operations.propose(by=by, version=version, office=given.office, given=said, now=timezone.now())
    return Status(201, _detail(request, key))


@proposals.get("/plan-proposals/{proposal}", response={200: PlanProposalDetail, **NotThere}, summary="One proposal")
def proposal(request: HttpRequest, proposal: int) -> PlanProposalDetail:
    """With all that it says."""
    return _detail(request, proposal)


@proposals.put("/plan-proposals/{proposal}", response={200: PlanProposalDetail, **Refused}, summary="Change it")
def change(request: HttpRequest, proposal: int, given: PlanProposalChange) -> PlanProposalDetail:
    """Write a proposal anew while it is with its office."""
    by = standing_of(request)
    found = queries.proposal(proposal, scope=by)
    above = queries.highest_numbers(found.row.line)
    content = given.content and read_content(given.content, found.row.office, above)
    operations.save_proposal(
        by=by, proposal=proposal, content=content, reason=given.reason, seen=given.seen, now=timezone.now()
    )  # fmt: skip
    return _detail(request, proposal)


@proposals.post("/plan-proposals/{proposal}/submit", response={200: PlanProposal, **Refused}, summary="Hand it in")
def submit(request: HttpRequest, proposal: int) -> PlanProposal:
    """A second time it changes nothing."""
    operations.submit_proposal(by=standing_of(request), proposal=proposal, now=timezone.now())
    return _short(request, proposal)


@proposals.post("/plan-proposals/{proposal}/withdraw", response={200: PlanProposal, **Refused}, summary="Take it back")
def withdraw(request: HttpRequest, proposal: int) -> PlanProposal:
    """It stays readable."""
    operations.withdraw_proposal(by=standing_of(request), proposal=proposal, now=timezone.now())
    return _short(request, proposal)


@proposals.post("/plan-proposals/{proposal}/question", response={200: PlanProposal, **Refused}, summary="Ask back")
def ask(request: HttpRequest, proposal: int, given: PlanQuestion) -> PlanProposal:
    """Send a proposal back to its office with a question."""
    operations.ask_back(by=standing_of(request), proposal=proposal, question=given.question, now=timezone.now())
    return _short(request, proposal)


@proposals.post("/plan-proposals/{proposal}/merge", response={200: PlanProposal, **Refused}, summary="Merge into it")
def merge(request: HttpRequest, proposal: int, given: PlanMerging) -> PlanProposal:
    """The offices of the others become its partners."""
    operations.merge_proposals(
        by=standing_of(request), into=proposal, merged=given.merged, reason=given.reason, now=timezone.now()
    )  # fmt: skip
    return _short(request, proposal)


@proposals.post(
    "/plan-versions/{version}/imports", response={202: PlanImport, **Refused}, summary="Send a workbook of programmes"
)
def upload(request: HttpRequest, version: int, file: Annotated[UploadedFile, File()]) -> Any:
    """It is checked in the background; ask for the import until it is ``checked``."""
    if isinstance(file, OversizedFile):
        raise Faults([Fault("file-too-large", mark("The file is too large; send it in several parts"), {}, "file")])
    key = operations.upload_programmes(
        by=standing_of(request), version=version, name=file.name or "", content=file.read(), now=timezone.now()
    )  # fmt: skip
    return Status(202, _import(request, key))


@proposals.get("/plan-imports/{key}", response={200: PlanImport, **NotThere}, summary="How far an import is")
def imported(request: HttpRequest, key: int) -> PlanImport:
    """And what becomes of each row, when it is checked."""
    return _import(request, key)


@proposals.post("/plan-imports/{key}/confirm", response={202: PlanImport, **Refused}, summary="Store it")
def confirm(request: HttpRequest, key: int, given: PlanJudgedImport) -> Any:
    """All of it is stored in the background, or nothing."""
    operations.confirm_import(by=standing_of(request), key=key, judged=given.judged, now=timezone.now())
    return Status(202, _import(request, key))


@proposals.delete("/plan-imports/{key}", response={200: PlanImport, **Refused}, summary="Throw it away")
def drop(request: HttpRequest, key: int) -> PlanImport:
    """Nothing was stored, and nothing is."""
    operations.drop_import(by=standing_of(request), key=key, now=timezone.now())
    return _import(request, key)


def _short(request: HttpRequest, key: int) -> PlanProposal:
    return PlanProposal(**_fields(queries.proposal(key, scope=standing_of(request)).row))


def _detail(request: HttpRequest, key: int) -> PlanProposalDetail:
    found = queries.proposal(key, scope=standing_of(request))
    return PlanProposalDetail(**_fields(found.row), content=told(found.content), before=told(found.before))


def _fields(row: ProposalRow) -> dict[str, Any]:
    return {
        "key": row.key, "version": row.version, "number": row.number, "kind": row.kind.value,
        "state": row.state.value, "office": row.office, "office_name": row.office_name, "title": row.title,
        "part": row.part, "quick_win": row.quick_win, "money": f"{row.total:f}", "programme": row.line_code,
        "question": row.question, "reason": row.reason, "merged_into": row.merged_into, "origin": row.origin.value,
        "origin_text": row.origin_text, "submitted_at": row.submitted_at, "seen": row.saves,
    }  # fmt: skip


def _import(request: HttpRequest, key: int) -> PlanImport:
    row: ImportRow = queries.import_row(key, scope=standing_of(request), now=timezone.now())
    return PlanImport(
        key=row.key, version=row.version.key, name=row.name, state=row.state.value, done=row.done, total=row.total,
        applicable=row.applicable, changed=row.changed, judged=row.judged,
        counts={outcome.value: count for outcome, count in row.counts.items()},
        fault_count=row.fault_count,
        faults=[
            PlanImportFault(sheet=one.sheet, row=one.row, column=one.column, code=one.code, text=one.said)
            for one in row.faults
        ],
        programme_count=row.row_count,
        programmes=[
            PlanImportProgramme(
                row=one.row, code=one.code, title=one.title, office=one.office, outcome=one.outcome.value
            )
            for one in row.rows
        ],
    )  # fmt: skip
