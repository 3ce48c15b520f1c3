"""An agreed mark that changes after the panel's work: by an accepted objection, or by a correction."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pilar.evaluation.models import AgreedMark, Assessment
from pilar.evaluation.queries.panel import person, tree_for
from pilar.evaluation.queries.panel_marks import AGREED_MARK
from pilar.evaluation.rules.marking import UnknownIndicator, checked_mark, leaf_of
from pilar.evaluation.rules.stages import Settlement
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.transactions import require_transaction


def change_mark(*, by: Standing, assessment: Assessment, node: str, value: Decimal, reason: str, now: datetime) -> None:
    """Put ``value`` in the place of an indicator's agreed mark; the caller holds the assessment and has asked whether
    ``by`` may. The same value again changes nothing.

    Raises Faults at ``value``, UnknownIndicator also where the panel agreed on no mark, NotAllowed for nobody.
    """
    require_transaction("change_mark")
    tree = tree_for(assessment)
    given = checked_mark(tree, leaf_of(tree, node), value)
    stored = AgreedMark.objects.filter(assessment=assessment, node=node).first()
    if stored is None:
        raise UnknownIndicator(node=node)
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
