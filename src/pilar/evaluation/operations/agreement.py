"""Agree the marks of a panel: by the rule where they are clear, by the chair otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from pilar import index
from pilar.evaluation.models import AgreedMark, Assessment, Conflict, Mark, Participation
from pilar.evaluation.operations.announcing import address
from pilar.evaluation.operations.locking import held_assessment, locked_assessment
from pilar.evaluation.queries.cases import Panel, left_out_of, marked_leaves, panel_of, person, tree_for
from pilar.evaluation.queries.panel_marks import AGREED_MARK
from pilar.evaluation.queries.phases import panel_complete
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import HANDED_IN, PANEL_AT_WORK, Action
from pilar.evaluation.rules.marking import (
    NOT_APPLICABLE,
    UnknownIndicator,
    agree,
    checked_mark,
    leaf_of,
    levels_of,
    required_text,
)
from pilar.evaluation.rules.panels import PanelIncomplete
from pilar.evaluation.rules.stages import ASSESSMENTS, AssessmentState, Settlement
from pilar.people import operations as people
from pilar.people.rules import Standing
from pilar.platform import audit, moves
from pilar.platform.errors import Faults
from pilar.platform.language import N_
from pilar.platform.transactions import require_transaction
from pilar.platform.versions import Stored, require_seen


@transaction.atomic
def settle_mark(
    *, by: Standing, assessment: int, node: str, value: Decimal, reason: str, seen_version: int, now: datetime
) -> None:
    """The chair says what an indicator's agreed mark is, also where the rule found one; ``seen_version`` 0 saw none.

    When that was the last one open, the assessment is agreed. Saying again what is stored changes nothing. Raises
    Faults at ``value`` or ``reason``, :class:`Outdated`, :class:`StillBlind`, :class:`PanelIncomplete`,
    :class:`UnknownIndicator`, and as ``locked_assessment``.
    """
    held_row, _case = locked_assessment(by, assessment, Action.SETTLE)
    chair, tree = person(by), tree_for(held_row)
    panel_of(held_row).require_open()
    if not panel_complete(held_row.participation):
        raise PanelIncomplete
    leaf = leaf_of(tree, node)
    if leaf.code in left_out_of(held_row):
        raise Faults([NOT_APPLICABLE])
    given = checked_mark(tree, leaf, value)
    why = required_text(reason, N_("Say why this is the panel's mark"), "reason")
    row = AgreedMark.objects.filter(assessment=held_row, node=node).select_related("settled_by").first()
    before = None if row is None else {"value": row.value, "how": row.how, "reason": row.reason}
    after = {"value": given, "how": Settlement.CHAIR.value, "reason": why}
    if before != after:
        require_seen(seen_version, _stored(row))
        AgreedMark.objects.update_or_create(
            assessment=held_row, node=node, defaults=after | {"settled_by_id": chair, "settled_at": now}
        )
        area = held_row.participation.region_id
        audit.record(by, "settle", AGREED_MARK, f"{held_row.pk} {node}", area=area, before=before, after=after)
    _close_if_agreed(by, held_row, marked_leaves(held_row), now)


def change_mark(
    *,
    by: Standing,
    assessment: Assessment,
    node: str,
    value: Decimal,
    reason: str,
    also_left_out: bool = False,
    now: datetime,
) -> None:
    """Put ``value`` in the place of an indicator's agreed mark; the caller holds the assessment and has asked whether
    ``by`` may. The same value again changes nothing. ``also_left_out``: one that did not apply gets its first mark.

    Raises Faults at ``value``, UnknownIndicator also where the panel agreed on no mark, NotAllowed for nobody.
    """
    require_transaction("change_mark")
    tree = tree_for(assessment)
    given = checked_mark(tree, leaf_of(tree, node), value)
    stored = AgreedMark.objects.filter(assessment=assessment, node=node).first()
    if stored is None:
        if not (also_left_out and node in left_out_of(assessment)):
            raise UnknownIndicator(node=node)
        stored, before = AgreedMark(assessment=assessment, node=node), None
    else:
        if stored.value == given:
            return
        before = {"value": stored.value, "how": stored.how, "reason": stored.reason}
    stored.value, stored.how, stored.reason = given, Settlement.CHAIR, reason
    stored.settled_by_id, stored.settled_at = person(by), now
    stored.save()
    audit.record(
        by=by.actor,
        action="change",
        target=AGREED_MARK,
        key=f"{assessment.pk} {node}",
        area=assessment.participation.region_id,
        before=before,
        after={"value": given, "how": stored.how, "reason": reason},
    )


def leave_out(*, by: Standing, assessment: Assessment, node: str) -> None:
    """Take an indicator's agreed mark away, since it does not apply to the region; the caller holds the assessment and
    has asked whether ``by`` may. Raises UnknownIndicator where there is none."""
    require_transaction("leave_out")
    stored = AgreedMark.objects.filter(assessment=assessment, node=node).first()
    if stored is None:
        raise UnknownIndicator(node=node)
    before = {"value": stored.value, "how": stored.how, "reason": stored.reason}
    stored.delete()
    area = assessment.participation.region_id
    audit.record(by, "leave-out", AGREED_MARK, f"{assessment.pk} {node}", area=area, before=before, after=None)


def _stored(row: AgreedMark | None) -> Stored:
    if row is None:
        return Stored(0)
    name = row.settled_by.name if row.settled_by else ""
    return Stored(
        row.version, {"value": trimmed(row.value), "how": row.how, "reason": row.reason}, name, row.settled_at
    )


def settle_marks(*, by: Standing, assessment: Assessment, now: datetime) -> None:
    """Bring the agreed marks of an assessment, held by the caller's lock, in line with its panel.

    When every seat has finished, the rule's marks are written and the rest waits for the chair; while one has not, or
    the panel is not complete, the rule's marks are taken back, since they would show what others gave. What the chair
    settled stays, unless a conflict was declared for the person who settled it. Nothing happens to an assessment that
    is agreed, or not handed in.
    """
    require_transaction("settle_marks")
    if assessment.state != AssessmentState.SUBMITTED:
        return
    panel = panel_of(assessment)
    conflicting = Conflict.objects.filter(region=assessment.participation.region_id).values("assessor")
    not_standing = ~Q(how=Settlement.CHAIR) | Q(settled_by__in=conflicting)
    taken_back = AgreedMark.objects.filter(not_standing, assessment=assessment).delete()[0]
    if not panel.open or not panel_complete(assessment.participation):
        _record_by_rule(by, assessment, "take-back", taken_back)
        return
    leaves = marked_leaves(assessment)
    settled = set(AgreedMark.objects.filter(assessment=assessment).values_list("node", flat=True))
    clear = _clear(assessment, panel, [leaf for leaf in leaves if leaf.code not in settled], now)
    AgreedMark.objects.bulk_create(clear)
    _record_by_rule(by, assessment, "agree-by-rule", len(clear))
    waiting = len(leaves) - len(clear) - len(settled & {leaf.code for leaf in leaves})
    if waiting and panel.chair is not None:
        people.notify(
            by=by,
            to=[panel.chair],
            kind="evaluation.settle",
            subject=_subject(assessment),
            sentence=N_("The panel of %(region)s has marked; %(count)s indicators wait for your decision"),
            fields={"region": assessment.participation.region.name, "count": waiting},
            address=address("evaluation:panel", assessment.pk),
            region=assessment.participation.region_id,
            now=now,
        )
    _close_if_agreed(by, assessment, leaves, now)


@transaction.atomic
def panels_changed(*, by: Standing, participations: Collection[Participation], now: datetime) -> None:
    """After seats of regions were given or taken: agree again on what their panels have been handed.

    Who changes seats calls this in the same transaction; permission is theirs to check.
    """
    waiting = Assessment.objects.filter(participation__in=participations, state=AssessmentState.SUBMITTED)
    for key in waiting.values_list("pk", flat=True):
        settle_marks(by=by, assessment=held_assessment(by, key), now=now)


@transaction.atomic
def conflicts_changed(*, by: Standing, assessor: int, region: str, now: datetime) -> None:
    """After a conflict was declared or taken back: what a panel with that seat has agreed on, in a phase that is still
    with the panels, is agreed again.

    Who changes conflicts calls this in the same transaction; permission is theirs to check.
    """
    touched = Assessment.objects.filter(
        participation__region=region,
        participation__seats__assessor=assessor,
        phase__state__in=PANEL_AT_WORK,
        state__in=HANDED_IN,
    )
    for key in touched.order_by("pk").values_list("pk", flat=True):
        assessment = held_assessment(by, key)
        if assessment.state == AssessmentState.AGREED and not panel_complete(assessment.participation):
            reopen(by=by, assessment=assessment)
        settle_marks(by=by, assessment=assessment, now=now)


def reopen(*, by: Standing, assessment: Assessment) -> None:
    """Take back that a panel has agreed on an assessment, held by the caller's lock; its marks stay."""
    require_transaction("reopen")
    _move(by, assessment, AssessmentState.SUBMITTED, "take-back-agreement", agreed_at=None)


def _move(
    by: Standing, assessment: Assessment, target: AssessmentState, action: str, *, agreed_at: datetime | None
) -> None:
    assessment.agreed_at = agreed_at
    moves.make(
        ASSESSMENTS.move(AssessmentState(assessment.state), target),
        assessment,
        by=by.actor,
        what="evaluation.assessment",
        action=action,
        area=assessment.participation.region_id,
        besides=("agreed_at",),
    )


def _clear(assessment: Assessment, panel: Panel, leaves: Iterable[index.Node], now: datetime) -> list[AgreedMark]:
    """The agreed marks that the rule finds, not saved yet."""
    scale = tree_for(assessment).scale
    marks: defaultdict[str, dict[int, Decimal]] = defaultdict(dict)
    given = Mark.objects.filter(assessment=assessment, assessor__in=panel.seats)
    for node, assessor, value in given.values_list("node", "assessor", "value"):
        marks[node][assessor] = value
    clear = []
    for leaf in leaves:
        # A seat without a mark (the indicator applied only later) is a disagreement for the chair.
        of_leaf = marks[leaf.code]
        if len(of_leaf) < len(panel.seats):
            continue
        agreement = agree([*of_leaf.values()], levels_of(leaf, scale), chair=of_leaf.get(panel.chair or 0))
        if agreement.value is not None:
            clear.append(
                AgreedMark(
                    assessment=assessment, node=leaf.code, value=agreement.value, how=agreement.how, settled_at=now
                )
            )
    return clear


def _close_if_agreed(by: Standing, assessment: Assessment, leaves: Iterable[index.Node], now: datetime) -> None:
    if assessment.state == AssessmentState.AGREED:
        return
    agreed = set(AgreedMark.objects.filter(assessment=assessment).values_list("node", flat=True))
    if not agreed >= {leaf.code for leaf in leaves}:
        return
    _move(by, assessment, AssessmentState.AGREED, "agree", agreed_at=now)
    people.settle(by=by, subject=_subject(assessment), now=now)


def _record_by_rule(by: Standing, assessment: Assessment, action: str, count: int) -> None:
    """One line for all; the values follow from the marks, whose changes have their own lines."""
    if count:
        audit.record(
            by=by.actor,
            action=action,
            target="evaluation.assessment",
            key=assessment.pk,
            area=assessment.participation.region_id,
            after={"marks": count},
        )


def _subject(assessment: Assessment) -> str:
    return f"evaluation.settle:{assessment.pk}"
