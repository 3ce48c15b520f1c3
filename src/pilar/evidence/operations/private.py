"""Files that a room keeps for its own readers: what a citizen sends with an application is no evidence of a region.

Who may send and read them is decided by that room, before it calls. As with an upload, :func:`hold_private` comes first
and outside any transaction (adr/0007).
"""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.db import transaction

from pilar.evidence import clamd, store
from pilar.evidence.models import HeldFile, PrivateFile
from pilar.evidence.operations.adding import HeldUpload, taken, taken_out
from pilar.evidence.rules import ScanState, move_scan
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit, locks
from pilar.platform.jobs import background


def hold_private(*, by: Standing, upload: IO[bytes], name: str, now: datetime) -> HeldUpload:
    """Check a file and put it into the store, held for ``by`` until it is kept or swept away after an hour.

    Raises Faults at ``file``, :class:`NotAllowed` for who has no account, :class:`NotKept`. Commits.
    """
    return taken(by, upload, name, now)


def keep_private(*, by: Standing, held: HeldUpload) -> dict[str, Any]:
    """The columns of a :class:`PrivateFile` for a held file, in the transaction that makes its row; raises Faults at
    ``file``. Have it scanned by :func:`scan_private` then."""
    return taken_out(HeldFile.objects.filter(received_by=by.account, citizen=by.citizen), held)


def to_be_scanned(row: PrivateFile) -> None:
    """Queue the scan of a row that was just made."""
    if settings.PILAR_CLAMD:
        scan_private.later(model=row._meta.label, key=row.pk)


@background("evidence.scan-private", retry=3)
def scan_private(*, by: Standing, model: str, key: int) -> None:
    """Have the file of a row scanned; a scanner that gives no verdict is asked again."""
    if not by.unrestricted:
        raise NotAllowed
    rows = apps.get_model(model)._default_manager.all()
    row = rows.filter(pk=key, scan__in=[ScanState.NOT_SCANNED, ScanState.FAILED]).first()
    if row is None or not settings.PILAR_CLAMD:
        return
    with store.open_file(row.storage_key) as file:
        found = clamd.scan(file, address=settings.PILAR_CLAMD)
    with transaction.atomic():
        row = locks.hold(rows, pk=key)
        state = ScanState.INFECTED if found else ScanState.CLEAN
        move_scan(ScanState(row.scan), state)
        row.scan, row.scan_found = state, found[:200]
        row.save(update_fields=["scan", "scan_found"])
        audit.record(by=by.actor, action="scan", target=model.lower(), key=key, after={"scan": state, "found": found})
