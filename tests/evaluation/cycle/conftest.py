"""The small world of the cycle's tests."""

from __future__ import annotations

import pytest

from evaluation.cycle.plan import ask_for_figures
from evaluation.cycle.planted import Planted, plant
from evaluation.cycle.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For tests of what happens between transactions."""
    return make_world()


@pytest.fixture
def planted(world: World, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """The small world with everything private in it."""
    ask_for_figures(monkeypatch, "policy")
    return plant(world)
