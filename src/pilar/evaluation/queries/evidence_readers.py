"""Readers of evidence besides its region and the secretariat: the panel that marks it (adr/0007)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from pilar.evaluation.models import AnswerEvidence, ObjectionEvidence
from pilar.evaluation.rules.authority import PANEL, TABLE, Action
from pilar.evidence.queries import NOBODY
from pilar.people.rules import Standing


def panel(scope: Standing) -> Q:
    """The versions of evidence attached to what a panel of the reader has before it, up to those handed in, and to
    objections of its regions; the condition is on Revision."""
    if scope.account is None or not any(held.role in PANEL for held in scope.memberships):
        return NOBODY
    rule = TABLE[Action.READ_FOR_MARKING]
    attached = AnswerEvidence.objects.filter(
        Q(number__isnull=True) | Q(number__gte=OuterRef("number")),
        evidence=OuterRef("evidence"),
        answer__assessment__participation__seats__assessor=scope.account,
        answer__assessment__phase__state__in=rule.states or (),
        answer__assessment__state__in=rule.assessments or (),
    )
    contested = ObjectionEvidence.objects.filter(
        number__gte=OuterRef("number"),
        evidence=OuterRef("evidence"),
        objection__assessment__participation__seats__assessor=scope.account,
        objection__assessment__phase__state__in=rule.states or (),
        objection__assessment__state__in=rule.assessments or (),
    )
    return Q(Exists(attached)) | Q(Exists(contested))
