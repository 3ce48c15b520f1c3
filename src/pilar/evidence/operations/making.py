"""Files that a higher room makes or is sent, and keeps as evidence, such as the recap of a survey or a receipt.

Who may have them made is decided by that room: an office may take a figure, and with it goes what proves it, although
the office could neither add evidence of the whole region nor read what is reserved. As with an upload,
:func:`hold_made` comes first and outside any transaction, so no file is ever without a row (adr/0007).
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import transaction

from pilar.evidence.models import Evidence, Revision
from pilar.evidence.operations.adding import HeldUpload, hold, revise, taken
from pilar.evidence.operations.locking import lock_piece
from pilar.evidence.operations.persons import person
from pilar.evidence.rules import MEDIA_TYPES, checked_name, checked_title
from pilar.people.authority import Place, extent
from pilar.people.rules import NotAllowed, Permission, Standing, existing, roles_with


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
