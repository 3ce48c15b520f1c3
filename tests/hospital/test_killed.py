"""A process that is killed at a statement of any act of a hospital leaves everything or nothing."""

from __future__ import annotations

import pytest

from hospital.acts import ACTS
from hospital.world import World
from kit.acts import EVERY, OFTEN

DAY = ("book", "move", "cancel", "check_in", "call_next", "finish", "replan_session")
"""By which a booking and the day of a session go on."""


@pytest.mark.parametrize("name", ACTS.killed(*DAY))
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    ACTS.survive(name, committed_world, kills=EVERY if name in DAY else OFTEN)
