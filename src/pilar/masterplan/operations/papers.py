"""Order all papers of a version, for those who work on it; they are made in the background."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.evidence.operations.batches import Batches, Files
from pilar.masterplan.documents import PAPERS, Format, papers_archive
from pilar.masterplan.models import PaperBatch
from pilar.masterplan.queries.books import plan_book
from pilar.masterplan.queries.plans import version as version_of
from pilar.masterplan.rules.authority import Action, Case, require
from pilar.people.rules import SCHEDULE, Standing
from pilar.platform.jobs import background

PAPER_BATCHES = Batches(PaperBatch, target="masterplan.paper-batch", folder="papers", same=("version",))


@transaction.atomic
def order_papers(*, by: Standing, version: int, now: datetime) -> int:
    """Have all papers of a version made; return the key of the batch, or of one already under way.

    Raises :class:`NotFound`, :class:`NotAllowed`; needs ``read-plan``.
    """
    row = version_of(version, scope=by)
    require(by, Action.READ_PLAN, Case(row.plan.region, None, row.state), known=True)
    total = len(PAPERS) * len(Format)
    return PAPER_BATCHES.order(by=by, job=make_papers, now=now, total=total, area=row.plan.region, version=version)


@background("masterplan.make-papers")
def make_papers(*, by: Standing, batch: int) -> None:
    """Make the papers of a batch. Raises NotAllowed for everybody except the schedule and the console."""
    PAPER_BATCHES.make(by=by, batch=batch, files=_papers)


def _papers(batch: PaperBatch) -> Files:
    book = plan_book(version_of(batch.version_id, scope=SCHEDULE))
    for name, content in papers_archive(book):
        yield name, content, book.made_at
