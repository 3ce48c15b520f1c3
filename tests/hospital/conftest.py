from __future__ import annotations

import pytest

from hospital.world import World, make_world
from kit.worlds import once


@once
def world() -> World:
    return make_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For what happens between transactions."""
    return make_world()
