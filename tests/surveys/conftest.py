from __future__ import annotations

import pytest

from areas.places import PLACES, load
from kit.worlds import once
from surveys.world import World, ask_next_door, make_world


@once
def world() -> World:
    load(PLACES)
    made = make_world()
    made.neighbour = ask_next_door(made.cast)
    return made


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For what happens between transactions."""
    load(PLACES)
    return make_world()
