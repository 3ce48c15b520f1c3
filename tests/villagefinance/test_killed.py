"""A process that is killed at a statement of any act on the books of villages leaves everything or nothing."""

from __future__ import annotations

import pytest

from villagefinance.acts import ACTS
from villagefinance.world import World


@pytest.mark.parametrize("name", ACTS.killed("pay_request"))
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    ACTS.survive(name, committed_world)
