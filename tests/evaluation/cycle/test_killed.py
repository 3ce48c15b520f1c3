"""A process that is killed at a statement of any act of the evaluation leaves everything or nothing."""

from __future__ import annotations

import pytest

from evaluation.acts import ACTS
from evaluation.cycle import plan
from evaluation.cycle.doors import make_ready
from evaluation.cycle.planted import Planted, plant
from evaluation.cycle.world import World


@pytest.fixture
def committed(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> Planted:
    plan.ask_for_figures(monkeypatch, "policy")
    planted = plant(committed_world)
    make_ready(planted)
    return planted


@pytest.mark.parametrize("name", ACTS.killed("move_phase"))
def test_everything_or_nothing(committed: Planted, name: str) -> None:
    ACTS.survive(name, committed)
