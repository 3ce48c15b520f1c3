"""The small world of the cycle's tests."""

from __future__ import annotations

import pytest

from evaluation.cycle import plan, surveyed
from evaluation.cycle.doors import make_ready
from evaluation.cycle.panel import hand_in
from evaluation.cycle.planted import Planted, plant
from evaluation.cycle.world import World, make_world
from kit.worlds import once
from pilar.evaluation.rules.stages import PhaseState


@once
def world() -> World:
    return make_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For tests of what happens between transactions."""
    return make_world()


@once
def opened(world: World) -> World:
    """Phase 1 takes answers."""
    world.set_phase(PhaseState.OPEN)
    return world


@once
def key(world: World) -> int:
    """The assessment of the own region, handed in and at the panel."""
    return hand_in(world)


@once
def with_plan(world: World) -> World:
    return plan.open_with_plan(world)


@once
def with_survey(world: World) -> World:
    return surveyed.open_with_survey(world)


@once
def everything(world: World) -> Planted:
    with pytest.MonkeyPatch.context() as patched:
        plan.ask_for_figures(patched, "policy")
        return plant(world)


@pytest.fixture
def planted(everything: Planted, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """The small world with everything private in it."""
    plan.ask_for_figures(monkeypatch, "policy")
    return everything


@once
def readied(everything: Planted) -> None:
    make_ready(everything)


@pytest.fixture
def ready(readied: None, planted: Planted) -> Planted:
    return planted
