"""Batches of result sheets, for the secretariat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.evaluation.models import SheetBatch
from pilar.evaluation.queries.snapshots import PhaseHeader, SnapshotRow, header_of, secretariat_version
from pilar.evaluation.rules.sheets import LANGUAGES
from pilar.evidence.rules.batches import BatchList, batch_row
from pilar.people.rules import Standing
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class SheetBatches:
    """The batches of a version, newest first; their variant is the language of the sheets."""

    header: PhaseHeader
    snapshot: SnapshotRow
    batches: BatchList


def batches(code: str, number: int, version: int, *, by: Standing, now: datetime) -> SheetBatches:
    """Raises NotFound, NotAllowed, SnapshotNotFound."""
    phase, snapshot = secretariat_version(code, number, version, by=by)
    sheet_batches = SheetBatch.objects.filter(snapshot__phase=phase, snapshot__version=version)
    rows = (
        batch_row(batch, now, variant=batch.language, title=translate(LANGUAGES[batch.language]))
        for batch in sheet_batches
    )
    return SheetBatches(header_of(phase), snapshot, BatchList(tuple(rows)))
