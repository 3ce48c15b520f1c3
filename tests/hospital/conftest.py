from __future__ import annotations

import pytest

from hospital.next_door import fill_next_door
from hospital.world import World, make_world
from kit.worlds import once


@once
def world() -> World:
    made = make_world()
    made.neighbour = fill_next_door(made)
    return made


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For what happens between transactions."""
    return make_world()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What patients were told: about what, and where they read it."""
    found: list[tuple[str, str]] = []

    def later(*, account: int, about: str, path: str) -> None:
        found.append((about, path))

    monkeypatch.setattr("pilar.hospital.operations.day.tell_citizen.later", later)
    return found
