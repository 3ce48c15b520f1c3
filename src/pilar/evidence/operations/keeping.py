"""Keeping store and tables in line: no file without a row for longer than the sweep, no row without a file unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from pilar.evidence import store
from pilar.evidence.models import HeldFile, PrivateFile, Revision, SignedDocument
from pilar.evidence.operations.documents import forget_unmade
from pilar.evidence.rules.signing import SigningState
from pilar.people.rules import Standing
from pilar.platform import limits
from pilar.platform.jobs import every

HELD_FOR = timedelta(hours=1)
AT_ONCE = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A version of a piece of evidence, or a signed document (``what``, in the log), whose file is not in the store,
    or not of its size (``found`` bytes)."""

    what: str
    storage_key: str
    size: int
    found: int | None


@every("evidence.sweep", cron="*/15 * * * *")
def sweep(*, by: Standing, now: datetime) -> int:
    """Delete files that were received or begun more than an hour ago and never used; returns how many.

    With them go the counts of downloads that are over.

    Only what this database began is deleted: a store that two installations share by mistake loses nothing. Raises
    :class:`NotAllowed` for anybody but the schedule and the console.
    """
    by.require_server()
    swept = 0
    while batch := _sweep_some(now):
        swept += batch
    limits.forget(now=now)
    return swept + forget_unmade(before=now - HELD_FOR)


@transaction.atomic
def _sweep_some(now: datetime) -> int:
    """File first, row second: a crash between them leaves a row, and the next sweep does both again."""
    stale = HeldFile.objects.select_for_update(skip_locked=True).filter(received_at__lt=now - HELD_FOR)[:AT_ONCE]
    keys = []
    for held in stale:
        store.delete(held.storage_key)
        keys.append(held.pk)
    HeldFile.objects.filter(pk__in=keys).delete()
    return len(keys)


@every("evidence.check-store", cron="0 20 * * *")  # 3.00 WIB
def check_store(*, by: Standing) -> tuple[MissingFile, ...]:
    """Every revision and signed document whose file is gone or has another size; each is logged as an error.

    Raises :class:`NotAllowed` for anybody but the schedule and the console.
    """
    by.require_server()
    missing = tuple(_missing())
    for file in missing:
        log.error("evidence-file-missing", what=file.what, found=file.found)
    return missing


def _missing() -> Iterator[MissingFile]:
    for what, row in _kept():
        size = store.size(row.storage_key)
        if size != row.size:
            yield MissingFile(what, row.storage_key, row.size, size)


def _kept() -> Iterator[tuple[str, Revision | SignedDocument | PrivateFile]]:
    for row in Revision.objects.filter(link="").order_by("pk").iterator():
        yield f"{row.evidence_id}/{row.number}", row
    for document in SignedDocument.objects.filter(state=SigningState.SIGNED).order_by("pk").iterator():
        yield f"{document.kind} {document.key}", document
    for model in PrivateFile.__subclasses__():
        for row in model._default_manager.order_by("pk").iterator():
            yield f"{model._meta.label_lower} {row.pk}", row
