"""Who may know of an assessment, a campaign and a phase, and what the permission table is told about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from evaluation.cycle.world import CLOSES, CODE, FAR, NEIGHBOUR, NOW, OWN, World
from kit.elsewhere import elsewhere
from pilar.evaluation.models import Seat
from pilar.evaluation.operations.locking import held_assessment, locked_phase
from pilar.evaluation.queries.cases import assessment_for, campaign_for, case_of, phase_for
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import NotFound


def test_the_case_names_region_panel_chair_states_and_the_office_of_the_indicator(world: World) -> None:
    world.set_phase(PhaseState.OPEN)
    assessment = assessment_for(world.who("secretariat"), world.assessment().pk)
    panel = frozenset(world.key(name) for name in ("chair", "assessor1", "assessor2"))
    expected = Case(OWN, None, panel, world.key("chair"), PhaseState.OPEN, AssessmentState.PREPARING, closes_at=CLOSES)
    assert case_of(assessment) == expected
    assert case_of(assessment, now=NOW) == replace(expected, now=NOW)
    assert case_of(assessment, "budget").office == world.offices[OWN][1]
    assert case_of(assessment, "unknown").office is None


@pytest.mark.parametrize("name", ["secretariat", "coordinator", "verifier", "contributor", "chair", "assessor1"])
def test_its_team_its_panel_and_the_secretariat_know_of_an_assessment(world: World, name: str) -> None:
    assert assessment_for(world.who(name), world.assessment().pk).pk == world.assessment().pk


@pytest.mark.parametrize("find", [assessment_for, held_assessment])
@pytest.mark.parametrize("name", ["assessor3", "public"])
def test_nobody_else_knows_of_it(world: World, name: str, find: Callable[..., object]) -> None:
    with pytest.raises(NotFound):
        find(world.who(name), world.assessment().pk)


def test_another_region_does_not_know_of_it(world: World) -> None:
    with pytest.raises(NotFound):
        assessment_for(world.who("coordinator", NEIGHBOUR), world.assessment(FAR).pk)


@pytest.mark.parametrize("key", [0, 10**30])
@pytest.mark.parametrize("find", [assessment_for, held_assessment])
def test_an_assessment_that_is_none_is_not_found(world: World, key: int, find: Callable[..., object]) -> None:
    with pytest.raises(NotFound):
        find(world.who("secretariat"), key)


def test_an_assessment_and_its_case_take_two_queries(world: World) -> None:
    by, key = world.who("coordinator"), world.assessment().pk
    with CaptureQueriesContext(
        connection,
    ) as seen:
        case_of(assessment_for(by, key))
    assert len(seen) == 2


@pytest.mark.parametrize("name", ["secretariat", "coordinator", "contributor", "chair", "assessor2"])
def test_who_takes_part_knows_the_campaign(world: World, name: str) -> None:
    assert campaign_for(world.who(name), CODE).code == CODE
    assert phase_for(world.who(name), CODE, 2).number == 2


def test_who_takes_no_part_does_not_know_the_campaign(world: World) -> None:
    world.participations[FAR].assessments.all().delete()
    world.participations[FAR].delete()
    for name, region in (("assessor3", OWN), ("public", OWN), ("coordinator", FAR)):
        with pytest.raises(NotFound):
            campaign_for(world.who(name, region), CODE)


def test_a_seat_opens_the_campaign_to_its_assessor(world: World) -> None:
    Seat.objects.create(participation=world.participations[FAR], assessor_id=world.key("assessor3"))
    assert campaign_for(world.who("assessor3"), CODE).code == CODE


@pytest.mark.parametrize(("code", "number"), [("none", 1), (CODE, 3), ("nul\0", 1)])
def test_a_phase_that_is_none_is_not_found(world: World, code: str, number: int) -> None:
    with pytest.raises(NotFound):
        phase_for(world.who("secretariat"), code, number)


def test_a_held_assessment_lets_others_of_its_phase_work_and_the_phase_wait(committed_world: World) -> None:
    world = committed_world
    own, far = world.assessment(OWN).pk, world.assessment(FAR).pk
    by = world.who("secretariat")
    with transaction.atomic():
        held_assessment(by, own)
        assert elsewhere(lambda: held_assessment(by, own)) == "waits"
        assert elsewhere(lambda: held_assessment(by, far)) == "done"
        assert elsewhere(lambda: locked_phase(by, CODE, 1, Action.MOVE_PHASE)) == "waits"
        assert elsewhere(lambda: locked_phase(by, CODE, 2, Action.MOVE_PHASE)) == "done"
    assert elsewhere(lambda: locked_phase(by, CODE, 1, Action.MOVE_PHASE)) == "done"
