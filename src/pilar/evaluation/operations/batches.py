"""All result sheets of a version, ordered by the secretariat and made in the background."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import translation

from pilar.evaluation.documents.sheet import result_sheet, sheet_name
from pilar.evaluation.models import Phase, SheetBatch, Snapshot
from pilar.evaluation.queries.sheets import Book, book_of, findings_are_out
from pilar.evaluation.queries.snapshots import secretariat_version, snapshots_of
from pilar.evaluation.rules.batches import STEP, UNFINISHED, BatchState, checked_language, is_lost
from pilar.evidence import store
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit, locks
from pilar.platform.jobs import background
from pilar.reports.archives import add, open_archive

TARGET = "evaluation.sheet-batch"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Turn:
    """One attempt at a batch."""

    batch: SheetBatch
    number: int
    key: str
    before: str


@transaction.atomic
def order_sheets(*, by: Standing, campaign: str, phase: int, version: int, language: str, now: datetime) -> int:
    """Have the sheets of all regions made; returns the key of the batch, of the one under way if there is one.

    One that is lost is given up first. Raises UnknownLanguage, NotFound, NotAllowed, SnapshotNotFound.
    """
    found, _row = secretariat_version(campaign, phase, version, by=by)
    wanted = checked_language(language)
    snapshot = Snapshot.objects.get(phase=found, version=version)
    locks.take(f"{TARGET} {snapshot.pk} {wanted}")
    under_way = SheetBatch.objects.filter(snapshot=snapshot, language=wanted, state__in=UNFINISHED).first()
    if under_way is not None:
        if not is_lost(BatchState(under_way.state), under_way.progressed_at, now):
            return int(under_way.pk)
        SheetBatch.objects.filter(pk=under_way.pk).update(state=BatchState.FAILED)
    made = SheetBatch.objects.create(
        snapshot=snapshot,
        language=wanted,
        total=snapshot.results.count(),
        ordered_by_id=by.account,
        ordered_by_name=by.actor.name,
        ordered_at=now,
        progressed_at=now,
    )
    audit.record(
        by=by.actor,
        action="order",
        target=TARGET,
        key=made.pk,
        after={"snapshot": snapshot.pk, "language": wanted, "sheets": made.total},
    )
    make_sheets.later(batch=made.pk)
    return int(made.pk)


@background("evaluation.make-sheets")
def make_sheets(*, by: Standing, batch: int) -> None:
    """Make the sheets of a batch; beginning anew is harmless, and one that is done or given up stays as it is.

    Progress is written as it goes. Raises NotAllowed for anybody but the schedule and the console.
    """
    if not by.unrestricted:
        raise NotAllowed
    turn = _begin(batch)
    if turn is None:
        return
    if turn.before:
        store.delete(turn.before)
    try:
        with tempfile.TemporaryFile() as file:
            if _fill(turn, file):
                _finish(by, turn, file)
    except Exception:
        _mine(turn).update(state=BatchState.FAILED, progressed_at=Now())
        raise


@transaction.atomic
def _begin(batch: int) -> _Turn | None:
    rows = SheetBatch.objects.select_for_update(of=("self",)).select_related("snapshot__phase__campaign")
    found = rows.filter(pk=batch, state__in=UNFINISHED).first()
    if found is None:
        return None
    before = found.storage_key
    found.state, found.done, found.attempt = BatchState.RUNNING, 0, found.attempt + 1
    # Written down before the file is there, so that a later attempt can take away what this one leaves behind.
    found.storage_key, found.progressed_at = f"sheets/{uuid4().hex}.zip", Now()
    found.save(update_fields=["state", "done", "attempt", "storage_key", "progressed_at"])
    return _Turn(found, found.attempt, found.storage_key, before)


def _fill(turn: _Turn, file: IO[bytes]) -> bool:
    """Write the archive; False if another attempt has taken over."""
    with translation.override(turn.batch.language), open_archive(file) as into:
        for done, (name, content, moment) in enumerate(_sheets(_book(turn.batch.snapshot)), start=1):
            add(into, name, content, moment=moment)
            if done % STEP == 0 and not _mine(turn).update(done=done, progressed_at=Now()):
                return False
    return True


def _book(snapshot: Snapshot) -> Book:
    phase: Phase = snapshot.phase
    (row,) = (one for one in snapshots_of(phase.pk) if one.version == snapshot.version)
    return book_of(phase, row, findings=findings_are_out(phase), changes=True)


def _sheets(book: Book) -> Iterator[tuple[str, bytes, datetime]]:
    moment = book.snapshot.published_at or book.snapshot.computed_at
    for region in book.lines:
        sheet = book.sheet(region)
        yield f"{sheet_name(book.header, book.snapshot.version, sheet.line.region)}.pdf", result_sheet(sheet), moment


def _finish(by: Standing, turn: _Turn, file: IO[bytes]) -> None:
    size, sha256 = file.tell(), _hash(file)
    file.seek(0)
    store.put(turn.key, file)
    with transaction.atomic():
        kept = _mine(turn).update(state=BatchState.DONE, done=F("total"), size=size, sha256=sha256, progressed_at=Now())
        if kept:
            audit.record(by=by.actor, action="make", target=TARGET, key=turn.batch.pk, after={"sha256": sha256})
    if not kept:
        store.delete(turn.key)
        return
    _clear_earlier(turn.batch)


def _clear_earlier(batch: SheetBatch) -> None:
    """Earlier archives of the same version and language: what panels wrote may have changed, and one is enough."""
    earlier = SheetBatch.objects.filter(snapshot=batch.snapshot_id, language=batch.language, pk__lt=batch.pk)
    for one in earlier.exclude(state__in=UNFINISHED):
        if one.storage_key:
            store.delete(one.storage_key)
        one.delete()


def _mine(turn: _Turn) -> QuerySet[SheetBatch]:
    """The batch while this attempt is the last one."""
    return SheetBatch.objects.filter(pk=turn.batch.pk, attempt=turn.number, state=BatchState.RUNNING)


def _hash(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()
