"""Take in files and links, sent by a person or made by a higher room (the recap of a survey, a receipt).

A file comes in two steps, so that a higher room can tie the second one to a change of its own in one transaction:
:func:`receive` checks the file and puts it into the store, :func:`add_evidence` or :func:`add_revision` makes it count.
Who may have files made is decided by the higher room: an office may take a figure, and with it goes what proves it,
although the office could neither add evidence of the whole region nor read what is reserved. :func:`hold_made` comes
first and outside any transaction, so no file is ever without a row (adr/0007).
"""

from __future__ import annotations

import hashlib
import io
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from pilar.areas.models import Office, Region
from pilar.areas.operations import UnknownOffice
from pilar.areas.rules import UnknownRegion
from pilar.evidence import store
from pilar.evidence.models import Evidence, HeldFile, Revision
from pilar.evidence.operations.locking import TARGET, lock_piece
from pilar.evidence.operations.scanning import scan
from pilar.evidence.queries import readable
from pilar.evidence.receiving import OversizedFile
from pilar.evidence.rules import MEDIA_TYPES, NotKept, checked_link, checked_name, checked_title, detect, plain_text
from pilar.evidence.rules.filetypes import FileKind, too_large
from pilar.people.authority import Place, extent
from pilar.people.operations import settle
from pilar.people.rules import NotAllowed, NotFound, Permission, Standing, existing, roles_with
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_


def person(by: Standing) -> int:
    """The key of the account that acts, by itself or through a token; :class:`NotAllowed` for the person who has
    none."""
    if by.account is None:
        raise NotAllowed
    return by.account


@dataclass(frozen=True, slots=True)
class HeldUpload:
    """A file that :func:`receive` took, by its key."""

    key: UUID


@dataclass(frozen=True, slots=True)
class Link:
    """A web address instead of a file."""

    address: str


Content = HeldUpload | Link


def receive(
    *, by: Standing, region: str, upload: IO[bytes], name: str, office: int | None = None, now: datetime
) -> HeldUpload:
    """Check a file and put it into the store, held for ``by`` until it is used or swept away after an hour.

    Raises Faults at ``file``, :class:`NotAllowed`, :class:`NotKept`; needs ``add-evidence`` for the region of this
    code, or for the office of this key in it. Commits, and so refuses to run inside a transaction.
    """
    by.require(Permission.ADD_EVIDENCE, area=region, office=office)
    return taken(by, upload, name, now)


def taken(by: Standing, upload: IO[bytes], name: str, now: datetime) -> HeldUpload:
    """Check an upload and put it into the store, held for ``by``. Commits; raises Faults at ``file``,
    :class:`NotKept`."""
    largest = settings.PILAR_LARGEST_FILE
    if isinstance(upload, OversizedFile):
        raise too_large(upload.size or 0, largest)
    file_name = checked_name(name)
    kind = detect(upload, file_name, largest=largest, most_pixels=settings.PILAR_MOST_PIXELS)
    return hold(by, upload, file_name, kind, now)


def hold(by: Standing, upload: IO[bytes], file_name: str, kind: FileKind, now: datetime) -> HeldUpload:
    """Put a file of a known kind into the store, held for ``by``. Commits; raises :class:`NotKept`."""
    if by.account is None and by.citizen is None:
        raise NotAllowed
    key = uuid.uuid4()
    with transaction.atomic(durable=True):
        held = HeldFile.objects.create(
            id=key,
            file_name=file_name,
            media_type=kind.media_type,
            size=upload.seek(0, 2),
            sha256=digest(upload),
            storage_key=f"{key.hex[:2]}/{key.hex}",
            received_by_id=by.account,
            citizen_id=by.citizen,
            received_at=now,
        )
    upload.seek(0)
    try:
        store.put(held.storage_key, upload)
    except NotKept:
        # What could not be taken back either is left to the sweep, which goes by the row.
        if not store.holds(held.storage_key):
            held.delete()
        raise
    return HeldUpload(key)


@transaction.atomic
def add_evidence(
    *, by: Standing, region: str, title: str, content: Content, office: int | None = None, note: str = "", now: datetime
) -> UUID:
    """Add a piece of evidence to the region of this code, or to the office of this key in it; returns its key.

    Raises Faults at ``title``, ``link``, ``note``, ``file`` (a held file that is gone), :class:`UnknownRegion`,
    :class:`UnknownOffice`, :class:`NotAllowed`; needs ``add-evidence`` there.
    """
    by.require(Permission.ADD_EVIDENCE, area=region, office=office)
    if not Region.objects.filter(code=region, ended_at=None).exists():
        raise UnknownRegion(given=region, nearest="")
    if office is not None and not Office.objects.filter(pk=office, region=region, closed_at=None).exists():
        raise UnknownOffice
    piece = Evidence.objects.create(
        region_id=region, office_id=office, title=checked_title(title), created_by_id=person(by), created_at=now
    )
    revise(by, piece, 1, content=content, note=note, now=now)
    return piece.pk


@transaction.atomic
def add_revision(*, by: Standing, evidence: UUID, content: Content, note: str = "", now: datetime) -> int:
    """Add a version to a piece of evidence; returns its number.

    Raises as :func:`add_evidence`; :class:`NotFound` for a piece that ``by`` does not read. Needs ``add-evidence`` for
    the office that the piece belongs to, or for its region.
    """
    lock_piece(evidence)
    piece = Evidence.objects.filter(pk=evidence).first()
    if piece is None or not Revision.objects.filter(readable(by), evidence=evidence).exists():
        raise NotFound
    by.require(Permission.ADD_EVIDENCE, area=piece.region_id, office=piece.office_id)
    number = 1 + Revision.objects.filter(evidence=evidence).count()
    revise(by, piece, number, content=content, note=note, now=now)
    # Anyone who was told that an earlier version came back has acted.
    settle(by=by, subject=f"{TARGET}:{evidence}", now=now)
    return number


def revise(by: Standing, piece: Evidence, number: int, *, content: Content, note: str, now: datetime) -> None:
    """Write a version of a piece that the caller may change."""
    made = Revision(
        evidence=piece,
        number=number,
        note=plain_text(note, place="note"),
        uploaded_by_id=person(by),
        uploaded_at=now,
    )
    if isinstance(content, Link):
        made.link = checked_link(content.address)
    else:
        _take(made, content)
    made.save(force_insert=True)
    what = {"link": made.link} if made.link else {"file": made.file_name, "size": made.size, "sha256": made.sha256}
    audit.record(
        by=by.actor,
        action="add" if number == 1 else "revise",
        target=TARGET,
        key=piece.pk,
        area=piece.region_id,
        after={"title": piece.title, "office": piece.office_id, "number": number, **what},
    )
    if made.storage_key and settings.PILAR_CLAMD:
        scan.later(revision=made.pk)


def _take(made: Revision, content: HeldUpload) -> None:
    """Move what is held into the revision. The lock keeps the sweep away, and a second use of the same file."""
    held = HeldFile.objects.filter(received_by=made.uploaded_by_id)
    for name, value in taken_out(held, content).items():
        setattr(made, name, value)


def taken_out(rows: QuerySet[HeldFile], content: HeldUpload) -> dict[str, Any]:
    """Return what is known of a held file, which is held no longer; raises Faults at ``file``."""
    held = rows.select_for_update().filter(pk=content.key).first()
    if held is None or store.size(held.storage_key) != held.size:
        raise Faults([Fault("upload-gone", N_("The file is no longer held. Choose it again"), {}, "file")])
    held.delete()
    return {name: getattr(held, name) for name in ("file_name", "media_type", "size", "sha256", "storage_key")}


def digest(file: IO[bytes]) -> str:
    """SHA-256 of a file, as text."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file with its name and its media type, one of ``rules.MEDIA_TYPES``."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def hold_made(*, by: Standing, region: str, file: MadeFile, now: datetime) -> HeldUpload:
    """Put a file into the store, held for ``by`` until it is kept or swept away after an hour.

    Raises :class:`NotAllowed` for anyone who adds no evidence anywhere in the region. Commits, and so refuses to run
    inside a transaction.
    """
    _require_adding(by, region)
    return hold(by, io.BytesIO(file.content), checked_name(file.name), MEDIA_TYPES[file.media_type], now)


def hold_upload(*, by: Standing, region: str, upload: IO[bytes], name: str, now: datetime) -> HeldUpload:
    """Check a file that a room was sent, and put it into the store, held for ``by`` until it is kept or swept away
    after an hour.

    Raises Faults at ``file``, :class:`NotAllowed` for anyone who adds no evidence anywhere in the region,
    :class:`NotKept`. Commits, and so refuses to run inside a transaction.
    """
    _require_adding(by, region)
    return taken(by, upload, name, now)


@transaction.atomic
def keep_made(
    *,
    by: Standing,
    region: str,
    title: str,
    held: HeldUpload,
    piece: UUID | None = None,
    reserved: bool = False,
    now: datetime,
) -> UUID:
    """Keep a held file as evidence of the region, or as the next version of a ``piece`` of it; returns the key.

    ``reserved``: the offices and the verifier of the region do not read it. Raises :class:`NotAllowed`,
    :class:`NotFound` for a piece elsewhere, Faults at ``file`` (the held file is gone).
    """
    _require_adding(by, region)
    if piece is None:
        row = Evidence.objects.create(
            region_id=region, title=checked_title(title), reserved=reserved, created_by_id=person(by), created_at=now
        )
        number = 1
    else:
        lock_piece(piece)
        evidence = existing(Evidence.objects.filter(pk=piece, region=region).first())
        row, number = evidence, 1 + Revision.objects.filter(evidence=piece).count()
    revise(by, row, number, content=held, note="", now=now)
    return row.pk


def _require_adding(by: Standing, region: str) -> None:
    if region not in extent(by, roles_with(Permission.ADD_EVIDENCE), Place.OFFICE).touched:
        raise NotAllowed
