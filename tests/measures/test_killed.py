"""A process that is killed at a statement of any act on measured figures leaves everything or nothing."""

from __future__ import annotations

import pytest

from measures.acts import ACTS
from measures.world import World


@pytest.mark.parametrize("name", ACTS.killed("report_values"))
def test_everything_or_nothing(committed_world: World, name: str) -> None:
    ACTS.survive(name, committed_world)
