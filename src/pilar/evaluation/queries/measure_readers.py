"""Readers of measured figures besides their region and the secretariat: the panel that marks the region."""

from __future__ import annotations

from django.db.models import Q

from pilar.evaluation.models import Seat
from pilar.evaluation.rules.authority import PANEL, TABLE, Action
from pilar.evaluation.rules.stages import PhaseState
from pilar.measures.queries import NOBODY
from pilar.people.rules import Standing


def panel(scope: Standing) -> Q:
    """The measures of the regions that a panel of the reader has before it; the condition is on Measure.

    Evidence is always read as it was handed in; a measure goes on, and is closed to these readers once the results are
    published and the panel's work is over.
    """
    if scope.account is None or not any(held.role in PANEL for held in scope.memberships):
        return NOBODY
    rule = TABLE[Action.READ_FOR_MARKING]
    seats = Seat.objects.filter(
        assessor=scope.account,
        participation__assessments__phase__state__in=(rule.states or frozenset()) - {PhaseState.PUBLISHED},
        participation__assessments__state__in=rule.assessments or (),
    )
    return Q(region__in=seats.values("participation__region"))
