"""A process that is killed at a statement of any act on plans leaves everything or nothing."""

from __future__ import annotations

import pytest

from masterplan.acts import ACTS
from masterplan.world import World


@pytest.mark.parametrize("name", ACTS.killed("sign_off"))
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    ACTS.survive(name, committed_world)
