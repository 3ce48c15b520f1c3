"""Save an assessor's marks, by hand or from a file, blind to the rest of the panel until every seat has finished."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from pilar import index
from pilar.evaluation.models import Answer, Mark, MarkingDone
from pilar.evaluation.operations.agreement import reopen, settle_marks
from pilar.evaluation.operations.announcing import address
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.answers import stored as stored_answer
from pilar.evaluation.queries.cases import left_out_of, marked_leaves, person, self_mark, tree_for
from pilar.evaluation.rules.answer_sheets import Outcome
from pilar.evaluation.rules.answers import NOTHING, trimmed
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.mark_sheets import MarkChange, MarkVerdict, SheetMark
from pilar.evaluation.rules.marking import (
    NOT_APPLICABLE,
    MarkingFinished,
    checked_mark,
    leaf_of,
    optional_text,
    required_text,
)
from pilar.evaluation.rules.stages import AssessmentState
from pilar.people.operations import notify, settle
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, Bilingual
from pilar.platform.versions import Outdated, Stored, require_seen

MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class NewMark:
    """A mark to keep, drawn from the version seen (0: none yet)."""

    node: str
    value: Decimal
    reason: str = ""
    seen_version: int = 0


@transaction.atomic
def save_mark(
    *,
    by: Standing,
    assessment: int,
    node: str,
    value: Decimal,
    reason: str = "",
    seen_version: int,
    now: datetime,
) -> int:
    """Keep one's own mark of an indicator; returns its version. ``seen_version`` is 0 for the first mark.

    A reason is due where the mark differs from the region's own. Saving again what is stored changes nothing. Raises
    Faults at ``value`` or ``reason``, :class:`UnknownIndicator`, :class:`MarkingFinished`, :class:`Outdated`, and as
    ``locked_assessment``.
    """
    return Marking(by, assessment, [node], now).save(NewMark(node, value, reason, seen_version))


@transaction.atomic
def save_marks(*, by: Standing, assessment: int, marks: Iterable[NewMark], now: datetime) -> dict[str, int]:
    """Keep several of one's own marks, all or none; returns the version of each by its indicator.

    Raises Faults of all of them at once, at ``policy value`` for the value of ``policy``, and as :func:`save_mark`.
    """
    new_marks = list(marks)
    faults: list[Fault] = []
    versions: dict[str, int] = {}
    marking = Marking(by, assessment, [mark.node for mark in new_marks], now)
    for new_mark in new_marks:
        try:
            versions[new_mark.node] = marking.save(new_mark)
        except Faults as refused:
            faults += [replace(fault, place=f"{new_mark.node} {fault.place}".strip()) for fault in refused.faults]
    if faults:
        raise Faults(faults)
    return versions


class Marking:
    """An assessment held for one of its panel, who marks some of its indicators; raises as :func:`save_mark`."""

    def __init__(self, by: Standing, assessment: int, nodes: Collection[str], now: datetime) -> None:
        self.by, self.now = by, now
        self.found, _case = locked_assessment(by, assessment, Action.MARK)
        self.assessor, self.tree = person(by), tree_for(self.found)
        for node in nodes:
            leaf_of(self.tree, node)
        if MarkingDone.objects.filter(assessment=self.found, assessor=self.assessor).exists():
            raise MarkingFinished
        of = {"assessment": self.found, "node__in": nodes}
        self.marks = {mark.node: mark for mark in Mark.objects.filter(**of, assessor=self.assessor)}
        self.answers = {answer.node: answer for answer in Answer.objects.filter(**of)}
        self.left_out = left_out_of(self.found)

    def save(self, new: NewMark) -> int:
        """Keep one mark; returns its version."""
        leaf = leaf_of(self.tree, new.node)
        given, said = checked_mark(self.tree, leaf, new.value), optional_text(new.reason, "reason")
        self._require_reason(leaf, given, said)
        stored = self.marks.get(new.node)
        if stored is not None and (stored.value, stored.reason) == (given, said):
            return stored.version
        before = None if stored is None else {"value": stored.value, "reason": stored.reason}
        if stored is None:
            stored = Mark(assessment=self.found, node=new.node, assessor_id=self.assessor, version=0)
        require_seen(new.seen_version, Stored(stored.version, before or {}, at=stored.changed_at if before else None))
        stored.value, stored.reason, stored.version, stored.changed_at = given, said, stored.version + 1, self.now
        stored.save()
        self.marks[new.node] = stored
        audit.record(
            by=self.by.actor,
            action="mark",
            target="evaluation.mark",
            key=stored.pk,
            area=self.found.participation.region_id,
            before=before,
            after={"assessment": self.found.pk, "node": new.node, "value": given, "reason": said},
        )
        return stored.version

    def _require_reason(self, leaf: index.Node, value: Decimal, reason: str) -> None:
        answer = self.answers.get(leaf.code)
        own = NOTHING if answer is None else stored_answer(answer).given
        if leaf.code in self.left_out:
            raise Faults([NOT_APPLICABLE])
        if not reason and value != self_mark(self.tree, leaf, own):
            sentence = N_("Say why your mark differs from the region's own")
            raise Faults([Fault("no-reason", sentence, {}, "reason")])


@transaction.atomic
def finish_marking(*, by: Standing, assessment: int, now: datetime) -> None:
    """Say that one's marks of a region are complete; they are fixed from then on. A second time changes nothing.

    With the last seat of the panel the clear marks are agreed at once and the others go to the chair. Raises Faults
    with the indicators that have no mark yet.
    """
    row, _case = locked_assessment(by, assessment, Action.FINISH_MARKING)
    assessor = person(by)
    if MarkingDone.objects.filter(assessment=row, assessor=assessor).exists():
        return
    marked = set(Mark.objects.filter(assessment=row, assessor=assessor).values_list("node", flat=True))
    missing = [leaf for leaf in marked_leaves(row) if leaf.code not in marked]
    if missing:
        sentence = N_("%(count)s indicators have no mark yet: %(nodes)s")
        named = "; ".join(str(Bilingual(**leaf.title)) for leaf in missing[:MAX_NAMED])
        named += "; …" if len(missing) > MAX_NAMED else ""
        raise Faults([Fault("unmarked", sentence, {"count": len(missing), "nodes": named})])
    MarkingDone.objects.create(assessment=row, assessor_id=assessor, done_at=now)
    audit.record(
        by=by.actor,
        action="finish-marking",
        target="evaluation.assessment",
        key=row.pk,
        area=row.participation.region_id,
        after={"assessor": assessor},
    )
    settle(by=by, subject=f"evaluation.marking:{row.pk}:{assessor}", now=now)
    settle_marks(by=by, assessment=row, now=now)


@transaction.atomic
def reopen_marking(*, by: Standing, assessment: int, assessor: int, reason: str, now: datetime) -> None:
    """The chair lets one assessor change marks again; until that one has finished, the panel is blind as before.

    What the chair settled stays, what was agreed by the rule is agreed again. Raises Faults at ``reason``,
    :class:`NotFound` for somebody who has not finished.
    """
    row, case = locked_assessment(by, assessment, Action.SETTLE)
    why = required_text(reason, N_("Say why the marks are reopened"), "reason")
    done = MarkingDone.objects.filter(assessment=row, assessor=assessor, assessor__in=case.panel)
    if not done.delete()[0]:
        raise NotFound
    if row.state == AssessmentState.AGREED:
        reopen(by=by, assessment=row)
    audit.record(
        by=by.actor,
        action="reopen-marking",
        target="evaluation.assessment",
        key=row.pk,
        area=row.participation.region_id,
        after={"assessor": assessor, "reason": why},
    )
    notify(
        by=by,
        to=[assessor],
        kind="evaluation.marking-reopened",
        subject=f"evaluation.marking:{row.pk}:{assessor}",
        sentence=N_("The chair reopened your marks of %(region)s: %(reason)s"),
        fields={"region": row.participation.region.name, "reason": why[:200]},
        address=address("evaluation:marking", row.pk),
        region=row.participation.region_id,
        now=now,
    )
    settle_marks(by=by, assessment=row, now=now)


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
