"""Copy groups, regions, offices of indicators and panels from the previous campaign."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pilar.evaluation.models import Allocation, Campaign, CampaignGroup, Participation
from pilar.evaluation.operations.announcing import announce_seats, announce_to_offices
from pilar.evaluation.operations.campaigns import set_up
from pilar.evaluation.operations.panels import write_seats
from pilar.evaluation.operations.participation import invite_regions
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.seating import panel_facts
from pilar.evaluation.rules.assignment import Sitting
from pilar.evaluation.rules.panels import may_sit
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.audit import Change
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_


@dataclass(frozen=True, slots=True)
class RolledOver:
    """The numbers of new rows of each kind. ``left``: seats of last year that nobody may take again."""

    groups: int
    regions: int
    indicators: int
    seats: int
    left: int


@transaction.atomic
def roll_over(*, by: Standing, campaign: str, now: datetime) -> RolledOver:
    """Take over from the previous campaign what this one does not have yet; what it has stays as it is.

    Its groups; its regions, each in its group, who are told; which office answers an indicator, where the office still
    is and the instrument still has the indicator; and the panel of each region that has no seat yet, without those who
    may not sit there now. Once more, nothing happens. Raises Faults without a previous campaign, :class:`NotFound`,
    :class:`NotAllowed`, :class:`WrongState`.
    """
    row = set_up(by, campaign)
    if row.previous is None:
        raise Faults([Fault("no-previous", N_("This campaign names no campaign before it"))])
    groups = _groups(row, row.previous)
    regions = _regions(by, row, row.previous, now)
    indicators = _allocations(by, row, row.previous)
    seats, left = _seats(by, row, row.previous, now)
    if indicators:
        for phase in row.phases.filter(state=PhaseState.OPEN):
            phase.campaign = row
            waiting = phase.assessments.filter(state=AssessmentState.PREPARING).select_related("participation")
            announce_to_offices(by=by, assessments=waiting, phase=phase, now=now)
    rolled = RolledOver(groups, regions, indicators, seats, left)
    if groups or indicators:
        after = {"from": row.previous.code, "groups": groups, "indicators": indicators}
        audit.record(by, "roll-over", "evaluation.campaign", campaign, after=after)
    return rolled


def _groups(campaign: Campaign, previous: Campaign) -> int:
    here = set(campaign.groups.values_list("code", flat=True))
    made = CampaignGroup.objects.bulk_create(
        CampaignGroup(campaign=campaign, code=group.code, title_id=group.title_id, title_en=group.title_en)
        for group in previous.groups.order_by("code")
        if group.code not in here
    )
    return len(made)


def _regions(by: Standing, campaign: Campaign, previous: Campaign, now: datetime) -> int:
    here = set(campaign.participations.values_list("region", flat=True))
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    before = previous.participations.filter(region__ended_at=None).exclude(region__in=here).order_by("region")
    for region, group in before.values_list("region", "group__code"):
        wanted[group].append(region)
    return sum(
        invite_regions(by=by, campaign=campaign.code, group=group, regions=regions, now=now).new
        for group, regions in sorted(wanted.items())
    )


def _allocations(by: Standing, campaign: Campaign, previous: Campaign) -> int:
    """Give indicators to the offices that answered them, with a line in the log for each region."""
    leaves = {leaf.code for leaf in tree_of(campaign.instrument).leaves}
    here = dict(campaign.participations.values_list("region", "pk"))
    taken = set(
        Allocation.objects.filter(participation__campaign=campaign).values_list("participation__region", "node")
    )
    before = Allocation.objects.filter(participation__campaign=previous, node__in=leaves, office__closed_at=None)
    made = Allocation.objects.bulk_create(
        Allocation(participation_id=here[region], node=node, office_id=office)
        for region, node, office in before.order_by("id").values_list("participation__region", "node", "office")
        if region in here and (region, node) not in taken
    )
    regions, given = {key: region for region, key in here.items()}, defaultdict[int, dict[str, int]](dict)
    for row in made:
        given[row.participation_id][row.node] = row.office_id
    audit.record_each(
        by=by.actor,
        action="roll-over",
        target="evaluation.participation",
        changes=[
            Change(f"{campaign.code} {regions[key]}", regions[key], after={"from": previous.code, "offices": offices})
            for key, offices in given.items()
        ],
    )
    return len(made)


def _seats(by: Standing, campaign: Campaign, previous: Campaign, now: datetime) -> tuple[int, int]:
    """The seats that are given, and those of last year that nobody may take again."""
    facts, wanted, left = panel_facts(campaign, now), {}, 0
    before = {
        participation.region_id: participation for participation in previous.participations.prefetch_related("seats")
    }
    for row in campaign.participations.filter(seats=None).select_related("region").order_by("region"):
        last_year: Participation | None = before.get(row.region_id)
        seats = list(last_year.seats.all())[: campaign.largest_panel] if last_year else []
        panel = {
            seat.assessor_id: seat.is_chair and facts.assessors[seat.assessor_id].may_chair
            for seat in seats
            if may_sit(Sitting(row.region_id, seat.assessor_id, is_chair=False), facts)
        }
        left += len(seats) - len(panel)
        if panel:
            wanted[row] = panel
    write_seats(by, wanted, now=now)
    told = {assessor for panel in wanted.values() for assessor in panel}
    if told:
        announce_seats(by=by, campaign=campaign, assessors=told, now=now)
    return sum(map(len, wanted.values())), left
