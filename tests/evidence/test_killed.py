"""A process that is killed at a statement of any act on evidence leaves everything or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.acts import ACTS
from evidence.cast import Cast


@pytest.mark.parametrize("name", ACTS.killed("add_evidence:file"))
def test_everything_or_nothing(committed_cast: Cast, settings: Any, name: str) -> None:
    settings.PILAR_CLAMD = "127.0.0.1:1"  # a scanner that does not answer
    ACTS.survive(name, committed_cast)
