from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from areas.places import PLACES, load
from evidence.cast import Cast, judge_next_door, make_cast
from kit.worlds import once


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where this test's files lie."""
    place = tmp_path / "evidence"
    kept = {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(place)}}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}
    return place


@once
def cast() -> Cast:
    load(PLACES)
    made = make_cast()
    made.neighbour = judge_next_door(made)
    return made


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    load(PLACES)
    return make_cast()
