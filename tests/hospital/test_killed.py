"""A process that is killed at a statement of any act of a hospital leaves everything or nothing."""

from __future__ import annotations

import pytest

from hospital.acts import ACTS
from hospital.world import World

OFTEN, EVERY = 7, 1_000
"""So many tries of an act that is one of many, and of those by which the day of a session goes on."""
TRIES = {"check_in": EVERY, "call_next": EVERY, "finish": EVERY, "replan_session": EVERY}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in TRIES else pytest.mark.thorough)
        for name in ACTS.calls if name not in ACTS.piecewise
    ],
)  # fmt: skip
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    ACTS.survive(name, committed_world, kills=TRIES.get(name, OFTEN))
