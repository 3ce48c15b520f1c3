"""Every operation of a room is called by the sweep of its laws, or says where else it is."""

from __future__ import annotations

from importlib import import_module

import pytest

from final_acts import ROOMS
from kit.acts import operations_of

KILLED = {"evaluation": "evaluation.cycle.test_killed"}
"""Where a room kills its acts, if not in its test_killed."""


@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_keeps_the_laws(room: str) -> None:
    door, acts = import_module(f"pilar.{room}.operations"), import_module(f"{room}.acts")
    there = operations_of(door)
    listed = acts.ACTS.operations | acts.EXEMPT.keys()
    assert not there - listed, f"call them in CALLS of tests/{room}/acts.py, with a line in LEFT each"
    assert not listed - there, f"tests/{room}/acts.py calls what there is not"
    assert acts.ACTS.calls.keys() == acts.ACTS.left.keys()


@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_is_killed_at_its_statements(room: str) -> None:
    acts = import_module(f"{room}.acts").ACTS
    (swept,) = import_module(KILLED.get(room, f"{room}.test_killed")).test_everything_or_nothing.pytestmark
    assert {one.id for one in swept.args[1]} == acts.calls.keys() - acts.piecewise - acts.within
