from __future__ import annotations

import pytest

from kit.worlds import once
from permits.around import fill_next_door
from permits.world import World, apply_next_door, make_world


@once
def world() -> World:
    made = make_world()
    made.neighbour = apply_next_door(made)
    fill_next_door()
    return made


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For what happens between transactions."""
    return make_world()
