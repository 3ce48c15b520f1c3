"""Read the facts for seating panels: candidates, conflicts, present seats."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from pilar.evaluation.models import Campaign, Conflict, Mark, MarkingDone, Participation, Seat
from pilar.evaluation.queries.cases import campaign_for, case_of_phase
from pilar.evaluation.rules.assignment import Assessor, Bar, Sitting
from pilar.evaluation.rules.authority import Action, require
from pilar.evaluation.rules.panels import PanelFacts
from pilar.people.models import User
from pilar.people.queries import current
from pilar.people.rules import Role, Standing

PANEL_ROLES = (Role.ASSESSOR, Role.PANEL_CHAIR)


def assessors(now: datetime) -> dict[int, Assessor]:
    """Everybody active who holds the role of an assessor or a panel chair now, by key. One query."""
    held = current(now).filter(role__in=PANEL_ROLES, user__is_active=True).select_related("user")
    assessors: dict[int, Assessor] = {}
    for row in held.order_by("user__name", "user", "role"):
        before = assessors.get(row.user_id)
        may_chair = row.role == Role.PANEL_CHAIR or (before is not None and before.may_chair)
        assessors[row.user_id] = Assessor(row.user_id, row.user.name, may_chair)
    return assessors


def panel_facts(campaign: Campaign, now: datetime) -> PanelFacts:
    """Four queries at most."""
    regions = dict(campaign.participations.values_list("region", "region__name"))
    return PanelFacts(assessors(now), regions, barred(campaign), campaign.largest_panel)


def barred(campaign: Campaign) -> dict[tuple[int, str], Bar]:
    """Return who may not sit where, by assessor and region; a declared conflict counts before last year's seat."""
    bars: dict[tuple[int, str], Bar] = {}
    if campaign.no_repeat_panel and campaign.previous_id is not None:
        last_year = Seat.objects.filter(participation__campaign=campaign.previous_id)
        for assessor, region in last_year.values_list("assessor", "participation__region"):
            bars[assessor, region] = Bar.LAST_YEAR
    declared = Conflict.objects.filter(region__in=campaign.participations.values("region"))
    for assessor, region, kind in declared.values_list("assessor", "region", "kind"):
        bars[assessor, region] = Bar(kind)
    return bars


def sittings(campaign: Campaign) -> tuple[Sitting, ...]:
    """All seats of a campaign. One query."""
    rows = Seat.objects.filter(participation__campaign=campaign)
    return tuple(
        Sitting(*row) for row in rows.order_by("id").values_list("participation__region", "assessor", "is_chair")
    )


def marked_seats(participations: Collection[Participation]) -> set[tuple[str, int]]:
    """Region and assessor of those who have marked there, seated or not. Two queries."""
    keys = [participation.pk for participation in participations]
    return {
        pair
        for model in (Mark, MarkingDone)
        for pair in model.objects.filter(assessment__participation__in=keys)
        .order_by()
        .values_list("assessment__participation__region", "assessor")
        .distinct()
    }


@dataclass(frozen=True, slots=True)
class Seating:
    """The data that seats of a file are checked against: the campaign, its facts, addresses of possible assessors, and
    seats."""

    campaign: str
    facts: PanelFacts
    by_email: Mapping[str, int]
    seats: Mapping[str, Mapping[int, bool]]


def seating(code: str, *, by: Standing, now: datetime) -> Seating:
    """Return the seats of a campaign for those who form panels now.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`.
    """
    campaign = campaign_for(by, code)
    require(by, Action.FORM_PANELS, case_of_phase(campaign.phases.order_by("-number").first()), known=True)
    facts = panel_facts(campaign, now)
    seats: dict[str, dict[int, bool]] = {region: {} for region in facts.regions}
    for sitting in sittings(campaign):
        seats[sitting.region][sitting.assessor] = sitting.is_chair
    emails = User.objects.filter(pk__in=facts.assessors).values_list("email", "pk")
    return Seating(code, facts, dict(emails), seats)
