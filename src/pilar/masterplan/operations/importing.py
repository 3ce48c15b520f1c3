"""Make proposals from programmes of a workbook after they were checked and confirmed (``masterplan.imports``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from pilar.masterplan.models import Proposal, Version
from pilar.masterplan.operations.announcing import settle_call
from pilar.masterplan.operations.contents import keep_all
from pilar.masterplan.operations.locking import locked_version
from pilar.masterplan.rules.authority import Action
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.stages import ProposalKind, ProposalState
from pilar.masterplan.rules.workbook_judging import DRAFT, NEW, UPDATE, RowVerdict
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.audit import Change


def hold_proposals(*, by: Standing, version: int) -> None:
    """Lock a version and its proposals until the transaction ends; needs ``edit-proposals``."""
    locked_version(by, version, Action.EDIT_PROPOSALS)


@transaction.atomic
def store_programmes(*, by: Standing, version: int, verdicts: Sequence[RowVerdict], name: str, now: datetime) -> None:
    """Propose the programmes of the file ``name``, handed in except drafts, or change existing proposals with other
    content.

    The verdicts must be those on the locked version; needs ``edit-proposals``.
    """
    row = locked_version(by, version, Action.EDIT_PROPOSALS)
    wanted = [verdict for verdict in verdicts if verdict.outcome.stored and verdict.imported.content is not None]
    contents = keep_all(
        by, row.plan, [verdict.imported.content for verdict in wanted if verdict.imported.content], now=now
    )
    last = Proposal.objects.filter(version=row).aggregate(last=Max("number"))["last"] or 0
    made = []
    for verdict, content in zip(wanted, contents, strict=True):
        if verdict.outcome is UPDATE:
            continue
        last += 1
        kind = ProposalKind.ADD if verdict.outcome in (NEW, DRAFT) else ProposalKind.CHANGE
        state = ProposalState.DRAFT if verdict.outcome is DRAFT else ProposalState.SUBMITTED
        made.append(
            Proposal(
                version=row, number=last, office_id=content.owner_id, kind=kind, line_id=verdict.line, content=content,
                state=state, origin=Origin.IMPORT, origin_key=verdict.imported.code, origin_text=name,
                made_by_id=by.account, made_at=now, changed_at=now,
                submitted_at=now if state is ProposalState.SUBMITTED else None,
            )
        )  # fmt: skip
    made = Proposal.objects.bulk_create(made)
    changes = [
        Change(proposal.pk, row.region_id, None, {"number": proposal.number, "content": proposal.content_id})
        for proposal in made
    ]
    audit.record_each(by=by.actor, action="import", target="masterplan.proposal", changes=changes)
    _update(by, row, [
        (row_verdict.proposal.key, content.pk) for row_verdict, content in zip(wanted, contents, strict=True)
        if row_verdict.outcome is UPDATE and row_verdict.proposal is not None
    ], now)  # fmt: skip
    offices = {proposal.office_id for proposal in made if proposal.state == ProposalState.SUBMITTED}
    settle_call(by=by, version=version, offices=sorted(offices), now=now)


def _update(by: Standing, version: Version, pairs: Sequence[tuple[int, int]], now: datetime) -> None:
    """Replace the content of proposals; a person with one open in a form is told when they save."""
    contents = dict(pairs)
    rows = list(Proposal.objects.filter(pk__in=contents))
    changes = []
    for row in rows:
        after = {"content": contents[row.pk]}
        changes.append(Change(row.pk, version.region_id, {"content": row.content_id}, after))
        row.content_id, row.saves, row.changed_at = contents[row.pk], row.saves + 1, now
    Proposal.objects.bulk_update(rows, ["content", "saves", "changed_at"], batch_size=500)
    audit.record_each(by=by.actor, action="import", target="masterplan.proposal", changes=changes)
