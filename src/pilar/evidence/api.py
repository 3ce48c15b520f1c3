"""Evidence as JSON, with the same permissions as its pages. Sizes are in bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponseBase
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile

from pilar.evidence import operations, queries, serving
from pilar.evidence.operations import Content, Link
from pilar.evidence.queries import OtherUse, RevisionRow
from pilar.evidence.rules import readers_reach
from pilar.people.routes import Routes
from pilar.people.rules import NotFound, Standing
from pilar.platform.api import PageNumber, PageOut, ProblemOut, RowSchema, refusals
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

router = Routes(tags=["evidence"])


class EvidenceProblem(ProblemOut):
    """RFC 9457 problem; ``code`` is stable, ``title`` says what to do."""


class SameFileOut(RowSchema, of=OtherUse, fields="evidence number title region=region_code"):
    pass


class EvidenceVersionOut(
    RowSchema,
    of=RevisionRow,
    fields="evidence number newest title region=region_code office file_name media_type size sha256 link note uploader"
    " uploaded_at scan verification verified_by verified_at reason released reserved same_file",
):
    """One version. A file has name, type, size and sha256; a link has its address in ``link``."""


class EvidencePage(PageOut):
    evidence: list[EvidenceVersionOut]


class AddedOut(Schema):
    evidence: UUID
    number: int


class VerificationIn(Schema):
    """``reason`` is required when the version is returned."""

    outcome: Literal["verified", "returned"]
    reason: str = ""


class EvidenceIn(Schema):
    """The fields sent with the file. ``office`` is an office's key; left out, the evidence belongs to the region."""

    title: str
    office: int | None = None
    note: str = ""
    link: str = ""


class NewVersionIn(Schema):
    note: str = ""
    link: str = ""


NotThere = refusals(EvidenceProblem, 404, 422)
Refused = refusals(EvidenceProblem, 403, 404, 422)
PageSize = Annotated[int, Query(ge=1, le=queries.MAX_PAGE)]
Upload = Annotated[UploadedFile | None, File()]


@router.get("/regions/{code}/evidence", response={200: EvidencePage, **NotThere}, summary="Evidence of a region")
def region_evidence(by: Standing, code: str, page: PageNumber = 1, size: PageSize = 50) -> Page[RevisionRow]:
    """The newest version of each piece that the caller may read."""
    page_of_rows = queries.region_evidence(code, scope=by, page=page, size=size)
    if not readers_reach(by).covers(code) and not page_of_rows.paginator.count:
        raise NotFound
    return page_of_rows


@router.post("/regions/{code}/evidence", response={201: AddedOut, **Refused}, summary="Add evidence")
def add_evidence(
    by: Standing, now: datetime, code: str, given: Form[EvidenceIn], file: Upload = None
) -> dict[str, object]:
    content = _content(by, code, given.office, file=file, link=given.link, now=now)
    key = operations.add_evidence(
        by=by, region=code, office=given.office, title=given.title, content=content, note=given.note, now=now
    )
    return {"evidence": key, "number": 1}


@router.get(
    "/evidence/{key}",
    response={200: list[EvidenceVersionOut], **refusals(EvidenceProblem, 404)},
    summary="All versions of one piece of evidence",
)
def evidence(by: Standing, key: UUID) -> tuple[RevisionRow, ...]:
    return queries.history(key, scope=by)


@router.post("/evidence/{key}/versions", response={201: AddedOut, **Refused}, summary="Add a newer version")
def add_version(
    by: Standing, now: datetime, key: UUID, given: Form[NewVersionIn], file: Upload = None
) -> dict[str, object]:
    newest = queries.history(key, scope=by)[0]
    content = _content(by, newest.region_code, newest.office, file=file, link=given.link, now=now)
    number = operations.add_revision(by=by, evidence=key, content=content, note=given.note, now=now)
    return {"evidence": key, "number": number}


@router.post(
    "/evidence/{key}/{number}/verification",
    response={204: None, **Refused, 409: EvidenceProblem},
    summary="Verify a version, or return it to its owner",
)
def verification(by: Standing, now: datetime, key: UUID, number: int, given: VerificationIn) -> None:
    if given.outcome == "verified":
        operations.verify(by=by, evidence=key, number=number, now=now)
    else:
        operations.return_to_owner(by=by, evidence=key, number=number, reason=given.reason, now=now)


@router.get(
    "/evidence/{key}/{number}/file",
    summary="The file of one version",
    openapi_extra={"responses": {200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}},
)
def file(request: HttpRequest, by: Standing, key: UUID, number: int) -> HttpResponseBase:
    return serving.answer(request, queries.stored_file(key, number, scope=by), by=by)


def _content(
    by: Standing, region: str, office: int | None, *, file: UploadedFile | None, link: str, now: datetime
) -> Content:
    if (file is None) == (not link):
        raise Faults([Fault("file-or-link", N_("Give either a file or an address, not both"), {}, "file")])
    if file is None:
        return Link(link)
    return operations.receive(by=by, region=region, office=office, upload=file, name=file.name or "", now=now)
