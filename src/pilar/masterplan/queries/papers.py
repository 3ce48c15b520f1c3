"""The archives of a version's papers, for those who work on it."""

from __future__ import annotations

from datetime import datetime

from pilar.evidence.rules.batches import BatchList, batch_row
from pilar.masterplan.models import PaperBatch
from pilar.masterplan.queries.rows import VersionRow
from pilar.masterplan.rules.authority import Action, Case, holds
from pilar.people.rules import Standing


def may_order_papers(row: VersionRow, *, scope: Standing) -> bool:
    """Return whether ``scope`` may have all papers made and fetch them in one archive."""
    return holds(scope, Action.READ_PLAN, Case(row.plan.region, None, row.state))


def paper_batches(row: VersionRow, *, scope: Standing, now: datetime) -> BatchList:
    """Read the batches of a version, newest first; empty for a reader who may not order them."""
    if not may_order_papers(row, scope=scope):
        return BatchList()
    return BatchList(tuple(batch_row(batch, now) for batch in PaperBatch.objects.filter(version=row.key)))
