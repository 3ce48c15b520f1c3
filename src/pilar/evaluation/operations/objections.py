"""Objections of regions (sanggah) within the objection period, their decision, and a region's consent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from pilar.evaluation.models import AgreedMark, Assessment, Objection
from pilar.evaluation.operations.addresses import address
from pilar.evaluation.operations.agreement import change_mark
from pilar.evaluation.operations.announcing import settle_objections
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.panel import person, tree_for
from pilar.evaluation.queries.region_result import is_own
from pilar.evaluation.rules.answers import trimmed
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.marking import UnknownIndicator, checked_mark, leaf_of, required_text
from pilar.evaluation.rules.publishing import (
    DecidesOwn,
    ObjectionDecided,
    ObjectionOpen,
    ObjectionUndecided,
    require_period,
)
from pilar.people import operations as people
from pilar.people.rules import HeldRole, Role, Standing, existing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

TARGET = "evaluation.objection"


@transaction.atomic
def make_objection(*, by: Standing, assessment: int, node: str, text: str, now: datetime) -> int:
    """Object to the agreed mark of one indicator; returns the objection's key. Who has accepted the result takes that
    back by it.

    Raises Faults at ``text``, ObjectionOpen, ObjectionPeriodOver, UnknownIndicator, NotFound, NotAllowed, WrongState.
    """
    found, _case = locked_assessment(by, assessment, Action.OBJECT)
    _take_back_consent(by, found)
    require_period(found.phase.objection_until, now)
    leaf = leaf_of(tree_for(found), node)
    if not AgreedMark.objects.filter(assessment=found, node=node).exists():
        raise UnknownIndicator(node=node)
    if Objection.objects.filter(assessment=found, node=node, decision="").exists():
        raise ObjectionOpen
    said = required_text(text, N_("Say what you object to, and on what grounds"), "text")
    objection = Objection.objects.create(assessment=found, node=node, text=said, made_by_id=person(by), made_at=now)
    audit.record(
        by=by.actor,
        action="object",
        target=TARGET,
        key=objection.pk,
        area=found.participation.region_id,
        after={"assessment": found.pk, "node": node, "text": said},
    )
    people.notify(
        by=by,
        to=HeldRole(Role.SECRETARIAT),
        kind="evaluation.objection",
        subject=f"{TARGET}:{objection.pk}",
        sentence=N_("%(region)s objects to the mark of %(indicator)s"),
        fields={"region": found.participation.region.name, "indicator": leaf.title["id"]},
        address=address("evaluation:objections", found.participation.campaign.code, found.phase.number),
        now=now,
    )
    return objection.pk


@transaction.atomic
def accept_result(*, by: Standing, assessment: int, now: datetime) -> None:
    """The region accepts its result: it will not object. A second time changes nothing.

    Raises ObjectionUndecided, ObjectionPeriodOver, NotFound, NotAllowed, WrongState.
    """
    found, _case = locked_assessment(by, assessment, Action.ACCEPT_RESULT)
    if found.accepted_at is not None:
        return
    require_period(found.phase.objection_until, now)
    if Objection.objects.filter(assessment=found, decision="").exists():
        raise ObjectionUndecided
    found.accepted_at, found.accepted_by_id = now, person(by)
    found.save(update_fields=["accepted_at", "accepted_by"])
    _record_consent(by, found, "accept", before=None, after=now)
    settle_objections(by=by, assessments=[found], now=now)


def _take_back_consent(by: Standing, found: Assessment) -> None:
    before = found.accepted_at
    if before is not None:
        found.accepted_at, found.accepted_by_id = None, None
        found.save(update_fields=["accepted_at", "accepted_by"])
        _record_consent(by, found, "take-back-acceptance", before=before, after=None)


def _record_consent(
    by: Standing, found: Assessment, action: str, *, before: datetime | None, after: datetime | None
) -> None:
    audit.record(
        by=by.actor,
        action=action,
        target="evaluation.assessment",
        key=found.pk,
        area=found.participation.region_id,
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
    lower_confirmed: bool = False,
    now: datetime,
) -> None:
    """Accept an objection with the indicator's new agreed mark, or refuse it; with a reason either way.

    A mark below the agreed one has to be confirmed. After an accepted one the results are computed and approved again.
    Raises Faults at ``reason`` or ``value``, DecidesOwn, ObjectionDecided, NotFound, NotAllowed, WrongState.
    """
    stored, assessment = _objection(by, objection)
    if stored.decision:
        raise ObjectionDecided
    if is_own(stored, by.account):
        raise DecidesOwn
    why = required_text(reason, N_("Give the reason of the decision"), "reason")
    if accepted:
        value = _new_mark(assessment, stored.node, value, lower_confirmed)
        change_mark(by=by, assessment=assessment, node=stored.node, value=value, reason=why, now=now)
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
        after=after | ({"value": value} if accepted else {}),
    )
    _tell(by, stored, assessment, now)


def _new_mark(assessment: Assessment, node: str, value: Decimal | None, lower_confirmed: bool) -> Decimal:
    """The mark that an accepted objection leads to; raises Faults at ``value``."""
    if value is None:
        raise Faults([Fault("no-value", N_("Give the new mark"), {}, "value")])
    tree = tree_for(assessment)
    given = checked_mark(tree, leaf_of(tree, node), value)
    agreed = AgreedMark.objects.get(assessment=assessment, node=node).value
    shown = {"agreed": trimmed(agreed)}
    if given == agreed:
        sentence = N_("%(agreed)s is the agreed mark already: give another one, or refuse the objection")
        raise Faults([Fault("same-mark", sentence, shown, "value")])
    if given < agreed and not lower_confirmed:
        sentence = N_("The new mark is lower than the agreed one, %(agreed)s: confirm below that this is meant")
        raise Faults([Fault("lower-mark", sentence, shown, "value")])
    return given


def _objection(by: Standing, key: int) -> tuple[Objection, Assessment]:
    """The objection and its assessment, which is held for both; raises as the permission table says."""
    row = existing(Objection.objects.filter(pk=key).values_list("assessment", flat=True).first())
    assessment, _case = locked_assessment(by, row, Action.DECIDE_OBJECTION)
    return Objection.objects.get(pk=key), assessment


def _tell(by: Standing, objection: Objection, assessment: Assessment, now: datetime) -> None:
    people.settle(by=by, subject=f"{TARGET}:{objection.pk}", now=now)
    accepted = N_("The objection about %(indicator)s is accepted")
    refused = N_("The objection about %(indicator)s is refused")
    people.notify(
        by=by,
        to=HeldRole(Role.COORDINATOR, region=assessment.participation.region_id),
        kind="evaluation.objection-decided",
        subject=f"{TARGET}:{objection.pk}",
        sentence=accepted if objection.decision == Objection.Decision.ACCEPTED else refused,
        fields={"indicator": tree_for(assessment).node(objection.node).title["id"]},
        address=address("evaluation:result", assessment.pk),
        needs_action=False,
        now=now,
    )
