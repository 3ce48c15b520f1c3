"""The laws that every operation of the measures keeps (kit/acts.py)."""

from __future__ import annotations

import pytest

from measures.acts import ACTS
from measures.world import World


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(world: World, name: str) -> None:
    ACTS.hold(name, world)
