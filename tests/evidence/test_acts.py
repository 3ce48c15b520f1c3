"""The laws that every operation on evidence keeps (kit/acts.py)."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.acts import ACTS
from evidence.cast import Cast


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(cast: Cast, settings: Any, name: str) -> None:
    settings.PILAR_CLAMD = "127.0.0.1:1"  # a scanner that does not answer
    ACTS.hold(name, cast)
