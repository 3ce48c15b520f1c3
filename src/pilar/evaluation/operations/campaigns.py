"""Set up a campaign: the campaign itself, its dates, its groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import chain

from django.db import transaction

from pilar.evaluation.models import Campaign, CampaignGroup, Instrument, Phase
from pilar.evaluation.operations.announcing import announce_opening
from pilar.evaluation.operations.locking import locked_campaign, locked_phase
from pilar.evaluation.queries.cases import campaign_for
from pilar.evaluation.queries.instruments import InstrumentNotFound
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.campaigns import (
    NOT_EARLIER,
    CampaignCodeTaken,
    CampaignRules,
    GroupInUse,
    GroupPlan,
    Period,
    campaign_faults,
    group_faults,
    order_faults,
    period_faults,
    rules_faults,
)
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import Standing, existing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

TARGET = "evaluation.campaign"


@transaction.atomic
def create_campaign(
    *,
    by: Standing,
    code: str,
    year: int,
    instrument: tuple[str, str],
    rules: CampaignRules,
    periods: Sequence[Period],
    groups: Sequence[GroupPlan],
    previous: str = "",
    synthetic: bool = False,
) -> str:
    """Set up a campaign with its phases, in draft; returns its code.

    ``instrument`` is code and version, ``periods`` one for each phase, ``previous`` the code of last year's campaign.
    Raises Faults, :class:`InstrumentNotFound`, :class:`CampaignCodeTaken`, :class:`NotFound` for ``previous``.
    """
    authority.require(by, Action.CREATE_CAMPAIGN, Case(), known=True)
    _refuse(chain(campaign_faults(year, code, periods, groups), rules_faults(rules)))
    loaded = Instrument.objects.filter(code=instrument[0], version=instrument[1]).first()
    if loaded is None:
        raise InstrumentNotFound(given=instrument[0], version=instrument[1])
    before = campaign_for(by, previous) if previous else None
    if before is not None and before.year >= year:
        _refuse([Fault("previous-not-earlier", NOT_EARLIER, {"year": before.year}, "previous")])
    campaign, new = Campaign.objects.get_or_create(
        code=code,
        defaults={
            "year": year,
            "instrument": loaded,
            "previous": before,
            "phase_count": len(periods),
            "synthetic": synthetic,
            **asdict(rules),
        },
    )
    if not new:
        raise CampaignCodeTaken(campaign=code)
    Phase.objects.bulk_create(
        Phase(campaign=campaign, number=number, opens_at=period.opens_at, closes_at=period.closes_at)
        for number, period in enumerate(periods, 1)
    )
    CampaignGroup.objects.bulk_create(CampaignGroup(campaign=campaign, **asdict(group)) for group in groups)
    audit.record(
        by=by.actor,
        action="create",
        target=TARGET,
        key=code,
        after={
            "year": year,
            "instrument": str(loaded),
            "instrument_sha256": loaded.sha256,
            "previous": previous,
            "synthetic": synthetic,
            **asdict(rules),
            "periods": [asdict(period) for period in periods],
            "groups": [asdict(group) for group in groups],
        },
    )
    return code


@transaction.atomic
def edit_campaign(*, by: Standing, campaign: str, rules: CampaignRules) -> None:
    """Change titles, deadlines and panel sizes. Raises Faults, :class:`WrongState`."""
    row = set_up(by, campaign)
    _refuse(rules_faults(rules))
    wanted = asdict(rules)
    before = {name: getattr(row, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    audit.record(by, "edit", TARGET, campaign, before={name: before[name] for name in changed}, after=changed)


@transaction.atomic
def set_dates(*, by: Standing, campaign: str, phase: int, period: Period, now: datetime) -> None:
    """Say when the self-assessment of a phase opens and closes; who is at work on it is told a new closing time.

    Raises Faults at ``opens_at`` or ``closes_at``, :class:`WrongState` once the phase has closed.
    """
    row = locked_phase(by, campaign, phase, Action.SET_UP_CAMPAIGN)
    others = {phase.number: Period(phase.opens_at, phase.closes_at) for phase in row.campaign.phases.all()}
    dates = [dated for _number, dated in sorted((others | {phase: period}).items())]
    faults = chain(period_faults(period, phase), order_faults(dates, phase))
    _refuse(replace(fault, place=fault.place.replace(f"_{phase}", "_at")) for fault in faults)
    before = Period(row.opens_at, row.closes_at)
    if before == period:
        return
    row.opens_at, row.closes_at = period.opens_at, period.closes_at
    row.save(update_fields=["opens_at", "closes_at"])
    audit.record(by, "set-dates", "evaluation.phase", row.pk, before=asdict(before), after=asdict(period))
    if row.state == PhaseState.OPEN and before.closes_at != period.closes_at:
        announce_opening(by=by, phase=row, now=now)


@transaction.atomic
def add_group(*, by: Standing, campaign: str, group: GroupPlan) -> None:
    """Add a group. Raises Faults."""
    row = set_up(by, campaign)
    taken = row.groups.filter(code=group.code).exists()
    twice = [Fault("group-twice", N_("There is already a group “%(group)s”"), {"group": group.code}, "group")]
    _refuse([*group_faults(group), *(twice if taken else ())])
    CampaignGroup.objects.create(campaign=row, **asdict(group))
    audit.record(by, "add", "evaluation.group", f"{campaign} {group.code}", after=asdict(group))


@transaction.atomic
def rename_group(*, by: Standing, campaign: str, group: GroupPlan) -> None:
    """Give a group other titles; its code stays. Raises Faults, :class:`NotFound`."""
    campaign_group = group_of(set_up(by, campaign), group.code)
    _refuse(group_faults(group))
    before = {"title_id": campaign_group.title_id, "title_en": campaign_group.title_en}
    after = {"title_id": group.title_id, "title_en": group.title_en}
    if before == after:
        return
    campaign_group.title_id, campaign_group.title_en = group.title_id, group.title_en
    campaign_group.save(update_fields=["title_id", "title_en"])
    audit.record(by, "rename", "evaluation.group", f"{campaign} {group.code}", before=before, after=after)


@transaction.atomic
def remove_group(*, by: Standing, campaign: str, group: str) -> None:
    """Take away a group without regions. Raises :class:`GroupInUse`, :class:`NotFound`."""
    campaign_group = group_of(set_up(by, campaign), group)
    count = campaign_group.participations.count()
    if count:
        raise GroupInUse(count=count, group=group)
    before = {"title_id": campaign_group.title_id, "title_en": campaign_group.title_en}
    campaign_group.delete()
    audit.record(by, "remove", "evaluation.group", f"{campaign} {group}", before=before)


def set_up(by: Standing, code: str) -> Campaign:
    """The campaign, held against other changes, if ``by`` may set it up now.

    That is as long as its last phase is in draft or open: a region may join between the phases.
    """
    return locked_campaign(by, code, Action.SET_UP_CAMPAIGN)


def group_of(campaign: Campaign, code: str) -> CampaignGroup:
    """A group of the campaign; raises :class:`NotFound`."""
    return existing(campaign.groups.filter(code=code).first() if "\0" not in code else None)


def _refuse(faults: Iterable[Fault]) -> None:
    told = tuple(faults)
    if told:
        raise Faults(told)
