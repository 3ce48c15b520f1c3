from __future__ import annotations

import pytest

from areas.places import PLACES, load
from surveys.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    load(PLACES)
    return make_world()
