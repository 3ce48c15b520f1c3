"""The database's own guards on campaigns, phases, regions that take part, assessments, conflicts and seats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from evaluation.cycle.world import CODE, FAR, NOW, OWN, World
from pilar.evaluation.models import (
    Assessment,
    Campaign,
    CampaignGroup,
    Conflict,
    Participation,
    Phase,
    PhaseMove,
    Seat,
)
from pilar.evaluation.rules.campaigns import MAX_PHASES


def campaign(world: World, **changed: Any) -> Campaign:
    given = {"code": "lain", "year": 2027, "title_id": "L", "title_en": "O", "instrument": world.campaign.instrument}
    return Campaign.objects.create(**given | changed)


def phase(world: World, **changed: Any) -> Phase:
    given = {"campaign": campaign(world), "number": 1, "opens_at": NOW, "closes_at": NOW + timedelta(days=1)}
    return Phase.objects.create(**given | changed)


def conflict(world: World, **changed: Any) -> Conflict:
    given = {"assessor_id": world.key("assessor1"), "region_id": OWN, "kind": "home"}
    return Conflict.objects.create(**given | changed)


REFUSED: dict[str, Callable[[World], object]] = {
    "evaluation_campaign_code": lambda world: campaign(world, code=CODE),
    "campaign_year_plausible": lambda world: campaign(world, year=2016),
    "campaign_evidence_hours_positive": lambda world: campaign(world, evidence_hours=0),
    "campaign_objection_days_positive": lambda world: campaign(world, objection_days=0),
    "campaign_panel_size": lambda world: campaign(world, smallest_panel=5, largest_panel=4),
    "campaign_not_its_own_previous": lambda world: Campaign.objects.filter(code=CODE).update(previous=world.campaign),
    "campaign_group_once": lambda world: CampaignGroup.objects.create(campaign=world.campaign, code="regular"),
    "phase_once": lambda world: phase(world, campaign=world.campaign),
    "campaign_phases_plausible": lambda world: campaign(world, phase_count=MAX_PHASES + 1),
    "phase_number_from_one": lambda world: phase(world, number=0),
    "phase_is_one_of_its_campaign": lambda world: phase(world, number=3),
    "phase_state_known": lambda world: phase(world, state="resting"),
    "phase_closes_after_opening": lambda world: phase(world, closes_at=NOW),
    "phase_objection_has_an_end": lambda world: phase(world, state="objection"),
    "participation_once": lambda world: Participation.objects.create(
        campaign=world.campaign, region_id=OWN, group=world.group
    ),
    "is not of campaign": lambda world: Participation.objects.create(
        campaign=campaign(world), region_id=OWN, group=world.group
    ),
    "assessment_once_a_phase": lambda world: Assessment.objects.create(
        participation=world.participations[OWN], phase=world.phases[1]
    ),
    "assessment_state_known": lambda world: Assessment.objects.update(state="lost", submitted_at=NOW),
    "assessment_submitted_has_its_moment": lambda world: Assessment.objects.update(state="submitted"),
    "assessment_agreed_has_its_moment": lambda world: Assessment.objects.update(state="agreed", submitted_at=NOW),
    "conflict_once": lambda world: [conflict(world), conflict(world)],
    "conflict_kind_known": lambda world: conflict(world, kind="friend"),
    "seat_once": lambda world: Seat.objects.create(
        participation=world.participations[OWN], assessor_id=world.key("assessor1")
    ),
    "seat_one_chair_a_panel": lambda world: Seat.objects.filter(participation=world.participations[OWN]).update(
        is_chair=True
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses(world: World, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        REFUSED[name](world)


@pytest.mark.parametrize("change", [lambda rows: rows.update(reason="lain"), lambda rows: rows.delete()])
def test_a_move_that_was_made_never_changes(world: World, change: Callable[[Any], object]) -> None:
    PhaseMove.objects.create(phase=world.phases[1], from_state="draft", to_state="open", by_key="1", by_name="Ani")
    with pytest.raises(DatabaseError, match="phase_move_never_changes"), transaction.atomic():
        change(PhaseMove.objects.all())


def test_a_campaign_keeps_its_phases(world: World) -> None:
    with pytest.raises(DatabaseError, match="Cannot update rows from evaluation_campaign"), transaction.atomic():
        Campaign.objects.filter(pk=world.campaign.pk).update(phase_count=3)
    with pytest.raises(IntegrityError, match="campaign_phases_plausible"), transaction.atomic():
        campaign(world, phase_count=0)


def test_a_campaign_may_have_six_phases(world: World) -> None:
    six = campaign(world, code="enam", phase_count=MAX_PHASES)
    assert phase(world, campaign=six, number=MAX_PHASES).pk


def test_what_fits_is_kept(world: World) -> None:
    assert phase(world, number=2).pk
    assert conflict(world, region_id=FAR, kind="mentor").pk
