"""Reads of evidence. Anyone who may not read a piece of evidence learns nothing of it, not even that it exists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from pilar.areas import queries as areas
from pilar.evidence import store
from pilar.evidence.models import PrivateFile, Revision, ScanVerdict, SignedDocument, Verification
from pilar.evidence.rules import (
    MEDIA_TYPES,
    SCANS,
    VERIFICATIONS,
    ScanState,
    VerificationState,
    readers_reach,
    require_servable,
)
from pilar.evidence.rules.signing import SignatureRow, SigningState
from pilar.people.rules import NotFound, Permission, Standing, existing
from pilar.platform.language import translate
from pilar.platform.paging import PAGE, paged
from pilar.platform.rows import row_of

FurtherReaders = Callable[[Standing], Q]
"""Which revisions somebody reads besides those of their own regions: a condition on ``Revision``, ``NOBODY`` for none.

A higher room writes one and is named in ``settings.PILAR_EVIDENCE_READERS`` (adr/0007).
"""
NOBODY = Q(pk__in=())
MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class OtherUse:
    """Another piece of evidence with the same file."""

    evidence: UUID
    number: int
    title: str
    region_code: str
    region: str


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One version for readers. A file has name, media type, size in bytes and sha256; a link has its address.

    ``scan_found`` is what the scanner named; ``verified_by`` and ``reason`` belong to the last verification;
    ``newest`` is the number of the newest version; ``same_file`` is filled by the lists. What is ``reserved`` the
    offices and the verifier of the region do not read.
    """

    key: int
    evidence: UUID
    number: int
    newest: int
    title: str
    region_code: str
    region: str
    office: int | None
    office_name: str
    file_name: str
    media_type: str
    size: int | None
    sha256: str
    link: str
    note: str
    uploaded_by: int
    uploader: str
    uploaded_at: datetime
    scan: ScanState
    scan_found: str
    verification: VerificationState
    verified_by: str
    verified_at: datetime | None
    reason: str
    released: bool
    reserved: bool
    same_file: tuple[OtherUse, ...] = field(default=())

    @property
    def is_file(self) -> bool:
        return not self.link

    @property
    def kind_name(self) -> str:
        """PDF, Word, …; empty for a link."""
        return MEDIA_TYPES[self.media_type].name if self.media_type else ""

    @property
    def scan_name(self) -> str:
        """The scan state in the reader's language."""
        return translate(SCANS[self.scan][0])

    @property
    def scan_tone(self) -> str:
        """The tone of its tag."""
        return SCANS[self.scan][1]

    @property
    def verification_name(self) -> str:
        """Return what the verifier says, in the reader's language."""
        return translate(VERIFICATIONS[self.verification][0])

    @property
    def verification_tone(self) -> str:
        """The tone of its tag."""
        return VERIFICATIONS[self.verification][1]


@dataclass(frozen=True, slots=True)
class Place:
    """A place for which somebody may add evidence: an office, or without one the region as a whole."""

    office: int | None
    name: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that may be given out now: what a page needs to do so; ``what`` the log calls that of another room."""

    key: str
    region: str
    storage_key: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    what: str = ""


def readable(scope: Standing) -> Q:
    """The condition on ``Revision`` for all that ``scope`` reads.

    Own regions without what is reserved there, everywhere for the secretariat, what was released to the public, and
    what higher rooms add.
    """
    reach = readers_reach(scope)
    if reach.everywhere:
        return Q()
    readable = Q(evidence__region__in=sorted(reach.regions), evidence__reserved=False) | Q(release__isnull=False)
    if reach.reserved:
        readable |= Q(evidence__region__in=sorted(reach.reserved))
    for path in settings.PILAR_EVIDENCE_READERS:
        further: FurtherReaders = import_string(path)
        readable |= further(scope)
    return readable


def region_evidence(region: str, *, scope: Standing, page: int = 1, size: int | None = PAGE) -> Page[RevisionRow]:
    """The newest version of each piece of a region's evidence, newest first; empty for anyone who reads nothing
    there."""
    rows = _rows(scope).filter(evidence__region=region, number=F("newest"))
    ordered = rows.order_by("-evidence__created_at", "evidence")
    return paged(ordered, lambda rows: _listed(rows, scope), page=page, size=size)


def evidence_list(keys: Iterable[UUID], *, scope: Standing) -> tuple[RevisionRow, ...]:
    """The newest version of these pieces, as far as ``scope`` reads them, in the order of ``keys``."""
    order = {key: place for place, key in enumerate(keys)}
    rows = _rows(scope).filter(evidence__in=list(order), number=F("newest"))
    return tuple(sorted(_listed(rows, scope), key=lambda row: order[row.evidence]))


def revision_list(keys: Iterable[int], *, scope: Standing) -> tuple[RevisionRow, ...]:
    """These versions (keys of revisions), as far as ``scope`` reads them, in the order of ``keys``."""
    order = {key: place for place, key in enumerate(keys)}
    rows = _rows(scope).filter(pk__in=list(order))
    return tuple(sorted(_listed(rows, scope), key=lambda row: order[row.key]))


def history(evidence: UUID, *, scope: Standing) -> tuple[RevisionRow, ...]:
    """All versions of one piece, newest first; raises :class:`NotFound` where ``scope`` reads none."""
    revisions = _listed(_rows(scope).filter(evidence=evidence).order_by("-number"), scope)
    if not revisions:
        raise NotFound
    return revisions


def revision(evidence: UUID, number: int, *, scope: Standing) -> RevisionRow:
    """One version; raises :class:`NotFound` also where ``scope`` may not read it."""
    row = existing(_rows(scope).filter(evidence=evidence, number=number).first())
    return _row(row)


def stored_file(evidence: UUID, number: int, *, scope: Standing) -> StoredFile:
    """The file of one version; raises :class:`NotFound` (a link has no file), :class:`Infected`."""
    return _stored(_rows(scope).filter(evidence=evidence, number=number, link=""))


def file_of(evidence: UUID, number: int, *, media_types: Collection[str]) -> StoredFile:
    """As :func:`stored_file`, of some kinds, for a room that has asked its own table who may see it."""
    return _stored(_annotated().filter(evidence=evidence, number=number, media_type__in=media_types))


def _stored(rows: QuerySet[Revision]) -> StoredFile:
    row = existing(rows.select_related("evidence").first())
    require_servable(ScanState(row.scan), name=row.file_name, found=row.scan_found)
    return StoredFile(
        f"{row.evidence_id}/{row.number}",
        row.evidence.region_id,
        row.storage_key,
        row.file_name,
        row.media_type,
        row.size,
        row.sha256,
    )


def private_file(row: PrivateFile, *, region: str) -> StoredFile:
    """The file of a row of another room, which has asked its own table who reads it; raises :class:`Infected`."""
    require_servable(ScanState(row.scan), name=row.file_name, found=row.scan_found)
    return StoredFile(
        str(row.pk), region, row.storage_key, row.file_name, row.media_type, row.size, row.sha256, row._meta.label_lower
    )


def first_bytes(storage_key: str, most: int) -> bytes:
    """The beginning of a stored file, for a room that reads what its own files say of themselves."""
    with store.open_file(storage_key) as file:
        return bytes(file.read(most))


def same_file(sha256: str, *, scope: Standing) -> tuple[OtherUse, ...]:
    """Every piece of evidence that ``scope`` reads with exactly this content, oldest first."""
    return tuple(_uses({sha256}, scope)[sha256])


def places(region: str, *, scope: Standing) -> tuple[Place, ...]:
    """Return where in a region ``scope`` may add evidence: the region first, then its open offices by name."""
    places = [
        Place(office.key, office.name)
        for office in areas.offices(region, scope=scope)
        if not office.closed and scope.may(Permission.ADD_EVIDENCE, area=region, office=office.key)
    ]
    if scope.may(Permission.ADD_EVIDENCE, area=region):
        places.insert(0, Place(None, areas.region(region).name))
    return tuple(places)


def unscanned(*, scope: Standing, among: Iterable[int] | None = None) -> tuple[int, ...]:
    """Keys of revisions (``among`` these) whose file no scanner has judged; for the schedule only, else empty."""
    if not scope.unrestricted:
        return ()
    rows = _annotated().filter(link="", scan__in=[ScanState.NOT_SCANNED, ScanState.FAILED])
    if among is not None:
        rows = rows.filter(pk__in=among)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def signature(kind: str, key: object) -> SignatureRow | None:
    """Return the state of a document's signature; None if it is not to be signed. Anyone who has the document may
    ask."""
    return _signature(SignedDocument.objects.filter(kind=kind, key=str(key)))


def signature_by_record(record: str) -> SignatureRow | None:
    """The signed document with this record in its code, for everybody who holds a copy."""
    return _signature(SignedDocument.objects.filter(record=record, state=SigningState.SIGNED))


def signing_progress(kind: str) -> str:
    """Changes whenever the signature of a document of a kind is ordered, tried or made. One query."""
    states = Count("pk"), Sum("tries"), Count("pk", filter=Q(state=SigningState.SIGNED))
    rows = SignedDocument.objects.filter(kind=kind)
    return str(rows.aggregate(ordered=states[0], tries=states[1], signed=states[2]))


def _signature(rows: QuerySet[SignedDocument]) -> SignatureRow | None:
    document = rows.first()
    if document is None:
        return None
    told = {field.name: getattr(document, field.name) for field in fields(SignatureRow)}
    return SignatureRow(**{**told, "state": SigningState(document.state)})


def _annotated() -> QuerySet[Revision]:
    verdict = ScanVerdict.objects.filter(revision=OuterRef("pk")).order_by("-pk")
    said = Verification.objects.filter(revision=OuterRef("pk")).order_by("-pk")
    newest = Revision.objects.filter(evidence=OuterRef("evidence")).order_by("-number")
    return Revision.objects.annotate(
        newest=Subquery(newest.values("number")[:1]),
        scan=Coalesce(Subquery(verdict.values("state")[:1]), Value(ScanState.NOT_SCANNED.value)),
        scan_found=Coalesce(Subquery(verdict.values("found")[:1]), Value("")),
        verification=Coalesce(Subquery(said.values("outcome")[:1]), Value(VerificationState.OPEN.value)),
        verification_by=Coalesce(Subquery(said.values("verified_by__name")[:1]), Value("")),
        verification_at=Subquery(said.values("verified_at")[:1]),
        verification_reason=Coalesce(Subquery(said.values("reason")[:1]), Value("")),
    )


def _rows(scope: Standing) -> QuerySet[Revision]:
    return (
        _annotated()
        .filter(readable(scope))
        .select_related("evidence__region", "evidence__office", "uploaded_by", "release")
    )


def _listed(rows: Iterable[Revision], scope: Standing) -> tuple[RevisionRow, ...]:
    revisions = list(rows)
    uses = _uses({row.sha256 for row in revisions if row.sha256}, scope)
    return tuple(
        _row(row, tuple(use for use in uses.get(row.sha256, ()) if use.evidence != row.evidence_id))
        for row in revisions
    )


def _uses(hashes: set[str], scope: Standing) -> dict[str, list[OtherUse]]:
    uses: dict[str, list[OtherUse]] = defaultdict(list)
    if not hashes:
        return uses
    rows = Revision.objects.filter(readable(scope), sha256__in=hashes).select_related("evidence__region")
    for row in rows.order_by("pk"):
        piece = row.evidence
        uses[row.sha256].append(OtherUse(piece.pk, row.number, piece.title, piece.region_id, piece.region.name))
    return uses


def _row(row: Revision, same_file: tuple[OtherUse, ...] = ()) -> RevisionRow:
    piece = row.evidence
    return row_of(
        RevisionRow,
        row,
        evidence=piece.pk,
        title=piece.title,
        region_code=piece.region_id,
        region=piece.region.name,
        office=piece.office_id,
        office_name=piece.office.name if piece.office else "",
        uploaded_by=row.uploaded_by_id,
        uploader=row.uploaded_by.name,
        verified_by=row.verification_by,
        verified_at=row.verification_at,
        reason=row.verification_reason,
        released=hasattr(row, "release"),
        reserved=piece.reserved,
        same_file=same_file,
    )
