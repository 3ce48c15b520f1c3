"""An assessor's marks from a file: row by row what becomes of it, and then all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from pilar.evaluation.models import Assessment, Mark
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.operations.marking import save_mark
from pilar.evaluation.queries.panel import person
from pilar.evaluation.rules.answer_sheets import Outcome
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.mark_sheets import MarkChange, MarkVerdict, SheetMark
from pilar.people.rules import Standing
from pilar.platform.errors import Fault, Faults
from pilar.platform.versions import Outdated


@transaction.atomic
def import_marks(
    *, by: Standing, assessment: int, marks: Iterable[SheetMark], apply: bool, now: datetime
) -> tuple[MarkVerdict, ...]:
    """What becomes of one's own marks that a file holds; with ``apply`` they are kept, all or none.

    Every row goes through :func:`save_mark`; without ``apply`` it is undone. Raises Faults with everything that rows
    are refused for if they were to be applied, and as ``save_mark`` what concerns the marking as a whole.
    """
    found, _case = locked_assessment(by, assessment, Action.MARK)
    before = _stored(found, person(by))
    with transaction.atomic():
        verdicts = tuple(_verdict(by, assessment, mark, before, now) for mark in marks)
        refused = [fault for verdict in verdicts for fault in verdict.faults]
        if apply and refused:
            raise Faults(refused)
        if not apply:
            transaction.set_rollback(True)
    return verdicts


def _verdict(
    by: Standing, assessment: int, one: SheetMark, before: dict[str, tuple[Decimal, str]], now: datetime
) -> MarkVerdict:
    if one.faults:
        return MarkVerdict(one, Outcome.REFUSED, faults=one.faults)
    if one.value is None:
        return MarkVerdict(one, Outcome.UNCHANGED)
    try:
        with transaction.atomic():
            save_mark(
                by=by,
                assessment=assessment,
                node=one.node,
                value=one.value,
                reason=one.reason,
                seen_version=one.seen_version,
                now=now,
            )
    except Faults as refused:
        return MarkVerdict(one, Outcome.REFUSED, faults=tuple(one.placed(fault) for fault in refused.faults))
    except Outdated as refused:
        sentence = refused.sentence if refused.stored.by else refused.nameless
        late = Fault(refused.code, sentence, {"name": refused.stored.by}, "version")
        return MarkVerdict(one, Outcome.REFUSED, faults=(one.placed(late),))
    changes = _changes(before.get(one.node), (one.value, one.reason.strip()))
    return MarkVerdict(one, Outcome.CHANGED if changes else Outcome.UNCHANGED, changes)


def _stored(found: Assessment, assessor: int) -> dict[str, tuple[Decimal, str]]:
    rows = Mark.objects.filter(assessment=found, assessor=assessor)
    return {node: (value, reason) for node, value, reason in rows.values_list("node", "value", "reason")}


def _changes(before: tuple[Decimal, str] | None, after: tuple[Decimal, str]) -> tuple[MarkChange, ...]:
    old = ("", "") if before is None else (f"{trimmed(before[0]):f}", before[1])
    new = (f"{trimmed(after[0]):f}", after[1])
    pairs = zip(("value", "reason"), old, new, strict=True)
    return tuple(MarkChange(name, earlier, later) for name, earlier, later in pairs if earlier != later)
