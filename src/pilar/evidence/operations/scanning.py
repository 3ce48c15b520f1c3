"""Asking the virus scanner, and keeping what it said."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.apps import apps
from django.conf import settings
from django.db import transaction

from pilar.evidence import clamd, store
from pilar.evidence.models import PrivateFile, Revision, ScanVerdict
from pilar.evidence.operations.locking import TARGET, lock_piece
from pilar.evidence.queries import unscanned
from pilar.evidence.rules import ScanState, move_scan
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit, locks
from pilar.platform.jobs import background, every

MAX_FOUND = 200
UNSCANNED = (ScanState.NOT_SCANNED, ScanState.FAILED)

log = structlog.get_logger(__name__)


@background("evidence.scan")
def scan(*, by: Standing, revision: int, now: datetime) -> None:
    """Have the file of this revision (by its key) scanned and record the verdict; does nothing once it is judged.

    A scanner that gives no verdict is recorded as failed, and asked again later. Raises :class:`NotAllowed` for
    anybody but the schedule and the console.
    """
    _require_schedule(by)
    if not settings.PILAR_CLAMD or revision not in unscanned(scope=by, among=[revision]):
        return
    row = Revision.objects.get(pk=revision)
    try:
        with store.open_file(row.storage_key) as file:
            virus = clamd.scan(file, address=settings.PILAR_CLAMD)
        state = ScanState.INFECTED if virus else ScanState.CLEAN
    except (clamd.ScannerFailed, FileNotFoundError) as error:
        log.warning("evidence-scan-failed", revision=revision, said=str(error))
        state, virus = ScanState.FAILED, ""
    record_scan(by=by, revision=revision, state=state, found=virus, now=now)


@transaction.atomic
def record_scan(*, by: Standing, revision: int, state: ScanState, found: str = "", now: datetime) -> None:
    """Record a verdict on the revision with this key.

    Raises :class:`NotAllowed` for anybody but the schedule and the console, :class:`NotFound`, and
    :class:`MoveNotOpen` for a verdict after “infected”. A second failure in a row is not written again.
    """
    _require_schedule(by)
    row = Revision.objects.select_related("evidence").filter(pk=revision).first()
    if row is None or not row.storage_key:
        raise NotFound
    lock_piece(row.evidence_id)
    last = ScanVerdict.objects.filter(revision=row).order_by("-pk").first()
    before = ScanState(last.state) if last else ScanState.NOT_SCANNED
    move_scan(before, state)
    if before is state is ScanState.FAILED:
        return
    ScanVerdict.objects.create(revision=row, state=state, found=found[:MAX_FOUND], scanned_at=now)
    audit.record(
        by=by.actor,
        action="scan",
        target=TARGET,
        key=row.evidence_id,
        area=row.evidence.region_id,
        before={"scan": before},
        after={"number": row.number, "scan": state, "found": found[:MAX_FOUND]},
    )


def to_be_scanned(row: PrivateFile) -> None:
    """Queue the scan of a row that was just made."""
    if settings.PILAR_CLAMD:
        scan_private.later(model=row._meta.label, key=row.pk)


@background("evidence.scan-private", retry=3)
def scan_private(*, by: Standing, model: str, key: int) -> None:
    """Have the file of a row scanned; a scanner that gives no verdict is asked again, also by :func:`scan_waiting`."""
    _require_schedule(by)
    rows = apps.get_model(model)._default_manager.all()
    row = rows.filter(pk=key, scan__in=UNSCANNED).first()
    if row is None or not settings.PILAR_CLAMD:
        return
    with store.open_file(row.storage_key) as file:
        virus = clamd.scan(file, address=settings.PILAR_CLAMD)
    with transaction.atomic():
        row = locks.hold(rows, pk=key)
        state = ScanState.INFECTED if virus else ScanState.CLEAN
        move_scan(ScanState(row.scan), state)
        row.scan, row.scan_found = state, virus[:200]
        row.save(update_fields=["scan", "scan_found"])
        audit.record(by, "scan", model.lower(), key, after={"scan": state, "found": virus})


@every("evidence.scan-waiting", cron="40 * * * *")
@transaction.atomic
def scan_waiting(*, by: Standing) -> int:
    """Queue a scan for every file that has no verdict yet, also those that a room keeps for its own readers; returns
    how many. Without a scanner, none."""
    _require_schedule(by)
    if not settings.PILAR_CLAMD:
        return 0
    waiting = unscanned(scope=by)
    for key in waiting:
        scan.later(revision=key)
    count = len(waiting)
    for model in PrivateFile.__subclasses__():
        rows = model._default_manager.filter(scan__in=UNSCANNED).exclude(storage_key="")
        for key in rows.values_list("pk", flat=True):
            scan_private.once(model=model._meta.label, key=key)
            count += 1
    return count


def _require_schedule(by: Standing) -> None:
    by.require_server()
