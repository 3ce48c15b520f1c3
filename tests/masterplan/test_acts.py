"""The laws that every operation on plans keeps (kit/acts.py)."""

from __future__ import annotations

import pytest

from kit.wandering import wander
from masterplan.acts import ACTS
from masterplan.world import World


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(world: World, name: str) -> None:
    ACTS.hold(name, world)


def test_in_any_order_states_move_by_their_tables(world: World) -> None:
    wander(ACTS, world)
