"""The regions of a campaign, for the secretariat."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import Q

from pilar.areas.models import Region
from pilar.evaluation.models import Campaign, Participation
from pilar.evaluation.queries.cases import campaign_for
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.authority import Action, Case
from pilar.people.rules import Standing
from pilar.platform.paging import PAGE, paged


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A region that takes part."""

    region_code: str
    region: str
    province: str
    group: str
    group_title: Bilingual


def run_campaign(scope: Standing, code: str) -> Campaign:
    """The campaign for anyone who runs it; NotFound for strangers, NotAllowed for others who take part in it."""
    campaign = campaign_for(scope, code)
    authority.require(scope, Action.SEE_PROGRESS, Case(), known=True)
    return campaign


@dataclass(frozen=True, slots=True)
class Withdrawable:
    """A region that takes part, and what goes with it: seats of its panel, indicators given to offices."""

    region: str
    seats: int
    allocations: int


def withdrawable(code: str, region: str, *, scope: Standing) -> Withdrawable | None:
    """A region of a campaign; None for one that takes no part."""
    campaign = run_campaign(scope, code)
    row = campaign.participations.filter(region=region).select_related("region").first()
    return row and Withdrawable(row.region.name, row.seats.count(), row.allocations.count())


def participants(
    code: str, *, scope: Standing, text: str = "", group: str = "", page: int = 1, size: int | None = PAGE
) -> Page[ParticipantRow]:
    """One page of the regions of a campaign, by code. Three queries."""
    campaign = run_campaign(scope, code)
    rows = campaign.participations.select_related("region__province", "group").order_by("region")
    if group:
        rows = rows.filter(group__code=group)
    return paged(rows.filter(fitting(text)), lambda rows: map(_participant, rows), page=page, size=size)


def _participant(row: Participation) -> ParticipantRow:
    title = row.group.title
    return ParticipantRow(row.region_id, row.region.name, row.region.province.name, row.group.code, title)


def invitable(code: str, *, scope: Standing, province: str = "", of_previous: bool = False) -> tuple[str, ...]:
    """Codes of regions that take no part yet: those of a province, and those of last year's campaign. Four queries."""
    campaign = run_campaign(scope, code)
    rows = Region.objects.filter(province=province, ended_at=None) if province else Region.objects.none()
    codes = set(rows.values_list("pk", flat=True))
    if of_previous and campaign.previous is not None:
        before = campaign.previous.participations.filter(region__ended_at=None)
        codes |= set(before.values_list("region", flat=True))
    return tuple(sorted(codes - set(campaign.participations.values_list("region", flat=True))))


def fitting(text: str) -> Q:
    """Participations whose region has this beginning of its code, or these words in its name."""
    if text[:2].isdigit():
        return Q(region__code__startswith=text)
    condition = Q()
    for word in text.replace("\0", "").replace(".", " ").split():
        condition &= Q(region__name__icontains=word)
    return condition
