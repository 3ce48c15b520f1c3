"""Proposals as JSON: the call, the offices' proposals, their handling by the secretariat, and workbooks of
programmes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from ninja import File, Schema
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from pilar.evidence.receiving import OversizedFile
from pilar.masterplan import operations, queries
from pilar.masterplan.api.content import PlanContentIn, Text, read_content
from pilar.masterplan.api.plans import PlanProblem, Refused
from pilar.masterplan.imports import Programmes
from pilar.masterplan.operations import Proposed
from pilar.masterplan.queries import ProposalDetail, ProposalRow
from pilar.masterplan.rules.decisions import MAX_REASON
from pilar.masterplan.rules.similar import Pair
from pilar.masterplan.rules.stages import ProposalKind
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import RowSchema, refusals
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import Told, keeping
from pilar.platform.imports.kept import Kept
from pilar.platform.imports.verdicts import ShownRow
from pilar.platform.language import N_

proposals = Routes(tags=["masterplan"])

NotThere = refusals(PlanProblem, 403, 404, 422)
Reason = Annotated[str, StringConstraints(max_length=MAX_REASON)]
Key = Annotated[int, Field(ge=1, le=2**31)]


class PlanCall(Schema):
    """A call for proposals; moments carry their time zone."""

    text: Text = ""
    closes_at: datetime


class PlanCallOut(PlanCall):
    opened_at: datetime
    open: bool


class PlanProposal(
    RowSchema,
    of=ProposalRow,
    fields="key version number kind state office office_name title part quick_win money=total programme=line_code"
    " question reason merged_into origin origin_text submitted_at seen=saves",
):
    """A proposal. A change of it must give ``seen``; ``programme`` is the code of the programme concerned."""


class PlanProposalDetail(PlanProposal, of=ProposalDetail, base="row", fields="content before"):
    """A proposal with its whole content; ``before`` is the present content of the programme concerned."""


class PlanProposalIn(Schema):
    """A proposal of an office: ``content`` for a new programme or a change, ``programme`` (its code) and ``reason`` for
    an existing one."""

    office: Key
    kind: Literal["add", "change", "drop"] = "add"
    programme: Annotated[str, StringConstraints(max_length=20)] = ""
    content: PlanContentIn | None = None
    reason: Reason = ""


class PlanProposalChange(Schema):
    """New content of a proposal that is with its office."""

    content: PlanContentIn | None = None
    reason: Reason = ""
    seen: Annotated[int, Field(ge=0, le=2**31)]


class PlanQuestion(Schema):
    question: Reason


class PlanMerging(Schema):
    """Proposals (keys) to be merged into the one of the address."""

    merged: Annotated[list[Key], Field(min_length=1, max_length=50)]
    reason: Reason


class PlanPair(RowSchema, of=Pair, fields="first second share"):
    """Two proposals that look alike; ``share`` from 0 to 1."""


class PlanImportFault(RowSchema, of=Told, fields="sheet row column code=fault.code text=fault.said"):
    """A fault in a workbook, and its place; ``row`` is 0 for a sheet or file as a whole."""


class PlanImportProgramme(RowSchema, of=ShownRow, fields="row code=about.0 title office=about.1 outcome=outcome.code"):
    """The result of a programme of the workbook."""

    title: str
    outcome: Literal["new", "change", "update", "unchanged", "refused"]


class PlanImport(
    RowSchema,
    of=Kept,
    fields="key version=subject name state done total applicable changed=found.changed judged"
    " counts=found.counts_by_code fault_count=found.fault_count faults=found.faults programme_count=found.row_count"
    " programmes=found.rows",
):
    """An import: ``done`` of ``total`` rows are checked; its confirmation must give ``judged``.

    ``faults`` and ``programmes`` list at most 500; the counts give the full numbers.
    """

    version: int


class PlanJudgedImport(Schema):
    judged: Annotated[str, StringConstraints(max_length=64)]


@proposals.get("/plan-versions/{version}/call", response={200: PlanCallOut | None, **NotThere}, summary="Its call")
def call(by: Standing, now: datetime, version: int) -> dict[str, object] | None:
    """Return the call for proposals, null if there was none yet."""
    row = queries.call(queries.proposing_version(version, scope=by))
    return row and {**asdict(row), "open": row.open_at(now)}


@proposals.put("/plan-versions/{version}/call", response={200: PlanCallOut, **Refused}, summary="Call for proposals")
def open_call(by: Standing, now: datetime, version: int, given: PlanCall) -> dict[str, object] | None:
    """Open the call, or move its deadline."""
    if given.closes_at.tzinfo is None:
        raise Faults([Fault("no-zone", N_("Write the moment with its time zone"), {}, "closes_at")])
    operations.open_call(by=by, version=version, text=given.text, closes_at=given.closes_at, now=now)
    return call(by, now, version)


@proposals.get(
    "/plan-versions/{version}/proposals", response={200: list[PlanProposal], **NotThere}, summary="Its proposals"
)
def of_version(by: Standing, version: int) -> tuple[ProposalRow, ...]:
    """List the proposals that the caller may read, by number: an office its own, the secretariat all."""
    return queries.proposals(queries.proposing_version(version, scope=by), scope=by)


@proposals.get(
    "/plan-versions/{version}/similar-proposals",
    response={200: list[PlanPair], **NotThere},
    summary="Proposals that look alike",
)
def alike(by: Standing, version: int) -> tuple[Pair, ...]:
    """List pairs of similar proposals, among those handed in that the caller may read, the most similar first."""
    return queries.similar_proposals(queries.proposals(queries.proposing_version(version, scope=by), scope=by))


@proposals.post("/plan-versions/{version}/proposals", response={201: PlanProposalDetail, **Refused}, summary="Propose")
def propose(by: Standing, now: datetime, version: int, given: PlanProposalIn) -> ProposalDetail:
    """Write a proposal down; handing it in is a separate request."""
    row = queries.proposing_version(version, scope=by)
    known = {programme.code: programme.line for programme in queries.own_programmes(row, [given.office])}
    line = known.get(given.programme) if given.kind != "add" else None
    content = given.content and read_content(given.content, given.office, queries.highest_numbers(line))
    said = Proposed(ProposalKind(given.kind), content, line, given.reason)
    key = operations.propose(by=by, version=version, office=given.office, given=said, now=now)
    return queries.proposal(key, scope=by)


@proposals.get("/plan-proposals/{proposal}", response={200: PlanProposalDetail, **NotThere}, summary="One proposal")
def proposal(by: Standing, proposal: int) -> ProposalDetail:
    """Return a proposal with its whole content."""
    return queries.proposal(proposal, scope=by)


@proposals.put("/plan-proposals/{proposal}", response={200: PlanProposalDetail, **Refused}, summary="Change it")
def change(by: Standing, now: datetime, proposal: int, given: PlanProposalChange) -> ProposalDetail:
    """Replace the content of a proposal while it is with its office."""
    detail = queries.proposal(proposal, scope=by)
    above = queries.highest_numbers(detail.row.line)
    content = given.content and read_content(given.content, detail.row.office, above)
    operations.save_proposal(by=by, proposal=proposal, content=content, reason=given.reason, seen=given.seen, now=now)
    return queries.proposal(proposal, scope=by)


@proposals.post("/plan-proposals/{proposal}/submit", response={200: PlanProposal, **Refused}, summary="Hand it in")
def submit(by: Standing, now: datetime, proposal: int) -> ProposalRow:
    """Hand a proposal in; a second time changes nothing."""
    operations.submit_proposal(by=by, proposal=proposal, now=now)
    return queries.proposal(proposal, scope=by).row


@proposals.post("/plan-proposals/{proposal}/withdraw", response={200: PlanProposal, **Refused}, summary="Take it back")
def withdraw(by: Standing, now: datetime, proposal: int) -> ProposalRow:
    """Withdraw a proposal; it stays readable."""
    operations.withdraw_proposal(by=by, proposal=proposal, now=now)
    return queries.proposal(proposal, scope=by).row


@proposals.post("/plan-proposals/{proposal}/question", response={200: PlanProposal, **Refused}, summary="Ask back")
def ask(by: Standing, now: datetime, proposal: int, given: PlanQuestion) -> ProposalRow:
    """Send a proposal back to its office with a question."""
    operations.ask_back(by=by, proposal=proposal, question=given.question, now=now)
    return queries.proposal(proposal, scope=by).row


@proposals.post("/plan-proposals/{proposal}/merge", response={200: PlanProposal, **Refused}, summary="Merge into it")
def merge(by: Standing, now: datetime, proposal: int, given: PlanMerging) -> ProposalRow:
    """Merge proposals; the offices of the others become partners."""
    operations.merge_proposals(by=by, into=proposal, merged=given.merged, reason=given.reason, now=now)
    return queries.proposal(proposal, scope=by).row


@proposals.post(
    "/plan-versions/{version}/imports", response={202: PlanImport, **Refused}, summary="Send a workbook of programmes"
)
def upload(by: Standing, now: datetime, version: int, file: Annotated[UploadedFile, File()]) -> Kept:
    """Upload a workbook. It is checked in the background; ask for the import until it is ``checked``."""
    if isinstance(file, OversizedFile):
        raise Faults([Fault("file-too-large", N_("The file is too large; send it in several parts"), {}, "file")])
    importer = Programmes(by, version, now)
    return keeping.kept(importer, keeping.receive(importer, name=file.name or "", content=file.read()))


@proposals.get("/plan-imports/{key}", response={200: PlanImport, **NotThere}, summary="How far an import is")
def imported(by: Standing, now: datetime, key: int) -> Kept:
    """Return an import, with the result of each row once it is checked."""
    return keeping.kept(Programmes.of_key(by, key, now), key)


@proposals.post("/plan-imports/{key}/confirm", response={202: PlanImport, **Refused}, summary="Store it")
def confirm(by: Standing, now: datetime, key: int, given: PlanJudgedImport) -> Kept:
    """Confirm an import. Everything is stored in the background, or nothing."""
    return keeping.confirm_seen(Programmes.of_key(by, key, now), key=key, seen=given.judged)


@proposals.delete("/plan-imports/{key}", response={200: PlanImport, **Refused}, summary="Throw it away")
def drop(by: Standing, now: datetime, key: int) -> Kept:
    """Drop an import; nothing of it is stored."""
    importer = Programmes.of_key(by, key, now)
    keeping.drop(importer, key=key)
    return keeping.kept(importer, key)
