"""Build the subject of a permission check from rows: the one place that does; how far the panel of a region is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, DateTimeField, F, OuterRef, QuerySet, Value

from pilar import index
from pilar.evaluation.models import (
    Answer,
    Assessment,
    Campaign,
    Conflict,
    MarkingDone,
    Objection,
    Participation,
    Phase,
    Seat,
)
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.rules.answers import Given, derived_mark, trimmed
from pilar.evaluation.rules.authority import Action, Case, holds, may, may_know, require
from pilar.evaluation.rules.marking import StillBlind
from pilar.evaluation.rules.marks import highest_mark
from pilar.evaluation.rules.objections import Wish
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import NotAllowed, NotFound, Standing, existing

CONFLICTING = {
    "conflicting": ArraySubquery(
        Conflict.objects.filter(
            region=OuterRef("participation__region"),
            assessor__in=Seat.objects.filter(participation=OuterRef(OuterRef("participation"))).values("assessor"),
        )
        .order_by()
        .values("assessor")
        .distinct()
    )
}
"""The assessors (user keys) on the panel of an assessment with a declared conflict with its region."""


def case_of(assessment: Assessment, node: str = "", *, now: datetime | None = None) -> Case:
    """The case of an assessment, of one indicator if ``node`` is given (its office answers it), at the moment ``now``,
    without which nobody can ask for what ends at the closing time.

    Three queries at most; none for the panel if ``participation__seats`` is prefetched and :data:`CONFLICTING` is
    annotated.
    """
    participation = assessment.participation
    seats = participation.seats.all()
    conflicting = getattr(assessment, "conflicting", None)
    if conflicting is None:
        conflicting = (
            Assessment.objects.annotate(**CONFLICTING).values_list("conflicting", flat=True).get(pk=assessment.pk)
        )
    asked = node and "\0" not in node  # which no table can hold
    office = participation.allocations.filter(node=node).values_list("office", flat=True).first() if asked else None
    return Case(
        region=participation.region_id,
        office=office,
        panel=frozenset(seat.assessor_id for seat in seats),
        chair=next((seat.assessor_id for seat in seats if seat.is_chair), None),
        phase=PhaseState(assessment.phase.state),
        assessment=AssessmentState(assessment.state),
        conflicting=tuple(conflicting),
        closes_at=assessment.closes_at,
        extended=assessment.extended_until is not None,
        now=now,
    )


def case_of_phase(phase: Phase) -> Case:
    """The case of a phase as a whole."""
    return Case(phase=PhaseState(phase.state))


def assessment_for(by: Standing, key: int) -> Assessment:
    """One assessment with its participation, campaign, instrument, region, phase and seats.

    Raises :class:`NotFound` also where the reader may not know of it.
    """
    assessment = _whole().filter(pk=key).first()
    if assessment is None or not may_know(by, case_of(assessment)):
        raise NotFound
    return assessment


def result_for(by: Standing, key: int) -> Assessment:
    """As :func:`assessment_for`, also for anyone who reads what is published of it."""
    assessment = _whole().filter(pk=key).first()
    if assessment is not None and may(by, Action.SEE_PUBLISHED, case_of(assessment)):
        return assessment
    return assessment_for(by, key)


def campaign_for(by: Standing, code: str) -> Campaign:
    """One campaign with its instrument: for the secretariat, teams of its regions, and assessors of its panels.

    Raises :class:`NotFound` for anybody else.
    """
    rows = campaigns_known_to(by).filter(code=code) if "\0" not in code else Campaign.objects.none()
    return existing(rows.first())


def phase_for(by: Standing, code: str, number: int) -> Phase:
    """One phase of a campaign that the reader may know."""
    campaign = campaign_for(by, code)
    phase = existing(Phase.objects.filter(campaign=campaign, number=number).first())
    phase.campaign = campaign
    return phase


def campaigns_known_to(by: Standing) -> QuerySet[Campaign]:
    """The campaigns that a reader may know of."""
    rows = Campaign.objects.select_related("instrument")
    if holds(by, Action.SEE_PROGRESS, Case()):
        return rows
    theirs = Participation.objects.filter(region__in={held.region for held in by.memberships if held.region})
    if by.account is not None and any(held.region is None for held in by.memberships):
        theirs = theirs | Participation.objects.filter(seats__assessor=by.account)
    return rows.filter(pk__in=theirs.values("campaign"))


def _whole() -> QuerySet[Assessment]:
    return (
        Assessment.objects.annotate(**CONFLICTING)
        .select_related("phase", "participation__region", "participation__group", "participation__campaign__instrument")
        .prefetch_related("participation__seats")
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """The assessors (user keys) that sit on a panel, its chair, and which of them have finished marking."""

    seats: tuple[int, ...]
    chair: int | None
    finished: frozenset[int]
    agreed: bool
    """The panel has agreed on every indicator: its marks show, no matter who is seated later."""

    @property
    def open(self) -> bool:
        """Return whether the marks of the panel show: every seat has finished."""
        return self.agreed or (bool(self.seats) and self.finished >= set(self.seats))

    def require_open(self) -> None:
        """Raise :class:`StillBlind` unless the marks show."""
        if not self.open:
            raise StillBlind(finished=len(self.finished & set(self.seats)), seats=len(self.seats))


def panel_of(assessment: Assessment) -> Panel:
    """The panel of an assessment whose seats are loaded; one query."""
    seats = assessment.participation.seats.all()
    return Panel(
        seats=tuple(seat.assessor_id for seat in seats),
        chair=next((seat.assessor_id for seat in seats if seat.is_chair), None),
        finished=frozenset(MarkingDone.objects.filter(assessment=assessment).values_list("assessor", flat=True)),
        agreed=assessment.state == AssessmentState.AGREED,
    )


def assessment_to(
    by: Standing, key: int, action: Action, *, node: str = "", now: datetime | None = None
) -> tuple[Assessment, Case]:
    """An assessment that ``by`` may do ``action`` with now (with one indicator, if given), and its case.

    ``now`` is due for what ends at the closing time. Raises :class:`NotFound` where ``by`` may not know of it,
    :class:`NotAllowed`, :class:`SeatInConflict`, :class:`WrongState`, :class:`SelfAssessmentOver`.
    """
    assessment = assessment_for(by, key)
    case = case_of(assessment, node, now=now)
    require(by, action, case, known=True)
    return assessment, case


def person(by: Standing) -> int:
    """The key of the account that acts; :class:`NotAllowed` for the person who has none."""
    if by.account is None:
        raise NotAllowed
    return by.account


def tree_for(assessment: Assessment) -> index.Instrument:
    """The instrument that an assessment is marked by."""
    return tree_of(assessment.participation.campaign.instrument)


def highest_mark_of(key: int, *, scope: Standing) -> Decimal:
    """The highest mark in an assessment; raises :class:`NotFound` where ``scope`` may not know of it."""
    return highest_mark(tree_for(assessment_for(scope, key)))


def marked_leaves(assessment: Assessment) -> tuple[index.Node, ...]:
    """The indicators that the panel marks: all but those that do not apply to the region. One query."""
    left_out = left_out_of(assessment)
    return tuple(leaf for leaf in tree_for(assessment).leaves if leaf.code not in left_out)


def left_out_of(assessment: Assessment) -> frozenset[str]:
    """The indicators that do not apply to a region: as it answered, unless an accepted objection has changed that. One
    query."""
    return left_out([assessment.pk])[assessment.pk]


def left_out(assessments: Collection[int]) -> dict[int, frozenset[str]]:
    """The indicators that do not apply, of each of several assessments. One query, whatever their number."""
    said = Answer.objects.filter(assessment__in=assessments, not_applicable=True).order_by()
    decided = Objection.objects.filter(assessment__in=assessments).exclude(outcome="").order_by()
    columns = ("assessment", "node", "what", "moment", "place")
    rows = said.annotate(
        what=Value(Wish.NOT_APPLICABLE.value), moment=Value(None, DateTimeField()), place=Value(0, BigIntegerField())
    ).values_list(*columns)
    others = decided.annotate(what=F("outcome"), moment=F("decided_at"), place=F("pk")).values_list(*columns)
    left_out: dict[int, set[str]] = {key: set() for key in assessments}
    for assessment, node, outcome, _moment, _place in sorted(
        rows.union(others, all=True), key=lambda row: (row[3] is not None, row[3] or 0, row[4])
    ):
        (left_out[assessment].add if outcome == Wish.NOT_APPLICABLE else left_out[assessment].discard)(node)
    return {key: frozenset(nodes) for key, nodes in left_out.items()}


def self_mark(instrument: index.Instrument, node: index.Node, given: Given) -> Decimal | None:
    """The mark that a region's answer amounts to; None where it answered nothing."""
    own = derived_mark(instrument, node, given)
    return None if own is None else trimmed(Decimal(index.decimal_text(own)))
