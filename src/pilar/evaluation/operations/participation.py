"""Set which regions take part in a campaign, and in which group."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pilar.areas.models import Region
from pilar.evaluation.models import Answer, Assessment, Campaign, Mark, Participation, SnapshotResult
from pilar.evaluation.operations.announcing import (
    allocation_subject,
    announce_invitations,
    announce_open,
    assessment_subject,
    region_subject,
)
from pilar.evaluation.operations.campaigns import group_of, set_up
from pilar.evaluation.rules.campaigns import RankedInGroup, RegionHasWork
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people import operations as people
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit
from pilar.platform.audit import Change
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.tables import shown

TARGET = "evaluation.participation"
JOINING = (PhaseState.DRAFT, PhaseState.OPEN)


@dataclass(frozen=True, slots=True)
class Invited:
    """The numbers of regions newly invited, and of those that took part already."""

    new: int
    already: int


@transaction.atomic
def invite_regions(*, by: Standing, campaign: str, group: str, regions: Collection[str], now: datetime) -> Invited:
    """Let regions (by code) take part in a group, and tell their coordinators.

    They get an assessment for each phase whose self-assessment has not closed. Those in the group already stay as they
    are. Raises Faults that name each region that cannot be invited; then none is.
    """
    row = set_up(by, campaign)
    into = group_of(row, group)
    here = {
        participation.region_id: participation for participation in row.participations.select_related("group", "region")
    }
    known = Region.objects.in_bulk([code for code in regions if "\0" not in code])
    faults = tuple(_faults(regions, group, known, here))
    if faults:
        raise Faults(faults)
    new = Participation.objects.bulk_create(
        Participation(campaign=row, region_id=code, group=into, invited_at=now)
        for code in sorted(set(regions) - here.keys())
    )
    phases = row.phases.filter(state__in=JOINING).order_by("number")
    assessments = Assessment.objects.bulk_create(
        Assessment(participation=participation, phase=phase) for phase in phases for participation in new
    )
    audit.record_each(
        by=by.actor,
        action="invite",
        target=TARGET,
        changes=[
            Change(f"{campaign} {participation.region_id}", participation.region_id, after={"group": group})
            for participation in new
        ],
    )
    announce_invitations(by=by, participations=new, campaign=row, now=now)
    for phase in phases:
        if phase.state == PhaseState.OPEN:
            phase.campaign = row
            joined = [assessment for assessment in assessments if assessment.phase_id == phase.pk]
            announce_open(by=by, assessments=joined, phase=phase, now=now)
    return Invited(len(new), len(set(regions)) - len(new))


@transaction.atomic
def withdraw_region(*, by: Standing, campaign: str, region: str, now: datetime) -> None:
    """Take a region out of a campaign before it has answered anything, with its panel.

    Raises :class:`RegionHasWork`, :class:`NotFound`.
    """
    participation = _participation(set_up(by, campaign), region)
    assessments = tuple(participation.assessments.select_for_update())
    if _has_work(assessments):
        raise RegionHasWork(region=participation.region.name)
    before = {
        "group": participation.group.code,
        "panel": sorted(participation.seats.values_list("assessor", flat=True)),
    }
    offices = set(participation.allocations.values_list("office", flat=True))
    told = [allocation_subject(assessment.pk, office) for assessment in assessments for office in offices]
    people.settle(by=by, subject=[region_subject(participation), *map(assessment_subject, assessments), *told], now=now)
    participation.delete()
    audit.record(by, "withdraw", TARGET, f"{campaign} {region}", area=region, before=before)


@transaction.atomic
def move_to_group(*, by: Standing, campaign: str, regions: Collection[str], group: str) -> int:
    """Put regions of the campaign into another of its groups; returns how many changed.

    Raises :class:`NotFound`, and :class:`RankedInGroup` for regions with a published result in the campaign; then none
    is moved.
    """
    row = set_up(by, campaign)
    into = group_of(row, group)
    wanted = {code for code in regions if "\0" not in code}
    here = {
        participation.region_id: participation
        for participation in row.participations.select_related("group", "region").filter(region__in=wanted)
    }
    if here.keys() != set(regions):
        raise NotFound
    moving = [participation for code, participation in sorted(here.items()) if participation.group_id != into.pk]
    published = SnapshotResult.objects.filter(
        snapshot__phase__campaign=row,
        snapshot__publication__isnull=False,
        region__in=[participation.region_id for participation in moving],
    )
    ranked = set(published.values_list("region", flat=True))
    if ranked:
        raise RankedInGroup(
            regions=", ".join(
                participation.region.name for participation in moving if participation.region_id in ranked
            )
        )
    audit.record_each(
        by=by.actor,
        action="move-to-group",
        target=TARGET,
        changes=[
            Change(
                f"{campaign} {participation.region_id}",
                participation.region_id,
                {"group": participation.group.code},
                {"group": group},
            )
            for participation in moving
        ],
    )
    Participation.objects.filter(pk__in=[participation.pk for participation in moving]).update(group=into)
    return len(moving)


def _faults(
    regions: Iterable[str], group: str, known: dict[str, Region], here: dict[str, Participation]
) -> Iterator[Fault]:
    for code in sorted(set(regions)):
        region = known.get(code)
        if region is None or region.ended_at is not None:
            yield Fault(
                "unknown-region", N_("There is no regency or city “%(given)s”."), {"given": shown(code)}, "regions"
            )
        elif code in here and here[code].group.code != group:
            sentence = N_("%(region)s takes part in the group “%(group)s” already; move it there instead")
            yield Fault("in-other-group", sentence, {"region": region.name, "group": here[code].group.title}, "regions")


def _participation(campaign: Campaign, region: str) -> Participation:
    return people.there(campaign.participations.select_related("region", "group"), region=region)


def _has_work(assessments: Collection[Assessment]) -> bool:
    return (
        any(assessment.state != AssessmentState.PREPARING for assessment in assessments)
        or Answer.objects.filter(assessment__in=assessments).exists()
        or Mark.objects.filter(assessment__in=assessments).exists()
    )
