from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hospital.bpjs_line import Line, line
from hospital.mobile_jkn import Phone
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

    monkeypatch.setattr("pilar.hospital.operations.telling.tell_citizen.later", later)
    return found


@pytest.fixture
def other(settings: Any, tmp_path: Path) -> Iterator[Line]:
    """The other side of the line to BPJS."""
    with line(settings, tmp_path) as made:
        yield made


@pytest.fixture
def phone(world: World, other: Line, monkeypatch: pytest.MonkeyPatch) -> Phone:
    return Phone(other, monkeypatch)
