"""A process that is killed at a statement of any act of a hospital leaves everything or nothing."""

from __future__ import annotations

import pytest

from hospital.acts import ACTS
from hospital.world import World

OFTEN, EVERY = 7, 1_000
"""So many tries of an act that is one of many, and of those by which a booking and the day of a session go on."""
DAY = ("book", "move", "cancel", "check_in", "call_next", "finish", "replan_session")
TRIES = dict.fromkeys(DAY, EVERY)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in TRIES else pytest.mark.thorough)
        for name in ACTS.calls if name not in ACTS.piecewise
    ],
)  # fmt: skip
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    ACTS.survive(name, committed_world, kills=TRIES.get(name, OFTEN))
