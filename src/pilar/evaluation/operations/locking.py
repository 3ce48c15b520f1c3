"""Finding what is to be changed: what the actor may not know of is not there, and what is there is locked.

An assessment is held together with its phase, which then nobody moves; many assessments of a phase can be held at once.
"""

from __future__ import annotations

from datetime import datetime

from pilar.evaluation.models import Assessment, Campaign, Phase
from pilar.evaluation.queries.cases import assessment_for, assessment_to, campaign_for, case_of_phase
from pilar.evaluation.rules.authority import Action, Case, require
from pilar.people.operations import held
from pilar.people.rules import Standing, existing
from pilar.platform import locks


def locked_assessment(
    by: Standing, key: int, action: Action, *, node: str = "", now: datetime | None = None
) -> tuple[Assessment, Case]:
    """As :func:`assessment_to`, with the assessment held."""
    _hold(key)
    return assessment_to(by, key, action, node=node, now=now)


def held_assessment(by: Standing, key: int) -> Assessment:
    """As :func:`assessment_for`, with the assessment held."""
    _hold(key)
    return assessment_for(by, key)


def held_phase(by: Standing, campaign: str, number: int) -> Phase:
    """A phase that ``by`` may know, held; waits until nobody holds an assessment of it. Raises :class:`NotFound`."""
    of = campaign_for(by, campaign)
    row = held(Phase.objects, campaign=of, number=number)
    row.campaign = of
    return row


def locked_phase(by: Standing, campaign: str, number: int, action: Action) -> Phase:
    """A phase that ``by`` may do ``action`` with now, held; raises :class:`NotFound`, :class:`NotAllowed`,
    :class:`WrongState`."""
    phase = held_phase(by, campaign, number)
    require(by, action, case_of_phase(phase), known=True)
    return phase


def locked_campaign(by: Standing, code: str, action: Action) -> Campaign:
    """A campaign that ``by`` may do ``action`` with now, by the state of its last phase; raises as
    :func:`locked_phase`."""
    campaign = held(Campaign.objects.select_related("instrument"), pk=campaign_for(by, code).pk)
    require(by, action, case_of_phase(campaign.phases.order_by("-number").first()), known=True)
    return campaign


def _hold(key: int) -> None:
    phase = existing(Assessment.objects.filter(pk=key).values_list("phase", flat=True).first())
    locks.hold_shared(Phase, phase)
    held(Assessment.objects, pk=key)
