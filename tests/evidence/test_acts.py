"""The laws that every operation on evidence keeps (kit/acts.py)."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.acts import ACTS
from evidence.cast import Cast
from kit.wandering import wander


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(cast: Cast, settings: Any, name: str) -> None:
    settings.PILAR_CLAMD = "127.0.0.1:1"  # a scanner that does not answer
    ACTS.hold(name, cast)


def test_in_any_order_states_move_by_their_tables(cast: Cast, settings: Any) -> None:
    settings.PILAR_CLAMD = "127.0.0.1:1"
    wander(ACTS, cast)
