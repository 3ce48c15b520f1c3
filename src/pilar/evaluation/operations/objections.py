"""Objections of regions (sanggah) within the objection period, their decision, and a region's consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from pilar.evaluation.models import AgreedMark, Assessment, Objection, ObjectionEvidence
from pilar.evaluation.operations.agreement import change_mark, leave_out
from pilar.evaluation.operations.announcing import address, settle_objections
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.cases import left_out_of, person, tree_for
from pilar.evaluation.queries.region_result import is_own
from pilar.evaluation.queries.stragglers import HANDS_IN
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.marking import UnknownIndicator, checked_mark, leaf_of, required_text
from pilar.evaluation.rules.objections import MAX_PIECES, Wish, checked_wish, require_may_be_left_out
from pilar.evaluation.rules.publishing import (
    DecidesOwn,
    ObjectionDecided,
    ObjectionOpen,
    ObjectionUndecided,
    require_period,
)
from pilar.evidence import operations as room
from pilar.evidence import queries as evidence_room
from pilar.evidence.operations import Content
from pilar.people import operations as people
from pilar.people.rules import HeldRole, Role, Standing, existing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, Bilingual

TARGET = "evaluation.objection"


@dataclass(frozen=True, slots=True)
class NewPiece:
    """A piece of evidence that is added with an objection; without an office it belongs to the region."""

    title: str
    content: Content
    note: str = ""
    office: int | None = None


@transaction.atomic
def make_objection(
    *,
    by: Standing,
    assessment: int,
    node: str,
    text: str,
    wish: Wish = Wish.MARK,
    evidence: Sequence[UUID] = (),
    new: NewPiece | None = None,
    now: datetime,
) -> int:
    """Object to the agreed mark of one indicator, or to whether it applies; returns the objection's key. Who has
    accepted the result takes that back by it.

    ``evidence`` of the region is attached in its newest versions, ``new`` is added to it; all of it or nothing with the
    objection. The secretariat is told, and the panel, which advises. Raises Faults at ``text``, ``wish`` or
    ``evidence``, as ``evidence.operations.add_evidence``, ObjectionOpen, ObjectionPeriodOver, UnknownIndicator,
    NotFound, NotAllowed, WrongState.
    """
    row, case = locked_assessment(by, assessment, Action.OBJECT)
    _take_back_consent(by, row)
    require_period(row.phase.objection_until, now)
    leaf = leaf_of(tree_for(row), node)
    marked = AgreedMark.objects.filter(assessment=row, node=node).exists()
    if not marked and node not in left_out_of(row):
        raise UnknownIndicator(node=node)
    if Objection.objects.filter(assessment=row, node=node, decision="").exists():
        raise ObjectionOpen
    said = required_text(text, N_("Say what you object to, and on what grounds"), "text")
    wanted = checked_wish(leaf, wish, applies=marked)
    keys = list(evidence)
    if new is not None:
        keys.append(
            room.add_evidence(
                by=by, region=case.region, office=new.office, title=new.title, content=new.content, note=new.note,
                now=now,
            )
        )  # fmt: skip
    objection = Objection.objects.create(
        assessment=row, node=node, wish=wanted, text=said, made_by_id=person(by), made_at=now
    )
    sent = _attach(by, objection, case.region, keys, now)
    audit.record(
        by=by.actor,
        action="object",
        target=TARGET,
        key=objection.pk,
        area=row.participation.region_id,
        after={"assessment": row.pk, "node": node, "wish": wanted, "text": said, "evidence": sent},
    )
    people.notify(
        by=by,
        to=HeldRole(Role.SECRETARIAT),
        kind="evaluation.objection",
        subject=f"{TARGET}:{objection.pk}",
        sentence=N_("%(region)s objects to the mark of %(indicator)s"),
        fields={"region": row.participation.region.name, "indicator": Bilingual(**leaf.title)},
        address=address("evaluation:objections", row.participation.campaign.code, row.phase.number),
        now=now,
    )
    people.notify(
        by=by,
        to=set(case.panel) - set(case.conflicting),
        kind="evaluation.objection-advice",
        subject=f"{TARGET}:{objection.pk}",
        sentence=N_("%(region)s objects to the mark of %(indicator)s: advise the secretariat"),
        fields={"region": row.participation.region.name, "indicator": Bilingual(**leaf.title)},
        address=address("evaluation:objection", objection.pk),
        region=row.participation.region_id,
        needs_action=False,
        now=now,
    )
    return objection.pk


def _attach(by: Standing, objection: Objection, region: str, keys: list[UUID], now: datetime) -> dict[str, int]:
    """Attach pieces of the region in their newest versions; returns the numbers by piece."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    rows = evidence_room.evidence_list(wanted, scope=by)
    numbers = {row.evidence: row.number for row in rows if row.region_code == region}
    if numbers.keys() != set(wanted):
        sentence = N_("Evidence can only be attached from your own region: choose it from the list")
        raise Faults([Fault("foreign-evidence", sentence, {}, "evidence")])
    if len(wanted) > MAX_PIECES:
        sentence = N_("Attach at most %(most)s pieces of evidence")
        raise Faults([Fault("too-much-evidence", sentence, {"most": MAX_PIECES}, "evidence")])
    ObjectionEvidence.objects.bulk_create(
        ObjectionEvidence(objection=objection, evidence_id=key, number=numbers[key], added_at=now) for key in wanted
    )
    return {str(key): numbers[key] for key in wanted}


@transaction.atomic
def accept_result(*, by: Standing, assessment: int, now: datetime) -> None:
    """The region accepts its result: it will not object. A second time changes nothing.

    Raises ObjectionUndecided, ObjectionPeriodOver, NotFound, NotAllowed, WrongState.
    """
    row, _case = locked_assessment(by, assessment, Action.ACCEPT_RESULT)
    if row.accepted_at is not None:
        return
    require_period(row.phase.objection_until, now)
    if Objection.objects.filter(assessment=row, decision="").exists():
        raise ObjectionUndecided
    row.accepted_at, row.accepted_by_id = now, person(by)
    row.save(update_fields=["accepted_at", "accepted_by"])
    _record_consent(by, row, "accept", before=None, after=now)
    settle_objections(by=by, assessments=[row], now=now)


def _take_back_consent(by: Standing, assessment: Assessment) -> None:
    before = assessment.accepted_at
    if before is not None:
        assessment.accepted_at, assessment.accepted_by_id = None, None
        assessment.save(update_fields=["accepted_at", "accepted_by"])
        _record_consent(by, assessment, "take-back-acceptance", before=before, after=None)


def _record_consent(
    by: Standing, assessment: Assessment, action: str, *, before: datetime | None, after: datetime | None
) -> None:
    audit.record(
        by=by.actor,
        action=action,
        target="evaluation.assessment",
        key=assessment.pk,
        area=assessment.participation.region_id,
        before={"accepted_at": before},
        after={"accepted_at": after},
    )


@transaction.atomic
def decide_objection(
    *,
    by: Standing,
    objection: int,
    accepted: bool,
    reason: str,
    value: Decimal | None = None,
    not_applicable: bool = False,
    lower_confirmed: bool = False,
    now: datetime,
) -> None:
    """Accept an objection with the indicator's new agreed mark, or refuse it; with a reason either way.

    ``not_applicable`` accepts it by leaving the indicator out, in place of a mark; one that is left out gets its first
    mark. A mark below the agreed one has to be confirmed. After an accepted one the results are computed and approved
    again. Raises Faults at ``reason`` or ``value``, DecidesOwn, ObjectionDecided, NotFound, NotAllowed, WrongState.
    """
    stored, assessment = held_objection(by, objection, Action.DECIDE_OBJECTION)
    if stored.decision:
        raise ObjectionDecided
    if is_own(stored, by.account):
        raise DecidesOwn
    why = required_text(reason, N_("Give the reason of the decision"), "reason")
    outcome: dict[str, object] = {}
    if accepted and not_applicable:
        _leave_out(by, assessment, stored.node, value)
        stored.outcome = Wish.NOT_APPLICABLE
        outcome = {"not_applicable": True}
    elif accepted:
        value = _new_mark(assessment, stored.node, value, lower_confirmed)
        change_mark(
            by=by, assessment=assessment, node=stored.node, value=value, reason=why, also_left_out=True, now=now
        )
        stored.outcome = Wish.MARK
        outcome = {"value": value}
    stored.decision = Objection.Decision.ACCEPTED if accepted else Objection.Decision.REFUSED
    stored.decision_reason, stored.decided_by_id, stored.decided_at = why, by.account, now
    stored.save()
    after = {"decision": stored.decision, "reason": why}
    audit.record(
        by=by.actor,
        action="decide",
        target=TARGET,
        key=stored.pk,
        area=assessment.participation.region_id,
        after=after | outcome,
    )
    _tell(by, stored, assessment, now)


def _new_mark(assessment: Assessment, node: str, value: Decimal | None, lower_confirmed: bool) -> Decimal:
    """The mark that an accepted objection leads to; raises Faults at ``value``."""
    if value is None:
        raise Faults([Fault("no-value", N_("Give the new mark"), {}, "value")])
    tree = tree_for(assessment)
    given = checked_mark(tree, leaf_of(tree, node), value)
    agreed = AgreedMark.objects.filter(assessment=assessment, node=node).values_list("value", flat=True).first()
    if agreed is None:
        return given
    shown = {"agreed": trimmed(agreed)}
    if given == agreed:
        sentence = N_("%(agreed)s is the agreed mark already: give another one, or refuse the objection")
        raise Faults([Fault("same-mark", sentence, shown, "value")])
    if given < agreed and not lower_confirmed:
        sentence = N_("The new mark is lower than the agreed one, %(agreed)s: confirm below that this is meant")
        raise Faults([Fault("lower-mark", sentence, shown, "value")])
    return given


def _leave_out(by: Standing, assessment: Assessment, node: str, value: Decimal | None) -> None:
    """Leave an indicator out; raises Faults at ``value`` where a mark is given too, or it cannot be or is left out."""
    if value is not None:
        sentence = N_("Give either a new mark or “not applicable”, not both")
        raise Faults([Fault("mark-and-not-applicable", sentence, {}, "value")])
    require_may_be_left_out(leaf_of(tree_for(assessment), node), "value")
    if node in left_out_of(assessment):
        sentence = N_("This indicator is left out already: give it a mark, or refuse the objection")
        raise Faults([Fault("left-out-already", sentence, {}, "value")])
    leave_out(by=by, assessment=assessment, node=node)


def held_objection(by: Standing, key: int, action: Action) -> tuple[Objection, Assessment]:
    """The objection and its assessment, which is held for both; raises as the permission table says."""
    row = existing(Objection.objects.filter(pk=key).values_list("assessment", flat=True).first())
    assessment, _case = locked_assessment(by, row, action)
    return Objection.objects.get(pk=key), assessment


def _tell(by: Standing, objection: Objection, assessment: Assessment, now: datetime) -> None:
    people.settle(by=by, subject=f"{TARGET}:{objection.pk}", now=now)
    accepted = N_("The objection about %(indicator)s is accepted")
    refused = N_("The objection about %(indicator)s is refused")
    for role in HANDS_IN:
        people.notify(
            by=by,
            to=HeldRole(role, region=assessment.participation.region_id),
            kind="evaluation.objection-decided",
            subject=f"{TARGET}:{objection.pk}",
            sentence=accepted if objection.decision == Objection.Decision.ACCEPTED else refused,
            fields={"indicator": Bilingual(**tree_for(assessment).node(objection.node).title)},
            address=address("evaluation:result", assessment.pk),
            needs_action=False,
            now=now,
        )
