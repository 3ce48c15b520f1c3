"""A process that is killed at a statement of any act on permits leaves everything or nothing."""

from __future__ import annotations

import pytest

from kit.acts import EVERY, OFTEN
from permits.acts import ACTS
from permits.world import World

CASE = ("submit", "pass_check", "sign_case")
"""By which a case goes on."""


@pytest.mark.parametrize("name", ACTS.killed(*CASE))
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    ACTS.survive(name, committed_world, kills=EVERY if name in CASE else OFTEN)
