"""The laws that every operation on areas keeps (kit/acts.py)."""

from __future__ import annotations

import pytest

from areas.acts import ACTS, Offices, found_offices
from kit.worlds import once


@once
def offices(places: None) -> Offices:
    return found_offices()


@pytest.mark.parametrize("name", ACTS.calls)
def test_keeps_the_laws(offices: Offices, name: str) -> None:
    ACTS.hold(name, offices)
