"""The laws that every operation of the evaluation keeps (kit/acts.py)."""

from __future__ import annotations

import pytest

from evaluation.acts import ACTS
from evaluation.cycle.planted import Planted


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(ready: Planted, name: str) -> None:
    ACTS.hold(name, ready)
