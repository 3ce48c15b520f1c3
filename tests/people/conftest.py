from __future__ import annotations

import pytest
from django.core.cache import cache

from areas.places import PLACES, load
from kit.declared import local_roles  # noqa: F401 - a fixture
from kit.worlds import once
from people.team import Team, make_team


@pytest.fixture(autouse=True)
def _no_counted_attempts() -> None:
    cache.clear()


@once
def team() -> Team:
    load(PLACES)
    return make_team()


@pytest.fixture
def committed_team(transactional_db: None) -> Team:
    load(PLACES)
    return make_team()
