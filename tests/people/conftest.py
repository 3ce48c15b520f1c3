from __future__ import annotations

import pytest
from django.core.cache import cache

from areas.places import PLACES, load
from people.team import Team, make_team


@pytest.fixture(autouse=True)
def _no_counted_attempts() -> None:
    cache.clear()


@pytest.fixture
def team(db: None) -> Team:
    load(PLACES)
    return make_team()
