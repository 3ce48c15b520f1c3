"""The newest archive of a version's papers, for those who work on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.masterplan.models import PaperBatch
from pilar.masterplan.queries.rows import VersionRow
from pilar.masterplan.rules.authority import Action, Case, holds
from pilar.masterplan.rules.batches import BATCH_NAMES, UNFINISHED, BatchState, PapersNotReady, is_lost
from pilar.people.rules import Standing
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class PaperBatchRow:
    """A batch. ``lost``: nothing has happened for so long that it may be ordered anew."""

    key: int
    state: BatchState
    done: int
    total: int
    ordered_by: str
    ordered_at: datetime
    size: int | None
    sha256: str
    storage_key: str
    lost: bool

    @property
    def name(self) -> str:
        """The state in the reader's language."""
        return translate(BATCH_NAMES[self.state][0])

    @property
    def tone(self) -> str:
        return "negative" if self.lost else BATCH_NAMES[self.state][1]

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def waiting(self) -> bool:
        return self.unfinished and not self.lost

    @property
    def ready(self) -> bool:
        return self.state is BatchState.DONE


def may_order_papers(row: VersionRow, *, scope: Standing) -> bool:
    """Whether ``scope`` has all papers made and fetches them in one archive."""
    return holds(scope, Action.READ_PLAN, Case(row.plan.region, None, row.state))


def paper_batches(row: VersionRow, *, scope: Standing, now: datetime) -> tuple[PaperBatchRow, ...]:
    """The batches of a version, newest first; none for who may not order them."""
    if not may_order_papers(row, scope=scope):
        return ()
    return tuple(_row(one, now) for one in PaperBatch.objects.filter(version=row.key))


def paper_archive(row: VersionRow, key: int, *, scope: Standing, now: datetime) -> PaperBatchRow:
    """A batch that is done; raises PapersNotReady."""
    for one in paper_batches(row, scope=scope, now=now):
        if one.key == key and one.ready:
            return one
    raise PapersNotReady


def _row(one: PaperBatch, now: datetime) -> PaperBatchRow:
    state = BatchState(one.state)
    return PaperBatchRow(
        one.pk, state, one.done, one.total, one.ordered_by_name, one.ordered_at, one.size, one.sha256, one.storage_key,
        is_lost(state, one.progressed_at, now),
    )  # fmt: skip
