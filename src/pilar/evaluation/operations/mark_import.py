"""An assessor's marks from a file: row by row what becomes of it, and then all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from pilar.evaluation.operations.marking import Marking, NewMark
from pilar.evaluation.rules.answer_sheets import Outcome
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.mark_sheets import MarkChange, MarkVerdict, SheetMark
from pilar.people.rules import Standing
from pilar.platform.errors import Fault, Faults
from pilar.platform.versions import Outdated


@transaction.atomic
def import_marks(
    *, by: Standing, assessment: int, marks: Iterable[SheetMark], apply: bool, now: datetime
) -> tuple[MarkVerdict, ...]:
    """Tell what becomes of one's own marks that a file holds; with ``apply`` they are kept, all or none.

    Every row is saved as by :func:`save_mark`; without ``apply`` it is undone. Raises Faults with everything that rows
    are refused for if they were to be applied, and as ``save_mark`` what concerns the marking as a whole.
    """
    rows = list(marks)
    marking = Marking(by, assessment, [row.node for row in rows if not row.faults and row.value is not None], now)
    before = {node: (mark.value, mark.reason) for node, mark in marking.marks.items()}
    with transaction.atomic():
        verdicts = tuple(_verdict(marking, row, before) for row in rows)
        refused = [fault for verdict in verdicts for fault in verdict.faults]
        if apply and refused:
            raise Faults(refused)
        if not apply:
            transaction.set_rollback(True)
    return verdicts


def _verdict(marking: Marking, mark: SheetMark, before: Mapping[str, tuple[Decimal, str]]) -> MarkVerdict:
    if mark.faults:
        return MarkVerdict(mark, Outcome.REFUSED, faults=mark.faults)
    if mark.value is None:
        return MarkVerdict(mark, Outcome.UNCHANGED)
    try:
        with transaction.atomic():
            marking.save(NewMark(mark.node, mark.value, mark.reason, mark.seen_version))
    except Faults as refused:
        return MarkVerdict(mark, Outcome.REFUSED, faults=tuple(mark.placed(fault) for fault in refused.faults))
    except Outdated as refused:
        sentence = refused.sentence if refused.stored.by else refused.nameless
        late = Fault(refused.code, sentence, {"name": refused.stored.by}, "version")
        return MarkVerdict(mark, Outcome.REFUSED, faults=(mark.placed(late),))
    changes = _changes(before.get(mark.node), (mark.value, mark.reason.strip()))
    return MarkVerdict(mark, Outcome.CHANGED if changes else Outcome.UNCHANGED, changes)


def _changes(before: tuple[Decimal, str] | None, after: tuple[Decimal, str]) -> tuple[MarkChange, ...]:
    old = ("", "") if before is None else (f"{trimmed(before[0]):f}", before[1])
    new = (f"{trimmed(after[0]):f}", after[1])
    pairs = zip(("value", "reason"), old, new, strict=True)
    return tuple(MarkChange(name, earlier, later) for name, earlier, later in pairs if earlier != later)
