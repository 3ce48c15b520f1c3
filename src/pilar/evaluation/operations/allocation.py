"""Splitting the self-assessment over the offices (perangkat daerah) of a region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pilar.areas.models import Office
from pilar.areas.operations import UnknownOffice
from pilar.evaluation.models import Allocation, Assessment
from pilar.evaluation.operations.announcing import (
    INVITED,
    TO_DO,
    address,
    allocation_subject,
    phase_named,
    region_subject,
)
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.cases import tree_for
from pilar.evaluation.rules.answers import leaves_below
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.marking import UnknownIndicator
from pilar.people import operations as people
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_


@transaction.atomic
def allocate(*, by: Standing, assessment: int, nodes: Sequence[str], office: int | None, now: datetime) -> int:
    """Give indicators to an office of the region, or take them back (``office=None``); returns how many changed.

    ``nodes`` may name branches: all indicators below are meant. The split holds for all phases of the campaign.
    Answers stay where they are. Raises Faults at ``nodes`` for none, :class:`UnknownIndicator`,
    :class:`UnknownOffice`, :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    held_row, _case = locked_assessment(by, assessment, Action.ALLOCATE)
    region = held_row.participation.region_id
    wanted = _leaves(held_row, nodes)
    if office is not None and not Office.objects.filter(pk=office, region=region, closed_at=None).exists():
        raise UnknownOffice
    rows = {row.node: row for row in Allocation.objects.filter(participation=held_row.participation_id)}
    before = {node: rows[node].office_id if node in rows else None for node in wanted}
    changed = {node: held for node, held in before.items() if held != office}
    if not changed:
        return 0
    Allocation.objects.filter(participation=held_row.participation_id, node__in=list(changed)).delete()
    if office is not None:
        made = [Allocation(participation_id=held_row.participation_id, node=node, office_id=office) for node in changed]
        Allocation.objects.bulk_create(made)
    audit.record(
        by=by.actor,
        action="allocate",
        target="evaluation.assessment",
        key=held_row.pk,
        area=region,
        before={"offices": changed},
        after={"office": office, "nodes": sorted(changed)},
    )
    _settle_for(by, held_row, {held for held in changed.values() if held is not None}, now)
    if office is not None:
        _tell(by, held_row, office, now)
        if Allocation.objects.filter(participation=held_row.participation_id).count() == len(tree_for(held_row).leaves):
            people.settle(by=by, subject=region_subject(held_row.participation), kind=INVITED, now=now)
    return len(changed)


def _settle_for(by: Standing, assessment: Assessment, offices: set[int], now: datetime) -> None:
    """Close what offices were told that have nothing to answer any more."""
    left = Allocation.objects.filter(participation=assessment.participation_id, office__in=offices)
    without = offices - set(left.values_list("office", flat=True))
    keys = assessment.participation.assessments.values_list("pk", flat=True)
    subjects = [allocation_subject(key, office) for key in keys for office in without]
    people.settle(by=by, subject=subjects, now=now)


def _leaves(assessment: Assessment, nodes: Sequence[str]) -> list[str]:
    instrument = tree_for(assessment)
    for node in nodes:
        if node not in instrument.by_code:
            raise UnknownIndicator(node=node)
    if not nodes:
        raise Faults([Fault("no-indicator", N_("Choose at least one indicator"), {}, "nodes")])
    return list(dict.fromkeys(leaf.code for node in nodes for leaf in leaves_below(instrument, node)))


def _tell(by: Standing, assessment: Assessment, office: int, now: datetime) -> None:
    people.notify(
        by=by,
        to=HeldRole(Role.CONTRIBUTOR, region=assessment.participation.region_id, office=office),
        kind=TO_DO,
        subject=allocation_subject(assessment.pk, office),
        sentence=N_("Your office has indicators to answer: %(campaign)s, phase %(phase)s"),
        fields=phase_named(assessment.phase),
        address=address("evaluation:assessment", assessment.pk),
        region=assessment.participation.region_id,
        deadline=assessment.closes_at,
        now=now,
    )
