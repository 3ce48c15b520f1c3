"""All result sheets of a version, ordered by the secretariat and made in the background."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation

from pilar.evaluation.documents.sheet import result_sheet, sheet_name
from pilar.evaluation.models import SheetBatch, Snapshot
from pilar.evaluation.queries.sheets import book_of, findings_are_out
from pilar.evaluation.queries.snapshots import secretariat_version, snapshots_of
from pilar.evaluation.rules.authority import require_running
from pilar.evaluation.rules.sheets import checked_language
from pilar.evidence.operations.batches import Batches, Files
from pilar.people.rules import Standing
from pilar.platform.jobs import background

SHEETS = Batches(SheetBatch, target="evaluation.sheet-batch", folder="sheets", same=("snapshot", "language"))


@transaction.atomic
def order_sheets(*, by: Standing, campaign: str, phase: int, version: int, language: str, now: datetime) -> int:
    """Have the sheets of all regions made; returns the key of the batch, of the one under way if there is one.

    Raises UnknownLanguage, NotFound, NotAllowed, SnapshotNotFound.
    """
    row, _row = secretariat_version(campaign, phase, version, by=by)
    require_running(by)
    wanted = checked_language(language)
    snapshot = Snapshot.objects.get(phase=row, version=version)
    total = snapshot.results.count()
    return SHEETS.order(by=by, job=make_sheets, now=now, total=total, snapshot=snapshot.pk, language=wanted)


@background("evaluation.make-sheets")
def make_sheets(*, by: Standing, batch: int) -> None:
    """Make the sheets of a batch. Raises NotAllowed for anybody but the schedule and the console."""
    SHEETS.make(by=by, batch=batch, files=_sheets)


def _sheets(batch: SheetBatch) -> Files:
    snapshot = batch.snapshot
    phase = snapshot.phase
    with translation.override(batch.language):
        (row,) = (snapshot_row for snapshot_row in snapshots_of(phase.pk) if snapshot_row.version == snapshot.version)
        book = book_of(phase, row, findings=findings_are_out(phase), changes=True)
        moment = row.published_at or row.computed_at
        for region in book.lines:
            sheet = book.sheet(region)
            name = f"{sheet_name(book.header, row.version, sheet.line.region)}.pdf"
            yield name, result_sheet(sheet), moment
