"""A process that is killed at a statement of any act on areas leaves everything or nothing."""

from __future__ import annotations

import pytest

from areas.acts import ACTS, Offices, found_offices
from areas.places import PLACES, load


@pytest.fixture
def committed_offices(transactional_db: None) -> Offices:
    load(PLACES)
    return found_offices()


@pytest.mark.parametrize("name", ACTS.killed("close_office"))
def test_everything_or_nothing(committed_offices: Offices, name: str) -> None:
    ACTS.survive(name, committed_offices)
