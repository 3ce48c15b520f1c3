"""Documents that everybody may read and that never change: made once, kept in the store, deleted to make room.

Nobody acts: what is kept here can be made again from what is stored, and says nothing that a page does not say.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from pilar.evidence import store
from pilar.evidence.models import KeptDocument
from pilar.evidence.rules import NotKept
from pilar.evidence.rules.documents import AGAIN, AT_ONCE, USED_EVERY, WAIT_MILLISECONDS, BeingMade
from pilar.platform import locks

log = structlog.get_logger(__name__)


def keep_document(*, key: str, make: Callable[[], bytes], now: datetime) -> bytes:
    """The document of this key (64 hexadecimal digits): the one that is kept, or else made and kept.

    A store that is full or away keeps nothing, and the document is made for this reader alone. Raises
    :class:`BeingMade` for anyone who would have to wait too long. Commits the row before the file, so no file is ever
    without.
    """
    row, _new = KeptDocument.objects.get_or_create(key=key, defaults={"used_at": now})
    content = _read(row, now)
    if content is not None:
        return content
    try:
        with transaction.atomic():
            # What is asked for twice at once meets in the same turn; the number of turns bounds what is made at once.
            locks.take(f"evidence.document {int(key[:8], 16) % AT_ONCE}", wait=WAIT_MILLISECONDS)
            locked = KeptDocument.objects.select_for_update().filter(key=key).first()
            if locked is None:  # deleted a moment ago to make room
                raise BeingMade(seconds=AGAIN)
            content = _read(locked, now)
            if content is not None:
                return content
            content = make()
            _write(locked, content, now)
    except locks.Busy:
        raise BeingMade(seconds=AGAIN) from None
    _make_room()
    return content


@transaction.atomic
def forget_unmade(*, before: datetime) -> int:
    """Delete what was begun before a moment and never kept; returns how many."""
    rows = KeptDocument.objects.select_for_update(skip_locked=True)
    return sum(_delete(row) for row in rows.filter(size=None, used_at__lt=before))


def _read(row: KeptDocument, now: datetime) -> bytes | None:
    """The kept file; None where there is none, or not the whole of it."""
    if row.size is None:
        return None
    try:
        with store.open_file(row.storage_key) as file:
            content: bytes = file.read()
    except store.FAILURES as error:
        log.warning("kept-document-not-read", key=row.key, cause=str(error))
        return None
    if len(content) != row.size:
        return None
    if now - row.used_at > USED_EVERY:
        KeptDocument.objects.filter(key=row.key).update(used_at=now)
    return content


def _write(row: KeptDocument, content: bytes, now: datetime) -> None:
    """Keep a document, unless it alone is larger than all of them may be, or the store does not take it."""
    row.size, row.used_at = None, now
    if len(content) <= settings.PILAR_KEPT_DOCUMENTS:
        with suppress(NotKept, *store.FAILURES):
            store.delete(row.storage_key)  # what a killed attempt, or a disk that lost a part of it, left
            store.put(row.storage_key, io.BytesIO(content))
            row.size = len(content)
    row.save(update_fields=["size", "used_at"])


@transaction.atomic
def _make_room() -> None:
    """Delete what was asked for longest ago until all together are no larger than they may be."""
    kept = KeptDocument.objects.filter(size__isnull=False)
    excess = (kept.aggregate(all=Sum("size"))["all"] or 0) - settings.PILAR_KEPT_DOCUMENTS
    if excess <= 0:
        return
    for row in kept.select_for_update(skip_locked=True).order_by("used_at", "key").iterator(chunk_size=100):
        size = row.size or 0
        if _delete(row):
            excess -= size
        if excess <= 0:
            return


def _delete(row: KeptDocument) -> bool:
    """File first, row second, so that nothing is left without a row; False while the store does not answer."""
    try:
        store.delete(row.storage_key)
    except store.FAILURES:
        return False
    row.delete()
    return True
