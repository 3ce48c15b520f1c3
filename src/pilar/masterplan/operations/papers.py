"""All papers of a version, ordered by those who work on it and made in the background."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from pilar.evidence import store
from pilar.masterplan.documents import PAPERS, Format, papers_archive
from pilar.masterplan.models import PaperBatch
from pilar.masterplan.queries.books import plan_book
from pilar.masterplan.queries.plans import version as version_of
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.masterplan.rules.batches import UNFINISHED, BatchState, is_lost
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit, locks
from pilar.platform.jobs import background
from pilar.reports.archives import add, open_archive

TARGET = "masterplan.paper-batch"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Turn:
    """One attempt at a batch; ``before`` is what an earlier one may have left in the store."""

    batch: int
    version: int
    number: int
    key: str
    before: str


@transaction.atomic
def order_papers(*, by: Standing, version: int, now: datetime) -> int:
    """Have all papers of a version made; returns the key of the batch, of the one under way if there is one.

    One that is lost is given up first. Raises :class:`NotFound`, :class:`NotAllowed`; needs ``read-plan``.
    """
    row = version_of(version, scope=by)
    require(by, Action.READ_PLAN, Case(row.plan.region, None, row.state), known=True)
    locks.take(f"{TARGET} {version}")
    under_way = PaperBatch.objects.filter(version=version, state__in=UNFINISHED).first()
    if under_way is not None:
        if not is_lost(BatchState(under_way.state), under_way.progressed_at, now):
            return int(under_way.pk)
        PaperBatch.objects.filter(pk=under_way.pk).update(state=BatchState.FAILED)
    made = PaperBatch.objects.create(
        version_id=version, total=len(PAPERS) * len(Format), ordered_by_id=by.account, ordered_by_name=by.actor.name,
        ordered_at=now, progressed_at=now,
    )  # fmt: skip
    audit.record(
        by=by.actor, action="order", target=TARGET, key=made.pk, area=row.plan.region, after={"version": version}
    )
    make_papers.later(batch=made.pk)
    return int(made.pk)


@background("masterplan.make-papers")
def make_papers(*, by: Standing, batch: int) -> None:
    """Make the papers of a batch; beginning anew is harmless, and one that is done or given up stays as it is.

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
            if _fill(by, turn, file):
                _finish(by, turn, file)
    except Exception:
        _mine(turn).update(state=BatchState.FAILED, progressed_at=Now())
        raise


@transaction.atomic
def _begin(batch: int) -> _Turn | None:
    found = PaperBatch.objects.select_for_update(of=("self",)).filter(pk=batch, state__in=UNFINISHED).first()
    if found is None:
        return None
    before = found.storage_key
    found.state, found.done, found.attempt = BatchState.RUNNING, 0, found.attempt + 1
    # Written down before the file is there, so that a later attempt can take away what this one leaves behind.
    found.storage_key, found.progressed_at = f"papers/{uuid4().hex}.zip", Now()
    found.save(update_fields=["state", "done", "attempt", "storage_key", "progressed_at"])
    return _Turn(found.pk, found.version_id, found.attempt, found.storage_key, before)


def _fill(by: Standing, turn: _Turn, file: IO[bytes]) -> bool:
    """Write the archive; False if another attempt has taken over."""
    book = plan_book(version_of(turn.version, scope=by))
    with open_archive(file) as into:
        for done, (name, content) in enumerate(papers_archive(book), start=1):
            add(into, name, content, moment=book.made_at)
            if not _mine(turn).update(done=done, progressed_at=Now()):
                return False
    return True


def _finish(by: Standing, turn: _Turn, file: IO[bytes]) -> None:
    size, sha256 = file.tell(), _hash(file)
    file.seek(0)
    store.put(turn.key, file)
    with transaction.atomic():
        kept = _mine(turn).update(state=BatchState.DONE, done=F("total"), size=size, sha256=sha256, progressed_at=Now())
        if kept:
            audit.record(by=by.actor, action="make", target=TARGET, key=turn.batch, after={"sha256": sha256})
    if not kept:
        store.delete(turn.key)
        return
    _clear_earlier(turn)


def _clear_earlier(turn: _Turn) -> None:
    """Earlier archives of the version: one is enough."""
    for one in PaperBatch.objects.filter(version=turn.version, pk__lt=turn.batch).exclude(state__in=UNFINISHED):
        if one.storage_key:
            store.delete(one.storage_key)
        one.delete()


def _mine(turn: _Turn) -> QuerySet[PaperBatch]:
    """The batch while this attempt is the last one."""
    return PaperBatch.objects.filter(pk=turn.batch, attempt=turn.number, state=BatchState.RUNNING)


def _hash(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()
