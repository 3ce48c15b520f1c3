"""Batches of result sheets, for the secretariat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.evaluation.models import SheetBatch
from pilar.evaluation.queries.snapshots import PhaseHeader, SnapshotRow, header_of, secretariat_version
from pilar.evaluation.rules.batches import (
    BATCH_NAMES,
    LANGUAGES,
    UNFINISHED,
    BatchNotFound,
    BatchNotReady,
    BatchState,
    is_lost,
)
from pilar.people.rules import Standing
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch. ``lost``: nothing has happened for so long that it may be ordered anew."""

    key: int
    language: str
    state: BatchState
    done: int
    total: int
    ordered_by: str
    ordered_at: datetime
    size: int | None
    lost: bool

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(BATCH_NAMES[self.state])

    @property
    def language_name(self) -> str:
        """The language of the sheets, in the reader's language."""
        return translate(LANGUAGES[self.language])

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def ready(self) -> bool:
        return self.state is BatchState.DONE


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches of a version, newest first; ``waiting``: at least one goes on."""

    header: PhaseHeader
    snapshot: SnapshotRow
    rows: tuple[BatchRow, ...]

    @property
    def waiting(self) -> bool:
        return any(row.unfinished and not row.lost for row in self.rows)

    @property
    def unfinished(self) -> bool:
        return any(row.unfinished for row in self.rows)


@dataclass(frozen=True, slots=True)
class BatchFile:
    """The archive of a batch that is done."""

    storage_key: str
    size: int
    sha256: str
    name: str


def batches(code: str, number: int, version: int, *, by: Standing, now: datetime) -> Batches:
    """Raises NotFound, NotAllowed, SnapshotNotFound."""
    phase, snapshot = secretariat_version(code, number, version, by=by)
    found = SheetBatch.objects.filter(snapshot__phase=phase, snapshot__version=version)
    return Batches(header_of(phase), snapshot, tuple(_row(one, now) for one in found))


def batch_file(code: str, number: int, version: int, key: int, *, by: Standing) -> BatchFile:
    """Raises BatchNotFound, BatchNotReady, and as :func:`batches`."""
    phase, _snapshot = secretariat_version(code, number, version, by=by)
    one = SheetBatch.objects.filter(snapshot__phase=phase, snapshot__version=version, pk=key).first()
    if one is None:
        raise BatchNotFound
    if one.state != BatchState.DONE or one.size is None:
        raise BatchNotReady
    name = f"lembar-hasil-{code}-{number}-v{version}-{one.language}.zip"
    return BatchFile(one.storage_key, one.size, one.sha256, name)


def _row(one: SheetBatch, now: datetime) -> BatchRow:
    state = BatchState(one.state)
    return BatchRow(
        key=one.pk,
        language=one.language,
        state=state,
        done=one.done,
        total=one.total,
        ordered_by=one.ordered_by_name,
        ordered_at=one.ordered_at,
        size=one.size,
        lost=is_lost(state, one.progressed_at, now),
    )
