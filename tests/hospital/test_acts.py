"""The laws that every operation of hospitals keeps (kit/acts.py)."""

from __future__ import annotations

import pytest

from hospital.acts import ACTS
from hospital.world import World
from kit.wandering import wander


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(world: World, name: str) -> None:
    ACTS.hold(name, world)


def test_the_neighbour_has_a_row_of_every_kind(world: World) -> None:
    assert world.neighbour is not None
    assert world.neighbour.lacks() == set()


def test_in_any_order_states_move_by_their_tables(world: World) -> None:
    wander(ACTS, world)
