from __future__ import annotations

import pytest

from areas.places import PLACES, load
from surveys.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    load(PLACES)
    return make_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For what happens between transactions."""
    load(PLACES)
    return make_world()
