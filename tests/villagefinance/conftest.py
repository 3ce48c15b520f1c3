"""What the tests of village finance share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kit.worlds import once
from pilar.platform.tables import read_grid
from pilar.villagefinance.foreign.published import Published, read_budget
from villagefinance.budgets import as_csv
from villagefinance.world import World, make_world


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Sequence[Sequence[object]]], Published]:
    return lambda cells: read_budget(read_grid(as_csv(tmp_path / "budget.csv", cells)))


@once
def world() -> World:
    return make_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For what happens between transactions."""
    return make_world()
