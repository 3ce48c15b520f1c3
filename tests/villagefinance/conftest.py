"""What the tests of village finance share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pilar.platform.tables import read_grid
from pilar.villagefinance.rules.published import Published, read_budget
from villagefinance.budgets import as_csv


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Sequence[Sequence[object]]], Published]:
    return lambda cells: read_budget(read_grid(as_csv(tmp_path / "budget.csv", cells)))
