"""Evidence as JSON, with the same permissions as its pages. Sizes are in bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from pilar.evidence import operations, queries, serving
from pilar.evidence.operations import Content, Link
from pilar.evidence.queries import RevisionRow
from pilar.evidence.rules import readers_reach
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

router = Router(tags=["evidence"])


class FaultOut(Schema):
    code: str
    place: str
    text: str


class EvidenceProblem(Schema):
    """RFC 9457 problem; ``code`` is stable, ``title`` says what to do."""

    type: str
    title: str
    status: int
    code: str
    faults: list[FaultOut] | None = None


class SameFileOut(Schema):
    evidence: UUID
    number: int
    title: str
    region: str


class EvidenceVersionOut(Schema):
    """One version. A file has name, type, size and sha256; a link has its address in ``link``."""

    evidence: UUID
    number: int
    newest: int
    title: str
    region: str
    office: int | None
    file_name: str
    media_type: str
    size: int | None
    sha256: str
    link: str
    note: str
    uploader: str
    uploaded_at: datetime
    scan: Literal["not_scanned", "clean", "infected", "failed"]
    verification: Literal["open", "verified", "returned"]
    verified_by: str
    verified_at: datetime | None
    reason: str
    released: bool
    reserved: bool
    same_file: list[SameFileOut]


class EvidencePage(Schema):
    total: int
    page: int
    pages: int
    evidence: list[EvidenceVersionOut]


class AddedOut(Schema):
    evidence: UUID
    number: int


class VerificationIn(Schema):
    """``reason`` is required when the version is returned."""

    outcome: Literal["verified", "returned"]
    reason: str = ""


class EvidenceIn(Schema):
    """The fields beside the file. ``office`` is an office's key; left out, the evidence belongs to the region."""

    title: str
    office: int | None = None
    note: str = ""
    link: str = ""


class NewVersionIn(Schema):
    note: str = ""
    link: str = ""


Refused = {403: EvidenceProblem, 404: EvidenceProblem, 422: EvidenceProblem}
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(ge=1, le=queries.LARGEST_PAGE)]
Upload = Annotated[UploadedFile | None, File()]


@router.get(
    "/regions/{code}/evidence",
    response={200: EvidencePage, 404: EvidenceProblem, 422: EvidenceProblem},
    summary="Evidence of a region",
)
def region_evidence(request: HttpRequest, code: str, page: PageNumber = 1, size: PageSize = 50) -> EvidencePage:
    """The newest version of each piece that the caller may read."""
    by = standing_of(request)
    found = queries.region_evidence(code, scope=by, page=page, size=size)
    if not readers_reach(by).covers(code) and not found.paginator.count:
        raise NotFound
    return EvidencePage(
        total=found.paginator.count,
        page=found.number,
        pages=found.paginator.num_pages,
        evidence=[_version(row) for row in found],
    )


@router.post("/regions/{code}/evidence", response={201: AddedOut, **Refused}, summary="Add evidence")
def add_evidence(request: HttpRequest, code: str, given: Form[EvidenceIn], file: Upload = None) -> Status[AddedOut]:
    by, now = standing_of(request), timezone.now()
    content = _content(request, code, given.office, file=file, link=given.link, now=now)
    key = operations.add_evidence(
        by=by, region=code, office=given.office, title=given.title, content=content, note=given.note, now=now
    )
    return Status(201, AddedOut(evidence=key, number=1))


@router.get(
    "/evidence/{key}",
    response={200: list[EvidenceVersionOut], 404: EvidenceProblem},
    summary="All versions of one piece of evidence",
)
def evidence(request: HttpRequest, key: UUID) -> list[EvidenceVersionOut]:
    return [_version(row) for row in queries.history(key, scope=standing_of(request))]


@router.post("/evidence/{key}/versions", response={201: AddedOut, **Refused}, summary="Add a newer version")
def add_version(request: HttpRequest, key: UUID, given: Form[NewVersionIn], file: Upload = None) -> Status[AddedOut]:
    by, now = standing_of(request), timezone.now()
    newest = queries.history(key, scope=by)[0]
    content = _content(request, newest.region_code, newest.office, file=file, link=given.link, now=now)
    number = operations.add_revision(by=by, evidence=key, content=content, note=given.note, now=now)
    return Status(201, AddedOut(evidence=key, number=number))


@router.post(
    "/evidence/{key}/{number}/verification",
    response={204: None, **Refused, 409: EvidenceProblem},
    summary="Verify a version, or return it to its owner",
)
def verification(request: HttpRequest, key: UUID, number: int, given: VerificationIn) -> Status[None]:
    by, now = standing_of(request), timezone.now()
    if given.outcome == "verified":
        operations.verify(by=by, evidence=key, number=number, now=now)
    else:
        operations.return_to_owner(by=by, evidence=key, number=number, reason=given.reason, now=now)
    return Status(204, None)


@router.get(
    "/evidence/{key}/{number}/file",
    summary="The file of one version",
    openapi_extra={"responses": {200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}},
)
def file(request: HttpRequest, key: UUID, number: int) -> HttpResponseBase:
    by = standing_of(request)
    return serving.answer(request, queries.stored_file(key, number, scope=by), by=by)


def _content(
    request: HttpRequest, region: str, office: int | None, *, file: UploadedFile | None, link: str, now: datetime
) -> Content:
    if (file is None) == (not link):
        raise Faults([Fault("file-or-link", mark("Give either a file or an address, not both"), {}, "file")])
    if file is None:
        return Link(link)
    by = standing_of(request)
    return operations.receive(by=by, region=region, office=office, upload=file, name=file.name or "", now=now)


def _version(row: RevisionRow) -> EvidenceVersionOut:
    return EvidenceVersionOut(
        evidence=row.evidence,
        number=row.number,
        newest=row.newest,
        title=row.title,
        region=row.region_code,
        office=row.office,
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        link=row.link,
        note=row.note,
        uploader=row.uploader,
        uploaded_at=row.uploaded_at,
        scan=row.scan.value,
        verification=row.verification.value,
        verified_by=row.verified_by,
        verified_at=row.verified_at,
        reason=row.reason,
        released=row.released,
        reserved=row.reserved,
        same_file=[
            SameFileOut(evidence=use.evidence, number=use.number, title=use.title, region=use.region_code)
            for use in row.same_file
        ],
    )
