from __future__ import annotations

import pytest

from areas.places import PLACES, load
from kit.worlds import once
from measures.world import World, make_world, measure_next_door


@once
def world() -> World:
    load(PLACES)
    made = make_world()
    made.neighbour = measure_next_door(made.cast)
    return made


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    load(PLACES)
    return make_world()
